//! `/api/users/{userId}/organizations`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::memberships;
use iam_wire::dialect::logto::{JoinedView, LogtoApi, user_id};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

async fn list(call: &Call<'_>) -> Result<Reply> {
    let all = memberships::of_user(call.ctx(), user_id(call)?).await?;
    Reply::json(StatusCode::OK, &all.into_iter().map(JoinedView::from).collect::<Vec<_>>())
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[Route {
        op: "installation.list_user_organizations",
        method: Method::GET,
        path: "/api/users/{userId}/organizations",
        need: Need::Installation,
        handler: |call| Box::pin(list(call)),
    }],
};
