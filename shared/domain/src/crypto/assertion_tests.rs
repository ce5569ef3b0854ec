use serde_json::{Value, json};

use super::*;
use crate::crypto::testing::{RSA_PEM, SeededRng};
use crate::crypto::{SigningAlgorithm, SigningKey};

const NOW: i64 = 1_900_000_000;
const ACCOUNT: &str = "310976816384";
const RULES: AssertionRules<'static> = AssertionRules {
    now_seconds: NOW,
    audiences: &["http://127.0.0.1:3000", "https://iam.example/"],
    subject: ACCOUNT,
};

fn rsa() -> SigningKey {
    SigningKey::from_stored(SigningAlgorithm::Rs256, RSA_PEM, Some("k1")).unwrap()
}

fn good() -> Value {
    json!({"iss": ACCOUNT, "sub": ACCOUNT, "aud": "http://127.0.0.1:3000",
        "iat": NOW, "exp": NOW + 300})
}

/// Verifies `good()` with one claim changed, or removed if the value is "-".
fn with(name: &str, value: Value) -> Option<AssertionError> {
    let key = SigningKey::generate(SigningAlgorithm::EdDsa, &SeededRng::new(1)).unwrap();
    let mut claims = good();
    if value == "-" {
        claims.as_object_mut().unwrap().remove(name);
    } else {
        claims[name] = value;
    }
    let token = key.sign("JWT", &claims).unwrap();
    verify(&token, &key.verifying_key().unwrap(), &RULES).err()
}

#[test]
fn a_service_account_is_believed_with_any_kind_of_key() {
    let [ed, ec] = [SigningAlgorithm::EdDsa, SigningAlgorithm::Es256]
        .map(|algorithm| SigningKey::generate(algorithm, &SeededRng::new(1)).unwrap());
    for key in [rsa(), ed, ec] {
        let token = key.sign("JWT", &good()).unwrap();
        let public = VerifyingKey::from_stored(&key.verifying_key().unwrap().to_stored()).unwrap();
        let claims = verify(&token, &public, &RULES).unwrap();
        assert_eq!(claims["sub"], ACCOUNT);
    }
}

#[test]
fn audiences_ignore_slashes_at_the_end() {
    for good in [
        json!("http://127.0.0.1:3000"),
        json!("http://127.0.0.1:3000/"),
        json!("https://iam.example"),
        json!(["urn:x", "https://iam.example//"]),
    ] {
        assert_eq!(with("aud", good), None);
    }
    for bad in [json!("http://127.0.0.1:300"), json!(""), json!([]), json!("https://iam.example/x")] {
        assert_eq!(with("aud", bad), Some(JwtError::WrongAudience.into()));
    }
    let missing = AssertionError::Token(JwtError::MissingClaim("aud"));
    assert_eq!(with("aud", json!("-")), Some(missing));
}

#[test]
fn issuer_and_subject_are_the_account() {
    for bad in ["310976816385", "", "admin"] {
        assert_eq!(with("iss", json!(bad)), Some(AssertionError::WrongIssuer));
        assert_eq!(with("sub", json!(bad)), Some(AssertionError::WrongSubject));
    }
    assert_eq!(with("sub", json!(310_976_816_384_i64)), Some(JwtError::Malformed.into()));
    assert_eq!(with("iss", json!("-")), Some(JwtError::MissingClaim("iss").into()));
}

#[test]
fn times_with_a_little_skew() {
    let cases = [
        ("exp", NOW - 4, None),
        ("exp", NOW - 5, Some(JwtError::Expired.into())),
        ("iat", NOW + 5, None),
        ("iat", NOW + 6, Some(JwtError::NotYetValid.into())),
        ("iat", NOW - 3605, None),
        ("iat", NOW - 3606, Some(AssertionError::TooOld)),
        ("nbf", NOW + 6, Some(JwtError::NotYetValid.into())),
    ];
    for (name, value, expected) in cases {
        assert_eq!(with(name, json!(value)), expected, "{name} {value}");
    }
    assert_eq!(with("iat", json!("-")), Some(JwtError::MissingClaim("iat").into()));
    assert_eq!(with("exp", json!("-")), Some(JwtError::MissingClaim("exp").into()));
}

#[test]
fn another_key_or_algorithm_is_refused() {
    let token = rsa().sign("JWT", &good()).unwrap();
    let renamed = rsa().verifying_key().unwrap().with_kid("k2");
    assert_eq!(verify(&token, &renamed, &RULES), Err(AssertionError::WrongKey));
    let other = SigningKey::generate(SigningAlgorithm::Es256, &SeededRng::new(1)).unwrap();
    let other = other.verifying_key().unwrap();
    let refused = verify(&token, &other, &RULES);
    assert_eq!(refused, Err(JwtError::WrongAlgorithm.into()));
    let mut forged = token;
    forged.truncate(forged.len() - 4);
    forged.push_str("AAAA");
    let public = rsa().verifying_key().unwrap();
    assert_eq!(verify(&forged, &public, &RULES), Err(JwtError::BadSignature.into()));
}

#[test]
fn reasons_can_be_told() {
    let expected = "aud does not name this server";
    assert_eq!(AssertionError::from(JwtError::WrongAudience).to_string(), expected);
    assert_eq!(AssertionError::TooOld.to_string(), "iat is more than an hour ago");
    let expected = "the claim iat is missing";
    assert_eq!(AssertionError::from(JwtError::MissingClaim("iat")).to_string(), expected);
}
