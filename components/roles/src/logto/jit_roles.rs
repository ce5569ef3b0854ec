//! `/api/organizations/{id}/jit/roles`: organization roles that come with joining by the domain of an address
//! (contracts/logto.md, "Beyond the seed").

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{IdSet, OrganizationId, RoleId};
use iam_domain::ops::memberships::jit;
use iam_wire::dialect::logto::{self, LogtoApi, Pages, RoleView, ids};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

/// `organizationRoleIds`, at least so many.
async fn roles(call: &Call<'_>, least: usize) -> Result<IdSet<RoleId>> {
    let mut fields = logto::body(call).await?;
    let roles = IdSet::of(&ids(&mut fields, "organizationRoleIds", least));
    fields.check().map(|()| roles)
}

fn organization(call: &Call<'_>) -> OrganizationId {
    OrganizationId::named(call.param("id"))
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::optional(call)?;
    let page = jit::roles(call.ctx(), organization(call), pages.window()).await?;
    logto::list(call, pages, page, RoleView::from)
}

async fn add(call: &Call<'_>) -> Result<Reply> {
    let roles = roles(call, 1).await?;
    jit::add_roles(call.ctx(), organization(call), &roles).await?;
    Ok(Reply::empty(StatusCode::CREATED))
}

async fn replace(call: &Call<'_>) -> Result<Reply> {
    let roles = roles(call, 0).await?;
    jit::replace_roles(call.ctx(), organization(call), &roles).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

async fn remove(call: &Call<'_>) -> Result<Reply> {
    jit::remove_role(call.ctx(), organization(call), RoleId::named(call.param("role_id"))).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.list_jit_roles",
            method: Method::GET,
            path: "/api/organizations/{id}/jit/roles",
            need: Need::Installation,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "installation.add_jit_roles",
            method: Method::POST,
            path: "/api/organizations/{id}/jit/roles",
            need: Need::Installation,
            handler: |call| Box::pin(add(call)),
        },
        Route {
            op: "installation.replace_jit_roles",
            method: Method::PUT,
            path: "/api/organizations/{id}/jit/roles",
            need: Need::Installation,
            handler: |call| Box::pin(replace(call)),
        },
        Route {
            op: "installation.remove_jit_role",
            method: Method::DELETE,
            path: "/api/organizations/{id}/jit/roles/{role_id}",
            need: Need::Installation,
            handler: |call| Box::pin(remove(call)),
        },
    ],
};
