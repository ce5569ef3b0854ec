use iam_domain::crypto::Sensitive;
use iam_domain::error::ErrorKind;
use serde_json::json;

use super::*;
use crate::upstream::Template;
use crate::upstream::testing::{Fake, ready};

const ISSUER: &str = "https://id.example.org";
const DISCOVERY: &str = "https://id.example.org/.well-known/openid-configuration";
const TOKEN: &str = "https://id.example.org/token";
const USERINFO: &str = "https://id.example.org/me";
const USER: &str = "https://id.example.org/users/ada";
const SECRET: &str = "test-only+secret/ü";
const OWN: &str = "test-only.own-token";

type Answer = (&'static str, &'static str, u16, String);

fn settings() -> UpstreamSettings {
    UpstreamSettings {
        issuer: ISSUER.to_owned(),
        client_id: "edge iam".to_owned(),
        client_secret: Sensitive::new(SECRET.to_owned()),
        scope: "users:read more".to_owned(),
        user_endpoint: Template::parse("https://id.example.org/users/{sub}"),
    }
}

/// An upstream that answers well.
fn healthy() -> Vec<Answer> {
    let document = json!({"issuer": ISSUER, "token_endpoint": TOKEN, "userinfo_endpoint": USERINFO});
    let token = json!({"access_token": "test-only-token", "token_type": "bearer", "expires_in": 60});
    vec![
        ("GET", DISCOVERY, 200, document.to_string()),
        ("POST", TOKEN, 200, token.to_string()),
        ("GET", USER, 200, json!({"sub": "ada", "given_name": "Ada"}).to_string()),
        ("GET", USERINFO, 200, json!({"sub": "ada", "family_name": "Lovelace"}).to_string()),
    ]
}

/// The same with one answer replaced.
#[allow(clippy::needless_pass_by_value, reason = "calls are shorter")]
fn with(method: &'static str, url: &'static str, status: u16, body: impl ToString) -> Fake {
    let mut answers = healthy();
    answers.retain(|answer| answer.1 != url);
    answers.push((method, url, status, body.to_string()));
    fake(answers)
}

fn fake(answers: Vec<Answer>) -> Fake {
    Fake { answers, sent: Vec::new().into() }
}

fn user(fake: &Fake) -> Result<Profile> {
    ready(Client::new(&settings(), fake).user(USER))
}

fn userinfo(fake: &Fake) -> Result<Profile> {
    ready(Client::new(&settings(), fake).userinfo(OWN))
}

/// 503, with a cause for the log in which no secret is.
#[track_caller]
fn is_down(result: Result<Profile>, cause: &str) {
    let error = result.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unavailable(30), "{error:?}");
    let line = error.log_line();
    assert!(line.contains("upstream login service, ") && line.contains(cause), "{line}");
    assert!(!line.contains("test-only") && !error.message().contains(cause), "{line}");
}

#[test]
fn a_client_asks_with_a_token_of_its_own() {
    let fake = fake(healthy());
    let profile = user(&fake).unwrap();
    assert_eq!((profile.subject.as_str(), profile.is_by_own_token), ("ada", false));
    let sent = fake.sent.borrow();
    let [discovery, token, user] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!(discovery.headers().get(AUTHORIZATION), None);
    // "edge iam" and the secret, form-encoded and then in base64.
    let pair = "edge%20iam:test-only%2Bsecret%2F%C3%BC";
    assert_eq!(token.headers()[AUTHORIZATION], format!("Basic {}", Base64::encode_string(pair.as_bytes())).as_str());
    assert_eq!(token.headers()[CONTENT_TYPE], "application/x-www-form-urlencoded");
    assert_eq!(token.body(), "grant_type=client_credentials&scope=users%3Aread%20more");
    assert_eq!(user.headers()[AUTHORIZATION], "Bearer test-only-token");
    assert!(user.headers()[AUTHORIZATION].is_sensitive() && user.body().is_empty());
}

#[test]
fn a_token_that_was_handed_in_goes_to_userinfo_and_nowhere_else() {
    let fake = fake(healthy());
    let profile = userinfo(&fake).unwrap();
    assert_eq!((profile.subject.as_str(), profile.is_by_own_token), ("ada", true));
    let sent = fake.sent.borrow();
    let [_, userinfo] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!((userinfo.uri().to_string().as_str(), userinfo.method()), (USERINFO, &Method::GET));
    assert_eq!(userinfo.headers()[AUTHORIZATION], format!("Bearer {OWN}").as_str());
}

