//! Invitations into organizations.

pub mod read;
pub mod write;
