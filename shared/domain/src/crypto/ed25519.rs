//! Private keys on Ed25519 (RFC 8032), read and written as PKCS#8.
//!
//! jwt-simple's key of this kind brings a second implementation of the curve with tables of its own, and signs in three times
//! the time; so ed25519-dalek alone holds the private half. Public keys are read and described by jwt-simple.

use ed25519_dalek::SigningKey;
use jwt_simple::algorithms::Ed25519PublicKey;
use jwt_simple::reexports::ct_codecs::{Base64, Decoder as _, Encoder as _};
use jwt_simple::reexports::zeroize::Zeroize as _;

use super::{CryptoError, Sensitive};

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

const SEED: usize = 32;

/// What comes before the seed in PKCS#8 of version 0 without attributes (RFC 5958 §2, RFC 8410 §7), which OpenSSL writes.
const HEAD: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// The key of a seed; `None` for zeros, which a broken generator gives.
pub(super) fn from_seed(seed: &[u8; SEED]) -> Option<SigningKey> {
    seed.iter().any(|byte| *byte != 0).then(|| SigningKey::from_bytes(seed))
}

/// Reads the first private key of a PEM text.
pub(super) fn from_pem(pem: &str) -> Option<SigningKey> {
    let (body, _) = pem.split_once(BEGIN)?.1.split_once(END)?;
    let mut der = [0; HEAD.len() + SEED];
    let length = Base64::decode(&mut der, body, Some(b"\r\n\t ")).map(<[u8]>::len);
    let seed = der.strip_prefix(&HEAD).filter(|_| length == Ok(HEAD.len() + SEED));
    let mut seed: Option<[u8; SEED]> = seed.and_then(|seed| seed.try_into().ok());
    let key = seed.as_ref().and_then(from_seed);
    der.zeroize();
    seed.zeroize();
    key
}

/// The key as PEM.
pub(super) fn to_pem(key: &SigningKey) -> Result<Sensitive<String>, CryptoError> {
    let mut der = [HEAD.as_slice(), key.as_bytes()].concat();
    let body = Base64::encode_to_string(&der).map_err(|_| CryptoError::InvalidKey);
    der.zeroize();
    let mut body = body?;
    let pem = format!("{BEGIN}\n{body}\n{END}\n");
    body.zeroize();
    Ok(Sensitive::new(pem))
}

/// The public half, as it is described.
pub(super) fn public(key: &SigningKey) -> Result<Ed25519PublicKey, CryptoError> {
    Ed25519PublicKey::from_bytes(key.verifying_key().as_bytes()).map_err(|_| CryptoError::InvalidKey)
}
