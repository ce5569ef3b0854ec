//! `POST /account/passwords/change`.

use http::{Method, StatusCode};
use iam_domain::error::{Error, Result};
use iam_domain::model::NewPassword;
use iam_domain::ops::credentials::passwords;
use iam_domain::policy::Action;
use iam_wire::dialect::idah::{Idah, choices, input};
use iam_wire::pipeline::Call;
use iam_wire::shapes::jsonapi::Attributes;
use iam_wire::{Need, Reply, Route, Routes};

use super::passwords::new_password;

/// `{current_password, new_password}`.
fn current_and_new(mut input: Attributes) -> Result<(String, NewPassword)> {
    let current = input.required("current_password");
    match (current, new_password(&mut input, "new_password")) {
        (Some(current), Some(new)) => Ok((current, new)),
        _ => Err(input.into_error()),
    }
}

/// In the words of the contract.
fn told(error: Error) -> Error {
    if error.code() == "wrong_password" { error.reworded("Old password is incorrect") } else { error }
}

/// Changes the caller's password; sessions go on. For callers who may not even see their own account it is refused: who
/// reaches any reaches that.
async fn change(call: &Call<'_>) -> Result<Reply> {
    let (current, new) = current_and_new(input(call).await?)?;
    call.ctx().reach(Action::UserRead)?;
    passwords::change(call.ctx(), &current, || Ok(new), choices::NEW_PASSWORD).await.map_err(told)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &Idah,
    routes: &[Route {
        op: "iam_passwords.change",
        method: Method::POST,
        path: "/account/passwords/change",
        need: Need::Caller,
        handler: |call| Box::pin(change(call)),
    }],
};
