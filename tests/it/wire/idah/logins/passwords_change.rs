//! `POST /account/passwords/change`. Rules about passwords: `passwords_rules.rs`.

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::params;
use iam_domain::store::Value as Sql;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::people::{audit, tables_with};
use crate::wire::idah::logins::passwords_fixtures::{
    CHANGE, NEW, PASSWORD, WRONG, empty, is_valid, requested, row, set_password, stored, wrong,
};
use crate::wire::idah::{Caller, account, caller, faults, login, number, refusal, session, sign, token};

crate::on_both!(
    the_next_login_needs_the_new_password,
    tokens_and_sessions_go_on,
    every_human_role_may,
    the_same_password_may_be_set_again,
    a_wrong_current_password_changes_nothing,
    who_has_no_password_cannot_change_it,
    many_wrong_ones_have_to_wait,
    both_must_be_there,
    somebody_must_be_logged_in,
    input_comes_before_the_current_password,
    a_key_has_no_password_to_change,
    who_is_gone_or_stopped_changes_nothing,
    a_token_that_was_mailed_ends_with_the_old_password,
    who_never_joined_stays_invited,
    neither_password_is_stored,
);

fn change(client: &Client, current: &str, new: &str) -> Response {
    client.post(CHANGE, &json!({ "current_password": current, "new_password": new }))
}

fn with_password(server: &Server, role: &str) -> Caller {
    let me = caller(server, role, &[]);
    set_password(&server.seed(), me.id, PASSWORD);
    me
}

#[track_caller]
fn incorrect(answer: &Response) {
    let refused = refusal(answer, 422);
    assert_eq!(refused, ("Verse::Error::ValidationFailed".to_owned(), "Old password is incorrect".to_owned()));
}

fn the_next_login_needs_the_new_password(server: &Server) {
    let me = with_password(server, "user");
    empty(&change(&me.client, PASSWORD, NEW));
    wrong(server, &me.email, PASSWORD);
    login(server, &me.email, NEW).expect(200);
    let event = ("password.changed".to_owned(), "user".to_owned(), Some(me.id));
    assert_eq!(audit(&server.seed(), me.id).iter().filter(|one| **one == event).count(), 1);
    // Under the long prefix, with the cookie.
    let cookie = format!("auth-token={}", token(server, me.id, "user", &[], me.session));
    let body = json!({ "current_password": NEW, "new_password": PASSWORD });
    empty(&server.client().with("cookie", &cookie).post(&format!("/api/v1/iam{CHANGE}"), &body));
    login(server, &me.email, PASSWORD).expect(200);
}

fn tokens_and_sessions_go_on(server: &Server) {
    let me = with_password(server, "user");
    let second = session(server, me.id);
    let other = server.client().bearer(&token(server, me.id, "user", &[], second));
    empty(&change(&me.client, PASSWORD, NEW));
    for client in [&me.client, &other] {
        client.get(&format!("/accounts/{}", me.id)).expect(200);
    }
    let sql = "SELECT json_group_array(revoked_at) FROM session WHERE user_id = ?1";
    assert_eq!(row(&server.seed(), sql, me.id), json!([null, null]));
}

fn every_human_role_may(server: &Server) {
    for role in ["user", "org_owner", "admin", "system"] {
        let me = with_password(server, role);
        empty(&change(&me.client, PASSWORD, NEW));
    }
    // Also whoever another API has made, and who owns nothing.
    let (id, _) = account(server, None, &[]);
    set_password(&server.seed(), id, PASSWORD);
    let session = session(server, id);
    empty(&change(&server.client().bearer(&token(server, id, "user", &[], session)), PASSWORD, NEW));
}

fn the_same_password_may_be_set_again(server: &Server) {
    let me = with_password(server, "user");
    let before = stored(&server.seed(), me.id);
    empty(&change(&me.client, PASSWORD, PASSWORD));
    assert_ne!(stored(&server.seed(), me.id), before);
    login(server, &me.email, PASSWORD).expect(200);
}

fn a_wrong_current_password_changes_nothing(server: &Server) {
    let me = with_password(server, "user");
    let before = stored(&server.seed(), me.id);
    for wrong in ["test-only-1", "Test-only-1 ", NEW, "x", &"x".repeat(1025)] {
        incorrect(&change(&me.client, wrong, NEW));
    }
    assert_eq!(stored(&server.seed(), me.id), before);
    login(server, &me.email, PASSWORD).expect(200);
    wrong(server, &me.email, NEW);
}

fn who_has_no_password_cannot_change_it(server: &Server) {
    let me = caller(server, "user", &[]);
    incorrect(&change(&me.client, PASSWORD, NEW));
    assert_eq!(stored(&server.seed(), me.id), None);
}

fn many_wrong_ones_have_to_wait(server: &Server) {
    let me = with_password(server, "user");
    // Together with failed logins.
    for _ in 0..3 {
        incorrect(&change(&me.client, WRONG, NEW));
        wrong(server, &me.email, WRONG);
    }
    for current in [PASSWORD, WRONG] {
        let answer = change(&me.client, current, NEW);
        assert_eq!(refusal(&answer, 429).0, "Verse::Error::TooManyRequests");
        assert!((1..=2).contains(&answer.header("retry-after").parse::<u64>().unwrap()));
    }
    login(server, &me.email, PASSWORD).expect(429);
    me.client.get(&format!("/accounts/{}", me.id)).expect(200);
}

