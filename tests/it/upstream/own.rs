//! `POST /iam/v1/users/me/sync-from-auth/`.

use iam_domain::params;
use iam_tests::{Runtime, Server};
use serde_json::json;

use super::provider::Provider;
use super::{OWN, Stage, changed, local};
use crate::wire::shape;

crate::wire::on_own_servers!(
    a_proven_address_ties_the_caller_to_the_account,
    a_token_of_ones_own_ties_and_copies,
    a_token_of_somebody_else_is_refused,
    a_token_that_is_none_is_a_fault_of_the_body,
    without_anybody_to_ask_the_answer_is_local,
);

fn a_proven_address_ties_the_caller_to_the_account(runtime: Runtime) {
    let stage = Stage::new(runtime);
    let ada = stage.person("ada@example.org", &[]);
    local(stage.client(ada).post_empty(OWN));
    stage.seed().run("UPDATE user SET email_verified_at = 1 WHERE id = ?1", params![ada]);
    changed(stage.client(ada).post_empty(OWN), &["first_name", "last_name", "phone", "identity"]);
    changed(stage.client(ada).post_empty(OWN.trim_end_matches('/')), &[]);
}

fn a_token_of_ones_own_ties_and_copies(runtime: Runtime) {
    let provider = Provider::shared();
    // Where clients cannot ask, people still can.
    let endpoint = ("upstream_user_endpoint", "");
    let stage = Stage::with(runtime, provider, &[endpoint, ("upstream_client_secret", "")]);
    let ada = stage.person("ada@example.org", &[]);
    local(stage.client(ada).post_empty(OWN));
    let body = json!({"access_token": provider.token("ada")});
    changed(stage.client(ada).post(OWN, &body), &["first_name", "last_name", "phone", "email_verified", "identity"]);
    assert_eq!(stage.view(ada)["phone"], json!("+442079460000"));
    let before = stage.rows();
    changed(stage.client(ada).post(OWN, &body), &[]);
    // Their own word would be enough for a namesake whose address nobody has proven.
    let bob = stage.person("bob@example.org", &[]);
    shape::detail(&stage.client(bob).post(OWN, &json!({"access_token": provider.token("bob")})).expect(409));
    assert_eq!(stage.rows().len(), before.len() + 2, "Bob's two rows, and nothing else");
}

fn a_token_of_somebody_else_is_refused(runtime: Runtime) {
    let provider = Provider::shared();
    let stage = Stage::new(runtime);
    let ada = stage.person("ada@example.org", &[]);
    let theirs = json!({"access_token": provider.token("carol")});
    let before = stage.rows();
    shape::detail(&stage.client(ada).post(OWN, &theirs).expect(409));
    assert_eq!(stage.rows(), before);
    stage.client(ada).post(OWN, &json!({"access_token": provider.token("ada")})).expect(202);
    let before = stage.rows();
    shape::detail(&stage.client(ada).post(OWN, &theirs).expect(409));
    assert_eq!(stage.rows(), before);
}

fn a_token_that_is_none_is_a_fault_of_the_body(runtime: Runtime) {
    let stage = Stage::new(runtime);
    let ada = stage.client(stage.person("ada@example.org", &[]));
    let place = json!(["body", "access_token"]);
    for (token, kind) in [
        (json!("unknown"), "value_error"),
        (json!(""), "value_error"),
        (json!("a b"), "value_error"),
        (json!("x".repeat(10_000)), "string_too_long"),
        (json!(7), "string_type"),
        (json!(null), "string_type"),
    ] {
        let faults = shape::faults(&ada.post(OWN, &json!({"access_token": token})));
        assert_eq!(faults, [(place.clone(), kind.to_owned())], "{token}");
    }
    shape::faults(&ada.post(OWN, &json!([])));
    shape::faults(&ada.send("POST", OWN, Some("application/json"), b"{"));
}

fn without_anybody_to_ask_the_answer_is_local(runtime: Runtime) {
    let stage = Stage::on(Server::start(runtime));
    let ada = stage.person("ada@example.org", &[]);
    let before = stage.rows();
    local(stage.client(ada).post_empty(OWN));
    local(stage.client(ada).post(OWN, &json!({"access_token": "a"})));
    local(stage.tenant.admin.post_empty(OWN));
    local(stage.sync(ada));
    shape::detail(&stage.sync(999_999_999_999).expect(404));
    assert_eq!(stage.rows(), before);
    // Nor does a login service know machines.
    let stage = Stage::new(runtime);
    let body = json!({"access_token": Provider::shared().token("ada")});
    local(stage.tenant.admin.post_empty(OWN));
    local(stage.tenant.admin.post(OWN, &body));
}
