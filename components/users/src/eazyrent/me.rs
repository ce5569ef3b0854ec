//! `/iam/v1/users/me/`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::profile::{self, Me};
use iam_wire::dialect::eazyrent::{EazyRent, ServiceAccountView, UserView};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

/// Who the caller is: `User` or `ServiceAccount`, told apart by `user_type`.
async fn me(call: &Call<'_>) -> Result<Reply> {
    match profile::me(call.ctx()).await? {
        Me::User(user) => Reply::json(StatusCode::OK, &UserView::from(*user)),
        Me::ServiceAccount(account) => Reply::json(StatusCode::OK, &ServiceAccountView::from(*account)),
    }
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[Route {
        op: "users.me",
        method: Method::GET,
        path: "/iam/v1/users/me/",
        need: Need::Caller,
        handler: |call| Box::pin(me(call)),
    }],
};
