//! Access tokens whose claims do not belong together: the signature alone lets nobody in.

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::idah::keys::fixtures as keys;
use crate::wire::idah::users::fixtures::{at, change};
use crate::wire::idah::{account, caller, number, refusal, sign, sign_as};

crate::on_both!(
    a_session_is_that_of_the_account,
    a_token_has_a_session_or_a_key,
    a_key_is_that_of_the_account,
    tokens_of_another_type_are_refused,
    a_key_does_not_change_the_account_it_belongs_to,
);

fn claims(account: i64, role: &str, more: &Value) -> Value {
    let now = SystemClock.now_seconds();
    let mut claims =
        json!({ "u": { "id": account }, "r": role, "s": {}, "exp": now + 60, "iat": now, "jti": number().to_string() });
    let all = claims.as_object_mut().unwrap();
    all.extend(more.as_object().unwrap().clone());
    claims
}

#[track_caller]
fn is_refused(server: &Server, token: &str) {
    assert_eq!(refusal(&server.client().bearer(token).get("/accounts"), 401).1, "Invalid JWT token");
}

fn a_session_is_that_of_the_account(server: &Server) {
    let (me, other) = (caller(server, "admin", &[]), caller(server, "admin", &[]));
    let of = |session: i64| sign(server, &claims(me.id, "admin", &json!({ "sid": session })));
    server.client().bearer(&of(me.session)).get("/accounts").expect(200);
    for session in [other.session, number()] {
        is_refused(server, &of(session));
    }
}

fn a_token_has_a_session_or_a_key(server: &Server) {
    for role in ["user", "org_owner", "admin"] {
        let me = caller(server, role, &[]);
        is_refused(server, &sign(server, &claims(me.id, role, &json!({}))));
    }
    let system = caller(server, "system", &[]);
    server.client().bearer(&sign(server, &claims(system.id, "system", &json!({})))).get("/accounts").expect(200);
}

fn a_key_is_that_of_the_account(server: &Server) {
    let key = keys::key(server, &["account_ro_all"], "all", &[]);
    let owner = owner(server, key);
    let of = |account: i64, key: i64| sign(server, &claims(account, "api:account_ro_all", &json!({ "cid": key })));
    server.client().bearer(&of(owner, key)).get("/accounts").expect(200);
    is_refused(server, &of(account(server, Some("api_service"), &[]).0, key));
    is_refused(server, &of(caller(server, "admin", &[]).id, key));
    is_refused(server, &of(owner, number()));
}

/// The account that a key belongs to.
fn owner(server: &Server, key: i64) -> i64 {
    let rows = server.seed().run("SELECT principal_id FROM credential WHERE id = ?1", params![key]);
    rows[0].integer(0).unwrap()
}

fn tokens_of_another_type_are_refused(server: &Server) {
    let me = caller(server, "admin", &[]);
    let claims = claims(me.id, "admin", &json!({ "sid": me.session }));
    server.client().bearer(&sign_as(server, "JWT", &claims)).get("/accounts").expect(200);
    for kind in ["at+jwt", "logout+jwt", ""] {
        is_refused(server, &sign_as(server, kind, &claims));
    }
}

fn a_key_does_not_change_the_account_it_belongs_to(server: &Server) {
    let key = keys::key(server, &["account_rw_all"], "all", &[]);
    let (client, own) = (keys::client_of_key(server, key), owner(server, key));
    client.get(&at(own)).expect(200);
    refusal(&change(&client, own, json!({ "name": "Mine" })), 403);
    refusal(&change(&client, own, json!({ "enabled": false })), 403);
}
