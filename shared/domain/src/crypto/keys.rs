//! Private keys that sign JSON Web Tokens.
//!
//! jwt-simple parses, validates and exports the keys, but for private ones on Ed25519. The signature itself is made by the crate
//! behind its key type rather than by its `sign` methods: those add entropy of their own, which would
//! make a run unrepeatable, and want claims in their own structure. Ed25519 (RFC 8032) and ES256
//! (RFC 6979) signatures are deterministic here.

use std::fmt;

use jwt_simple::algorithms::{ECDSAP256KeyPairLike as _, ES256KeyPair, RS256KeyPair};
use jwt_simple::reexports::zeroize::Zeroize as _;
use p256::ecdsa::signature::Signer as _;
use rsa::pkcs1v15;
use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _};
use serde::Serialize;
use serde_json::Value;

use super::algorithm::SigningAlgorithm;
use super::verifying::PublicKey;
use super::{CryptoError, Sensitive, VerifyingKey, base64url, ed25519, rsa as rsa_keys};
use crate::rng::{Rng, SystemRng};

enum PrivateKey {
    EdDsa(Box<ed25519_dalek::SigningKey>),
    Es256(Box<ES256KeyPair>),
    Rs256(Box<RsaPrivateKey>),
}

impl From<ed25519_dalek::SigningKey> for PrivateKey {
    fn from(key: ed25519_dalek::SigningKey) -> Self {
        Self::EdDsa(Box::new(key))
    }
}

impl From<ES256KeyPair> for PrivateKey {
    fn from(parsed: ES256KeyPair) -> Self {
        Self::Es256(Box::new(parsed))
    }
}

/// jwt-simple's key describes and exports itself; the `rsa` crate's signs, blinded.
struct RsaPrivateKey {
    parsed: RS256KeyPair,
    signer: pkcs1v15::SigningKey<rsa::sha2::Sha256>,
}

/// A private key with its key id. `Debug` shows algorithm and id only.
pub struct SigningKey {
    kid: String,
    key: PrivateKey,
}

impl SigningKey {
    /// Makes a new key. Its id is the JWK thumbprint (RFC 7638, SHA-256): 43 characters of base64url.
    ///
    /// Errors: [`CryptoError::UnsupportedAlgorithm`] for RS256, whose key search takes long and has
    /// to yield: use [`super::generate_rsa_2048`] and [`SigningKey::from_stored`].
    pub fn generate(algorithm: SigningAlgorithm, rng: &dyn Rng) -> Result<Self, CryptoError> {
        let mut seed = [0; 32];
        // Only a zero seed or one above the group order is refused: at most once in 2^32 tries.
        for _ in 0..8 {
            rng.fill(&mut seed);
            let made = match algorithm {
                SigningAlgorithm::EdDsa => ed25519::from_seed(&seed).map(PrivateKey::from),
                SigningAlgorithm::Es256 => ES256KeyPair::from_bytes(&seed).ok().map(PrivateKey::from),
                SigningAlgorithm::Rs256 => return Err(CryptoError::UnsupportedAlgorithm),
            };
            seed.zeroize();
            if let Some(key) = made {
                return Self::with_thumbprint(key);
            }
        }
        Err(CryptoError::KeySearchFailed)
    }

    /// Reads a stored private key: PKCS#8 PEM, or PKCS#1 PEM for RSA, as [`Self::to_stored`] writes.
    ///
    /// `kid` is the key's id; `None` takes the thumbprint.
    /// Errors: [`CryptoError::InvalidKey`] if it is malformed, weak or of another algorithm.
    pub fn from_stored(algorithm: SigningAlgorithm, pem: &str, kid: Option<&str>) -> Result<Self, CryptoError> {
        let invalid = |_| CryptoError::InvalidKey;
        let key = match algorithm {
            SigningAlgorithm::EdDsa => ed25519::from_pem(pem).ok_or(CryptoError::InvalidKey)?.into(),
            SigningAlgorithm::Es256 => ES256KeyPair::from_pem(pem.trim()).map_err(invalid)?.into(),
            SigningAlgorithm::Rs256 => {
                // jwt-simple's reader checks size, exponent and consistency of the key.
                let parsed = RS256KeyPair::from_pem(pem).map_err(invalid)?;
                let signer = pkcs1v15::SigningKey::new(rsa_keys::parse_private(pem)?);
                PrivateKey::Rs256(Box::new(RsaPrivateKey { parsed, signer }))
            }
        };
        let mut key = Self::with_thumbprint(key)?;
        if let Some(kid) = kid {
            kid.clone_into(&mut key.kid);
        }
        Ok(key)
    }

