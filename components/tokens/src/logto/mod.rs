//! `/oidc`: the token server of Logto (contracts/logto.md, "Tokens").

pub mod jwks;
pub mod openid_configuration;
pub mod token;
