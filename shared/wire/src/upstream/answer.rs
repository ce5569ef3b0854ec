//! What the upstream answered, or why not.

use bytes::Bytes;
use http::Response;
use iam_domain::error::{Error, Result};
use iam_domain::ops::users::sync::Profile;
use serde_json::Value;

use super::claims;

/// Seconds after which a caller may try again when the upstream does not answer as it should.
const RETRY_AFTER: u32 = 30;

/// A body that must be JSON.
pub(super) fn json(what: &str, answer: &Response<Bytes>) -> Result<Value> {
    serde_json::from_slice(answer.body()).map_err(|_| down(format!("{what}: the answer is not JSON")))
}

/// A body that must be a person's claims.
pub(super) fn profile(what: &str, answer: &Response<Bytes>, is_by_own_token: bool) -> Result<Profile> {
    let claims = json(what, answer)?;
    claims::profile(&claims, is_by_own_token)
        .map_err(|fault| down(format!("{what}: the answer is no profile: {fault}")))
}

/// The code of an OAuth error (RFC 6749 §5.2), if it looks like one. The rest of the answer is not for the log.
pub(super) fn oauth_error(answer: &Response<Bytes>) -> String {
    let document: Option<Value> = serde_json::from_slice(answer.body()).ok();
    let code = document.as_ref().and_then(|document| document.get("error")?.as_str());
    let is_code = |code: &&str| code.len() <= 40 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    code.filter(is_code).map(|code| format!(" ({code})")).unwrap_or_default()
}

/// An upstream that does not answer as it should; `cause` is for the log and holds no secret.
pub(super) fn down(cause: impl Into<String>) -> Error {
    Error::unavailable(RETRY_AFTER).context(format!("upstream login service, {}", cause.into()))
}
