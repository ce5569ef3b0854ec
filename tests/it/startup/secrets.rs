//! No secret reaches the log, whatever happens to it.

use iam_domain::crypto::{SigningAlgorithm, SigningKey};
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET};
use iam_tests::{Client, Runtime, Seed};
use serde_json::{Value, json};

use super::logged::Logged;

const ADMIN_PASSWORD: &str = "Test-only-1";
/// `CLIENT_ID:CLIENT_SECRET` in Base64.
const BASIC: &str = "MTIzNDU2Nzg5MDEyOnRlc3Qtb25seS1zZWNyZXQtMDEyMzQ1Njc4OWFiY2RlZmdoaWo=";

#[test]
fn native_keeps_secrets_out_of_the_log() {
    the_log_has_no_secret(Runtime::Native, &[]);
}

#[test]
fn wasm_keeps_secrets_out_of_the_log() {
    the_log_has_no_secret(Runtime::Wasm, &[]);
}

/// With a line per request, as an operator sets it who looks for a fault.
#[test]
fn wasm_keeps_secrets_out_of_the_talkative_log() {
    the_log_has_no_secret(Runtime::Wasm, &[("RUST_LOG", "debug")]);
}

fn the_log_has_no_secret(runtime: Runtime, environment: &[(&str, &str)]) {
    let server = Logged::start(runtime, &[], environment);
    let mut secrets = vec![ADMIN_PASSWORD.to_owned(), CLIENT_SECRET.to_owned(), BASIC.to_owned()];
    let client = server.client();
    let token = happy_path(&client, &mut secrets);
    let seed = server.seed();
    stored(&seed, &mut secrets);
    refused(&client, &token, &seed, &mut secrets);
    let (status, log) = server.stop();
    assert!(status.success(), "{log}");
    assert!(log.contains("op=users.me"), "a refused request is in the log:\n{log}");
    assert!(secrets.len() > 40, "{secrets:?}");
    for secret in secrets {
        assert!(secret.len() >= 8, "{secret:?} would be found by chance");
        assert!(!log.contains(&secret), "{secret} is in the log:\n{log}");
    }
}

fn text<'a>(json: &'a Value, name: &str) -> &'a str {
    json[name].as_str().unwrap_or_else(|| panic!("{name} in {json}"))
}

/// A token and its three parts, each of which would be one too many.
fn keep_token(token: &str, secrets: &mut Vec<String>) {
    secrets.extend(token.split('.').skip(1).map(str::to_owned));
    secrets.push(token.to_owned());
}

/// A private key: each line of its body.
fn keep_pem(pem: &str, secrets: &mut Vec<String>) {
    secrets.extend(pem.lines().filter(|line| !line.starts_with('-') && line.len() >= 8).map(str::to_owned));
}

/// Everything this release can do. Gives the access token of the first machine client.
fn happy_path(client: &Client, secrets: &mut Vec<String>) -> String {
    let grant = ("grant_type", "client_credentials");
    let form = [grant, ("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
    let token = text(&client.form("/oauth/v2/token", &form).expect(200).json(), "access_token").to_owned();
    keep_token(&token, secrets);
    let basic = client.with("authorization", &format!("Basic {BASIC}"));
    let logto = basic.form("/oidc/token", &[grant, ("resource", "https://default.logto.app/api")]).expect(200).json();
    keep_token(text(&logto, "access_token"), secrets);

    let bearer = client.bearer(&token);
    for path in ["/iam/v1/organizations/me/", "/iam/v1/users/me/", "/iam/v1/team/members/", "/iam/v1/service-accounts/"]
    {
        bearer.get(path).expect(200);
    }
    let person = json!({ "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org" });
    bearer.post("/iam/v1/team/members/", &person).expect(201);
    let account = bearer.post_empty("/iam/v1/service-accounts/").expect(201).json();
    let keys = format!("/iam/v1/service-accounts/{}/keys/", text(&account, "id"));
    let key = bearer.post_empty(&keys).expect(201).json();
    keep_pem(text(&key, "key"), secrets);
    bearer.get(&keys).expect(200);

    let discovery = client.get("/.well-known/openid-configuration").expect(200).json();
    let signing =
        SigningKey::from_stored(SigningAlgorithm::Rs256, text(&key, "key"), Some(text(&key, "keyId"))).unwrap();
    let mut claims = json!({ "iss": key["userId"], "sub": key["userId"], "aud": discovery["issuer"] });
    let seconds = iam_domain::clock::Clock::now_seconds(&iam_domain::clock::SystemClock);
    claims["iat"] = seconds.into();
    claims["exp"] = (seconds + 300).into();
    let assertion = signing.sign("JWT", &claims).unwrap();
    keep_token(&assertion, secrets);
    let jwt = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion.as_str())];
    let machine = text(&client.form("/oauth/v2/token", &jwt).expect(200).json(), "access_token").to_owned();
    keep_token(&machine, secrets);
    basic.form("/oauth/v2/introspect", &[("token", &machine)]).expect(200);
    bearer.delete(&format!("{keys}{}/", text(&key, "keyId"))).expect(204);
    bearer.delete(&format!("/iam/v1/service-accounts/{}/", text(&account, "id"))).expect(204);
    token
}

/// What the server made by itself.
fn stored(seed: &Seed, secrets: &mut Vec<String>) {
    let mail = seed.run("SELECT json_extract(payload, '$.code') FROM outbox", vec![]);
    assert_eq!(mail.len(), 1);
    secrets.push(mail[0].text(0).unwrap());
    for row in seed.run("SELECT private_key FROM signing_key", vec![]) {
        keep_pem(&row.text(0).unwrap(), secrets);
    }
    for row in seed.run("SELECT password_hash FROM credential WHERE kind = 'password'", vec![]) {
        secrets.push(row.text(0).unwrap());
    }
}

/// Requests that end in the log, each with a secret in it.
fn refused(client: &Client, token: &str, seed: &Seed, secrets: &mut Vec<String>) {
    let api_token = seed.api_token(CLIENT_ID.parse().unwrap());
    secrets.push(api_token.clone());
    let by_key = client.with("authorization", &format!("Token {api_token}"));
    by_key.get("/iam/v1/users/me/").expect(200);
    let wrong = format!("{token}x");
    client.bearer(&wrong).get("/iam/v1/users/me/").expect(401);
    client.with("authorization", &format!("Secret {api_token}")).get("/iam/v1/users/me/").expect(401);
    let form = [("grant_type", "client_credentials"), ("client_id", "123456789013"), ("client_secret", CLIENT_SECRET)];
    client.form("/oauth/v2/token", &form).expect(401);
    client.send("POST", "/oauth/v2/token", Some("text/plain"), CLIENT_SECRET.as_bytes()).expect(400);
    by_key
        .send("POST", "/iam/v1/team/members/", Some("application/json"), format!("{{{ADMIN_PASSWORD}").as_bytes())
        .expect(422);
    // Tokens do not belong there (RFC 6750 §2.3), but people put them there.
    client.get(&format!("/iam/v1/users/me/?access_token={token}")).expect(401);
    by_key.get("/iam/v1/nothing-here/").expect(404);
    let revoke = [("token", token), ("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
    client.form("/oauth/v2/revoke", &revoke).expect(200);
    client.bearer(token).get("/iam/v1/users/me/").expect(401);
}
