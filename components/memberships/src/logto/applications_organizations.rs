//! `/api/applications/{id}/organizations` (contracts/logto.md, "Beyond the seed").

use http::Method;
use iam_domain::error::Result;
use iam_domain::model::PrincipalId;
use iam_domain::ops::service_accounts::find;
use iam_wire::dialect::logto::{self, JoinedView, LogtoApi, Pages, no_application, not_exists_with_id};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

async fn organizations(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::optional(call)?;
    let id: PrincipalId = call.id("id", "Application").map_err(not_exists_with_id)?;
    let page = find::organizations(call.ctx(), id, pages.window()).await.map_err(no_application);
    logto::list(call, pages, page.map_err(not_exists_with_id)?, JoinedView::from)
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[Route {
        op: "installation.list_application_organizations",
        method: Method::GET,
        path: "/api/applications/{id}/organizations",
        need: Need::Installation,
        handler: |call| Box::pin(organizations(call)),
    }],
};
