//! Formats that no single API owns.

pub mod jsonapi;
pub mod picture;
