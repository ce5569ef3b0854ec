//! Cookies: attributes of those that are set and of those that are taken away, and which one a request is known by.

use iam_tests::in_process::{InProcess, START};
use iam_tests::server::{ADMIN_EMAIL, ADMIN_PASSWORD};
use iam_tests::{Response, Server};
use serde_json::json;

use super::{ids, refusal};
use crate::wire::idah::logins::fixtures::{Cookie, cookie, person, status};

crate::on_both!(a_bearer_token_counts_before_the_cookie, a_cookie_is_found_among_others, only_full_tokens_are_taken);

fn a_bearer_token_counts_before_the_cookie(server: &Server) {
    let (me, other) = (person(server, Some("user"), &[]), person(server, Some("user"), &[]));
    let (mine, theirs) = (me.log_in(server), other.log_in(server));
    let with_cookie = server.client().with("cookie", &format!("auth-token={}", theirs.access));
    assert_eq!(ids(&with_cookie.get("/account_sessions")), [theirs.session()]);
    assert_eq!(ids(&with_cookie.bearer(&mine.access).get("/account_sessions")), [mine.session()]);
    // A bad one is not made good by the cookie, and another scheme is none.
    assert_eq!(refusal(&with_cookie.bearer("garbage").get("/account_sessions"), 401).1, "Invalid JWT token");
    let basic = with_cookie.with("authorization", "Basic eDp5");
    assert_eq!(ids(&basic.get("/account_sessions")), [theirs.session()]);
}

fn a_cookie_is_found_among_others(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let tokens = me.log_in(server);
    for text in [
        format!("a=b; auth-token={}; c=d", tokens.access),
        format!("auth-token=\"{}\"", tokens.access),
        format!("xauth-token=1;auth-token={}", tokens.access),
    ] {
        assert_eq!(ids(&server.client().with("cookie", &text).get("/account_sessions")), [tokens.session()]);
    }
    for text in ["", "auth-token=", "Auth-Token=x", "token=x"] {
        let answer = server.client().with("cookie", text).get("/account_sessions");
        assert_eq!(refusal(&answer, 401).1, "unauthorized_access", "{text}");
    }
}

fn only_full_tokens_are_taken(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let tokens = me.log_in(server);
    assert_eq!(status(server, tokens.access.rsplit_once('.').unwrap().0), 401);
    // Tokens of other dialects are none of this one, and the reverse.
    assert_eq!(status(server, &server.bootstrap_token()), 401);
    for path in ["/iam/v1/users/me/", "/api/users"] {
        assert_eq!(server.client().bearer(&tokens.access).get(path).status, 401, "{path}");
    }
}

/// In process, with a clock of the test's own: dates can be told.
mod own_native {
    use super::*;

    fn log_in(app: &InProcess) -> Response {
        let body = json!({ "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD, "cookie": true }).to_string();
        app.send("POST", "/auth/login", &[("content-type", "application/json")], body.into_bytes()).expect(200)
    }

    fn ask(app: &InProcess, path: &str, login: &Response) -> Response {
        let (access, refresh) = (cookie(login, "auth-token").value, cookie(login, "refresh-token").value);
        app.send("GET", path, &[("cookie", &format!("auth-token={access}; refresh-token={refresh}"))], Vec::new())
    }

    /// Everything behind the value.
    fn rest(answer: &Response) -> Vec<String> {
        answer
            .cookies
            .iter()
            .map(|text| format!("{} {}", Cookie::read(text).name, text.split_once("; ").unwrap().1))
            .collect()
    }

    #[test]
    fn attributes_of_cookies() {
        let app = InProcess::default();
        // The clock stands at 2033-05-18T03:33:20Z.
        assert_eq!(app.now(), START);
        let set = [
            "auth-token Path=/; Max-Age=86400; Expires=Thu, 19 May 2033 03:33:20 GMT; HttpOnly; Secure",
            "refresh-token Path=/api/v1/iam; Max-Age=1209600; Expires=Wed, 01 Jun 2033 03:33:20 GMT; HttpOnly; Secure",
        ];
        let gone = [
            "auth-token Path=/; Max-Age=0; Expires=Wed, 18 May 2033 03:23:20 GMT; HttpOnly; Secure",
            "refresh-token Path=/api/v1/iam; Max-Age=0; Expires=Wed, 18 May 2033 03:23:20 GMT; HttpOnly; Secure",
        ];
        let login = log_in(&app);
        assert_eq!(rest(&login), set);
        let refreshed = ask(&app, "/auth/refresh", &login).expect(200);
        assert_eq!(rest(&refreshed), set);
        assert_eq!(rest(&ask(&app, "/auth/logout", &refreshed).expect(204)), gone);
        assert_eq!(rest(&ask(&app, "/auth/refresh", &login).expect(401)), gone[1..]);
    }

    #[test]
    fn settings_of_cookies() {
        let app = InProcess::new(&[("idah_secure_cookies", "false"), ("idah_access_token_ttl", "60")]);
        let login = log_in(&app);
        assert_eq!(
            rest(&login),
            [
                "auth-token Path=/; Max-Age=60; Expires=Wed, 18 May 2033 03:34:20 GMT; HttpOnly",
                "refresh-token Path=/api/v1/iam; Max-Age=1209600; Expires=Wed, 01 Jun 2033 03:33:20 GMT; HttpOnly",
            ]
        );
        assert_eq!(login.json()["data"]["attributes"]["exp"], json!(START / 1000 + 60));
        let refreshed = ask(&app, "/auth/refresh", &login).expect(200);
        assert_eq!(refreshed.json()["data"]["attributes"]["exp"], json!(START / 1000 + 60));
        assert!(!rest(&ask(&app, "/auth/logout", &refreshed).expect(204)).concat().contains("Secure"));
    }
}
