//! What time does to credentials, in process on the native application with a clock of the test's own.

use iam_domain::crypto::{SigningAlgorithm, SigningKey};
use iam_domain::params;
use iam_domain::rng::SystemRng;
use iam_tests::in_process::{InProcess, ORIGIN, START};
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET};
use iam_tests::{Response, Seed};
use serde_json::{Value, json};

const ME: &str = "/iam/v1/users/me/";
const NOW: i64 = START / 1000;
/// Id of the key pair that [`key_pair`] makes.
const KEY: i64 = 555_555_555_555;

fn me(app: &InProcess, token: &str) -> u16 {
    app.bearer(token, "GET", ME, None).status
}

#[test]
fn an_access_token_is_refused_in_the_second_it_expires() {
    let app = InProcess::new(&[("eazyrent_access_token_ttl", "600")]);
    let token = app.token(CLIENT_ID, CLIENT_SECRET);
    app.set_time(START + 599_999);
    assert_eq!(me(&app, &token), 200);
    // The signature has been verified and is remembered by now; that must not help.
    app.set_time(START + 600_000);
    let refused = app.bearer(&token, "GET", ME, None).expect(401);
    assert_eq!(refused.headers["www-authenticate"], "Bearer error=\"invalid_token\"");
    assert_eq!(me(&app, &app.token(CLIENT_ID, CLIENT_SECRET)), 200, "a new one is good");
}

#[test]
fn an_access_token_is_not_good_before_it_was_issued() {
    let app = InProcess::default();
    let token = app.token(CLIENT_ID, CLIENT_SECRET);
    app.set_time(START - 1);
    assert_eq!(me(&app, &token), 401);
    app.set_time(START);
    assert_eq!(me(&app, &token), 200);
}

/// A key pair of the first machine client; ends at `expires_at`.
fn key_pair(seed: &Seed, expires_at: Option<i64>) -> SigningKey {
    let made = SigningKey::generate(SigningAlgorithm::EdDsa, &SystemRng).unwrap();
    let key = SigningKey::from_stored(made.algorithm(), made.to_stored().unwrap().expose(), Some(&KEY.to_string()));
    let key = key.unwrap();
    seed.run(
        "INSERT INTO credential (id, principal_id, kind, public_key, expires_at, created_at, updated_at) \
         VALUES (?1, ?2, 'public_key', ?3, ?4, 0, 0)",
        params![KEY, CLIENT_ID.parse::<i64>().unwrap(), key.public_jwk().unwrap().to_string(), expires_at],
    );
    key
}

/// Sends an assertion: the usual claims, changed by `change`; null takes one away.
fn assert_with(app: &InProcess, key: &SigningKey, change: &Value) -> Response {
    let mut claims = json!({ "iss": CLIENT_ID, "sub": CLIENT_ID, "aud": ORIGIN, "iat": NOW, "exp": NOW + 300 });
    let claims = claims.as_object_mut().unwrap();
    claims.extend(change.as_object().unwrap().clone());
    claims.retain(|_, value| !value.is_null());
    let assertion = key.sign("JWT", claims).unwrap();
    let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    app.form("/oauth/v2/token", &[("grant_type", grant), ("assertion", &assertion)])
}

#[test]
fn an_assertion_is_good_within_its_times_and_five_seconds_of_skew() {
    let app = InProcess::default();
    let key = key_pair(&app.seed(), None);
    for good in [
        json!({}),
        json!({ "exp": NOW + 1 }),
        json!({ "exp": NOW - 4 }),
        json!({ "iat": NOW + 5 }),
        json!({ "iat": NOW - 3605 }),
        json!({ "nbf": NOW + 5 }),
        json!({ "exp": 2_000_000_004.5, "iat": 2_000_000_000.5 }),
    ] {
        let answer = assert_with(&app, &key, &good);
        assert_eq!(answer.status, 200, "{good}: {answer:?}");
    }
    for (bad, reason) in [
        (json!({ "exp": NOW - 5 }), "expired"),
        (json!({ "exp": NOW - 3600 }), "expired"),
        (json!({ "iat": NOW + 6 }), "not valid yet"),
        (json!({ "nbf": NOW + 6 }), "not valid yet"),
        (json!({ "iat": NOW - 3606 }), "iat is more than an hour ago"),
        (json!({ "exp": null }), "exp"),
        (json!({ "iat": null }), "iat"),
        (json!({ "exp": "soon" }), ""),
    ] {
        let answer = assert_with(&app, &key, &bad).expect(400).json();
        assert_eq!(answer["error"], "invalid_grant", "{bad}");
        let text = answer["error_description"].as_str().unwrap();
        assert!(text.contains(reason), "{bad}: {text}");
    }
}

