//! `GET /auth/logout`.

use iam_domain::params;
use iam_tests::{Client, Response, Server};

use crate::wire::idah::logins::fixtures::{Tokens, cookie, person, refresh, replayed, sessions, status};
use crate::wire::idah::refusal;

crate::on_both!(
    a_logout_ends_the_session_and_takes_the_cookies_away,
    the_refresh_cookie_is_not_needed,
    the_session_of_the_refresh_cookie_ends_as_well,
    sessions_of_others_go_on,
    a_bad_refresh_cookie_does_no_harm,
    without_a_good_token_nothing_ends,
    the_access_cookie_will_do,
);

fn with_refresh(client: &Client, token: &str) -> Client {
    client.with("cookie", &format!("refresh-token={token}"))
}

#[track_caller]
fn logged_out(answer: &Response) {
    assert_eq!((answer.status, answer.body.as_str(), answer.cookies.len()), (204, "", 2), "{answer:?}");
    for (name, path) in [("auth-token", "/"), ("refresh-token", "/api/v1/iam")] {
        let cookie = cookie(answer, name);
        assert!(cookie.is_gone(), "{cookie:?}");
        assert_eq!(cookie.attribute("path"), Some(path));
    }
}

fn a_logout_ends_the_session_and_takes_the_cookies_away(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let (Tokens { access, refresh: token }, seed) = (me.log_in(server), server.seed());
    let [session] = sessions(&seed, me.id)[..] else { panic!() };
    logged_out(&with_refresh(&server.client().bearer(&access), &token).get("/auth/logout"));
    assert_eq!(sessions(&seed, me.id), [0; 0]);
    assert_eq!(status(server, &access), 401);
    replayed(&refresh(server, &token));
    let sql = "SELECT count(*) FROM audit_event WHERE target_id = ?1 AND action = 'session.ended' AND actor_id = ?2";
    assert_eq!(seed.count(sql, params![session, me.id]), 1);
}

fn the_refresh_cookie_is_not_needed(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let tokens = me.log_in(server);
    logged_out(&server.client().bearer(&tokens.access).get("/api/v1/iam/auth/logout"));
    assert_eq!(sessions(&server.seed(), me.id), [0; 0]);
    // A sibling service has no session to end.
    let service = crate::wire::idah::caller(server, "system", &[]);
    logged_out(&service.client.get("/auth/logout"));
}

fn the_session_of_the_refresh_cookie_ends_as_well(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let (one, two, three) = (me.log_in(server), me.log_in(server), me.log_in(server));
    logged_out(&with_refresh(&server.client().bearer(&one.access), &two.refresh).get("/auth/logout"));
    assert_eq!(sessions(&server.seed(), me.id), [three.session()]);
}

fn sessions_of_others_go_on(server: &Server) {
    let (me, other) = (person(server, Some("admin"), &[]), person(server, Some("user"), &[]));
    let (mine, theirs) = (me.log_in(server), other.log_in(server));
    logged_out(&with_refresh(&server.client().bearer(&mine.access), &theirs.refresh).get("/auth/logout"));
    assert_eq!(sessions(&server.seed(), other.id), [theirs.session()]);
    refresh(server, &theirs.refresh).expect(200);
}

fn a_bad_refresh_cookie_does_no_harm(server: &Server) {
    let me = person(server, Some("user"), &[]);
    for bad in ["garbage", "a.b.c"] {
        let tokens = me.log_in(server);
        logged_out(&with_refresh(&server.client().bearer(&tokens.access), bad).get("/auth/logout"));
    }
    let (one, two) = (me.log_in(server), me.log_in(server));
    // An access token is no refresh token.
    logged_out(&with_refresh(&server.client().bearer(&one.access), &two.access).get("/auth/logout"));
    assert_eq!(sessions(&server.seed(), me.id), [two.session()]);
}

fn without_a_good_token_nothing_ends(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let tokens = me.log_in(server);
    let absent = with_refresh(&server.client(), &tokens.refresh).get("/auth/logout");
    assert_eq!(refusal(&absent, 401), ("Verse::Error::Authorization".to_owned(), "unauthorized_access".to_owned()));
    let wrong = with_refresh(&server.client().bearer("garbage"), &tokens.refresh).get("/auth/logout");
    assert_eq!(refusal(&wrong, 401), ("Verse::Error::Authorization".to_owned(), "Invalid JWT token".to_owned()));
    assert_eq!((absent.cookies.len(), wrong.cookies.len()), (0, 0), "cookies are left alone");
    assert_eq!(sessions(&server.seed(), me.id), [tokens.session()]);
    assert_eq!(server.client().bearer(&tokens.access).post_empty("/auth/logout").status, 404);
}

fn the_access_cookie_will_do(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let Tokens { access, refresh } = me.log_in(server);
    let client = server.client().with("cookie", &format!("auth-token={access}; refresh-token={refresh}"));
    logged_out(&client.get("/auth/logout"));
    assert_eq!(sessions(&server.seed(), me.id), [0; 0]);
    client.get("/auth/logout").expect(401);
}
