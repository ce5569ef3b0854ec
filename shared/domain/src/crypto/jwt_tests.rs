use serde_json::json;

use super::*;
use crate::crypto::testing::{RSA_PEM, SeededRng};
use crate::crypto::{SigningAlgorithm, SigningKey};

const NOW: i64 = 1_900_000_000;
const RULES: VerifyRules<'static> = VerifyRules {
    now_seconds: NOW,
    leeway_seconds: 0,
    issuers: Some(&["https://iam.example"]),
    audiences: Some(&["api", "other"]),
    types: Some(&["at+jwt", "JWT"]),
};

fn key(algorithm: SigningAlgorithm) -> SigningKey {
    match algorithm {
        SigningAlgorithm::Rs256 => SigningKey::from_stored(algorithm, RSA_PEM, None).unwrap(),
        _ => SigningKey::generate(algorithm, &SeededRng::new(1)).unwrap(),
    }
}

fn good() -> Value {
    json!({"iss": "https://iam.example", "sub": "1", "aud": "api", "iat": NOW, "exp": NOW + 60})
}

/// Verifies a token over `good()` with these claims changed.
fn with(changes: &Value, rules: &VerifyRules<'_>) -> Result<Claims, JwtError> {
    let key = key(SigningAlgorithm::EdDsa);
    let mut claims = good();
    for (name, value) in changes.as_object().unwrap() {
        if value == "-" {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    let token = key.sign("JWT", &claims).unwrap();
    verify(&token, &key.verifying_key().unwrap(), rules)
}

#[test]
fn good_tokens_give_their_claims() {
    for algorithm in SigningAlgorithm::ALL {
        let key = key(algorithm);
        let token = key.sign("at+jwt", &good()).unwrap();
        let claims = verify(&token, &key.verifying_key().unwrap(), &RULES).unwrap();
        assert_eq!(Value::Object(claims.clone()), good());
        let peeked = peek(&token).unwrap();
        assert_eq!(peeked.claims, claims);
        assert_eq!(peeked.header.alg, algorithm.name());
        assert_eq!(peeked.header.kid.as_deref(), Some(key.kid()));
        assert_eq!(peeked.header.typ.as_deref(), Some("at+jwt"));
    }
}

/// RFC 7515 §A.2 and §A.3: other people's signatures.
#[test]
fn rfc_7515_examples_verify() {
    let payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19y\
        b290Ijp0cnVlfQ";
    let rsa = format!(
        "eyJhbGciOiJSUzI1NiJ9.{payload}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5R\
         Zmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTy\
         WzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZES\
         c6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQ\
         Ge77Rw"
    );
    let ec = format!(
        "eyJhbGciOiJFUzI1NiJ9.{payload}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8I\
         SlSApmWQxfKTUJqPP3-Kg6NU1Q"
    );
    let ec_key = json!({"kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"});
    let ec_key = VerifyingKey::from_jwk(&ec_key).unwrap();
    let rsa_key = key(SigningAlgorithm::Rs256).verifying_key().unwrap();
    let rules =
        VerifyRules { now_seconds: 1_300_819_379, issuers: Some(&["joe"]), audiences: None, types: None, ..RULES };
    for (token, key, other) in [(&rsa, &rsa_key, &ec_key), (&ec, &ec_key, &rsa_key)] {
        let claims = verify(token, key, &rules).unwrap();
        assert_eq!(claims["http://example.com/is_root"], true);
        assert_eq!(verify(token, other, &rules), Err(JwtError::WrongAlgorithm));
        let late = VerifyRules { now_seconds: 1_300_819_380, ..rules };
        assert_eq!(verify(token, key, &late), Err(JwtError::Expired));
    }
}

#[test]
fn any_change_of_a_character_is_refused() {
    let key = key(SigningAlgorithm::EdDsa);
    let public = key.verifying_key().unwrap();
    let token = key.sign("JWT", &good()).unwrap();
    for position in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(verify(&changed, &public, &RULES).is_err(), "{position}");
    }
    let foreign = SigningKey::generate(SigningAlgorithm::EdDsa, &SeededRng::new(2)).unwrap();
    let foreign = foreign.sign("JWT", &good()).unwrap();
    assert_eq!(verify(&foreign, &public, &RULES), Err(JwtError::BadSignature));
}

#[test]
fn the_algorithm_is_the_keys_not_the_tokens() {
    let b64 = |text: &str| base64url::encode(text).unwrap();
    for algorithm in SigningAlgorithm::ALL {
        let key = key(algorithm);
        let public = key.verifying_key().unwrap();
        let claims = b64(&good().to_string());
        // Unsigned tokens (RFC 7519 §6).
        for alg in ["none", "None", "NONE", "HS256", "ES384", "PS256", ""] {
            let header = b64(&json!({"alg": alg, "kid": key.kid()}).to_string());
            for signature in ["", "AAAA"] {
                let token = format!("{header}.{claims}.{signature}");
                let refused = verify(&token, &public, &RULES);
                assert_eq!(refused, Err(JwtError::WrongAlgorithm), "{alg}");
            }
        }
        // HMAC with the public key as the secret, in each form that a verifier might feed it.
        let header = b64(r#"{"alg":"HS256"}"#);
        let signed = format!("{header}.{claims}");
        for secret in [public.to_stored(), public.to_jwk()["x"].to_string()] {
            let mac = hmac_of(secret.as_bytes(), signed.as_bytes());
            let token = format!("{signed}.{}", base64url::encode(mac).unwrap());
            let refused = verify(&token, &public, &RULES);
            assert_eq!(refused, Err(JwtError::WrongAlgorithm));
        }
        // A right signature under the name of another algorithm.
        let header = b64(r#"{"alg":"HS256","typ":"JWT"}"#);
        let signed = format!("{header}.{claims}");
        let signature = base64url::encode(key.signature(signed.as_bytes()).unwrap()).unwrap();
        let token = format!("{signed}.{signature}");
        assert_eq!(verify(&token, &public, &RULES), Err(JwtError::WrongAlgorithm));
    }
}

/// HMAC-SHA-256 (RFC 2104).
fn hmac_of(secret: &[u8], message: &[u8]) -> [u8; 32] {
    use crate::crypto::secret::sha256;
    let mut block = [0; 64];
    if secret.len() > 64 {
        block[..32].copy_from_slice(&sha256(secret));
    } else {
        block[..secret.len()].copy_from_slice(secret);
    }
    let inner = sha256([&block.map(|b| b ^ 0x36)[..], message].concat());
    sha256([&block.map(|b| b ^ 0x5c)[..], &inner].concat())
}

#[test]
fn unreadable_tokens() {
    let key = key(SigningAlgorithm::EdDsa);
    let public = key.verifying_key().unwrap();
    let token = key.sign("JWT", &good()).unwrap();
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!();
    };
    let bad = [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "a.b".to_owned(),
        "eit_notajwt".to_owned(),
        format!("{header}.{claims}"),
        format!("{token}."),
        format!("{token}.x"),
        format!(".{token}"),
        format!("{token}="),
        format!(" {token}"),
        format!("{header}.{claims}.{signature}é"),
        format!("{}.{claims}.{signature}", base64url::encode("[]").unwrap()),
        format!("{header}.{}.{signature}", "A".repeat(MAX_TOKEN_BYTES)),
    ];
    for token in bad {
        assert_eq!(verify(&token, &public, &RULES), Err(JwtError::Malformed), "{token}");
    }
    assert_eq!(peek("a.b.c"), None);
    // Extensions that we do not understand (RFC 7515 §4.1.11), signed all the same.
    let header = base64url::encode(r#"{"alg":"EdDSA","crit":["b64"],"b64":false}"#).unwrap();
    let signed = format!("{header}.{claims}");
    let signature = base64url::encode(key.signature(signed.as_bytes()).unwrap()).unwrap();
    let token = format!("{signed}.{signature}");
    assert_eq!(verify(&token, &public, &RULES), Err(JwtError::Malformed));
}

#[test]
fn times_to_the_second() {
    let leeway = VerifyRules { leeway_seconds: 5, ..RULES };
    let cases = [
        (json!({"exp": NOW + 1}), None, None),
        (json!({"exp": NOW}), Some(JwtError::Expired), None),
        (json!({"exp": NOW - 4}), Some(JwtError::Expired), None),
        (json!({"exp": NOW - 5}), Some(JwtError::Expired), Some(JwtError::Expired)),
        (json!({"nbf": NOW}), None, None),
        (json!({"nbf": NOW + 1}), Some(JwtError::NotYetValid), None),
        (json!({"nbf": NOW + 5}), Some(JwtError::NotYetValid), None),
        (json!({"nbf": NOW + 6}), Some(JwtError::NotYetValid), Some(JwtError::NotYetValid)),
        (json!({"iat": NOW + 5}), Some(JwtError::NotYetValid), None),
        (json!({"iat": NOW + 6}), Some(JwtError::NotYetValid), Some(JwtError::NotYetValid)),
        (json!({"iat": "-"}), None, None),
        // Fractions are allowed, and cut.
        (json!({"exp": 1_900_000_000.9}), Some(JwtError::Expired), None),
        (json!({"exp": 1_900_000_001.5}), None, None),
        (json!({"exp": i64::MAX}), None, None),
        (json!({"exp": u64::MAX}), Some(JwtError::Malformed), Some(JwtError::Malformed)),
        (json!({"exp": i64::MIN}), Some(JwtError::Expired), Some(JwtError::Expired)),
        (json!({"exp": 1e300}), Some(JwtError::Malformed), Some(JwtError::Malformed)),
        (json!({"exp": "1900000060"}), Some(JwtError::Malformed), Some(JwtError::Malformed)),
        (json!({"exp": null}), Some(JwtError::Malformed), Some(JwtError::Malformed)),
        (json!({"nbf": true}), Some(JwtError::Malformed), Some(JwtError::Malformed)),
    ];
    for (changes, strict, lenient) in cases {
        assert_eq!(with(&changes, &RULES).err(), strict, "{changes}");
        assert_eq!(with(&changes, &leeway).err(), lenient, "{changes} with leeway");
    }
    let missing = with(&json!({"exp": "-"}), &RULES);
    assert_eq!(missing, Err(JwtError::MissingClaim("exp")));
}

#[test]
fn issuers_and_audiences() {
    let cases = [
        (json!({"iss": "https://iam.example/"}), Some(JwtError::WrongIssuer)),
        (json!({"iss": ["https://iam.example"]}), Some(JwtError::Malformed)),
        (json!({"iss": "-"}), Some(JwtError::MissingClaim("iss"))),
        (json!({"aud": ["x", "other"]}), None),
        (json!({"aud": ["x"]}), Some(JwtError::WrongAudience)),
        (json!({"aud": []}), Some(JwtError::WrongAudience)),
        (json!({"aud": "API"}), Some(JwtError::WrongAudience)),
        (json!({"aud": ["api", 1]}), Some(JwtError::Malformed)),
        (json!({"aud": {"api": 1}}), Some(JwtError::Malformed)),
        (json!({"aud": "-"}), Some(JwtError::MissingClaim("aud"))),
    ];
    for (changes, expected) in cases {
        assert_eq!(with(&changes, &RULES).err(), expected, "{changes}");
    }
    let free = VerifyRules { issuers: None, audiences: None, ..RULES };
    assert!(with(&json!({"iss": "-", "aud": "-"}), &free).is_ok());
    let nobody = VerifyRules { audiences: Some(&[]), ..RULES };
    assert_eq!(with(&json!({}), &nobody).err(), Some(JwtError::WrongAudience));
}

#[test]
fn types() {
    let key = key(SigningAlgorithm::EdDsa);
    let public = key.verifying_key().unwrap();
    for (typ, accepted) in [("JWT", true), ("jwt", true), ("AT+JWT", true), ("rt+jwt", false)] {
        let token = key.sign(typ, &good()).unwrap();
        let result = verify(&token, &public, &RULES);
        assert_eq!(result.err(), (!accepted).then_some(JwtError::WrongType), "{typ}");
    }
}

#[test]
fn a_cached_signature_does_not_outlive_the_token() {
    let key = key(SigningAlgorithm::EdDsa);
    let token = key.sign("JWT", &good()).unwrap();
    let cached = authenticate(&token, &key.verifying_key().unwrap()).unwrap();
    assert_eq!(check(&cached, &RULES), Ok(()));
    let later = VerifyRules { now_seconds: NOW + 60, ..RULES };
    assert_eq!(check(&cached, &later), Err(JwtError::Expired));
}
