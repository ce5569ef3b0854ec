use std::cell::Cell;

use serde_json::json;

use super::*;
use crate::crypto::testing::{RSA_PEM, SeededRng, ZeroRng, block_on};
use crate::crypto::{SigningAlgorithm, SigningKey};

fn generate(seed: u64) -> RsaKeyPair {
    block_on(generate_rsa_2048(&SeededRng::new(seed), async || {})).unwrap()
}

/// The nine integers of a PKCS#1 private key (RFC 8017 §A.1.2), by a reader of our own, so that the
/// output is not only checked by the library that wrote it.
fn integers(pem: &str) -> Vec<Vec<u8>> {
    use jwt_simple::reexports::ct_codecs::{Base64, Decoder};
    let mut lines: Vec<&str> = pem.split('\n').collect();
    assert_eq!(lines.pop(), Some(""));
    assert_eq!(lines.pop(), Some("-----END RSA PRIVATE KEY-----"));
    assert_eq!(lines.remove(0), "-----BEGIN RSA PRIVATE KEY-----");
    let last = lines.pop().unwrap();
    assert!(lines.iter().all(|line| line.len() == 64) && (1..=64).contains(&last.len()));
    let der = Base64::decode_to_vec(lines.concat() + last, None).unwrap();
    let (sequence, rest) = value(&der, 0x30);
    assert!(rest.is_empty());
    let mut rest = sequence;
    let mut integers = Vec::new();
    while !rest.is_empty() {
        let (integer, after) = value(rest, 0x02);
        integers.push(integer.to_vec());
        rest = after;
    }
    integers
}

/// One DER value of short or long form, and what follows it.
fn value(der: &[u8], tag: u8) -> (&[u8], &[u8]) {
    assert_eq!(der[0], tag);
    let (length, start) = match usize::from(der[1]) {
        short @ 0..=0x7f => (short, 2),
        long => {
            let end = 2 + (long & 0x7f);
            let length = der[2..end].iter().fold(0, |sum, b| sum << 8 | usize::from(*b));
            (length, end)
        }
    };
    der[start..].split_at(length)
}

#[test]
fn the_pair_signs_verifies_and_is_stored() {
    let pair = generate(1);
    let pem = pair.private_pem().unwrap();
    let signer = SigningKey::from_stored(SigningAlgorithm::Rs256, pem.expose(), Some("k")).unwrap();
    let token = signer.sign("JWT", &json!({"exp": 10})).unwrap();
    let stored = pair.verifying_key().unwrap().to_stored();
    let public = VerifyingKey::from_stored(&stored).unwrap();
    assert!(crate::crypto::jwt::authenticate(&token, &public).is_ok());
    assert_eq!(signer.to_stored().unwrap().expose(), pem.expose());
    let jwk = public.to_jwk();
    assert_eq!((&jwk["e"], &jwk["kty"]), (&json!("AQAB"), &json!("RSA")));
}

#[test]
fn the_pem_holds_a_sound_key_of_2048_bits() {
    let pem = generate(2).private_pem().unwrap();
    let numbers: Vec<BigUint> = integers(pem.expose()).iter().map(|bytes| BigUint::from_bytes_be(bytes)).collect();
    let [version, modulus, e, d, p, q, dp, dq, inverse] = &numbers[..] else {
        panic!("{} integers", numbers.len());
    };
    let one = BigUint::from(1_u32);
    assert_eq!(version, &BigUint::from(0_u32));
    assert_eq!(e, &BigUint::from(65_537_u32));
    assert_eq!(modulus, &(p * q));
    assert_eq!((modulus.bits(), p.bits(), q.bits()), (2048, 1024, 1024));
    assert!(d.bits() > 1024 && d < modulus);
    for (prime, exponent) in [(p, dp), (q, dq)] {
        let order = prime - &one;
        assert_eq!(&(d % &order), exponent);
        assert_eq!((e * d) % &order, one);
    }
    assert_eq!((inverse * q) % p, one);
    let difference = if p > q { p - q } else { q - p };
    assert!(difference.bits() > 924);
}

#[test]
fn the_same_seed_gives_the_same_key() {
    let [one, two, three] = [3, 3, 4].map(|seed| generate(seed).private_pem().unwrap());
    assert_eq!(one.expose(), two.expose());
    assert_ne!(one.expose(), three.expose());
}

#[test]
fn it_yields_before_every_step() {
    let yields = Cell::new(0);
    let count = async || yields.set(yields.get() + 1);
    block_on(generate_rsa_2048(&SeededRng::new(5), count)).unwrap();
    // At least: per prime a sieve, a candidate in two halves and the rounds.
    assert!(yields.get() > 2 * (1 + 2 + 6), "{}", yields.get());
}

#[test]
fn a_broken_generator_is_noticed() {
    let failed = block_on(generate_rsa_2048(&ZeroRng, async || {}));
    assert_eq!(failed.err(), Some(CryptoError::KeySearchFailed));
}

#[test]
fn primes_that_are_close_are_refused() {
    let p = U1024::MAX;
    assert!(!far_apart(&p, &p));
    for (bit, apart) in [(900, false), (924, false), (925, true), (1000, true)] {
        let q = p.wrapping_sub(&U1024::ONE.shl(bit));
        assert_eq!((far_apart(&p, &q), far_apart(&q, &p)), (apart, apart), "{bit}");
    }
}

#[test]
fn foreign_keys_are_validated() {
    assert!(parse_private(RSA_PEM).is_ok());
    // One digit changed inside the modulus: the parts no longer fit.
    let broken = RSA_PEM.replacen("AQEA", "AQEB", 1);
    assert_ne!(broken, RSA_PEM);
    assert!(parse_private(&broken).is_err());
    assert!(parse_private("").is_err());
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:?}", generate(6)), "RsaKeyPair([redacted])");
}
