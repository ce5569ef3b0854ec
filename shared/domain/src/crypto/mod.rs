//! Passwords, opaque tokens, JSON Web Tokens and key pairs.
//!
//! Everything here is a function of its arguments: randomness comes in as [`crate::rng::Rng`] and
//! time as seconds since the Unix epoch, so that tests can repeat a run. No error, `Debug` or
//! `Display` of this module contains a secret.

mod algorithm;
pub mod assertion;
mod base64url;
pub mod derived;
mod ed25519;
mod error;
pub mod jwt;
pub mod keys;
pub mod password;
mod prime;
pub mod rsa;
pub mod secret;
#[cfg(test)]
mod testing;
mod verifying;

pub use algorithm::SigningAlgorithm;
pub use assertion::{AssertionError, AssertionRules};
pub use error::CryptoError;
pub use jwt::{Claims, JwtError, Peeked, VerifyRules};
pub use keys::SigningKey;
pub use password::{PasswordParams, Verdict};
pub use rsa::{RsaKeyPair, generate_rsa_2048};
pub use secret::{Digest, Secret, Sensitive, TokenKind};
pub use verifying::VerifyingKey;
