//! `/auth/refresh` (contracts/idah.md, "Auth endpoints").

pub mod refresh;
