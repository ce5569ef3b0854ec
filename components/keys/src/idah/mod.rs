//! `/api_keys` (contracts/idah.md, "API keys").

pub mod api_keys;
pub mod api_keys_permissions;
