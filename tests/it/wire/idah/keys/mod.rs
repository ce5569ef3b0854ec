//! Component `keys`.

mod api_keys;
mod api_keys_create;
mod api_keys_filters;
mod api_keys_permissions;
mod api_keys_scope;
mod api_keys_update;
mod api_keys_used;
pub mod fixtures;
