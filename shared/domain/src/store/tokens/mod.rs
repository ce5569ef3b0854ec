//! Keys that sign tokens, and tokens that were revoked.

pub mod revoked;
pub mod signing_keys;
