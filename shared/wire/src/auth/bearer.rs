//! Access tokens that we issued (RFC 6750, RFC 9068).

use iam_domain::error::Result;
use iam_domain::ops::tokens::access;
use iam_domain::ops::{Acting, Bearer, Caller, Services};
use serde_json::Value;

use crate::kit::Kit;
use crate::settings::Settings;

/// The bearer of `token`: signature, type, time, issuer and audience by the token itself, then one statement for
/// everything that may have changed since.
pub(super) async fn caller(
    services: &Services,
    settings: &Settings,
    kit: &dyn Kit,
    origin: &str,
    token: &str,
    acting: Acting,
) -> Result<Caller> {
    let accepted = kit.accepted_tokens(origin, settings);
    let audiences: Vec<&str> = accepted.audiences.iter().map(String::as_str).collect();
    let issuers = [accepted.issuer.as_str()];
    let (subject, claims) = access::check(services, token, &issuers, Some(&audiences)).await?;
    let scope = claims.get("scope").and_then(Value::as_str).unwrap_or_default();
    let bearer = Bearer { subject, source: kit.authority(scope, settings) };
    Caller::of_token(services, &bearer, acting).await
}
