//! `/api/users/{userId}` (contracts/logto.md, "Users").

use http::{Method, StatusCode};
use iam_domain::error::{FaultCode, Result};
use iam_domain::ops::directory::{people, suspension};
use iam_wire::dialect::logto::{self, LogtoApi, UserView, not_exists, person_update};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::json;

async fn find(call: &Call<'_>) -> Result<Reply> {
    let found = people::find(call.ctx(), call.param("userId")).await?;
    Reply::json(StatusCode::OK, &UserView::of(found, call.origin()))
}

async fn update(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let change = person_update(&mut fields);
    fields.check()?;
    let changed = people::update(call.ctx(), call.param("userId"), change).await.map_err(not_exists)?;
    Reply::json(StatusCode::OK, &UserView::of(changed, call.origin()))
}

async fn delete(call: &Call<'_>) -> Result<Reply> {
    people::delete(call.ctx(), call.param("userId")).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// `{isSuspended}`.
async fn suspend(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    if !fields.has("isSuspended") {
        let _ = fields.fault::<()>("isSuspended", FaultCode::Missing, "Required");
    }
    let is_suspended = fields.boolean("isSuspended", false);
    fields.check()?;
    let changed = suspension::set(call.ctx(), call.param("userId"), is_suspended).await.map_err(not_exists)?;
    Reply::json(StatusCode::OK, &UserView::of(changed, call.origin()))
}

/// `{hasPassword}`.
async fn has_password(call: &Call<'_>) -> Result<Reply> {
    let found = people::find(call.ctx(), call.param("userId")).await?;
    Reply::json(StatusCode::OK, &json!({ "hasPassword": found.has_password }))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "directory.find_user",
            method: Method::GET,
            path: "/api/users/{userId}",
            need: Need::Directory,
            handler: |call| Box::pin(find(call)),
        },
        Route {
            op: "directory.update_user",
            method: Method::PATCH,
            path: "/api/users/{userId}",
            need: Need::Directory,
            handler: |call| Box::pin(update(call)),
        },
        Route {
            op: "directory.delete_user",
            method: Method::DELETE,
            path: "/api/users/{userId}",
            need: Need::Directory,
            handler: |call| Box::pin(delete(call)),
        },
        Route {
            op: "directory.suspend_user",
            method: Method::PATCH,
            path: "/api/users/{userId}/is-suspended",
            need: Need::Directory,
            handler: |call| Box::pin(suspend(call)),
        },
        Route {
            op: "directory.has_password_user",
            method: Method::GET,
            path: "/api/users/{userId}/has-password",
            need: Need::Directory,
            handler: |call| Box::pin(has_password(call)),
        },
    ],
};
