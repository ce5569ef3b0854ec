//! `/iam/v1/users/me/avatar/`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::pictures::MAX_BYTES;
use iam_domain::ops::users::picture;
use iam_wire::dialect::eazyrent::{EazyRent, UserView};
use iam_wire::http::multipart;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

/// Part of the upload.
const PART: &str = "file";

/// Stores or replaces the caller's picture.
async fn create(call: &Call<'_>) -> Result<Reply> {
    let bytes = multipart::file(call.request(), PART, MAX_BYTES).await?;
    let user = picture::set(call.ctx(), PART, &bytes).await?;
    Reply::json(StatusCode::CREATED, &UserView::new(user, call.origin()))
}

/// Takes the caller's picture away.
async fn delete(call: &Call<'_>) -> Result<Reply> {
    picture::clear(call.ctx()).await?;
    Reply::json(StatusCode::ACCEPTED, &())
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "users.set_avatar",
            method: Method::POST,
            path: "/iam/v1/users/me/avatar/",
            need: Need::Caller,
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "users.delete_avatar",
            method: Method::DELETE,
            path: "/iam/v1/users/me/avatar/",
            need: Need::Caller,
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
