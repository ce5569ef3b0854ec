//! What can go wrong with keys, hashes and secrets.

use std::fmt;

/// A failure of key handling or hashing. Carries no data, so that nothing secret can leak by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CryptoError {
    /// The password has more than [`super::password::MAX_PASSWORD_BYTES`] bytes: the caller's fault.
    PasswordTooLong,
    /// A stored password hash cannot be read, or asks for more work than we are willing to do.
    InvalidHash,
    /// A key is malformed, weak, of another algorithm, or its halves do not match.
    InvalidKey,
    /// This key algorithm cannot do what was asked (RSA keys come from [`super::generate_rsa_2048`]).
    UnsupportedAlgorithm,
    /// The claims do not serialise to a JSON object.
    InvalidClaims,
    /// The memory for a password hash is not to be had now.
    OutOfMemory,
    /// The search for a prime did not end: the random generator is broken.
    KeySearchFailed,
}

impl fmt::Display for CryptoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PasswordTooLong => "the password is too long",
            Self::InvalidHash => "the stored password hash is not usable",
            Self::InvalidKey => "the key is not usable",
            Self::UnsupportedAlgorithm => "the algorithm is not supported here",
            Self::InvalidClaims => "the claims are not a JSON object",
            Self::OutOfMemory => "not enough memory to hash a password",
            Self::KeySearchFailed => "no prime number was found",
        })
    }
}

impl std::error::Error for CryptoError {}
