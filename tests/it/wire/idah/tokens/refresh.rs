//! `GET /auth/refresh`: every refresh token is good once, and one that comes back ends the session.

use iam_domain::params;
use iam_tests::in_process::{InProcess, START};
use iam_tests::server::{ADMIN_EMAIL, ADMIN_PASSWORD};
use iam_tests::{Response, Server};
use serde_json::{Value, json};

use crate::wire::idah::logins::fixtures::{Tokens, person, refresh, refused, replayed, row, sessions, status};
use crate::wire::idah::{DOCUMENT, refusal, sign};
use crate::wire::jwt;

crate::on_both!(
    a_refresh_gives_new_tokens_of_the_same_session,
    the_session_notes_where_it_was_refreshed_from,
    tokens_can_be_refreshed_again_and_again,
    what_changed_meanwhile_is_in_the_new_token,
    a_token_that_comes_back_ends_the_session,
    of_many_refreshes_at_once_one_wins_and_the_session_is_lost,
    other_sessions_go_on,
    what_is_no_refresh_token_touches_nothing,
    a_refresh_token_is_no_access_token,
    a_token_of_another_session_or_account_is_refused,
    an_account_that_is_gone_is_not_found,
    a_disabled_account_keeps_its_session,
    a_session_that_is_over_cannot_be_refreshed,
);

fn a_refresh_gives_new_tokens_of_the_same_session(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let first = me.log_in(server);
    let answer = refresh(server, &first.refresh).expect(200);
    assert_eq!(answer.header("content-type"), DOCUMENT);
    let second = Tokens::of(&answer);
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 1, "no meta: {body}");
    assert_eq!((&body["data"]["type"], &body["data"]["id"]), (&json!("iam:account_auths"), &json!(me.id.to_string())));
    let attributes = body["data"]["attributes"].as_object().unwrap();
    assert_eq!(attributes.len(), 7, "{body}");
    assert_eq!((&attributes["email"], &attributes["role_scope"]), (&json!(me.email), &json!({})));
    assert_eq!(attributes["exp"], jwt::claims(&second.access)["exp"]);
    assert!(attributes["role_rights"].as_array().unwrap().len() > 10);
    assert!(second.access != first.access && second.refresh != first.refresh);
    assert_eq!(second.session(), first.session());
    assert_eq!(sessions(&server.seed(), me.id), [first.session()]);
    assert_eq!((status(server, &first.access), status(server, &second.access)), (200, 200));
}

fn the_session_notes_where_it_was_refreshed_from(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let (tokens, seed) = (me.log_in(server), server.seed());
    let sql =
        "UPDATE session SET created_at = 1000, updated_at = 1000, expires_at = expires_at - 86400000 WHERE id = ?1";
    seed.run(sql, params![tokens.session()]);
    let before = row(&seed, tokens.session());
    let client = server.client().with("user-agent", "Other/2").with("x-real-ip", "192.0.2.99");
    client
        .with("cookie", &format!("a=b; refresh-token={}", tokens.refresh))
        .get("/api/v1/iam/auth/refresh")
        .expect(200);
    let after = row(&seed, tokens.session());
    assert_eq!((&after[0], &after[2], &after[3]), (&json!(2), &json!("Other/2"), &json!("192.0.2.99")));
    assert_eq!(after[4], json!(1000));
    assert!(after[5].as_i64() > before[5].as_i64() && after[6].as_i64() > before[6].as_i64(), "{before} {after}");
    let sql =
        "SELECT count(*) FROM audit_event WHERE target_id = ?1 AND action = 'session.refreshed' AND actor_id = ?2";
    assert_eq!(seed.count(sql, params![tokens.session(), me.id]), 1);
}

fn tokens_can_be_refreshed_again_and_again(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let mut tokens = me.log_in(server);
    // Several in the same second.
    for nonce in 2..8 {
        tokens = Tokens::of(&refresh(server, &tokens.refresh).expect(200));
        assert_eq!(jwt::claims(&tokens.refresh)["nc"], json!(nonce));
    }
    assert_eq!(status(server, &tokens.access), 200);
}

