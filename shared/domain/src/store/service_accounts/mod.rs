//! Service accounts.

pub mod read;
pub mod write;
