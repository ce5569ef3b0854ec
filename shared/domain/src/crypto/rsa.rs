//! RSA-2048 key pairs.

use std::fmt;

use ::rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _, LineEnding};
use ::rsa::rand_core as legacy;
use ::rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use ::rsa::{BigUint, RsaPrivateKey};
use crypto_bigint::U1024;
use jwt_simple::algorithms::RS256PublicKey;
use jwt_simple::reexports::zeroize::Zeroizing;

use super::prime::{self, PrimeSearch};
use super::verifying::PublicKey;
use super::{CryptoError, Sensitive, VerifyingKey};
use crate::rng::Rng;

/// Lets the `rsa` crate, which is on an older `rand_core`, draw from our generator.
pub(super) struct LegacyRng<'a>(pub &'a dyn Rng);

impl legacy::RngCore for LegacyRng<'_> {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        self.0.fill(dest);
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), legacy::Error> {
        self.0.fill(dest);
        Ok(())
    }
}

impl legacy::CryptoRng for LegacyRng<'_> {}

/// A fresh RSA-2048 key pair. `Debug` shows nothing of it.
pub struct RsaKeyPair {
    key: RsaPrivateKey,
}

impl RsaKeyPair {
    /// The private key as PKCS#1 PEM (`-----BEGIN RSA PRIVATE KEY-----`, RFC 8017 §A.1.2), lines of 64
    /// characters ended by `\n`: the form of key files.
    pub fn private_pem(&self) -> Result<Sensitive<String>, CryptoError> {
        private_pem(&self.key)
    }

    /// The public half, to be stored with [`VerifyingKey::to_stored`].
    pub fn verifying_key(&self) -> Result<VerifyingKey, CryptoError> {
        let [n, e] = [self.key.n(), self.key.e()].map(BigUint::to_bytes_be);
        let key = RS256PublicKey::from_components(&n, &e);
        let key = PublicKey::rs256(key.map_err(|_| CryptoError::InvalidKey)?)?;
        Ok(VerifyingKey::new(None, key))
    }
}

impl fmt::Debug for RsaKeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RsaKeyPair([redacted])")
    }
}

/// Reads a private key from PKCS#1 or PKCS#8 PEM and validates it.
pub(super) fn parse_private(pem: &str) -> Result<RsaPrivateKey, CryptoError> {
    use ::rsa::pkcs8::DecodePrivateKey as _;
    let pem = pem.trim();
    RsaPrivateKey::from_pkcs1_pem(pem)
        .or_else(|_| RsaPrivateKey::from_pkcs8_pem(pem))
        .map_err(|_| CryptoError::InvalidKey)
}

pub(super) fn private_pem(key: &RsaPrivateKey) -> Result<Sensitive<String>, CryptoError> {
    let pem = key.to_pkcs1_pem(LineEnding::LF);
    let pem = pem.map_err(|_| CryptoError::InvalidKey)?;
    Ok(Sensitive::new(pem.as_str().to_owned()))
}

/// Pairs that may be refused in a row. Each is by chance about once in 2^99, so more mean a broken
/// generator.
const MAX_PAIRS: u32 = 4;

/// Makes an RSA key pair with a modulus of 2048 bits and exponent 65537 (FIPS 186-5 §A.1.3).
///
/// The search takes about 100 steps. Before each, `yield_now` is awaited, so that other requests of
/// the same instance run; the work between two yields is a few milliseconds.
///
/// Errors: [`CryptoError::KeySearchFailed`] if the generator keeps giving the same numbers.
pub async fn generate_rsa_2048(rng: &dyn Rng, yield_now: impl AsyncFn()) -> Result<RsaKeyPair, CryptoError> {
    let small_primes = prime::small_primes();
    for _ in 0..MAX_PAIRS {
        let p = find_prime(&small_primes, rng, &yield_now).await?;
        let q = find_prime(&small_primes, rng, &yield_now).await?;
        yield_now().await;
        if far_apart(&p, &q)
            && let Some(pair) = assemble(&p, &q)
        {
            return Ok(pair);
        }
    }
    Err(CryptoError::KeySearchFailed)
}

async fn find_prime(
    small_primes: &[u32],
    rng: &dyn Rng,
    yield_now: &impl AsyncFn(),
) -> Result<Zeroizing<U1024>, CryptoError> {
    let mut search = PrimeSearch::new();
    loop {
        yield_now().await;
        if let Some(found) = search.step(small_primes, rng) {
            return found.map(Zeroizing::new);
        }
    }
}

/// `|p - q| > 2^924` (FIPS 186-5 §A.1.3 step 5.4), or Fermat's method would factor the product.
fn far_apart(p: &U1024, q: &U1024) -> bool {
    let difference = if p > q { p.wrapping_sub(q) } else { q.wrapping_sub(p) };
    difference.bits() > 925
}

/// Computes modulus and private exponent, the inverse of e modulo lcm(p-1, q-1); the `rsa` crate
/// checks that they fit. `None` if the pair is not usable: d must exceed 2^1024 (§A.1.1).
fn assemble(p: &U1024, q: &U1024) -> Option<RsaKeyPair> {
    let [p, q] = [p, q].map(|prime| BigUint::from_bytes_be(prime.to_be_bytes().as_ref()));
    let key = RsaPrivateKey::from_p_q(p, q, BigUint::from(prime::PUBLIC_EXPONENT)).ok()?;
    (key.n().bits() == 2048 && key.d().bits() > 1024).then_some(RsaKeyPair { key })
}

#[cfg(test)]
#[path = "rsa_tests.rs"]
mod tests;