fn what_changed_meanwhile_is_in_the_new_token(server: &Server) {
    let seed = server.seed();
    let me = person(server, Some("user"), &[]);
    let tokens = me.log_in(server);
    seed.set_user(me.id, "account_role", "admin");
    let answer = refresh(server, &tokens.refresh).expect(200);
    assert_eq!(answer.json()["data"]["attributes"]["role_name"], "admin");
    assert_eq!(jwt::claims(&Tokens::of(&answer).access)["r"], "admin");
}

fn a_token_that_comes_back_ends_the_session(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let first = me.log_in(server);
    let second = Tokens::of(&refresh(server, &first.refresh).expect(200));
    replayed(&refresh(server, &first.refresh));
    let seed = server.seed();
    assert_eq!(sessions(&seed, me.id), [0; 0], "the row is gone");
    let sql = "SELECT count(*) FROM audit_event WHERE target_id = ?1 AND action = 'session.ended' \
        AND detail ->> 'reason' = 'refresh_token_replayed'";
    assert_eq!(seed.count(sql, params![first.session()]), 1);
    // The newest tokens are dead too.
    replayed(&refresh(server, &second.refresh));
    for dead in [&first.access, &second.access] {
        assert_eq!(status(server, dead), 401);
    }
    me.log_in(server);
}

fn of_many_refreshes_at_once_one_wins_and_the_session_is_lost(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let tokens = me.log_in(server);
    let answers: Vec<Response> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..16).map(|_| scope.spawn(|| refresh(server, &tokens.refresh))).collect();
        asked.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((won.len(), lost.len()), (1, 15), "{answers:?}");
    lost.into_iter().for_each(replayed);
    assert_eq!(sessions(&server.seed(), me.id), [0; 0]);
    let winner = Tokens::of(won[0]);
    replayed(&refresh(server, &winner.refresh));
    assert_eq!((status(server, &tokens.access), status(server, &winner.access)), (401, 401));
}

fn other_sessions_go_on(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let (stolen, other) = (me.log_in(server), me.log_in(server));
    refresh(server, &stolen.refresh).expect(200);
    replayed(&refresh(server, &stolen.refresh));
    assert_eq!(sessions(&server.seed(), me.id), [other.session()]);
    assert_eq!(status(server, &other.access), 200);
    refresh(server, &other.refresh).expect(200);
}

fn what_is_no_refresh_token_touches_nothing(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let tokens = me.log_in(server);
    let seed = server.seed();
    let before = row(&seed, tokens.session());
    let claims = Value::from(jwt::claims(&tokens.refresh));
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        sign(server, &claims)
    };
    let without = |name: &str| {
        let mut claims = claims.clone();
        claims.as_object_mut().unwrap().remove(name);
        sign(server, &claims)
    };
    let bad = |token: &str| {
        refused(&refresh(server, token), "BadRefreshTokenError", "Invalid JWT token");
        assert_eq!(row(&seed, tokens.session()), before);
    };
    let none = server.client().get("/auth/refresh");
    refused(&none, "BadRefreshTokenError", "Invalid JWT token");
    // Only the cookie counts.
    refused(&server.client().bearer(&tokens.refresh).get("/auth/refresh"), "BadRefreshTokenError", "Invalid JWT token");
    for token in ["", "garbage", "a.b.c", &tokens.access, &jwt::tampered(&tokens.refresh), &server.bootstrap_token()] {
        bad(token);
    }
    bad(&with("exp", json!(jwt::now() - 1)));
    bad(&with("sub", json!("other")));
    bad(&with("uid", json!("text")));
    for name in ["sub", "exp", "uid", "sid", "nc", "refid"] {
        bad(&without(name));
    }
    // Untouched: it is still good.
    refresh(server, &tokens.refresh).expect(200);
}

fn a_refresh_token_is_no_access_token(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let tokens = me.log_in(server);
    let refuse = |answer: &Response| {
        let (title, detail) = refusal(answer, 401);
        assert_eq!((title.as_str(), detail.as_str()), ("Verse::Error::Authorization", "Invalid JWT token"));
    };
    refuse(&server.client().bearer(&tokens.refresh).get("/accounts"));
    refuse(&server.client().with("cookie", &format!("auth-token={}", tokens.refresh)).get("/accounts"));
    // Not even with all claims of an access token.
    let mut claims = jwt::claims(&tokens.access);
    refuse_unless(server, &claims, 200);
    claims.insert("sub".into(), json!("ort"));
    refuse_unless(server, &claims, 401);
}

