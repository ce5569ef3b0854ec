//! What both token servers publish: one key set, and documents that may be kept for a minute.

use http::StatusCode;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use iam_domain::error::Result;
use iam_domain::ops::tokens::keys;
use iam_wire::Reply;
use iam_wire::pipeline::Call;
use serde_json::{Value, json};

/// How long verifiers may keep a key set or a document. A new key signs at once, so it must not be long.
const CACHE: &str = "public, max-age=60";

/// Public keys (RFC 7517 §5). A key that does not exist yet is made, so that a verifier never sees an empty set.
pub async fn key_set(call: &Call<'_>) -> Result<Reply> {
    let settings = call.settings();
    for tokens in [&settings.eazyrent_tokens, &settings.logto_tokens] {
        keys::signing_key(call.services(), tokens.algorithm, &settings.signing_key_generation).await?;
    }
    let keys = keys::public_keys(call.services()).await?;
    cached(&json!({ "keys": keys }))
}

/// A document with how long it may be kept. Pages of any origin may read it: it has no secret, and tells everybody the same.
pub fn cached(document: &Value) -> Result<Reply> {
    let reply = Reply::json(StatusCode::OK, document)?;
    Ok(reply.header(CACHE_CONTROL, CACHE).header(ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
}
