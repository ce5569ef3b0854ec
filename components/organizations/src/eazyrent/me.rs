//! `/iam/v1/organizations/me/`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::organizations;
use iam_domain::policy::Permission;
use iam_wire::dialect::eazyrent::{EazyRent, OrganizationView};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

/// The caller's own organization.
async fn mine(call: &Call<'_>) -> Result<Reply> {
    let organization = organizations::mine(call.ctx()).await?;
    Reply::json(StatusCode::OK, &OrganizationView::new(organization, call.origin()))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[Route {
        op: "organizations.mine",
        method: Method::GET,
        path: "/iam/v1/organizations/me/",
        need: Need::Home(Permission::OrganizationRead),
        handler: |call| Box::pin(mine(call)),
    }],
};
