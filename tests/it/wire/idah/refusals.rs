//! Refusals and what comes before an operation (contract, "Authentication", "Request order of checks", "Errors").

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::crypto::{SigningAlgorithm, SigningKey};
use iam_domain::rng::SystemRng;
use iam_tests::{Response, Server};
use serde_json::{Value, json};

use super::{Caller, caller, faults, ids, refusal, sign};

crate::on_both!(
    syntax_comes_before_credentials,
    no_credential,
    bad_tokens,
    tokens_that_have_ended,
    tokens_signed_by_others,
    roles_that_there_are_not,
    a_cookie_does_as_well,
    the_header_wins,
    credentials_come_before_the_input,
    the_input_comes_before_the_row,
    unknown_routes_and_methods,
    slashes_at_the_end,
    what_is_no_utf_8,
    head_is_get_without_a_body,
    a_validation_has_a_number_as_its_status,
);

const AUTHORIZATION: &str = "Verse::Error::Authorization";
const PREFIXES: [&str; 2] = ["", "/api/v1/iam"];

/// A JWT is refused: a text of why, and not the one for an absent credential.
#[track_caller]
fn is_bad_token(answer: &Response) {
    let (title, detail) = refusal(answer, 401);
    assert_eq!(title, AUTHORIZATION);
    assert!(!detail.is_empty() && detail != "unauthorized_access", "{detail}");
}

