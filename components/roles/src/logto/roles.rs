//! `/api/roles` (contracts/logto.md, "Applications in organizations, resources, tenant roles").

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{Patch, PrincipalKind, RoleFamily, RoleId, ScopeId};
use iam_domain::ops::roles::scopes::{self, HeldScope, ScopeIds, ScopeKind};
use iam_domain::ops::roles::{self, FeaturedServiceAccount, ListedRole, NewRole, RoleChange, With};
use iam_domain::store::organizations::pages::FeaturedUser;
use iam_wire::dialect::logto::{
    self, FeaturedUserView, LogtoApi, Pages, TenantRoleView, ids, name, not_exists, not_exists_with_id, optional_ids,
};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde::Serialize;

use super::views::{ResourceScopeView, ResourceView, holder, pattern};

const FAMILY: RoleFamily = RoleFamily::Tenant;

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

fn listed(listed: ListedRole, origin: &str) -> Listed {
    let user = |person: FeaturedUser| FeaturedUserView::of(person, origin);
    let application = |found: FeaturedServiceAccount| FeaturedApplication {
        id: found.id.to_string(),
        name: found.name,
        kind: found.application_type,
    };
    let role = listed.role.into();
    let (users_count, users, applications_count, applications) = match listed.with {
        With::Holders { user_count, users, service_account_count, service_accounts } => {
            (user_count, users, service_account_count, service_accounts)
        }
        With::Scopes { .. } => Default::default(),
    };
    Listed {
        role,
        users_count,
        featured_users: users.into_iter().map(user).collect(),
        applications_count,
        featured_applications: applications.into_iter().map(application).collect(),
    }
}

fn held(call: &Call<'_>, held: HeldScope) -> ScopeOfResource {
    let ttl = call.settings().logto_tokens.lifetime;
    ScopeOfResource {
        scope: held.scope.into(),
        resource: held.resource.map(|resource| ResourceView::of(resource, ttl)),
    }
}

fn id(call: &Call<'_>) -> RoleId {
    RoleId::named(call.param("id"))
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::mandatory(call)?;
    let search = pattern(&logto::query(call)?);
    let page = roles::list(call.ctx(), FAMILY, pages.window(), search.as_deref()).await?;
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
    let new = NewRole { family: FAMILY, name, description: Some(description), holder };
    let made = roles::create(call.ctx(), new, &scopes).await?;
    Reply::json(StatusCode::OK, &TenantRoleView::from(made))
}

async fn find(call: &Call<'_>) -> Result<Reply> {
    let found = roles::find(call.ctx(), FAMILY, id(call)).await.map_err(not_exists_with_id)?;
    Reply::json(StatusCode::OK, &TenantRoleView::from(found))
}

async fn update(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let (name, description) = (fields.optional("name", name), fields.optional("description", name));
    fields.check()?;
    let change = RoleChange { name, description: description.map_or(Patch::Keep, Patch::Set), holder: None };
    let changed = roles::update(call.ctx(), FAMILY, id(call), change).await;
    Reply::json(StatusCode::OK, &TenantRoleView::from(changed.map_err(not_exists)?))
}

async fn delete(call: &Call<'_>) -> Result<Reply> {
    roles::delete(call.ctx(), FAMILY, id(call)).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

async fn list_scopes(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::optional(call)?;
    let page = scopes::list(call.ctx(), FAMILY, id(call), ScopeKind::Resource, pages.window()).await;
    logto::list(call, pages, page.map_err(not_exists_with_id)?, |item| held(call, item))
}

async fn add_scopes(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let ids = ids(&mut fields, "scopeIds", 1);
    fields.check()?;
    let named = ScopeIds::of_kind(ScopeKind::Resource, &ids);
    let held = scopes::add(call.ctx(), FAMILY, id(call), &named).await.map_err(not_exists_with_id)?;
    let views: Vec<_> = held.into_iter().map(|held| ResourceScopeView::from(held.scope)).collect();
    Reply::json(StatusCode::CREATED, &views)
}

async fn remove_scope(call: &Call<'_>) -> Result<Reply> {
    let scope = ScopeId::named(call.param("scope_id"));
    scopes::remove(call.ctx(), FAMILY, id(call), ScopeKind::Resource, scope).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.list_roles",
            method: Method::GET,
            path: "/api/roles",
            need: Need::Installation,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "installation.create_role",
            method: Method::POST,
            path: "/api/roles",
            need: Need::Installation,
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "installation.find_role",
            method: Method::GET,
            path: "/api/roles/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(find(call)),
        },
        Route {
            op: "installation.update_role",
            method: Method::PATCH,
            path: "/api/roles/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(update(call)),
        },
        Route {
            op: "installation.delete_role",
            method: Method::DELETE,
            path: "/api/roles/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(delete(call)),
        },
        Route {
            op: "installation.list_role_scopes",
            method: Method::GET,
            path: "/api/roles/{id}/scopes",
            need: Need::Installation,
            handler: |call| Box::pin(list_scopes(call)),
        },
        Route {
            op: "installation.add_role_scopes",
            method: Method::POST,
            path: "/api/roles/{id}/scopes",
            need: Need::Installation,
            handler: |call| Box::pin(add_scopes(call)),
        },
        Route {
            op: "installation.remove_role_scope",
            method: Method::DELETE,
            path: "/api/roles/{id}/scopes/{scope_id}",
            need: Need::Installation,
            handler: |call| Box::pin(remove_scope(call)),
        },
    ],
};
