//! `/iam/v1/users/me/`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::users::find::{self, Me};
use iam_domain::ops::users::{delete as removal, update};
use iam_wire::dialect::eazyrent::{EazyRent, ServiceAccountView, UserView, partial_update_user};
use iam_wire::http::body;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

/// Who the caller is: `User` or `ServiceAccount`, told apart by `user_type`.
async fn me(call: &Call<'_>) -> Result<Reply> {
    match find::me(call.ctx()).await? {
        Me::User(user) => Reply::json(StatusCode::OK, &UserView::new(*user, call.origin())),
        Me::ServiceAccount(account) => Reply::json(StatusCode::OK, &ServiceAccountView::new(*account, call.origin())),
    }
}

/// Changes the fields that are sent.
async fn change(call: &Call<'_>) -> Result<Reply> {
    let change = partial_update_user(body::json(&call.body().await?)?)?;
    let user = update::update_own(call.ctx(), change).await?;
    Reply::json(StatusCode::OK, &UserView::new(user.map(|record| record.home), call.origin()))
}

/// Deletes the caller for good. Success is 410, as the contract has it.
async fn delete(call: &Call<'_>) -> Result<Reply> {
    removal::delete_own(call.ctx()).await?;
    Reply::json(StatusCode::GONE, &())
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "users.me",
            method: Method::GET,
            path: "/iam/v1/users/me/",
            need: Need::Caller,
            handler: |call| Box::pin(me(call)),
        },
        Route {
            op: "users.update",
            method: Method::PATCH,
            path: "/iam/v1/users/me/",
            need: Need::Caller,
            handler: |call| Box::pin(change(call)),
        },
        Route {
            op: "users.delete",
            method: Method::DELETE,
            path: "/iam/v1/users/me/",
            need: Need::Caller,
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
