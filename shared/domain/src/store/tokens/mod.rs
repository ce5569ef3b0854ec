//! Keys that sign tokens.

pub mod signing_keys;
