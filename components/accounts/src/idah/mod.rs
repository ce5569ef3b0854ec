//! `/accounts` (contracts/idah.md, "Operations").

pub mod accounts;
pub mod change;
pub mod create;
pub mod invitations;
mod texts;
