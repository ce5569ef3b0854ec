//! `PATCH /accounts/{resource_id}`, `DELETE /accounts/{resource_id}`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::Patch;
use iam_domain::ops::users::access::{self, AccessChange};
use iam_domain::ops::users::delete as removal;
use iam_wire::dialect::idah::{self, Idah, account_id, choices, document, in_attributes, kinds, no_account};
use iam_wire::pipeline::Call;
use iam_wire::shapes::jsonapi::{Attributes, Document, FieldSets};
use iam_wire::{Need, Reply, Route, Routes};

use super::accounts_attributes::{enabled, role_scope, short};

/// What is to change. Everything else that an account has is not read: the web application sends it along.
fn access_change(mut input: Attributes) -> Result<AccessChange> {
    let change = AccessChange {
        name: short(&mut input, "name"),
        is_enabled: enabled(&mut input),
        role: role_name(&mut input),
        scope: role_scope(&mut input),
    };
    input.check()?;
    Ok(change)
}

/// A role can be replaced, not taken away.
fn role_name(input: &mut Attributes) -> Option<String> {
    match input.text("role_name") {
        Patch::Keep => None,
        Patch::Clear => input.fault("role_name", "must be filled"),
        Patch::Set(name) => Some(name),
    }
}

/// Changes an account.
async fn update(call: &Call<'_>) -> Result<Reply> {
    let id = account_id(call)?;
    let change = access_change(document(call, kinds::ACCOUNTS).await?)?;
    let user = access::change(call.ctx(), id, &change).await.map_err(in_attributes).map_err(no_account)?;
    Document::one(idah::account(&user.map(|record| record.access), call.origin()), &FieldSets::default())
        .reply(StatusCode::OK)
}

/// Deletes an account that nobody has joined.
async fn delete(call: &Call<'_>) -> Result<Reply> {
    removal::delete(call.ctx(), account_id(call)?, choices::REMOVAL).await.map_err(no_account)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &Idah,
    routes: &[
        Route {
            op: "iam_accounts.update",
            method: Method::PATCH,
            path: "/accounts/{resource_id}",
            need: Need::Caller,
            handler: |call| Box::pin(update(call)),
        },
        Route {
            op: "iam_accounts.delete",
            method: Method::DELETE,
            path: "/accounts/{resource_id}",
            need: Need::Caller,
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
