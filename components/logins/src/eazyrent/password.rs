//! `POST /iam/v1/users/me/password/`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::credentials::passwords;
use iam_wire::dialect::eazyrent::{EazyRent, choices};
use iam_wire::http::body::{self, Fields};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::Value;

use super::{Sent, sent, verbatim};

/// `ChangePassword`.
fn change_password(body: Option<Value>) -> Result<(String, Sent)> {
    let mut fields = Fields::of(body)?;
    let current = fields.required("current_password", verbatim);
    match (current, sent(&mut fields)) {
        (Some(current), Some(sent)) => Ok((current, sent)),
        _ => Err(fields.into_error()),
    }
}

/// Changes the caller's password. Other sessions end.
async fn change(call: &Call<'_>) -> Result<Reply> {
    let (current, sent) = change_password(body::json(&call.body().await?)?)?;
    passwords::change(call.ctx(), &current, || sent.check(), choices::NEW_PASSWORD).await?;
    Reply::json(StatusCode::ACCEPTED, &())
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[Route {
        op: "passwords.change",
        method: Method::POST,
        path: "/iam/v1/users/me/password/",
        need: Need::Caller,
        handler: |call| Box::pin(change(call)),
    }],
};
