use serde_json::json;

use super::*;
use crate::crypto::testing::{RSA_PEM, SeededRng, ZeroRng};

fn one_of(algorithm: SigningAlgorithm, seed: u64) -> SigningKey {
    match algorithm {
        SigningAlgorithm::Rs256 => SigningKey::from_stored(algorithm, RSA_PEM, None).unwrap(),
        _ => SigningKey::generate(algorithm, &SeededRng::new(seed)).unwrap(),
    }
}

fn unb64(text: &str) -> Vec<u8> {
    base64url::decode(text).unwrap()
}

#[test]
fn algorithm_names() {
    for algorithm in SigningAlgorithm::ALL {
        assert_eq!(SigningAlgorithm::from_name(algorithm.name()), Some(algorithm));
    }
    for other in ["none", "HS256", "eddsa", "ES384", "RS512", "PS256", ""] {
        assert_eq!(SigningAlgorithm::from_name(other), None);
    }
}

/// RFC 8037 §A.4 and §A.3 (thumbprint).
#[test]
fn ed25519_signs_the_rfc_example() {
    let seed: [u8; 32] = unb64("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").try_into().unwrap();
    let key = ed25519::from_seed(&seed).unwrap();
    let key = SigningKey::with_thumbprint(key.into()).unwrap();
    assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let jwk = key.public_jwk().unwrap();
    assert_eq!(jwk["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = unb64("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    assert_eq!(key.signature(message).unwrap(), signature);
    assert!(key.verifying_key().unwrap().accepts(message, &signature));
}

/// RFC 8410 §10.3, and the same key as jwt-simple wrote it: the private half, and the public one behind it.
#[test]
fn ed25519_keys_are_read_as_openssl_and_earlier_versions_wrote_them() {
    const RFC: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
        -----END PRIVATE KEY-----\n";
    let read = |pem: &str| SigningKey::from_stored(SigningAlgorithm::EdDsa, pem, None);
    let key = read(RFC).unwrap();
    assert_eq!(key.to_stored().unwrap().expose(), RFC);
    let pair = jwt_simple::algorithms::Ed25519KeyPair::from_pem(RFC).unwrap();
    assert_eq!(key.kid(), pair.public_key().jwk_thumbprint());
    for pem in [pair.to_pem(), RFC.replace('\n', "\r\n"), format!("  \n{RFC}\n")] {
        let again = read(&pem).unwrap();
        assert_eq!((again.kid(), again.public_jwk()), (key.kid(), key.public_jwk()), "{pem}");
    }
    let zeros = base64_pem(&[0; 32], &[0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]);
    let x25519 = base64_pem(&[1; 32], &[0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20]);
    let long = base64_pem(&[1; 33], &[0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]);
    let short = base64_pem(&[1; 31], &[0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]);
    let unended = RFC.replace("END", "BEGIN");
    for wrong in ["", "x", &RFC[..60], &unended, &zeros, &x25519, &long, &short] {
        assert_eq!(read(wrong).err(), Some(CryptoError::InvalidKey), "{wrong}");
    }
}

fn base64_pem(seed: &[u8], head: &[u8]) -> String {
    use jwt_simple::reexports::ct_codecs::{Base64, Encoder as _};
    let body = Base64::encode_to_string([head, seed].concat()).unwrap();
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
}

/// RFC 6979 §A.2.5, P-256 with SHA-256, message "sample".
#[test]
fn es256_signs_the_rfc_example() {
    let bytes = [
        0xC9, 0xAF, 0xA9, 0xD8, 0x45, 0xBA, 0x75, 0x16, 0x6B, 0x5C, 0x21, 0x57, 0x67, 0xB1, 0xD6, 0x93, 0x4E, 0x50,
        0xC3, 0xDB, 0x36, 0xE8, 0x9B, 0x12, 0x7B, 0x8A, 0x62, 0x2B, 0x12, 0x0F, 0x67, 0x21,
    ];
    let key = ES256KeyPair::from_bytes(&bytes).unwrap();
    let key = SigningKey::with_thumbprint(key.into()).unwrap();
    let signature = super::super::secret::hex(&key.signature(b"sample").unwrap());
    assert_eq!(
        signature.to_uppercase(),
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716\
         F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
    );
}

/// RFC 7515 §A.2.
#[test]
fn rs256_signs_the_rfc_example() {
    let key = one_of(SigningAlgorithm::Rs256, 0);
    let message = b"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly\
        9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let signature = unb64(
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5\
         jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb\
         1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO\
         YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
    );
    assert_eq!(key.signature(message).unwrap(), signature);
    assert!(key.verifying_key().unwrap().accepts(message, &signature));
}

#[test]
fn stored_keys_come_back_the_same() {
    for algorithm in SigningAlgorithm::ALL {
        let key = one_of(algorithm, 7);
        let stored = key.to_stored().unwrap();
        assert!(stored.expose().ends_with("-----\n") || stored.expose().ends_with("-----"));
        let again = SigningKey::from_stored(algorithm, stored.expose(), None).unwrap();
        assert_eq!(again.algorithm(), algorithm);
        assert_eq!(again.kid(), key.kid());
        let claims = json!({"a": 1});
        assert_eq!(again.sign("JWT", &claims), key.sign("JWT", &claims));
        let named = SigningKey::from_stored(algorithm, stored.expose(), Some("k-1")).unwrap();
        assert_eq!(named.kid(), "k-1");
        assert_eq!(named.public_jwk().unwrap()["kid"], "k-1");
        for other in SigningAlgorithm::ALL {
            let read = SigningKey::from_stored(other, stored.expose(), None);
            assert_eq!(read.is_ok(), other == algorithm, "{other:?}");
        }
    }
    for bad in ["", "x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
        for algorithm in SigningAlgorithm::ALL {
            let read = SigningKey::from_stored(algorithm, bad, None);
            assert_eq!(read.err(), Some(CryptoError::InvalidKey));
        }
    }
}

#[test]
fn public_halves_round_trip_and_have_the_members_of_a_key_set() {
    for algorithm in SigningAlgorithm::ALL {
        let key = one_of(algorithm, 8);
        let jwk = key.public_jwk().unwrap();
        assert_eq!(jwk["alg"], algorithm.name());
        assert_eq!(jwk["use"], "sig");
        assert_eq!(jwk["kid"], key.kid());
        let mut members: Vec<_> = jwk.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        let expected: &[&str] = match algorithm {
            SigningAlgorithm::EdDsa => &["alg", "crv", "kid", "kty", "use", "x"],
            SigningAlgorithm::Es256 => &["alg", "crv", "kid", "kty", "use", "x", "y"],
            SigningAlgorithm::Rs256 => &["alg", "e", "kid", "kty", "n", "use"],
        };
        assert_eq!(members, expected);

        let signature = key.signature(b"m").unwrap();
        let from_jwk = VerifyingKey::from_jwk(&jwk).unwrap();
        let stored = VerifyingKey::from_stored(&from_jwk.to_stored()).unwrap();
        assert_eq!(stored.to_jwk(), jwk);
        for public in [key.verifying_key().unwrap(), from_jwk, stored] {
            assert_eq!(public.algorithm(), algorithm);
            assert_eq!(public.kid(), Some(key.kid()));
            assert!(public.accepts(b"m", &signature));
            assert!(!public.accepts(b"n", &signature));
            assert!(!public.accepts(b"m", &signature[1..]));
            assert!(!public.accepts(b"m", &[]));
        }
    }
}

#[test]
fn public_keys_are_read_from_spki_pem() {
    let key = one_of(SigningAlgorithm::Es256, 9);
    let PrivateKey::Es256(pair) = &key.key else {
        panic!();
    };
    let pem = pair.public_key().to_pem().unwrap();
    let public = VerifyingKey::from_stored(&pem).unwrap().with_kid("k");
    assert_eq!((public.algorithm(), public.kid()), (SigningAlgorithm::Es256, Some("k")));
    let PrivateKey::Rs256(pair) = one_of(SigningAlgorithm::Rs256, 0).key else {
        panic!();
    };
    let public = VerifyingKey::from_stored(&pair.parsed.public_key().to_pem().unwrap()).unwrap();
    assert_eq!(public.algorithm(), SigningAlgorithm::Rs256);
    let PrivateKey::EdDsa(pair) = one_of(SigningAlgorithm::EdDsa, 1).key else {
        panic!();
    };
    let public = VerifyingKey::from_stored(&ed25519::public(&pair).unwrap().to_pem()).unwrap();
    assert_eq!(public.algorithm(), SigningAlgorithm::EdDsa);
}

#[test]
fn unsuitable_public_keys_are_refused() {
    let private = json!({"kty": "OKP", "crv": "Ed25519",
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    let mut short_rsa = one_of(SigningAlgorithm::Rs256, 0).public_jwk().unwrap();
    let n = short_rsa["n"].as_str().unwrap()[..171].to_owned();
    short_rsa["n"] = Value::from(n);
    let mut other_alg = one_of(SigningAlgorithm::Es256, 1).public_jwk().unwrap();
    other_alg["alg"] = Value::from("ES384");
    let bad = [
        private,
        short_rsa,
        other_alg,
        json!({"kty": "oct", "k": "AAAA"}),
        json!({"kty": "EC", "crv": "P-384"}),
        json!({}),
        json!([]),
    ];
    for jwk in bad {
        let read = VerifyingKey::from_jwk(&jwk);
        assert_eq!(read.err(), Some(CryptoError::InvalidKey), "{jwk}");
    }
    for text in ["", "{", "-----BEGIN PUBLIC KEY-----", RSA_PEM] {
        assert!(VerifyingKey::from_stored(text).is_err());
    }
}

#[test]
fn generation_is_repeatable_and_ends_on_a_broken_generator() {
    for algorithm in [SigningAlgorithm::EdDsa, SigningAlgorithm::Es256] {
        let [one, two, three] = [1, 1, 2].map(|seed| one_of(algorithm, seed));
        assert_eq!(one.kid(), two.kid());
        assert_ne!(one.kid(), three.kid());
        let broken = SigningKey::generate(algorithm, &ZeroRng);
        assert_eq!(broken.err(), Some(CryptoError::KeySearchFailed));
    }
    let rsa = SigningKey::generate(SigningAlgorithm::Rs256, &SeededRng::new(1));
    assert_eq!(rsa.err(), Some(CryptoError::UnsupportedAlgorithm));
}

/// Claims in an order of their own, which is not the alphabet's.
#[derive(Serialize)]
struct Own {
    #[serde(rename = "urn:zitadel:iam:user:resourceowner:id")]
    owner: &'static str,
    sub: &'static str,
    exp: i64,
}

#[test]
fn tokens_hold_exactly_the_given_claims() {
    let key = one_of(SigningAlgorithm::EdDsa, 3);
    let claims = Own { owner: "7", sub: "1", exp: 1 };
    let text = r#"{"urn:zitadel:iam:user:resourceowner:id":"7","sub":"1","exp":1}"#;
    let token = key.sign("at+jwt", &claims).unwrap();
    let parts: Vec<_> = token.split('.').map(unb64).collect();
    let header = format!(r#"{{"alg":"EdDSA","kid":"{}","typ":"at+jwt"}}"#, key.kid());
    assert_eq!(parts[0], header.as_bytes());
    assert_eq!(parts[1], text.as_bytes());
    assert_eq!(parts.len(), 3);
    for bad in [json!([1]), json!("text"), json!(null), json!(1)] {
        assert_eq!(key.sign("JWT", &bad), Err(CryptoError::InvalidClaims));
    }
}

#[test]
fn debug_and_errors_show_no_secret() {
    for algorithm in SigningAlgorithm::ALL {
        let key = one_of(algorithm, 4);
        let stored = key.to_stored().unwrap();
        let secret = stored.expose().lines().nth(1).unwrap();
        for shown in [format!("{key:?}"), format!("{stored:?}"), format!("{key:#?}")] {
            assert!(!shown.contains(&secret[..16]), "{shown}");
        }
        assert!(format!("{key:?}").contains(key.kid()));
    }
}

#[test]
fn keys_on_p256_that_were_made_elsewhere() {
    let own = SigningKey::generate(SigningAlgorithm::Es256, &SystemRng).unwrap();
    let pkcs8 = own.to_stored().unwrap();
    let sec1 = p256::SecretKey::from_pem(pkcs8.expose()).unwrap().to_sec1_pem(p256::pkcs8::LineEnding::LF).unwrap();
    let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    for pem in
        [pkcs8.expose().clone(), format!(" \n{}\n", pkcs8.expose()), sec1.to_string(), format!("{parameters}{}", *sec1)]
    {
        let read = SigningKey::es256_from_foreign(&pem).unwrap();
        assert_eq!((read.kid(), read.algorithm()), (own.kid(), SigningAlgorithm::Es256));
        assert_eq!(read.public_jwk().unwrap(), own.public_jwk().unwrap());
    }
    let other = SigningKey::generate(SigningAlgorithm::EdDsa, &SystemRng).unwrap().to_stored().unwrap();
    let cut = pkcs8.expose().get(..80).unwrap();
    for wrong in ["", "x", parameters, other.expose().as_str(), cut] {
        assert!(SigningKey::es256_from_foreign(wrong).is_err(), "{wrong}");
    }
}