#[track_caller]
fn refuse_unless(server: &Server, claims: &serde_json::Map<String, Value>, wanted: u16) {
    let token = sign(server, &Value::from(claims.clone()));
    assert_eq!(status(server, &token), wanted);
}

fn a_token_of_another_session_or_account_is_refused(server: &Server) {
    let (me, other) = (person(server, Some("user"), &[]), person(server, Some("user"), &[]));
    let (mine, theirs) = (me.log_in(server), other.log_in(server));
    let seed = server.seed();
    let before = row(&seed, theirs.session());
    let mut claims = Value::from(jwt::claims(&mine.refresh));
    claims["sid"] = json!(theirs.session());
    replayed(&refresh(server, &sign(server, &claims)));
    assert_eq!(row(&seed, theirs.session()), before, "somebody else's session is not touched");
    // The right nonce with another sequence is no token of ours either.
    let mut claims = Value::from(jwt::claims(&mine.refresh));
    claims["refid"] = json!(claims["refid"].as_i64().unwrap() + 1);
    replayed(&refresh(server, &sign(server, &claims)));
    assert_eq!(sessions(&seed, me.id), [0; 0]);
}

fn an_account_that_is_gone_is_not_found(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let tokens = me.log_in(server);
    server.seed().run("DELETE FROM principal WHERE id = ?1", params![me.id]);
    refused(&refresh(server, &tokens.refresh), "BadRefreshTokenError", "Account not found");
}

fn a_disabled_account_keeps_its_session(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let (tokens, seed) = (me.log_in(server), server.seed());
    let before = row(&seed, tokens.session());
    seed.set_state(me.id, "inactive");
    refused(&refresh(server, &tokens.refresh), "Verse::Error::Authorization", "account_disabled");
    assert_eq!(row(&seed, tokens.session()), before);
    seed.set_state(me.id, "active");
    refresh(server, &tokens.refresh).expect(200);
}

fn a_session_that_is_over_cannot_be_refreshed(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let seed = server.seed();
    for end in ["revoked_at = updated_at", "expires_at = updated_at"] {
        let tokens = me.log_in(server);
        seed.run(&format!("UPDATE session SET {end} WHERE id = ?1"), params![tokens.session()]);
        replayed(&refresh(server, &tokens.refresh));
        assert_eq!(status(server, &tokens.access), 401);
    }
}

/// In process, with a clock of the test's own.
mod own_native {
    use super::*;

    const DAY: i64 = 24 * 60 * 60 * 1000;

    fn ask(app: &InProcess, token: &str) -> Response {
        app.send("GET", "/auth/refresh", &[("cookie", &format!("refresh-token={token}"))], Vec::new())
    }

    #[test]
    fn a_session_lives_fourteen_days_from_its_last_refresh() {
        let app = InProcess::default();
        let body = json!({ "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD, "cookie": true }).to_string();
        let headers = [("content-type", "application/json")];
        let mut tokens = Tokens::of(&app.send("POST", "/auth/login", &headers, body.into_bytes()).expect(200));
        for round in 1..4 {
            app.set_time(START + round * (14 * DAY - 1000));
            tokens = Tokens::of(&ask(&app, &tokens.refresh).expect(200));
        }
        app.bearer(&tokens.access, "GET", "/account_sessions", None).expect(200);
        // An access token lives for a day.
        app.set_time(app.now() + DAY - 1000);
        app.bearer(&tokens.access, "GET", "/account_sessions", None).expect(200);
        app.set_time(app.now() + 1000);
        let late = app.bearer(&tokens.access, "GET", "/account_sessions", None);
        assert_eq!(refusal(&late, 401).1, "Invalid JWT token");
        app.set_time(app.now() + 13 * DAY);
        refused(&ask(&app, &tokens.refresh), "BadRefreshTokenError", "Invalid JWT token");
    }
}
