//! `GET /account/passwords/token_valid`. To the millisecond: `tests/it/time_accounts.rs`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use crate::wire::eazyrent::people::{code, forget, invite};
use crate::wire::idah::faults;
use crate::wire::idah::logins::passwords_fixtures::{
    NEW, UNKNOWN, VALID, empty, is_valid, requested, reset, with_password,
};
use crate::wire::tenant::Tenant;

crate::on_both!(
    a_token_is_good_until_it_is_used,
    what_is_no_token_is_not_good,
    a_token_that_has_run_out_is_not_good,
    codes_of_invitations_are_no_tokens_of_this_kind,
    the_token_must_be_there,
);

fn a_token_is_good_until_it_is_used(server: &Server) {
    let (_, email) = with_password(server);
    let token = requested(server, &email);
    let path = format!("{VALID}?token={token}");
    for path in [path.clone(), format!("/api/v1/iam{path}"), format!("{path}&other=1")] {
        let answer = server.client().get(&path).expect(200);
        assert_eq!(answer.json(), json!({ "data": { "valid": true } }));
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_eq!(server.client().head(&path).status, 200);
    assert!(server.client().bearer("nonsense").get(&path).expect(200).json()["data"]["valid"].as_bool().unwrap());
    empty(&reset(server, &token, NEW));
    assert!(!is_valid(server, &token));
}

fn what_is_no_token_is_not_good(server: &Server) {
    let (_, email) = with_password(server);
    let token = requested(server, &email);
    for bad in [UNKNOWN, "x", "%20", "eic_1", &token[1..], &format!("{token}0"), &token.to_uppercase(), "null", "%00"] {
        assert!(!is_valid(server, bad), "{bad}");
    }
    assert!(is_valid(server, &token));
}

fn a_token_that_has_run_out_is_not_good(server: &Server) {
    let (id, email) = with_password(server);
    let token = requested(server, &email);
    server.seed().run("UPDATE one_time_code SET expires_at = created_at WHERE principal_id = ?1", params![id]);
    assert!(!is_valid(server, &token));
}

fn codes_of_invitations_are_no_tokens_of_this_kind(server: &Server) {
    let tenant = Tenant::new(server, "Invited");
    let (_, invited) = invite(&tenant, "invited");
    assert!(!is_valid(server, &code(&tenant.seed, &invited)));
    // A code for a forgotten password is one, whichever API has mailed it.
    let (_, email) = with_password(server);
    forget(server, &email).expect(202);
    assert!(is_valid(server, &code(&tenant.seed, &email)));
}

fn the_token_must_be_there(server: &Server) {
    let client = server.client();
    let at = |message: &str| vec![("/token".to_owned(), message.to_owned())];
    assert_eq!(faults(&client.get(VALID)), at("is required"));
    assert_eq!(faults(&client.get(&format!("{VALID}?other=1"))), at("is required"));
    assert_eq!(faults(&client.get(&format!("{VALID}?token="))), at("must be filled"));
    client.get(&format!("{VALID}/?token=x")).expect(404);
    client.post(VALID, &json!({ "token": "x" })).expect(404);
}
