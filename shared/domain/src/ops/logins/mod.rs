//! Logging in: what is let in to try, what is compared, and the session that begins.

pub mod api_key;
pub(super) mod brake;
pub mod client;
pub mod password;
pub(super) mod throttle;
