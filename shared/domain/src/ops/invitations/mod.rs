//! Invitations into organizations. A user need not be known yet; who is accepts by name.

pub mod create;
pub mod end;
pub mod list;
pub mod send;
