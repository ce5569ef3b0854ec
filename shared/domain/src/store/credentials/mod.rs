//! Credentials of service accounts, and API keys.

pub mod api_keys;
pub mod codes;
pub mod logins;
pub mod password_requests;
pub mod read;
pub mod secrets;
mod table;
pub mod write;

pub use table::API_KEYS;
