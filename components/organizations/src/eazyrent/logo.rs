//! `/iam/v1/organizations/logo/`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::organizations::logo;
use iam_domain::ops::pictures::MAX_BYTES;
use iam_domain::policy::Permission;
use iam_wire::dialect::eazyrent::EazyRent;
use iam_wire::http::multipart;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

/// Part of the upload.
const PART: &str = "logo";

/// Stores or replaces the effective organization's logo.
async fn change(call: &Call<'_>) -> Result<Reply> {
    let bytes = multipart::file(call.request(), PART, MAX_BYTES).await?;
    logo::set(call.ctx(), PART, &bytes).await?;
    Reply::json(StatusCode::ACCEPTED, &())
}

/// Takes the effective organization's logo away.
async fn delete(call: &Call<'_>) -> Result<Reply> {
    logo::delete(call.ctx()).await?;
    Reply::json(StatusCode::ACCEPTED, &())
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "organizations.set_logo",
            method: Method::POST,
            path: "/iam/v1/organizations/logo/",
            need: Need::Effective(Permission::OrganizationWrite),
            handler: |call| Box::pin(change(call)),
        },
        Route {
            op: "organizations.delete_logo",
            method: Method::DELETE,
            path: "/iam/v1/organizations/logo/",
            need: Need::Effective(Permission::OrganizationWrite),
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
