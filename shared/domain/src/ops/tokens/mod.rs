//! Tokens that we issue: made, checked, described, revoked, and the keys behind them.

pub mod access;
pub mod introspect;
pub mod keys;
pub mod revoke;
