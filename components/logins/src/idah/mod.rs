//! `/auth` and `/account/passwords` (contracts/idah.md, "Auth endpoints" and "Operations").

pub mod api_login;
pub mod login;
mod passwords;
pub mod passwords_change;
pub mod passwords_reset;
