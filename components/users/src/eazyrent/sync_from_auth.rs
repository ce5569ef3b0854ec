//! `/iam/v1/users/me/sync-from-auth/`.

use http::Method;
use iam_domain::error::Result;
use iam_domain::ops::users::sync::Whom;
use iam_wire::dialect::eazyrent::EazyRent;
use iam_wire::http::body::{self, Fields};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes, upstream};

/// The caller's own access token at the upstream, if the caller hands one in. The published client sends no body.
async fn access_token(call: &Call<'_>) -> Result<Option<String>> {
    let body = body::json(&call.body().await?)?;
    if body.as_ref().is_none_or(serde_json::Value::is_null) {
        return Ok(None);
    }
    let mut fields = Fields::of(body)?;
    let token = fields.optional("access_token", upstream::access_token);
    fields.check()?;
    Ok(token)
}

/// Copies the caller's particulars from the upstream login service.
async fn sync(call: &Call<'_>) -> Result<Reply> {
    let token = access_token(call).await?;
    upstream::sync(call, Whom::Own, token).await
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[Route {
        op: "users.sync",
        method: Method::POST,
        path: "/iam/v1/users/me/sync-from-auth/",
        need: Need::Caller,
        handler: |call| Box::pin(sync(call)),
    }],
};
