//! `PATCH /accounts/{token}/join`, `POST /accounts/{id}/resend_invitation`.

use http::{Method, StatusCode};
use iam_domain::error::{Error, Result};
use iam_domain::model::PrincipalId;
use iam_domain::ops::users::invite;
use iam_wire::dialect::idah::{self, Idah, choices, no_account, plain_not_found};
use iam_wire::pipeline::Call;
use iam_wire::shapes::jsonapi::{Document, FieldSets, wrapped};
use iam_wire::{Need, Reply, Route, Routes};

/// In the words of the contract.
fn told(error: Error) -> Error {
    match error.code() {
        "bad_code" => Error::not_found("Account").reworded("Account not found."),
        "expired_code" => error.reworded("Invitation has expired"),
        _ => error,
    }
}

/// Accepts an invitation. The token in the path says everything; whatever the body has is not read.
async fn accept(call: &Call<'_>) -> Result<Reply> {
    // Places in paths have one name each, whatever they are: see the other routes of accounts.
    let joined = invite::accept(call.ctx(), call.param("resource_id"), choices::MAILS).await.map_err(told)?;
    Document::one(idah::account(&joined.user, call.origin()), &FieldSets::default())
        .meta("password_reset_token", joined.reset_token.into_exposed())
        .reply(StatusCode::OK)
}

/// Sends an invitation again.
async fn resend(call: &Call<'_>) -> Result<Reply> {
    // A text that is no number names an account that is not there.
    let id =
        call.param("resource_id").parse().map(PrincipalId::from_stored).map_err(|_| Error::not_found("Account"))?;
    let sent = invite::resend(call.ctx(), id, choices::MAILS).await;
    sent.map_err(|error| if error.code() == "already_joined" { plain_not_found(error) } else { no_account(error) })?;
    wrapped("sent")
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &Idah,
    routes: &[
        Route {
            op: "iam_accounts.join",
            method: Method::PATCH,
            path: "/accounts/{resource_id}/join",
            need: Need::Public,
            handler: |call| Box::pin(accept(call)),
        },
        Route {
            op: "iam_accounts.resend_invitation",
            method: Method::POST,
            path: "/accounts/{resource_id}/resend_invitation",
            need: Need::Caller,
            handler: |call| Box::pin(resend(call)),
        },
    ],
};
