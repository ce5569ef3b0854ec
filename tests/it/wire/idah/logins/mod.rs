//! Component `logins`.

mod api_login;
pub mod fixtures;
mod login;
mod passwords_change;
mod passwords_fixtures;
mod passwords_graph;
mod passwords_networks;
mod passwords_request_reset;
mod passwords_reset;
mod passwords_rules;
mod passwords_token_valid;
