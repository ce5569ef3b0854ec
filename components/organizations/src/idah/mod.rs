//! `/organizations` (contracts/idah.md, "Operations").

pub mod organizations;
