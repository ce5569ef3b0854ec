//! Roles that callers define, and the scopes in them. Built-in roles are of neither family, so no statement here changes
//! one.

pub mod list;
pub mod read;
pub mod scopes;
pub mod write;
