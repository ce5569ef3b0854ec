//! `POST /account/passwords/request_reset`, `POST /account/passwords/reset`, `GET /account/passwords/token_valid`: for whoever
//! has forgotten the password, so without being logged in.

use http::{Method, StatusCode};
use iam_domain::error::{Error, Result};
use iam_domain::model::{Email, NewPassword};
use iam_domain::ops::credentials::passwords;
use iam_wire::dialect::idah::{Idah, choices, input, plain_not_found};
use iam_wire::pipeline::Call;
use iam_wire::shapes::jsonapi::{Attributes, wrapped};
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::json;

use super::passwords::new_password;

/// The one field `key`.
fn single(mut input: Attributes, key: &'static str) -> Result<String> {
    input.required(key).ok_or_else(|| input.into_error())
}

/// `{token, password}`.
fn token_and_password(mut input: Attributes) -> Result<(String, NewPassword)> {
    let token = input.required("token");
    match (token, new_password(&mut input, "password")) {
        (Some(token), Some(password)) => Ok((token, password)),
        _ => Err(input.into_error()),
    }
}

/// In the words of the contract.
fn told(error: Error) -> Error {
    match error.code() {
        "bad_code" => plain_not_found(Error::not_found("Token").reworded("Invalid password reset token")),
        "expired_code" => error.reworded("Password reset token expired"),
        _ => error,
    }
}

/// Mails a token for a new password. The answer is the same whether or not anybody has the address, or could have it.
async fn request_reset(call: &Call<'_>) -> Result<Reply> {
    let sent = single(input(call).await?, "email")?;
    if let Ok(email) = Email::parse("email", &sent) {
        passwords::forget(call.ctx(), &email, choices::MAILS).await?;
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Sets a new password with the token from that mail. Sessions go on.
async fn reset(call: &Call<'_>) -> Result<Reply> {
    let (token, password) = token_and_password(input(call).await?)?;
    passwords::reset(call.ctx(), &token, &password, choices::NEW_PASSWORD).await.map_err(told)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Whether a token is good.
async fn token_valid(call: &Call<'_>) -> Result<Reply> {
    let token = single(input(call).await?, "token")?;
    wrapped(json!({ "valid": passwords::is_good(call.ctx(), &token).await? }))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &Idah,
    routes: &[
        Route {
            op: "iam_passwords.request_reset",
            method: Method::POST,
            path: "/account/passwords/request_reset",
            need: Need::Public,
            handler: |call| Box::pin(request_reset(call)),
        },
        Route {
            op: "iam_passwords.reset",
            method: Method::POST,
            path: "/account/passwords/reset",
            need: Need::Public,
            handler: |call| Box::pin(reset(call)),
        },
        Route {
            op: "iam_passwords.token_valid",
            method: Method::GET,
            path: "/account/passwords/token_valid",
            need: Need::Public,
            handler: |call| Box::pin(token_valid(call)),
        },
    ],
};
