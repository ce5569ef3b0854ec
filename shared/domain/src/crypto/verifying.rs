//! Public keys that verify JSON Web Tokens.

use std::fmt;

use jwt_simple::algorithms::{ECDSAP256PublicKeyLike as _, ES256PublicKey, Ed25519PublicKey, RS256PublicKey};
use p256::ecdsa::signature::Verifier as _;
use rsa::pkcs1v15;
use serde_json::Value;

use super::CryptoError;
use super::algorithm::SigningAlgorithm;

pub(super) enum PublicKey {
    EdDsa(Box<Ed25519Key>),
    Es256(ES256PublicKey),
    Rs256(Box<RsaPublicKey>),
}

/// jwt-simple's key describes and exports itself; ed25519-dalek's verifies.
pub(super) struct Ed25519Key {
    parsed: Ed25519PublicKey,
    verifier: ed25519_dalek::VerifyingKey,
}

/// jwt-simple's key describes and exports itself; the `rsa` crate's verifies.
pub(super) struct RsaPublicKey {
    parsed: RS256PublicKey,
    verifier: pkcs1v15::VerifyingKey<rsa::sha2::Sha256>,
}

impl PublicKey {
    pub(super) fn ed25519(parsed: Ed25519PublicKey) -> Result<Self, CryptoError> {
        let verifier = parsed.to_bytes().try_into().ok();
        let verifier = verifier.and_then(|bytes| ed25519_dalek::VerifyingKey::from_bytes(&bytes).ok());
        // A weak key would accept signatures that nobody made.
        let verifier = verifier.filter(|key| !key.is_weak()).ok_or(CryptoError::InvalidKey)?;
        Ok(Self::EdDsa(Box::new(Ed25519Key { parsed, verifier })))
    }

    pub(super) fn rs256(parsed: RS256PublicKey) -> Result<Self, CryptoError> {
        let parts = parsed.to_components();
        let [n, e] = [&parts.n, &parts.e].map(|bytes| rsa::BigUint::from_bytes_be(bytes));
        let verifier = rsa::RsaPublicKey::new(n, e).map_err(|_| CryptoError::InvalidKey)?;
        let verifier = pkcs1v15::VerifyingKey::new(verifier);
        Ok(Self::Rs256(Box::new(RsaPublicKey { parsed, verifier })))
    }
}

/// A public key. Its type fixes the algorithm: what a token's header says is only compared with it.
pub struct VerifyingKey {
    kid: Option<String>,
    key: PublicKey,
}

impl VerifyingKey {
    pub(super) const fn new(kid: Option<String>, key: PublicKey) -> Self {
        Self { kid, key }
    }

    /// Reads the stored form of a public key: JWK text (as [`Self::to_stored`] writes it), or PEM of a
    /// `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7), which carries no key id.
    ///
    /// Errors: [`CryptoError::InvalidKey`] if it is malformed, weak or of an unknown type.
    pub fn from_stored(text: &str) -> Result<Self, CryptoError> {
        let text = text.trim();
        if text.starts_with('{') { Self::from_jwk_text(text) } else { Self::from_pem(text) }
    }

    /// Reads a public JWK (RFC 7517, RFC 8037 §2): `OKP` on Ed25519, `EC` on P-256, or `RSA` of 2048 to
    /// 4096 bits with exponent 65537. A JWK with private members is refused.
    pub fn from_jwk(jwk: &Value) -> Result<Self, CryptoError> {
        Self::from_jwk_text(&jwk.to_string())
    }

    fn from_jwk_text(text: &str) -> Result<Self, CryptoError> {
        #[derive(serde::Deserialize)]
        struct Head {
            kty: String,
            kid: Option<String>,
        }
        let head: Head = serde_json::from_str(text).map_err(|_| CryptoError::InvalidKey)?;
        let invalid = |_| CryptoError::InvalidKey;
        let key = match head.kty.as_str() {
            "OKP" => PublicKey::ed25519(Ed25519PublicKey::from_jwk(text).map_err(invalid)?)?,
            "EC" => PublicKey::Es256(ES256PublicKey::from_jwk(text).map_err(invalid)?),
            "RSA" => PublicKey::rs256(RS256PublicKey::from_jwk(text).map_err(invalid)?)?,
            _ => return Err(CryptoError::InvalidKey),
        };
        Ok(Self::new(head.kid, key))
    }

    fn from_pem(text: &str) -> Result<Self, CryptoError> {
        let key = if let Ok(key) = Ed25519PublicKey::from_pem(text) {
            PublicKey::ed25519(key)?
        } else if let Ok(key) = ES256PublicKey::from_pem(text) {
            PublicKey::Es256(key)
        } else {
            PublicKey::rs256(RS256PublicKey::from_pem(text).map_err(|_| CryptoError::InvalidKey)?)?
        };
        Ok(Self::new(None, key))
    }

    /// The key as a JWK: `kty`, the key's parameters, `alg`, `use: "sig"`, and `kid` if it has one.
    pub fn to_jwk(&self) -> Value {
        let text = match &self.key {
            PublicKey::EdDsa(key) => key.parsed.to_jwk(),
            PublicKey::Es256(key) => key.to_jwk(),
            PublicKey::Rs256(key) => key.parsed.to_jwk(),
        };
        let mut jwk: Value = serde_json::from_str(&text).unwrap_or_default();
        if let (Some(members), Some(kid)) = (jwk.as_object_mut(), &self.kid) {
            members.insert("kid".to_owned(), Value::from(kid.as_str()));
        }
        jwk
    }

    /// The JWK as text, to be stored.
    pub fn to_stored(&self) -> String {
        self.to_jwk().to_string()
    }

    /// The only algorithm that this key accepts.
    pub const fn algorithm(&self) -> SigningAlgorithm {
        match self.key {
            PublicKey::EdDsa(_) => SigningAlgorithm::EdDsa,
            PublicKey::Es256(_) => SigningAlgorithm::Es256,
            PublicKey::Rs256(_) => SigningAlgorithm::Rs256,
        }
    }

    /// The key's id, if it is known.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The same key under another id.
    #[must_use]
    pub fn with_kid(mut self, kid: &str) -> Self {
        self.kid = Some(kid.to_owned());
        self
    }

    /// Whether `signature` (RFC 7518 §3, RFC 8037 §3.1) is this key's for `message`.
    pub(super) fn accepts(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.key {
            // Strictly (RFC 8032 §8.4): a signature of one message is good for no other key.
            PublicKey::EdDsa(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verifier.verify_strict(message, &signature).is_ok()),
            PublicKey::Es256(key) => {
                let key: &p256::ecdsa::VerifyingKey = key.public_key().as_ref();
                p256::ecdsa::Signature::from_slice(signature)
                    .is_ok_and(|signature| key.verify(message, &signature).is_ok())
            }
            PublicKey::Rs256(key) => {
                use rsa::signature::Verifier as _;
                pkcs1v15::Signature::try_from(signature)
                    .is_ok_and(|signature| key.verifier.verify(message, &signature).is_ok())
            }
        }
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("algorithm", &self.algorithm())
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}
