//! `/api/users/{userId}/custom-data` and `…/profile`: unlike in `PATCH /api/users/{userId}`, keys are set and the
//! others stay.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::directory::people;
use iam_wire::dialect::logto::{self, LogtoApi, custom_data, not_exists, profile, profile_merge};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

async fn find_data(call: &Call<'_>) -> Result<Reply> {
    let found = people::find(call.ctx(), call.param("userId")).await?;
    Reply::json(StatusCode::OK, &found.person.custom_data)
}

async fn update_data(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let change = custom_data(&mut fields);
    fields.check()?;
    let changed = people::update(call.ctx(), call.param("userId"), change).await.map_err(not_exists)?;
    Reply::json(StatusCode::OK, &changed.person.custom_data)
}

async fn update_profile(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let change = profile_merge(&mut fields);
    fields.check()?;
    let changed = people::update(call.ctx(), call.param("userId"), change).await.map_err(not_exists)?;
    Reply::json(StatusCode::OK, &profile(&changed.person))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "directory.find_user_data",
            method: Method::GET,
            path: "/api/users/{userId}/custom-data",
            need: Need::Directory,
            handler: |call| Box::pin(find_data(call)),
        },
        Route {
            op: "directory.update_user_data",
            method: Method::PATCH,
            path: "/api/users/{userId}/custom-data",
            need: Need::Directory,
            handler: |call| Box::pin(update_data(call)),
        },
        Route {
            op: "directory.update_user_profile",
            method: Method::PATCH,
            path: "/api/users/{userId}/profile",
            need: Need::Directory,
            handler: |call| Box::pin(update_profile(call)),
        },
    ],
};
