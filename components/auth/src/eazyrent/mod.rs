//! `/oauth/v2`: the token server that `EAZ_AUTH_SERVER` names (contracts/eazyrent.md, "Getting a token").

mod claims;
pub mod inspection;
pub mod token;
