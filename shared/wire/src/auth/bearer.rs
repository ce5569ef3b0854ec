//! Access tokens that we issued (RFC 6750, RFC 9068).

use iam_domain::error::Result;
use iam_domain::ops::{Acting, Caller, tokens};

use crate::app::App;
use crate::dialect::Kit;

/// The bearer of `token`: signature, type, time, issuer and audience by the token itself, then one statement for
/// everything that may have changed since.
pub(super) async fn caller(app: &App, kit: &dyn Kit, origin: &str, token: &str, acting: Acting) -> Result<Caller> {
    let accepted = kit.accepted_tokens(origin);
    let audiences: Vec<&str> = accepted.audiences.iter().map(String::as_str).collect();
    let (subject, _) = tokens::check(app.services(), token, &[accepted.issuer.as_str()], Some(&audiences)).await?;
    Caller::of_token(app.services(), &subject, acting).await
}
