//! `/oauth/v2`: the token server that `EAZ_AUTH_SERVER` names (contracts/eazyrent.md, "Getting a token"). Its token endpoint
//! may hash a password, so it is in the component `logins`.

pub mod introspect;
pub mod keys;
pub mod openid_configuration;
pub mod revoke;

use iam_domain::ops::Caller;
use iam_wire::dialect::logto::LogtoOidc;
use iam_wire::dialect::oauth::Refusal;
use iam_wire::dialect::oauth::client::{self, Outcome};
use iam_wire::pipeline::Call;

/// Both endpoints take the same request: `token`, and client authentication.
async fn token_and_client(call: &Call<'_>) -> Outcome<(String, Caller)> {
    let form = match client::form(call, false).await? {
        Ok(form) => form,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let caller = match client::authenticate(call, &form).await? {
        Ok(caller) => caller,
        Err(refusal) => return Ok(Err(refusal)),
    };
    Ok(match form.get("token") {
        Some(token) => Ok((token.to_owned(), caller)),
        None => Err(Refusal::bad_request("invalid_request", "token is missing")),
    })
}

/// Tokens of every dialect can be inspected and revoked here.
fn issuers(call: &Call<'_>) -> [String; 2] {
    [call.origin().to_owned(), LogtoOidc::issuer(call.origin())]
}
