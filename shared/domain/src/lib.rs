//! The identity graph of edge-iam and its rules.
//!
//! Nothing in this crate knows HTTP, Spin or a dialect's wire format. [`model`] has the nouns, [`policy`] who may do
//! what, [`ops`] the verbs (authorize, check the rules, store, audit), [`store`] the SQL, [`crypto`] hashing, tokens
//! and keys.

pub mod clock;
pub mod crypto;
pub mod error;
pub mod model;
pub mod ops;
pub mod policy;
pub mod rng;
pub mod store;

pub use error::{Error, Result};
