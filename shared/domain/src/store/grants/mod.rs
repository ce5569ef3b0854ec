//! Roles given to principals, in an organization or outside of any.

pub mod held;
pub mod read;
pub mod scopes;
pub mod write;
