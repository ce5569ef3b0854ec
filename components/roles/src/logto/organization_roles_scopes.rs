//! `/api/organization-roles/{id}/scopes` and `/api/organization-roles/{id}/resource-scopes` (contracts/logto.md,
//! "Organization roles and scopes").

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{OrganizationScope, RoleFamily};
use iam_domain::ops::directory::role_scopes::{self, ScopeIds};
use iam_domain::store::directory::role_scopes::ScopeKind;
use iam_wire::dialect::logto::{self, LogtoApi, Pages, ScopeView, ids};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

use super::views::ResourceScopeView;

/// Key of the list of ids in a body.
fn key(kind: ScopeKind) -> &'static str {
    match kind {
        ScopeKind::Organization => "organizationScopeIds",
        ScopeKind::Resource => "scopeIds",
    }
}

async fn list(call: &Call<'_>, kind: ScopeKind) -> Result<Reply> {
    let pages = Pages::optional(call)?;
    let (role, window) = (call.param("id"), pages.window());
    let page = role_scopes::list(call.ctx(), RoleFamily::Template, role, kind, window).await?;
    match kind {
        ScopeKind::Organization => {
            logto::list(call, pages, page, |held| ScopeView::from(OrganizationScope::from(held.scope)))
        }
        ScopeKind::Resource => logto::list(call, pages, page, |held| ResourceScopeView::from(held.scope)),
    }
}

async fn add(call: &Call<'_>, kind: ScopeKind) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let ids = ids(&mut fields, key(kind), 1);
    fields.check()?;
    role_scopes::add(call.ctx(), call.param("id"), &ScopeIds::of_kind(kind, &ids)).await?;
    Ok(Reply::empty(StatusCode::CREATED))
}

async fn replace(call: &Call<'_>, kind: ScopeKind) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let ids = ids(&mut fields, key(kind), 0);
    fields.check()?;
    role_scopes::replace(call.ctx(), call.param("id"), kind, &ids).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

async fn remove(call: &Call<'_>, kind: ScopeKind) -> Result<Reply> {
    role_scopes::remove(call.ctx(), call.param("id"), kind, call.param("scope_id")).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "directory.list_organization_role_scopes",
            method: Method::GET,
            path: "/api/organization-roles/{id}/scopes",
            need: Need::Directory,
            handler: |call| Box::pin(list(call, ScopeKind::Organization)),
        },
        Route {
            op: "directory.add_organization_role_scopes",
            method: Method::POST,
            path: "/api/organization-roles/{id}/scopes",
            need: Need::Directory,
            handler: |call| Box::pin(add(call, ScopeKind::Organization)),
        },
        Route {
            op: "directory.replace_organization_role_scopes",
            method: Method::PUT,
            path: "/api/organization-roles/{id}/scopes",
            need: Need::Directory,
            handler: |call| Box::pin(replace(call, ScopeKind::Organization)),
        },
        Route {
            op: "directory.remove_organization_role_scope",
            method: Method::DELETE,
            path: "/api/organization-roles/{id}/scopes/{scope_id}",
            need: Need::Directory,
            handler: |call| Box::pin(remove(call, ScopeKind::Organization)),
        },
        Route {
            op: "directory.list_organization_role_resource_scopes",
            method: Method::GET,
            path: "/api/organization-roles/{id}/resource-scopes",
            need: Need::Directory,
            handler: |call| Box::pin(list(call, ScopeKind::Resource)),
        },
        Route {
            op: "directory.add_organization_role_resource_scopes",
            method: Method::POST,
            path: "/api/organization-roles/{id}/resource-scopes",
            need: Need::Directory,
            handler: |call| Box::pin(add(call, ScopeKind::Resource)),
        },
        Route {
            op: "directory.replace_organization_role_resource_scopes",
            method: Method::PUT,
            path: "/api/organization-roles/{id}/resource-scopes",
            need: Need::Directory,
            handler: |call| Box::pin(replace(call, ScopeKind::Resource)),
        },
        Route {
            op: "directory.remove_organization_role_resource_scope",
            method: Method::DELETE,
            path: "/api/organization-roles/{id}/resource-scopes/{scope_id}",
            need: Need::Directory,
            handler: |call| Box::pin(remove(call, ScopeKind::Resource)),
        },
    ],
};
