//! `/api/users/{userId}/custom-data` and `…/profile`: unlike in `PATCH /api/users/{userId}`, keys are set and the
//! others stay.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{User, UserChange, UserClaims};
use iam_domain::ops::users::{find, update};
use iam_wire::dialect::logto::{
    self, LogtoApi, check_update, choices, custom_data, not_exists, profile, profile_merge, user_id,
};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

async fn find_data(call: &Call<'_>) -> Result<Reply> {
    let found = find::managed(call.ctx(), user_id(call)?).await?;
    Reply::json(StatusCode::OK, &found.user.data.custom_data)
}

async fn change_user(call: &Call<'_>, change: UserChange) -> Result<User<UserClaims>> {
    check_update(&change)?;
    let changed = update::update(call.ctx(), user_id(call)?, change, choices::UPDATE).await?;
    Ok(changed.map(|record| record.claims))
}

async fn update_data(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let change = custom_data(&mut fields);
    fields.check()?;
    let changed = change_user(call, change).await.map_err(not_exists)?;
    Reply::json(StatusCode::OK, &changed.data.custom_data)
}

async fn update_profile(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let change = profile_merge(&mut fields);
    fields.check()?;
    let changed = change_user(call, change).await.map_err(not_exists)?;
    Reply::json(StatusCode::OK, &profile(&changed))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.find_user_data",
            method: Method::GET,
            path: "/api/users/{userId}/custom-data",
            need: Need::Installation,
            handler: |call| Box::pin(find_data(call)),
        },
        Route {
            op: "installation.update_user_data",
            method: Method::PATCH,
            path: "/api/users/{userId}/custom-data",
            need: Need::Installation,
            handler: |call| Box::pin(update_data(call)),
        },
        Route {
            op: "installation.update_user_profile",
            method: Method::PATCH,
            path: "/api/users/{userId}/profile",
            need: Need::Installation,
            handler: |call| Box::pin(update_profile(call)),
        },
    ],
};