/// Claims of the caller's token, with others in their place.
fn claims(me: &Caller, changes: &Value) -> Value {
    let now = SystemClock.now_seconds();
    let mut claims = json!({
        "u": { "id": me.id }, "r": "user", "s": {}, "sid": me.session, "exp": now + 600, "iat": now, "jti": format!("refusal-{}-{changes}", me.id),
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

fn syntax_comes_before_credentials(server: &Server) {
    let client = server.client();
    for prefix in PREFIXES {
        for path in ["/organizations", "/api_keys", "/auth/login"] {
            for kind in [
                "application/json",
                "application/vnd.api+json",
                "application/x+json",
                "application/json; charset=utf-8",
            ] {
                for body in ["{", "{\"data\":}", "x", "{}x", "[1,]", "{'data':1}"] {
                    let answer = client.send("POST", &format!("{prefix}{path}"), Some(kind), body.as_bytes());
                    assert_eq!(answer.status, 400, "{path} {kind} {body}: {answer:?}");
                    is_malformed(&answer);
                }
            }
            if path != "/auth/login" {
                let answer = client.post(&format!("{prefix}{path}"), &json!({ "data": 1 }));
                assert_eq!(refusal(&answer, 401).1, "unauthorized_access", "{path}");
            }
        }
    }
}

/// Malformed: no list of errors.
#[track_caller]
fn is_malformed(answer: &Response) {
    assert_eq!(answer.status, 400, "{answer:?}");
    let body = answer.json();
    assert_eq!((&body["status"], &body["type"]), (&json!("400"), &json!("Verse::Error::BadRequest")), "{body}");
    assert!(!body["detail"].as_str().unwrap().is_empty(), "{body}");
    assert_eq!(body.as_object().unwrap().len(), 3, "{body}");
}

fn no_credential(server: &Server) {
    let client = server.client();
    let others =
        [("authorization", "Basic YTpi"), ("authorization", "bearer x"), ("authorization", ""), ("cookie", "other=1")];
    for prefix in PREFIXES {
        for path in ["/accounts", "/accounts/1", "/accounts/x", "/accounts?page=2"] {
            let answer = client.get(&format!("{prefix}{path}"));
            assert_eq!(refusal(&answer, 401), (AUTHORIZATION.into(), "unauthorized_access".into()), "{path}");
            for (name, value) in others {
                let answer = client.with(name, value).get(&format!("{prefix}{path}"));
                assert_eq!(refusal(&answer, 401).1, "unauthorized_access", "{name}: {value}");
            }
        }
    }
}

fn bad_tokens(server: &Server) {
    let me = caller(server, "user", &[]);
    let good = sign(server, &claims(&me, &json!({})));
    assert_eq!(server.client().bearer(&good).get("/accounts").status, 200);
    let [head, body, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let swapped = sign(server, &claims(&me, &json!({ "r": "admin" })));
    let other_body = swapped.split('.').nth(1).unwrap();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    for token in [
        "nonsense".to_owned(),
        "a.b.c".to_owned(),
        format!("{head}.{body}."),
        format!("{head}.{body}"),
        format!("{head}.{other_body}.{signature}"),
        format!("{none}.{body}."),
        format!("{none}.{body}.{signature}"),
        format!("{good}x"),
        "..".to_owned(),
        "x".repeat(3000),
    ] {
        is_bad_token(&server.client().bearer(&token).get("/accounts"));
        is_bad_token(&server.client().with("cookie", &format!("auth-token={token}")).get("/accounts"));
    }
    for changes in [
        json!({ "u": null }),
        json!({ "u": { "id": "x" } }),
        json!({ "u": {} }),
        json!({ "u": 1 }),
        json!({ "u": { "id": 1 } }),
    ] {
        is_bad_token(&server.client().bearer(&sign(server, &claims(&me, &changes))).get("/accounts"));
    }
}

fn tokens_that_have_ended(server: &Server) {
    let me = caller(server, "user", &[]);
    let now = SystemClock.now_seconds();
    for exp in [now - 1, now - 86400, 0, -1] {
        is_bad_token(&server.client().bearer(&sign(server, &claims(&me, &json!({ "exp": exp })))).get("/accounts"));
    }
}

fn tokens_signed_by_others(server: &Server) {
    let me = caller(server, "admin", &[]);
    for algorithm in [SigningAlgorithm::Es256, SigningAlgorithm::EdDsa] {
        let key = SigningKey::generate(algorithm, &SystemRng).unwrap();
        let token = key.sign("JWT", claims(&me, &json!({ "r": "admin" })).as_object().unwrap()).unwrap();
        is_bad_token(&server.client().bearer(&token).get("/accounts"));
    }
    // Tokens of other APIs are signed by this server, and are none of this API.
    for token in [
        server.bootstrap_token(),
        server.management_token(iam_tests::server::CLIENT_ID, iam_tests::server::CLIENT_SECRET, "all"),
    ] {
        is_bad_token(&server.client().bearer(&token).get("/accounts"));
    }
}

fn roles_that_there_are_not(server: &Server) {
    let me = caller(server, "admin", &[]);
    for role in [
        "nothing",
        "",
        "Admin",
        "api_service",
        "api:",
        "api:nothing",
        "api:account_ro_all",
        "admin,system",
        "*",
        "org_owner ",
    ] {
        let token = sign(server, &claims(&me, &json!({ "r": role })));
        is_bad_token(&server.client().bearer(&token).get("/accounts"));
    }
}

fn a_cookie_does_as_well(server: &Server) {
    let me = caller(server, "user", &[]);
    let token = sign(server, &claims(&me, &json!({})));
    let path = format!("/accounts?filter[id]={}", me.id);
    for cookie in [
        format!("auth-token={token}"),
        format!("a=b; auth-token={token}"),
        format!("auth-token={token}; refresh-token=x"),
        format!("auth-token-x=1;auth-token={token};c=d"),
    ] {
        for prefix in PREFIXES {
            let answer = server.client().with("cookie", &cookie).get(&format!("{prefix}{path}"));
            assert_eq!(ids(&answer), [me.id], "{cookie}");
        }
    }
    for cookie in ["auth-token=", "auth-token=x", "Auth-Token=x; b=c"] {
        assert_eq!(server.client().with("cookie", cookie).get(&path).status, 401, "{cookie}");
    }
}

fn the_header_wins(server: &Server) {
    let (me, other) = (caller(server, "org_owner", &[]), caller(server, "org_owner", &[]));
    let [mine, others] = [&me, &other].map(|one| sign(server, &claims(one, &json!({ "r": "org_owner" }))));
    let with_cookie = |token: &str| server.client().with("cookie", &format!("auth-token={token}"));
    assert_eq!(ids(&with_cookie(&others).bearer(&mine).get("/accounts")), [me.id]);
    assert_eq!(ids(&with_cookie("x").bearer(&mine).get("/accounts")), [me.id]);
    is_bad_token(&with_cookie(&mine).bearer("x").get("/accounts"));
    // Just a header of that beginning.
    assert_eq!(ids(&with_cookie(&mine).with("authorization", "Basic YTpi").get("/accounts")), [me.id]);
}

fn credentials_come_before_the_input(server: &Server) {
    for path in ["/accounts?page=2", "/accounts?filter=x&sort=nothing", "/accounts/x", "/accounts/1?included[]=x"] {
        refusal(&server.client().get(path), 401);
        refusal(&server.client().bearer("x").get(path), 401);
    }
}

fn the_input_comes_before_the_row(server: &Server) {
    let me = caller(server, "org_owner", &[]);
    for path in ["/accounts/1?included[]=x", "/accounts/999999999999?fields=x", "/accounts/x"] {
        faults(&me.client.get(path));
    }
    let (title, detail) = refusal(&me.client.get("/accounts/999999999999"), 404);
    assert_eq!(title, "Verse::Error::RecordNotFound");
    assert!(!detail.is_empty());
    for id in ["x", "1.5", "1x", "99999999999999999999", "%20", "%F0%9F%98%80", "0x1"] {
        let answer = me.client.get(&format!("/accounts/{id}"));
        assert_eq!(faults(&answer), [("/resource_id".into(), "must be an integer".into())], "{id}");
    }
    for id in ["0", "-1", "9223372036854775807"] {
        refusal(&me.client.get(&format!("/accounts/{id}")), 404);
    }
}

/// Not found without being a record: no list of errors.
#[track_caller]
fn is_unknown(answer: &Response) {
    assert_eq!(answer.status, 404, "{answer:?}");
    assert!(answer.header("content-type").starts_with("application/"), "{answer:?}");
    let body = answer.json();
    assert_eq!((&body["status"], &body["type"]), (&json!("404"), &json!("Verse::Error::NotFound")), "{body}");
    assert!(!body["detail"].as_str().unwrap().is_empty(), "{body}");
    assert_eq!(body.as_object().unwrap().len(), 3, "{body}");
}

fn unknown_routes_and_methods(server: &Server) {
    let me = caller(server, "admin", &[]);
    for client in [server.client(), me.client] {
        for prefix in PREFIXES {
            for path in ["/accounts/1/nothing", "/accounts/1/join/2", "/auth/nothing", "/auth/login/x"] {
                is_unknown(&client.get(&format!("{prefix}{path}")));
                is_unknown(&client.post(&format!("{prefix}{path}"), &json!({})));
            }
            for (method, path) in [
                ("PUT", "/accounts"),
                ("PATCH", "/accounts"),
                ("DELETE", "/accounts"),
                ("PUT", "/accounts/1"),
                ("POST", "/accounts/1"),
                ("GET", "/auth/login"),
                ("DELETE", "/auth/login"),
            ] {
                is_unknown(&client.send(method, &format!("{prefix}{path}"), None, b""));
            }
        }
        is_unknown(&client.get("/api/v1/iam"));
        is_unknown(&client.get("/api/v1/iam/nothing"));
        is_unknown(&client.get("/api/v1/iam/api/v1/iam/accounts"));
    }
}

fn slashes_at_the_end(server: &Server) {
    let me = caller(server, "admin", &[]);
    for prefix in PREFIXES {
        for path in ["/accounts/", "/accounts//", &format!("/accounts/{}/", me.id), "/accounts/?page[size]=1"] {
            is_unknown(&me.client.get(&format!("{prefix}{path}")));
        }
        is_unknown(&server.client().post(&format!("{prefix}/auth/login/"), &json!({})));
    }
}

fn what_is_no_utf_8(server: &Server) {
    let me = caller(server, "admin", &[]);
    for path in ["/accounts?sort=%FF", "/accounts?%FF=1", "/accounts?filter[name]=%C3%28"] {
        is_malformed(&me.client.get(path));
    }
}

fn head_is_get_without_a_body(server: &Server) {
    let me = caller(server, "user", &[]);
    for prefix in PREFIXES {
        for (path, status) in
            [("/accounts", 200), (&*format!("/accounts/{}", me.id), 200), ("/accounts/x", 422), ("/accounts/1/", 404)]
        {
            let answer = me.client.head(&format!("{prefix}{path}"));
            assert_eq!((answer.status, answer.body.as_str()), (status, ""), "{path}");
        }
        assert_eq!(server.client().head(&format!("{prefix}/accounts")).status, 401);
    }
}

fn a_validation_has_a_number_as_its_status(server: &Server) {
    let me = caller(server, "user", &[]);
    let errors = me.client.get("/accounts?page=2&count=1&sort=nothing").expect(422).json();
    let errors = errors["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 3);
    for error in errors {
        assert_eq!((&error["status"], &error["title"]), (&json!(422), &json!("Verse::Error::ValidationFailed")));
        assert!(error["source"]["pointer"].is_string() && error["detail"].is_string(), "{error}");
    }
}