#[test]
fn without_scope_none_is_asked_for() {
    let (fake, settings) = (fake(healthy()), UpstreamSettings { scope: String::new(), ..settings() });
    ready(Client::new(&settings, &fake).user(USER)).unwrap();
    assert_eq!(fake.sent.borrow()[1].body(), "grant_type=client_credentials");
}

#[test]
fn an_issuer_with_a_slash_at_the_end_keeps_it() {
    let mut answers = healthy();
    answers[0].3 = answers[0].3.replace(&format!("{ISSUER}\""), &format!("{ISSUER}/\""));
    let (fake, settings) = (fake(answers), UpstreamSettings { issuer: format!("{ISSUER}/"), ..settings() });
    ready(Client::new(&settings, &fake).user(USER)).unwrap();
}

#[test]
fn failures_of_the_upstream_are_not_the_callers() {
    let document = |issuer: &str, token: &str| json!({"issuer": issuer, "token_endpoint": token});
    let token = |token: Value, kind: &str| json!({"access_token": token, "token_type": kind});
    for (fake, cause) in [
        (fake(Vec::new()), "discovery: connection refused"),
        (with("GET", DISCOVERY, 302, ""), "discovery: status 302"),
        (with("GET", DISCOVERY, 200, "<html>"), "discovery: the answer is not JSON"),
        (with("GET", DISCOVERY, 200, document("https://id.example.org/", TOKEN)), "not of the issuer"),
        (with("GET", DISCOVERY, 200, "[]"), "not of the issuer"),
        (with("GET", DISCOVERY, 200, document(ISSUER, "http://id.example.org/token")), "no token_endpoint"),
        (with("GET", DISCOVERY, 200, document(ISSUER, "http://127.0.0.1:1/token")), "no token_endpoint"),
        (with("GET", DISCOVERY, 200, json!({"issuer": ISSUER, "token_endpoint": 1})), "no token_endpoint"),
        (with("PUT", TOKEN, 200, ""), "token endpoint: connection refused"),
        (
            with("POST", TOKEN, 401, r#"{"error":"invalid_client","error_description":"test-only"}"#),
            "401 Unauthorized (invalid_client)",
        ),
        (with("POST", TOKEN, 400, r#"{"error":"test-only"}"#), "status 400 Bad Request"),
        (with("POST", TOKEN, 500, "test-only"), "status 500"),
        (with("POST", TOKEN, 200, token(json!("test-only"), "mac")), "no bearer token"),
        (with("POST", TOKEN, 200, token(json!("test-only\r\nx: y"), "Bearer")), "no bearer token"),
        (with("POST", TOKEN, 200, token(json!(1), "Bearer")), "no bearer token"),
        (with("GET", USER, 401, ""), "user endpoint: status 401"),
        (with("GET", USER, 403, ""), "user endpoint: status 403"),
        (with("GET", USER, 502, "test-only"), "user endpoint: status 502"),
        (with("GET", USER, 204, ""), "user endpoint: status 204"),
        (with("GET", USER, 200, "test-only"), "user endpoint: the answer is not JSON"),
        (with("GET", USER, 200, json!({"sub": "ada", "email": ["test-only"]})), "claim email is not a text"),
    ] {
        is_down(user(&fake), cause);
    }
    for (fake, cause) in [
        (with("GET", DISCOVERY, 200, document(ISSUER, TOKEN)), "no userinfo_endpoint"),
        (with("GET", USERINFO, 404, ""), "userinfo endpoint: status 404"),
        (with("GET", USERINFO, 500, ""), "userinfo endpoint: status 500"),
        (with("GET", USERINFO, 200, "eyJ.jwt.sig"), "userinfo endpoint: the answer is not JSON"),
        (with("GET", USERINFO, 200, json!({"sub": null})), "no usable claim sub"),
    ] {
        is_down(userinfo(&fake), cause);
    }
}

#[test]
fn a_person_whom_the_upstream_does_not_know_is_not_found() {
    let error = user(&with("GET", USER, 404, "")).unwrap_err();
    assert_eq!((error.kind(), error.message()), (&ErrorKind::NotFound, "User at the login service not found."));
}

#[test]
fn a_token_that_the_upstream_refuses_is_the_callers_fault() {
    for status in [401, 403] {
        let error = userinfo(&with("GET", USERINFO, status, "")).unwrap_err();
        let ErrorKind::Invalid(faults) = error.kind() else { panic!("{error:?}") };
        assert_eq!(faults[0].path, [iam_domain::error::Step::Key("access_token".into())]);
    }
}
