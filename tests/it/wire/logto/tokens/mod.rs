//! Component `tokens`.

mod jwks;
mod openid_configuration;
mod token;
mod token_errors;
