//! `/iam/v1/users/activate/` and `/iam/v1/users/password/`: what people do with a code from a mail, so without being
//! logged in.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::Email;
use iam_domain::ops::credentials::passwords;
use iam_wire::dialect::eazyrent::{EazyRent, UserView, choices};
use iam_wire::http::body::{self, Fields};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::Value;

use super::{Sent, sent, verbatim};

/// `{code, new_password, new_password_confirmation}`.
fn code_and_password(body: Option<Value>) -> Result<(String, Sent)> {
    let mut fields = Fields::of(body)?;
    let code = fields.required("code", verbatim);
    match (code, sent(&mut fields)) {
        (Some(code), Some(sent)) => Ok((code, sent)),
        _ => Err(fields.into_error()),
    }
}

/// `{email}`.
fn address(body: Option<Value>) -> Result<Email> {
    let mut fields = Fields::of(body)?;
    let email = fields.required("email", Email::parse);
    email.ok_or_else(|| fields.into_error())
}

/// Sets the first password with the code of an invitation.
async fn activate(call: &Call<'_>) -> Result<Reply> {
    let (code, sent) = code_and_password(body::json(&call.body().await?)?)?;
    let user = passwords::activate(call.ctx(), &code, &sent.check()?).await?;
    Reply::json(StatusCode::OK, &UserView::new(user, call.origin()))
}

/// Mails a code for a new password. The answer is the same whether or not anybody has the address.
async fn forget(call: &Call<'_>) -> Result<Reply> {
    let email = address(body::json(&call.body().await?)?)?;
    passwords::forget(call.ctx(), &email, choices::MAILS).await?;
    Reply::json(StatusCode::ACCEPTED, &())
}

/// Sets a new password with the code from that mail.
async fn reset(call: &Call<'_>) -> Result<Reply> {
    let (code, sent) = code_and_password(body::json(&call.body().await?)?)?;
    passwords::reset(call.ctx(), &code, &sent.check()?, choices::NEW_PASSWORD).await?;
    Reply::json(StatusCode::ACCEPTED, &())
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "passwords.activate",
            method: Method::POST,
            path: "/iam/v1/users/activate/",
            need: Need::Public,
            handler: |call| Box::pin(activate(call)),
        },
        Route {
            op: "passwords.forget",
            method: Method::POST,
            path: "/iam/v1/users/password/forgot/",
            need: Need::Public,
            handler: |call| Box::pin(forget(call)),
        },
        Route {
            op: "passwords.reset",
            method: Method::POST,
            path: "/iam/v1/users/password/reset/",
            need: Need::Public,
            handler: |call| Box::pin(reset(call)),
        },
    ],
};
