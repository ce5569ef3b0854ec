//! Component `logins`.

mod activate;
mod password;
mod password_forgot;
pub mod password_texts;
mod token;
mod token_assertion;
mod token_assertion_faults;
mod token_claims;
mod token_clients;
mod token_networks;
mod token_password;
pub mod token_throttle;
