//! `/api/users/{userId}` (contracts/logto.md, "Users").

use http::{Method, StatusCode};
use iam_domain::error::{Error, FaultCode, Result};
use iam_domain::model::{StateChange, UserChange};
use iam_domain::ops::users;
use iam_domain::store::users::read::ManagedUser;
use iam_wire::dialect::logto::{self, LogtoApi, UserView, check_update, choices, not_exists, user_id, user_update};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::json;

async fn find(call: &Call<'_>) -> Result<Reply> {
    let found = users::find::managed(call.ctx(), user_id(call)?).await?;
    Reply::json(StatusCode::OK, &UserView::of(found, call.origin()))
}

async fn change_user(call: &Call<'_>, change: UserChange) -> Result<ManagedUser> {
    check_update(&change)?;
    users::update::update(call.ctx(), user_id(call)?, change, choices::UPDATE).await.map(Into::into)
}

async fn update(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let change = user_update(&mut fields);
    fields.check()?;
    let changed = change_user(call, change).await.map_err(not_exists)?;
    Reply::json(StatusCode::OK, &UserView::of(changed, call.origin()))
}

async fn delete(call: &Call<'_>) -> Result<Reply> {
    let deleted = users::delete::delete(call.ctx(), user_id(call)?, choices::REMOVAL).await;
    deleted.map_err(not_yourself)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn not_yourself(error: Error) -> Error {
    if error.code() == "own_account" { error.reworded("You cannot delete yourself.") } else { error }
}

async fn set_suspended(call: &Call<'_>, is_suspended: bool) -> Result<ManagedUser> {
    let change = StateChange::Suspend(is_suspended);
    users::state::change(call.ctx(), user_id(call)?, change).await.map(Into::into)
}

/// `{isSuspended}`.
async fn suspend(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    if !fields.has("isSuspended") {
        let _ = fields.fault::<()>("isSuspended", FaultCode::Missing, "Required");
    }
    let is_suspended = fields.boolean("isSuspended", false);
    fields.check()?;
    let changed = set_suspended(call, is_suspended).await.map_err(not_exists)?;
    Reply::json(StatusCode::OK, &UserView::of(changed, call.origin()))
}

/// `{hasPassword}`.
async fn has_password(call: &Call<'_>) -> Result<Reply> {
    let found = users::find::managed(call.ctx(), user_id(call)?).await?;
    Reply::json(StatusCode::OK, &json!({ "hasPassword": found.has_password }))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.find_user",
            method: Method::GET,
            path: "/api/users/{userId}",
            need: Need::Installation,
            handler: |call| Box::pin(find(call)),
        },
        Route {
            op: "installation.update_user",
            method: Method::PATCH,
            path: "/api/users/{userId}",
            need: Need::Installation,
            handler: |call| Box::pin(update(call)),
        },
        Route {
            op: "installation.delete_user",
            method: Method::DELETE,
            path: "/api/users/{userId}",
            need: Need::Installation,
            handler: |call| Box::pin(delete(call)),
        },
        Route {
            op: "installation.suspend_user",
            method: Method::PATCH,
            path: "/api/users/{userId}/is-suspended",
            need: Need::Installation,
            handler: |call| Box::pin(suspend(call)),
        },
        Route {
            op: "installation.has_password_user",
            method: Method::GET,
            path: "/api/users/{userId}/has-password",
            need: Need::Installation,
            handler: |call| Box::pin(has_password(call)),
        },
    ],
};
