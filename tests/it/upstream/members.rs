//! `POST /iam/v1/team/members/{id}/sync-from-auth/`.

use iam_domain::params;
use iam_tests::Runtime;
use serde_json::json;

use super::provider::Provider;
use super::{Stage, changed, local, path};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller};

crate::wire::on_own_servers!(
    the_first_time_links_and_copies_and_the_second_writes_nothing,
    an_address_that_is_not_verified_is_not_copied,
    an_address_that_somebody_else_has_is_refused,
    a_person_whom_the_upstream_does_not_know_is_not_found,
    a_subject_is_put_into_the_path_as_it_is,
    only_members_and_only_by_who_may_change_them,
    who_may_have_written_down_anybodys_address_is_not_asked_about,
);

fn the_first_time_links_and_copies_and_the_second_writes_nothing(runtime: Runtime) {
    let stage = Stage::new(runtime);
    let ada = stage.proven("Ada@Example.org", &["org:user"]);
    // The address differs in letters that do not count; the upstream knows it by its own.
    stage.seed().run("UPDATE user SET email = 'ada@example.org' WHERE id = ?1", params![ada]);
    changed(stage.sync(ada), &["first_name", "last_name", "phone", "identity"]);
    let view = stage.view(ada);
    let shown = ["first_name", "last_name", "email", "phone"].map(|name| view[name].clone());
    assert_eq!(json!(shown), json!(["Ada", "Lovelace", "ada@example.org", "+442079460000"]));
    let texts = |sql: &str| stage.seed().texts(sql, params![ada]);
    let identities = json!({ &Provider::shared().issuer: "ada" });
    assert_eq!(texts("SELECT identities FROM user WHERE id = ?1"), [identities.to_string()]);
    let audit = "SELECT key FROM audit_event, json_each(detail, '$.changed') \
                 WHERE action = 'user.updated' AND target_id = ?1 ORDER BY key";
    assert_eq!(texts(audit), ["first_name", "identity", "last_name", "phone"]);
    let before = stage.rows();
    changed(stage.sync(ada), &[]);
    assert_eq!(stage.rows(), before);
}

fn an_address_that_is_not_verified_is_not_copied(runtime: Runtime) {
    let stage = Stage::new(runtime);
    let bob = stage.person("old@example.org", &[]);
    stage.link(bob, &Provider::shared().issuer, "bob");
    changed(stage.sync(bob), &["first_name", "last_name"]);
    assert_eq!(stage.view(bob)["email"], json!("old@example.org"));
    // Nor does it tie anybody to an account.
    let namesake = stage.proven("bob@example.org", &[]);
    shape::detail(&stage.sync(namesake).expect(409));
}

fn an_address_that_somebody_else_has_is_refused(runtime: Runtime) {
    let stage = Stage::new(runtime);
    let carol = stage.person("carol@example.org", &[]);
    stage.person("taken@example.org", &[]);
    stage.link(carol, &Provider::shared().issuer, "carol");
    let before = stage.rows();
    assert_eq!(shape::detail(&stage.sync(carol).expect(409)), "This e-mail address is already in use.");
    assert_eq!(stage.rows(), before);
}

fn a_person_whom_the_upstream_does_not_know_is_not_found(runtime: Runtime) {
    let stage = Stage::new(runtime);
    let nobody = stage.proven("nobody@example.org", &[]);
    let before = stage.rows();
    assert_eq!(shape::detail(&stage.sync(nobody).expect(404)), "User at the login service not found.");
    assert_eq!(stage.rows(), before);
}

fn a_subject_is_put_into_the_path_as_it_is(runtime: Runtime) {
    let provider = Provider::shared();
    let endpoint = format!("{}/users/{{sub}}", provider.issuer);
    let stage = Stage::with(runtime, provider, &[("upstream_user_endpoint", &endpoint)]);
    let dave = stage.person("dave@example.org", &[]);
    // Nothing to ask by yet.
    local(stage.sync(dave));
    stage.link(dave, &provider.issuer, "dave/7?x=1&y=#%");
    changed(stage.sync(dave), &["first_name", "email_verified"]);
}

fn only_members_and_only_by_who_may_change_them(runtime: Runtime) {
    let stage = Stage::new(runtime);
    let ada = stage.person("ada@example.org", &["org:user"]);
    let other = Tenant::new(&stage.server, "Other");
    let stranger = other.seed.user(other.organization, "dave@example.org", &["org:user"]);
    let before = stage.rows();
    for id in [stranger, stage.tenant.machine.id, other.machine.id, 999_999_999_999] {
        shape::detail(&stage.sync(id).expect(404));
    }
    for role in ["org:user", "org:staff", "organization:read"] {
        let client = caller(&stage.server, stage.seed(), stage.tenant.organization, &[role]);
        shape::detail(&client.post_empty(&path(ada)).expect(403));
    }
    assert_eq!(stage.rows().len(), before.len() + 3, "three new callers, and nothing else");
    let writer = caller(&stage.server, stage.seed(), stage.tenant.organization, &["organization:write"]);
    writer.post_empty(&path(ada)).expect(202);
}

/// Who has come in can change the address, and anybody may invite any; unless it is proven, it may be a stranger's.
fn who_may_have_written_down_anybodys_address_is_not_asked_about(runtime: Runtime) {
    let stage = Stage::new(runtime);
    let mallory = stage.person("ada@example.org", &[]);
    let before = stage.rows();
    local(stage.sync(mallory));
    assert_eq!(stage.rows(), before);
    stage.seed().run("UPDATE user SET joined_at = 1 WHERE id = ?1", params![mallory]);
    let before = stage.rows();
    local(stage.sync(mallory));
    local(stage.client(mallory).post_empty(super::OWN));
    assert_eq!(stage.rows(), before);
}
