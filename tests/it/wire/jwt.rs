//! Tokens made and read by hand.

use std::sync::OnceLock;

use base64ct::{Base64UrlUnpadded, Encoding};
use iam_domain::clock::{Clock, SystemClock};
use iam_domain::crypto::secret::sha256;
use iam_domain::crypto::{Claims, SigningAlgorithm, SigningKey, generate_rsa_2048, jwt};
use iam_domain::rng::SystemRng;
use iam_tests::{Seed, Server};
use serde_json::{Value, json};

/// Now in seconds.
pub fn now() -> i64 {
    SystemClock.now_seconds()
}

/// An RSA private key, the same all the time; `which` tells two of them apart.
pub fn rsa(which: usize) -> &'static str {
    static KEYS: [OnceLock<String>; 2] = [OnceLock::new(), OnceLock::new()];
    KEYS[which].get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let pair = runtime.block_on(generate_rsa_2048(&SystemRng, async || ())).unwrap();
        pair.private_pem().unwrap().into_exposed()
    })
}

/// Signs claims by RS256, as clients sign assertions.
pub fn sign(pem: &str, kid: &str, claims: &Value) -> String {
    SigningKey::from_stored(SigningAlgorithm::Rs256, pem, Some(kid)).unwrap().sign("JWT", claims).unwrap()
}

/// Claims of a good assertion.
pub fn assertion_claims(server: &Server, subject: impl std::fmt::Display) -> Value {
    let subject = subject.to_string();
    json!({"iss": subject, "sub": subject, "aud": server.base(), "iat": now(), "exp": now() + 300})
}

/// A token of any header, claims and signature.
pub fn compose(header: &Value, claims: &Value, signature: impl FnOnce(&str) -> Vec<u8>) -> String {
    let encode = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = Base64UrlUnpadded::encode_string(&signature(&message));
    format!("{message}.{signature}")
}

/// HMAC-SHA-256 (RFC 2104).
pub fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    let mut block = if key.len() > 64 { sha256(key).to_vec() } else { key.to_vec() };
    block.resize(64, 0);
    let pad = |with: u8| block.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = sha256([pad(0x36), message.as_bytes().to_vec()].concat());
    sha256([pad(0x5c), inner.to_vec()].concat()).to_vec()
}

/// The same token with one character of its claims changed.
pub fn tampered(token: &str) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let mut claims = claims(token);
    claims.insert("sub".into(), "999999999999".into());
    parts[1] = Base64UrlUnpadded::encode_string(Value::Object(claims).to_string().as_bytes());
    parts.join(".")
}

/// Claims, unverified.
pub fn claims(token: &str) -> Claims {
    jwt::peek(token).expect("a JWT").claims
}

/// `kid` of the header.
pub fn kid(token: &str) -> String {
    jwt::peek(token).expect("a JWT").header.kid.expect("a kid")
}

/// Signs claims with the server's own key: a token that only its claims can be wrong with.
pub fn by_server(seed: &Seed, typ: &str, claims: &Claims) -> String {
    let rows = seed.run("SELECT private_key, kid, algorithm FROM signing_key ORDER BY created_at DESC", vec![]);
    let row = rows.first().expect("a signing key");
    let algorithm = SigningAlgorithm::from_name(&row.text(2).unwrap()).unwrap();
    let key = SigningKey::from_stored(algorithm, &row.text(0).unwrap(), Some(&row.text(1).unwrap())).unwrap();
    key.sign(typ, claims).unwrap()
}

/// A good token with some claims replaced, signed by the server's key; null takes a claim out.
pub fn altered(seed: &Seed, token: &str, changes: &Value) -> String {
    let mut claims = claims(token);
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.remove(name);
        } else {
            claims.insert(name.clone(), value.clone());
        }
    }
    by_server(seed, "at+jwt", &claims)
}