    /// Reads a private key on P-256 that was made elsewhere: PEM of PKCS#8 (RFC 5958) or of SEC 1 (RFC 5915), the latter
    /// also behind a block of parameters, as OpenSSL writes it. Its id is the thumbprint.
    ///
    /// Errors: [`CryptoError::InvalidKey`].
    pub fn es256_from_foreign(pem: &str) -> Result<Self, CryptoError> {
        const SEC1: &str = "-----BEGIN EC PRIVATE KEY-----";
        let from = pem.find(SEC1).unwrap_or_default();
        let key = p256::SecretKey::from_pem(pem.get(from..).unwrap_or_default().trim());
        let mut scalar = key.map_err(|_| CryptoError::InvalidKey)?.to_bytes();
        let pair = ES256KeyPair::from_bytes(&scalar).map_err(|_| CryptoError::InvalidKey);
        scalar.zeroize();
        Self::with_thumbprint(pair?.into())
    }

    /// The private key as PEM: PKCS#8 (RFC 5958), or PKCS#1 (RFC 8017 §A.1.2) for RSA.
    pub fn to_stored(&self) -> Result<Sensitive<String>, CryptoError> {
        let invalid = |_| CryptoError::InvalidKey;
        match &self.key {
            PrivateKey::EdDsa(key) => return ed25519::to_pem(key),
            PrivateKey::Es256(key) => key.to_pem().map_err(invalid),
            PrivateKey::Rs256(key) => return rsa_keys::private_pem(key.signer.as_ref()),
        }
        .map(Sensitive::new)
    }

    /// The algorithm that this key signs with.
    pub const fn algorithm(&self) -> SigningAlgorithm {
        match self.key {
            PrivateKey::EdDsa(_) => SigningAlgorithm::EdDsa,
            PrivateKey::Es256(_) => SigningAlgorithm::Es256,
            PrivateKey::Rs256(_) => SigningAlgorithm::Rs256,
        }
    }

    /// The id that goes into the header of each token.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half.
    pub fn verifying_key(&self) -> Result<VerifyingKey, CryptoError> {
        let key = match &self.key {
            PrivateKey::EdDsa(key) => PublicKey::ed25519(ed25519::public(key)?)?,
            PrivateKey::Es256(key) => PublicKey::Es256(key.public_key()),
            PrivateKey::Rs256(key) => PublicKey::rs256(key.parsed.public_key())?,
        };
        Ok(VerifyingKey::new(Some(self.kid.clone()), key))
    }

    /// The public half as a JWK (RFC 7517): `kty`, the key's parameters, `alg`, `use: "sig"`, `kid`.
    pub fn public_jwk(&self) -> Result<Value, CryptoError> {
        Ok(self.verifying_key()?.to_jwk())
    }

    /// Makes a token (JWS compact serialisation, RFC 7515 §7.1) over exactly these claims: nothing is
    /// added, and members keep the order in which they serialise. The header is `alg`, `kid`, `typ`.
    ///
    /// `typ` is `JWT`, or `at+jwt` for access tokens (RFC 9068 §2.1).
    /// Errors: [`CryptoError::InvalidClaims`] if the claims are not a JSON object.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, CryptoError> {
        #[derive(Serialize)]
        struct Header<'a> {
            alg: &'a str,
            kid: &'a str,
            typ: &'a str,
        }
        let header = Header { alg: self.algorithm().name(), kid: &self.kid, typ };
        let header = serde_json::to_string(&header).map_err(|_| CryptoError::InvalidClaims)?;
        let claims = serde_json::to_string(claims).map_err(|_| CryptoError::InvalidClaims)?;
        if !claims.starts_with('{') {
            return Err(CryptoError::InvalidClaims);
        }
        let mut token = base64url::encode(header)?;
        token.push('.');
        token.push_str(&base64url::encode(claims)?);
        let signature = self.signature(token.as_bytes())?;
        token.push('.');
        token.push_str(&base64url::encode(signature)?);
        Ok(token)
    }

    /// The bare signature of a message, in the form of RFC 7518 §3 and RFC 8037 §3.1.
    pub(super) fn signature(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        match &self.key {
            PrivateKey::EdDsa(key) => Ok(key.sign(message).to_bytes().to_vec()),
            PrivateKey::Es256(key) => {
                let signer: &p256::ecdsa::SigningKey = key.key_pair().as_ref();
                let signature: p256::ecdsa::Signature =
                    signer.try_sign(message).map_err(|_| CryptoError::InvalidKey)?;
                Ok(signature.to_vec())
            }
            // Randomness only blinds the computation against timing attacks; it cancels out, so the
            // signature stays deterministic and need not come from an injected generator.
            PrivateKey::Rs256(key) => key
                .signer
                .try_sign_with_rng(&mut rsa_keys::LegacyRng(&SystemRng), message)
                .map(|signature| signature.to_vec())
                .map_err(|_| CryptoError::InvalidKey),
        }
    }

    fn with_thumbprint(key: PrivateKey) -> Result<Self, CryptoError> {
        let kid = match &key {
            PrivateKey::EdDsa(key) => ed25519::public(key)?.jwk_thumbprint(),
            PrivateKey::Es256(key) => key.jwk_thumbprint(),
            PrivateKey::Rs256(key) => key.parsed.jwk_thumbprint(),
        };
        Ok(Self { kid, key })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("algorithm", &self.algorithm())
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
