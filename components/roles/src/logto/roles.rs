//! `/api/roles` (contracts/logto.md, "Applications in organizations, resources, tenant roles").

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{PrincipalKind, RoleFamily};
use iam_domain::ops::directory::role_scopes::{self, ScopeIds};
use iam_domain::ops::directory::tenant_roles;
use iam_domain::store::directory::role_scopes::{HeldScope, ScopeKind};
use iam_domain::store::directory::tenant_roles::{FeaturedMachine, ListedTenantRole};
use iam_domain::store::organizations::pages::FeaturedUser;
use iam_wire::dialect::logto::{
    self, FeaturedUserView, LogtoApi, Pages, TenantRoleView, ids, name, not_exists, not_exists_with_id, optional_ids,
};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde::Serialize;

use super::views::{ResourceScopeView, ResourceView, holder, pattern};

/// `Role` with some of those who hold it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(flatten)]
    role: TenantRoleView,
    users_count: i64,
    featured_users: Vec<FeaturedUserView>,
    applications_count: i64,
    featured_applications: Vec<FeaturedApplication>,
}

#[derive(Serialize)]
struct FeaturedApplication {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

/// `Scope` with its resource.
#[derive(Serialize)]
struct ScopeOfResource {
    #[serde(flatten)]
    scope: ResourceScopeView,
    resource: Option<ResourceView>,
}

fn listed(listed: ListedTenantRole, origin: &str) -> Listed {
    let user = |person: FeaturedUser| FeaturedUserView::of(person, origin);
    let application = |machine: FeaturedMachine| FeaturedApplication {
        id: machine.id.to_string(),
        name: machine.name,
        kind: machine.application_type,
    };
    Listed {
        role: listed.entry.into(),
        users_count: listed.people_count,
        featured_users: listed.people.into_iter().map(user).collect(),
        applications_count: listed.machine_count,
        featured_applications: listed.machines.into_iter().map(application).collect(),
    }
}

fn held(call: &Call<'_>, held: HeldScope) -> ScopeOfResource {
    let ttl = call.settings().logto_tokens.lifetime;
    ScopeOfResource {
        scope: held.scope.into(),
        resource: held.resource.map(|resource| ResourceView::of(resource, ttl)),
    }
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::mandatory(call)?;
    let search = pattern(&logto::query(call)?);
    let page = tenant_roles::list(call.ctx(), pages.window(), search.as_deref()).await?;
    logto::list(call, pages, page, |item| listed(item, call.origin()))
}

async fn create(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let (role_name, description) = (fields.required("name", name), fields.required("description", name));
    let holder = fields.optional("type", holder).unwrap_or(PrincipalKind::User);
    let scopes = optional_ids(&mut fields, "scopeIds");
    let (Some(name), Some(description)) = (role_name, description) else { return Err(fields.into_error()) };
    fields.check()?;
    let scopes = ScopeIds::of_kind(ScopeKind::Resource, &scopes);
    let made = tenant_roles::create(call.ctx(), name, description, holder, &scopes).await?;
    Reply::json(StatusCode::OK, &TenantRoleView::from(made))
}

async fn find(call: &Call<'_>) -> Result<Reply> {
    let found = tenant_roles::find(call.ctx(), call.param("id")).await.map_err(not_exists_with_id)?;
    Reply::json(StatusCode::OK, &TenantRoleView::from(found))
}

async fn update(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let (role_name, description) = (fields.optional("name", name), fields.optional("description", name));
    fields.check()?;
    let changed = tenant_roles::update(call.ctx(), call.param("id"), role_name, description).await;
    Reply::json(StatusCode::OK, &TenantRoleView::from(changed.map_err(not_exists)?))
}

async fn delete(call: &Call<'_>) -> Result<Reply> {
    tenant_roles::delete(call.ctx(), call.param("id")).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

async fn list_scopes(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::optional(call)?;
    let (role, window) = (call.param("id"), pages.window());
    let page = role_scopes::list(call.ctx(), RoleFamily::Tenant, role, ScopeKind::Resource, window).await;
    logto::list(call, pages, page.map_err(not_exists_with_id)?, |item| held(call, item))
}

async fn add_scopes(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let scopes = ids(&mut fields, "scopeIds", 1);
    fields.check()?;
    let scopes = ScopeIds::of_kind(ScopeKind::Resource, &scopes);
    let held = tenant_roles::add_scopes(call.ctx(), call.param("id"), &scopes).await.map_err(not_exists_with_id)?;
    let views: Vec<_> = held.into_iter().map(|held| ResourceScopeView::from(held.scope)).collect();
    Reply::json(StatusCode::CREATED, &views)
}

async fn remove_scope(call: &Call<'_>) -> Result<Reply> {
    tenant_roles::remove_scope(call.ctx(), call.param("id"), call.param("scope_id")).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "directory.list_roles",
            method: Method::GET,
            path: "/api/roles",
            need: Need::Directory,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "directory.create_role",
            method: Method::POST,
            path: "/api/roles",
            need: Need::Directory,
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "directory.find_role",
            method: Method::GET,
            path: "/api/roles/{id}",
            need: Need::Directory,
            handler: |call| Box::pin(find(call)),
        },
        Route {
            op: "directory.update_role",
            method: Method::PATCH,
            path: "/api/roles/{id}",
            need: Need::Directory,
            handler: |call| Box::pin(update(call)),
        },
        Route {
            op: "directory.delete_role",
            method: Method::DELETE,
            path: "/api/roles/{id}",
            need: Need::Directory,
            handler: |call| Box::pin(delete(call)),
        },
        Route {
            op: "directory.list_role_scopes",
            method: Method::GET,
            path: "/api/roles/{id}/scopes",
            need: Need::Directory,
            handler: |call| Box::pin(list_scopes(call)),
        },
        Route {
            op: "directory.add_role_scopes",
            method: Method::POST,
            path: "/api/roles/{id}/scopes",
            need: Need::Directory,
            handler: |call| Box::pin(add_scopes(call)),
        },
        Route {
            op: "directory.remove_role_scope",
            method: Method::DELETE,
            path: "/api/roles/{id}/scopes/{scope_id}",
            need: Need::Directory,
            handler: |call| Box::pin(remove_scope(call)),
        },
    ],
};
