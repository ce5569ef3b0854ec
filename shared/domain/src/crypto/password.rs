//! Password hashing: argon2id (RFC 9106) in PHC strings.
//!
//! One hash takes about 19 MiB and, in a component, 50–110 ms without a pause: callers queue
//! hashes and never hash inside a transaction.

use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, MIN_SALT_LEN, Params, PasswordHasher, Version};
use subtle::ConstantTimeEq;

use super::CryptoError;
use crate::rng::Rng;

/// The longest password that is hashed, in bytes of UTF-8. Longer input is refused, not cut: cutting
/// would let different passwords match.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// The most memory that a stored hash may ask for, in KiB, and the most passes: a hash from an
/// import must not be able to stall or starve the instance.
const MAX_MEMORY_KIB: u32 = 128 * 1024;
const MAX_ITERATIONS: u32 = 16;
const MAX_LANES: u32 = 8;

const SALT_BYTES: usize = 16;

/// A hash that no password matches: right parameters, but a digest that was never computed.
/// Its parameters must be those of [`PasswordParams::CURRENT`] (a test compares them).
const ABSENT: &str = "$argon2id$v=19$m=19456,t=2,p=1$ZWRnZS1pYW0gYWJzZW50IQ\
                      $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The cost of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordParams {
    /// Memory in KiB (`m`).
    pub memory_kib: u32,
    /// Passes over the memory (`t`).
    pub iterations: u32,
    /// Lanes (`p`). A component has one thread, so more than one only helps an attacker.
    pub lanes: u32,
}

impl PasswordParams {
    /// What new hashes are made with: the first choice of OWASP's password storage cheat sheet.
    pub const CURRENT: Self = Self { memory_kib: 19_456, iterations: 2, lanes: 1 };

    /// Whether a hash made with `self` is cheaper to attack than one made with `other`.
    fn is_weaker_than(self, other: Self) -> bool {
        self.memory_kib < other.memory_kib || self.iterations < other.iterations || self.lanes != other.lanes
    }
}

impl Default for PasswordParams {
    fn default() -> Self {
        Self::CURRENT
    }
}

/// The outcome of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The password is the one that was hashed.
    pub matches: bool,
    /// The password matches, and its hash is weaker than today's parameters: hash it again and store
    /// the result. Never set without `matches`.
    pub needs_rehash: bool,
}

/// Hashes a password with the current parameters and a fresh salt of 16 bytes.
///
/// Returns a PHC string, `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`.
/// Errors: [`CryptoError::PasswordTooLong`], [`CryptoError::OutOfMemory`].
pub fn hash(password: &str, rng: &dyn Rng) -> Result<String, CryptoError> {
    hash_with(PasswordParams::CURRENT, password, rng)
}

/// [`hash`] with other parameters; for tests, and for operators who raise the cost.
///
/// Errors: as [`hash`], and [`CryptoError::InvalidHash`] for parameters that RFC 9106 forbids.
pub fn hash_with(params: PasswordParams, password: &str, rng: &dyn Rng) -> Result<String, CryptoError> {
    check_length(password)?;
    let mut salt = [0; SALT_BYTES];
    rng.fill(&mut salt);
    let params =
        Params::new(params.memory_kib, params.iterations, params.lanes, None).map_err(|_| CryptoError::InvalidHash)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|_| CryptoError::OutOfMemory)
}

/// Compares a password with a stored PHC string, at the cost which that string names.
///
/// Errors: [`CryptoError::PasswordTooLong`]; [`CryptoError::InvalidHash`] if the string is not
/// argon2id version 19, lacks salt or hash, or names an excessive cost; [`CryptoError::OutOfMemory`].
/// A wrong password is not an error.
pub fn verify(password: &str, phc: &str) -> Result<Verdict, CryptoError> {
    check_length(password)?;
    let Stored { salt, expected, params, cost } = Stored::parse(phc)?;
    let mut computed = vec![0; expected.len()];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), &salt, &mut computed)
        .map_err(|error| match error {
            argon2::Error::OutOfMemory => CryptoError::OutOfMemory,
            _ => CryptoError::InvalidHash,
        })?;
    let matches = bool::from(computed.ct_eq(expected.as_bytes()));
    let weak = cost.is_weaker_than(PasswordParams::CURRENT)
        || expected.len() < Params::DEFAULT_OUTPUT_LEN
        || salt.len() < SALT_BYTES;
    Ok(Verdict { matches, needs_rehash: matches && weak })
}

/// Whether [`verify`] can compare passwords with a PHC string that was made elsewhere.
///
/// Errors: [`CryptoError::InvalidHash`] as in [`verify`].
pub fn check_stored(phc: &str) -> Result<(), CryptoError> {
    let stored = Stored::parse(phc)?;
    // Parsing takes shorter salts, on which hashing fails.
    if stored.salt.len() < MIN_SALT_LEN { Err(CryptoError::InvalidHash) } else { Ok(()) }
}

/// Does the work of [`verify`] for a user who does not exist or has no password, so that the time
/// of the answer does not tell. The verdict is always "no match". A password that is too long to be
/// anybody's costs the same.
///
/// Errors: [`CryptoError::OutOfMemory`].
pub fn verify_absent(password: &str) -> Result<Verdict, CryptoError> {
    let hashed = password.get(..password.floor_char_boundary(MAX_PASSWORD_BYTES)).unwrap_or_default();
    verify(hashed, ABSENT)?;
    Ok(Verdict { matches: false, needs_rehash: false })
}

/// A PHC string taken apart.
struct Stored {
    salt: Salt,
    expected: Output,
    params: Params,
    cost: PasswordParams,
}

impl Stored {
    fn parse(phc: &str) -> Result<Self, CryptoError> {
        let stored = PasswordHash::new(phc).map_err(|_| CryptoError::InvalidHash)?;
        let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else {
            return Err(CryptoError::InvalidHash);
        };
        let algorithm = Algorithm::try_from(stored.algorithm.as_str());
        if algorithm != Ok(Algorithm::Argon2id) || stored.version != Some(Version::V0x13.into()) {
            return Err(CryptoError::InvalidHash);
        }
        let params = Params::try_from(&stored).map_err(|_| CryptoError::InvalidHash)?;
        let cost = PasswordParams { memory_kib: params.m_cost(), iterations: params.t_cost(), lanes: params.p_cost() };
        if cost.memory_kib > MAX_MEMORY_KIB || cost.iterations > MAX_ITERATIONS || cost.lanes > MAX_LANES {
            return Err(CryptoError::InvalidHash);
        }
        Ok(Self { salt, expected, params, cost })
    }
}

fn check_length(password: &str) -> Result<(), CryptoError> {
    if password.len() > MAX_PASSWORD_BYTES {
        return Err(CryptoError::PasswordTooLong);
    }
    Ok(())
}

#[cfg(test)]
#[path = "password_tests.rs"]
mod tests;
