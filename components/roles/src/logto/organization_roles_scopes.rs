//! `/api/organization-roles/{id}/scopes` and `/api/organization-roles/{id}/resource-scopes` (contracts/logto.md,
//! "Organization roles and scopes").

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{RoleFamily, RoleId, ScopeId};
use iam_domain::ops::roles::scopes::{self, ScopeIds, ScopeKind};
use iam_wire::dialect::logto::{self, LogtoApi, Pages, ScopeView, ids};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

use super::views::ResourceScopeView;

const FAMILY: RoleFamily = RoleFamily::Template;

fn role(call: &Call<'_>) -> RoleId {
    RoleId::named(call.param("id"))
}

/// Key of the list of ids in a body.
fn key(kind: ScopeKind) -> &'static str {
    match kind {
        ScopeKind::Organization => "organizationScopeIds",
        ScopeKind::Resource => "scopeIds",
    }
}

async fn list(call: &Call<'_>, kind: ScopeKind) -> Result<Reply> {
    let pages = Pages::optional(call)?;
    let page = scopes::list(call.ctx(), FAMILY, role(call), kind, pages.window()).await?;
    match kind {
        ScopeKind::Organization => logto::list(call, pages, page, |held| ScopeView::from(held.scope)),
        ScopeKind::Resource => logto::list(call, pages, page, |held| ResourceScopeView::from(held.scope)),
    }
}

async fn add(call: &Call<'_>, kind: ScopeKind) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let ids = ids(&mut fields, key(kind), 1);
    fields.check()?;
    scopes::add(call.ctx(), FAMILY, role(call), &ScopeIds::of_kind(kind, &ids)).await?;
    Ok(Reply::empty(StatusCode::CREATED))
}

async fn replace(call: &Call<'_>, kind: ScopeKind) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let ids = ids(&mut fields, key(kind), 0);
    fields.check()?;
    scopes::replace(call.ctx(), role(call), kind, &ids).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

async fn remove(call: &Call<'_>, kind: ScopeKind) -> Result<Reply> {
    let scope = ScopeId::named(call.param("scope_id"));
    scopes::remove(call.ctx(), FAMILY, role(call), kind, scope).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.list_organization_role_scopes",
            method: Method::GET,
            path: "/api/organization-roles/{id}/scopes",
            need: Need::Installation,
            handler: |call| Box::pin(list(call, ScopeKind::Organization)),
        },
        Route {
            op: "installation.add_organization_role_scopes",
            method: Method::POST,
            path: "/api/organization-roles/{id}/scopes",
            need: Need::Installation,
            handler: |call| Box::pin(add(call, ScopeKind::Organization)),
        },
        Route {
            op: "installation.replace_organization_role_scopes",
            method: Method::PUT,
            path: "/api/organization-roles/{id}/scopes",
            need: Need::Installation,
            handler: |call| Box::pin(replace(call, ScopeKind::Organization)),
        },
        Route {
            op: "installation.remove_organization_role_scope",
            method: Method::DELETE,
            path: "/api/organization-roles/{id}/scopes/{scope_id}",
            need: Need::Installation,
            handler: |call| Box::pin(remove(call, ScopeKind::Organization)),
        },
        Route {
            op: "installation.list_organization_role_resource_scopes",
            method: Method::GET,
            path: "/api/organization-roles/{id}/resource-scopes",
            need: Need::Installation,
            handler: |call| Box::pin(list(call, ScopeKind::Resource)),
        },
        Route {
            op: "installation.add_organization_role_resource_scopes",
            method: Method::POST,
            path: "/api/organization-roles/{id}/resource-scopes",
            need: Need::Installation,
            handler: |call| Box::pin(add(call, ScopeKind::Resource)),
        },
        Route {
            op: "installation.replace_organization_role_resource_scopes",
            method: Method::PUT,
            path: "/api/organization-roles/{id}/resource-scopes",
            need: Need::Installation,
            handler: |call| Box::pin(replace(call, ScopeKind::Resource)),
        },
        Route {
            op: "installation.remove_organization_role_resource_scope",
            method: Method::DELETE,
            path: "/api/organization-roles/{id}/resource-scopes/{scope_id}",
            need: Need::Installation,
            handler: |call| Box::pin(remove(call, ScopeKind::Resource)),
        },
    ],
};