fn both_must_be_there(server: &Server) {
    let me = with_password(server, "user");
    let at = |pointer: &str, text: &str| (pointer.to_owned(), text.to_owned());
    let both = ["/current_password", "/new_password"];
    let post = |body: &Value| faults(&me.client.post(CHANGE, body));
    assert_eq!(post(&json!({})), both.map(|pointer| at(pointer, "is required")));
    for (value, text) in [
        (json!(""), "must be filled"),
        (json!(null), "must be filled"),
        (json!([]), "must be a string"),
        (json!(true), "must be a string"),
    ] {
        let body = json!({ "current_password": value, "new_password": value });
        assert_eq!(post(&body), both.map(|pointer| at(pointer, text)), "{value}");
    }
    assert_eq!(post(&json!({ "current_password": PASSWORD })), [at(both[1], "is required")]);
    assert_eq!(post(&json!({ "new_password": NEW })), [at(both[0], "is required")]);
    login(server, &me.email, PASSWORD).expect(200);
}

fn somebody_must_be_logged_in(server: &Server) {
    let unauthorized = ("Verse::Error::Authorization".to_owned(), "unauthorized_access".to_owned());
    // Before it matters what was sent.
    for body in [json!({}), json!({ "current_password": PASSWORD, "new_password": NEW })] {
        assert_eq!(refusal(&server.client().post(CHANGE, &body), 401), unauthorized);
        refusal(&server.client().bearer("nonsense").post(CHANGE, &body), 401);
    }
    // But not before it is JSON.
    server.client().send("POST", CHANGE, Some("application/json"), b"{").expect(400);
}

fn input_comes_before_the_current_password(server: &Server) {
    let me = with_password(server, "user");
    faults(&change(&me.client, WRONG, "weak"));
    let sql = "SELECT count(*) FROM login_throttle WHERE subject = ?1";
    let subject = crate::wire::eazyrent::logins::token_throttle::subject(&me.email);
    assert_eq!(server.seed().count(sql, params![subject]), 0, "nothing was compared");
}

/// A key acts for an account that has no password.
fn a_key_has_no_password_to_change(server: &Server) {
    let (seed, (id, _)) = (server.seed(), account(server, Some("api_service"), &[]));
    let key = number();
    seed.run(
        "INSERT INTO credential (id, principal_id, kind, secret_hash, permissions, scope_type, scope_value, created_at, \
         updated_at) VALUES (?1, ?2, 'api_key', randomblob(32), '[\"account_rw_all\"]', 'all', '[]', 0, 0)",
        params![key, id],
    );
    let now = SystemClock.now_seconds();
    let claims = json!({
        "u": { "id": id, "labels": ["api"] }, "r": "api:account_rw_all", "s": {}, "exp": now + 3600, "iat": now,
        "cid": key, "jti": format!("key-{key}"),
    });
    let client = server.client().bearer(&sign(server, &claims));
    let answer = change(&client, PASSWORD, NEW);
    incorrect(&answer);
    assert_eq!(stored(&seed, id), None);
}

fn who_is_gone_or_stopped_changes_nothing(server: &Server) {
    let seed = server.seed();
    let me = with_password(server, "user");
    for state in ["inactive", "locked"] {
        seed.set_state(me.id, state);
        refusal(&change(&me.client, PASSWORD, NEW), 401);
    }
    seed.set_state(me.id, "active");
    login(server, &me.email, PASSWORD).expect(200);
    seed.run("DELETE FROM principal WHERE id = ?1", params![me.id]);
    refusal(&change(&me.client, PASSWORD, NEW), 401);
}

fn a_token_that_was_mailed_ends_with_the_old_password(server: &Server) {
    let me = with_password(server, "user");
    let token = requested(server, &me.email);
    empty(&change(&me.client, PASSWORD, NEW));
    assert!(!is_valid(server, &token));
}

fn who_never_joined_stays_invited(server: &Server) {
    let (seed, me) = (server.seed(), with_password(server, "user"));
    seed.set_user(me.id, "joined_at", Sql::Null);
    seed.run(
        "INSERT INTO one_time_code (hash, purpose, principal_id, expires_at, created_at) \
         VALUES (randomblob(32), 'first_password', ?1, 9000000000000, 0)",
        params![me.id],
    );
    empty(&change(&me.client, PASSWORD, NEW));
    let sql = "SELECT json_array(joined_at, (SELECT count(*) FROM one_time_code WHERE principal_id = user.id)) \
               FROM user WHERE id = ?1";
    assert_eq!(row(&seed, sql, me.id), json!([null, 1]));
}

fn neither_password_is_stored(server: &Server) {
    let me = with_password(server, "user");
    let [first, second] = ["first", "second"].map(|which| format!("Aa1-{}-{which}", me.id));
    let answers = [
        change(&me.client, PASSWORD, &first).expect(204),
        change(&me.client, &second, &first).expect(422),
        change(&me.client, &first, "weak").expect(422),
        change(&me.client, &first, &second).expect(204),
    ];
    for secret in [&first, &second] {
        assert!(answers.iter().all(|answer| !answer.body.contains(secret.as_str())));
        assert_eq!(tables_with(&server.seed(), secret), Vec::<String>::new());
    }
}
