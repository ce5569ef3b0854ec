//! Access tokens that we issued (RFC 6750, RFC 9068).

use iam_domain::error::Result;
use iam_domain::ops::{Acting, Caller, tokens};
use serde_json::Value;

use crate::app::App;
use crate::dialect::AcceptedTokens;

/// Scope of the management resource that allows everything there is to it (contracts/logto.md, "Auth").
const MANAGEMENT_SCOPE: &str = "all";

/// The bearer of `token`: signature, type, time, issuer and audience by the token itself, then one statement for
/// everything that may have changed since.
pub(super) async fn caller(app: &App, accepted: &AcceptedTokens, token: &str, acting: Acting) -> Result<Caller> {
    let audiences: Vec<&str> = accepted.audiences.iter().map(String::as_str).collect();
    let issuers = [accepted.issuer.as_str()];
    let (mut subject, claims) = tokens::check(app.services(), token, &issuers, Some(&audiences)).await?;
    let scope = claims.get("scope").and_then(Value::as_str).unwrap_or_default();
    subject.manages = accepted.manages.clone().filter(|_| scope.split(' ').any(|word| word == MANAGEMENT_SCOPE));
    Caller::of_token(app.services(), &subject, acting).await
}
