//! The variable `idah_jwt_key`: tokens are signed with the operator's key, so that sibling services go on trusting them.

use base64ct::{Base64, Encoding};
use iam_domain::crypto::jwt::authenticate;
use iam_domain::crypto::{SigningAlgorithm, SigningKey, VerifyingKey};
use iam_domain::params;
use iam_domain::rng::SystemRng;
use iam_tests::server::{ADMIN_EMAIL, ADMIN_PASSWORD, CLIENT_ID, CLIENT_SECRET};
use iam_tests::{Runtime, Server};
use tempfile::TempDir;

use crate::wire::idah::logins::fixtures::{Tokens, refresh, status, try_log_in};
use crate::wire::jwt;

crate::wire::on_own_servers!(
    the_operators_key_signs,
    the_operators_key_signs_nothing_else,
    every_form_of_the_key_is_taken,
    the_key_can_be_changed
);

fn key() -> SigningKey {
    SigningKey::generate(SigningAlgorithm::Es256, &SystemRng).unwrap()
}

fn pkcs8(key: &SigningKey) -> String {
    key.to_stored().unwrap().into_exposed()
}

/// PEM of SEC 1 (RFC 5915): what PKCS#8 has behind its header, which is as long for every key of this curve.
fn sec1(key: &SigningKey) -> String {
    let pem = pkcs8(key);
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = Base64::decode_vec(&body).unwrap();
    let inner = Base64::encode_string(&der[29..]);
    let lines: Vec<&str> = inner.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN EC PRIVATE KEY-----\n{}\n-----END EC PRIVATE KEY-----\n", lines.join("\n"))
}

fn log_in(server: &Server) -> Tokens {
    Tokens::of(&try_log_in(&server.client(), ADMIN_EMAIL, ADMIN_PASSWORD).expect(200))
}

fn signed_by(key: &SigningKey, token: &str) -> bool {
    authenticate(token, &key.verifying_key().unwrap()).is_ok() && jwt::kid(token) == key.kid()
}

fn the_operators_key_signs(runtime: Runtime) {
    let own = key();
    let server = Server::start_with(runtime, &[("idah_jwt_key", &pkcs8(&own))]);
    let tokens = log_in(&server);
    assert!(signed_by(&own, &tokens.access) && signed_by(&own, &tokens.refresh));
    // Every component takes it, and so does the refresh.
    assert_eq!(status(&server, &tokens.access), 200);
    server.client().bearer(&tokens.access).get("/accounts").expect(200);
    let next = Tokens::of(&refresh(&server, &tokens.refresh).expect(200));
    assert!(signed_by(&own, &next.access));
    // The public half is in every key set, and nothing of the private one.
    for path in ["/oidc/jwks", "/oauth/v2/keys"] {
        let answer = server.client().get(path).expect(200);
        let keys = answer.json()["keys"].as_array().unwrap().clone();
        let jwk = keys.iter().find(|jwk| jwk["kid"] == own.kid()).expect("the operator's key");
        assert_eq!(*jwk, own.public_jwk().unwrap());
        assert!(authenticate(&tokens.access, &VerifyingKey::from_jwk(jwk).unwrap()).is_ok());
        assert!(jwk.get("d").is_none());
    }
    // Tokens of other dialects are signed as before.
    assert_ne!(jwt::kid(&server.token(CLIENT_ID, CLIENT_SECRET)), own.kid());
    let sql = "SELECT count(*) FROM signing_key WHERE algorithm = 'ES256' AND kid = ?1 AND generation LIKE 'adopted:%'";
    assert_eq!(server.seed().count(sql, params![own.kid()]), 1);
}

/// Siblings may have had the key before.
fn the_operators_key_signs_nothing_else(runtime: Runtime) {
    let own = key();
    let server = Server::start_with(runtime, &[("idah_jwt_key", &pkcs8(&own))]);
    log_in(&server);
    let good = server.token(CLIENT_ID, CLIENT_SECRET);
    server.client().bearer(&good).get("/iam/v1/users/me/").expect(200);
    let forged = own.sign("at+jwt", &jwt::claims(&good)).unwrap();
    // Known to the instance or not.
    for _ in 0..2 {
        server.client().bearer(&forged).get("/iam/v1/users/me/").expect(401);
    }
}

fn every_form_of_the_key_is_taken(runtime: Runtime) {
    let own = key();
    let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    for form in [sec1(&own), format!("{parameters}{}", sec1(&own)), pkcs8(&own).replace('\n', "\\n")] {
        let server = Server::start_with(runtime, &[("idah_jwt_key", &form)]);
        assert!(signed_by(&own, &log_in(&server).access), "{form}");
    }
}

fn the_key_can_be_changed(runtime: Runtime) {
    let (first, second) = (key(), key());
    let state = TempDir::new().unwrap();
    let start = |key: Option<&SigningKey>| {
        let pem = key.map(pkcs8).unwrap_or_default();
        Server::start_on(runtime, state.path(), &[("idah_jwt_key", &pem)])
    };
    let old = log_in(&start(Some(&first)));
    let server = start(Some(&second));
    let new = log_in(&server);
    assert!(signed_by(&second, &new.access));
    assert_eq!((status(&server, &old.access), status(&server, &new.access)), (200, 200), "the old one still verifies");
    drop(server);
    // Back to the first, then to none.
    let server = start(Some(&first));
    assert!(signed_by(&first, &log_in(&server).access));
    drop(server);
    let server = start(None);
    let tokens = log_in(&server);
    assert!(!signed_by(&first, &tokens.access) && !signed_by(&second, &tokens.access));
    refresh(&server, &old.refresh).expect(200);
    let keys = server.seed().count("SELECT count(*) FROM signing_key WHERE algorithm = 'ES256'", vec![]);
    assert_eq!(keys, 3);
}