#[test]
fn an_expired_key_pair_is_refused_and_so_are_its_tokens() {
    let app = InProcess::default();
    let end = START + 60_000;
    let key = key_pair(&app.seed(), Some(end));
    app.set_time(end - 1);
    let token = assert_with(&app, &key, &json!({})).expect(200).json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(me(&app, &token), 200);
    app.set_time(end);
    let refused = assert_with(&app, &key, &json!({})).expect(400).json();
    assert_eq!(refused, json!({ "error": "invalid_grant", "error_description": "the key has expired" }));
    assert_eq!(me(&app, &token), 401, "a token dies with the credential that it was issued for");
}

#[test]
fn an_expired_client_secret_is_refused_and_so_are_its_tokens() {
    let app = InProcess::default();
    let seed = app.seed();
    let token = app.token(CLIENT_ID, CLIENT_SECRET);
    seed.run("UPDATE credential SET expires_at = ?1 WHERE kind = 'client_secret'", params![START + 1000]);
    let form = [("grant_type", "client_credentials"), ("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
    app.set_time(START + 999);
    assert_eq!(me(&app, &token), 200);
    app.form("/oauth/v2/token", &form).expect(200);
    app.set_time(START + 1000);
    assert_eq!(me(&app, &token), 401);
    assert_eq!(app.form("/oauth/v2/token", &form).expect(401).json()["error"], "invalid_client");
}

#[test]
fn an_expired_api_token_is_refused() {
    let app = InProcess::default();
    let seed = app.seed();
    let token = seed.api_token(CLIENT_ID.parse().unwrap());
    seed.run("UPDATE credential SET expires_at = ?1 WHERE kind = 'api_token'", params![START + 1000]);
    for (scheme, moment, status) in [
        ("Token", START + 999, 200),
        ("Bearer", START + 999, 200),
        ("Token", START + 1000, 401),
        ("Bearer", START + 1000, 401),
        ("Token", START + 9_999_999, 401),
    ] {
        app.set_time(moment);
        let authorization = format!("{scheme} {token}");
        let answer = app.send("GET", ME, &[("authorization", &authorization)], Vec::new());
        assert_eq!(answer.status, status, "{scheme} at {moment}: {answer:?}");
    }
}

#[test]
fn revoked_tokens_are_forgotten_once_they_have_expired() {
    let app = InProcess::new(&[("eazyrent_access_token_ttl", "600")]);
    let seed = app.seed();
    let revoke = |token: &str| {
        let form = [("token", token), ("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
        app.form("/oauth/v2/revoke", &form).expect(200);
    };
    let remembered = || seed.count("SELECT count(*) FROM revoked_token", vec![]);
    let first = app.token(CLIENT_ID, CLIENT_SECRET);
    revoke(&first);
    revoke(&first);
    assert_eq!((me(&app, &first), remembered()), (401, 1));
    app.set_time(START + 600_000);
    let second = app.token(CLIENT_ID, CLIENT_SECRET);
    assert_eq!(me(&app, &second), 200, "the end of another token is none of its business");
    app.set_time(START + 600_001);
    revoke(&second);
    assert_eq!((me(&app, &first), me(&app, &second)), (401, 401));
    assert_eq!(remembered(), 1, "the first one is expired, whoever bears it");
    // A token that has expired needs no revocation.
    app.set_time(START + 9_000_000);
    revoke(&second);
    assert_eq!(remembered(), 1);
}

#[test]
fn an_invitation_ends_after_three_days() {
    let app = InProcess::default();
    let (seed, token) = (app.seed(), app.token(CLIENT_ID, CLIENT_SECRET));
    let person = json!({ "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org" });
    app.bearer(&token, "POST", "/iam/v1/team/members/", Some(&person)).expect(201);
    let end = START + 3 * 24 * 60 * 60 * 1000;
    let sql = "SELECT u.invitation_expires_at = ?1 AND c.expires_at = ?1 AND u.joined_at IS NULL FROM user u \
               JOIN one_time_code c ON c.principal_id = u.id WHERE u.email_key = 'ada@example.org'";
    assert_eq!(seed.count(sql, params![end]), 1);
}
