//! `/accounts` (contracts/idah.md, "Operations").

pub mod accounts;
mod accounts_attributes;
pub mod accounts_change;
pub mod accounts_create;
pub mod accounts_invitations;
