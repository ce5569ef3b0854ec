//! `/api/organization-roles` and `/api/organization-roles/{id}` (contracts/logto.md, "Organization roles and scopes").

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{PrincipalKind, RoleFamily, RoleId};
use iam_domain::ops::roles::scopes::ScopeIds;
use iam_domain::ops::roles::{self, ListedRole, NewRole, ResourceScopeRef, RoleChange, ScopeRef, With};
use iam_wire::dialect::logto::{
    self, LogtoApi, Pages, RoleView, cleared_when_empty, description, name, not_exists, optional_ids, search,
};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde::Serialize;

use super::views::holder;

const FAMILY: RoleFamily = RoleFamily::Template;

/// `OrganizationRole` with what it holds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(flatten)]
    role: RoleView,
    scopes: Vec<Ref>,
    resource_scopes: Vec<HeldResourceScope>,
}

#[derive(Serialize)]
struct Ref {
    id: String,
    name: String,
}

#[derive(Serialize)]
struct HeldResourceScope {
    #[serde(flatten)]
    scope: Ref,
    resource: Ref,
}

impl From<ScopeRef> for Ref {
    fn from(scope: ScopeRef) -> Self {
        Self { id: scope.id.to_string(), name: scope.name }
    }
}

fn listed(listed: ListedRole) -> Listed {
    let held = |held: ResourceScopeRef| HeldResourceScope {
        scope: held.scope.into(),
        resource: Ref { id: held.resource.to_string(), name: held.resource_name },
    };
    let role = listed.role.into();
    let (organization, resource) = match listed.with {
        With::Scopes { organization, resource } => (organization, resource),
        With::Holders { .. } => Default::default(),
    };
    Listed {
        role,
        scopes: organization.into_iter().map(Ref::from).collect(),
        resource_scopes: resource.into_iter().map(held).collect(),
    }
}

fn id(call: &Call<'_>) -> RoleId {
    RoleId::named(call.param("id"))
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::mandatory(call)?;
    let search = search(&logto::query(call)?);
    let page = roles::list(call.ctx(), FAMILY, pages.window(), search.as_deref()).await?;
    logto::list(call, pages, page, listed)
}

async fn create(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let name = fields.required("name", name);
    let description = cleared_when_empty(&mut fields, "description", description).into_value();
    let holder = fields.optional("type", holder).unwrap_or(PrincipalKind::User);
    let organization = optional_ids(&mut fields, "organizationScopeIds");
    let resource = optional_ids(&mut fields, "resourceScopeIds");
    let Some(name) = name else { return Err(fields.into_error()) };
    fields.check()?;
    let scopes = ScopeIds::of(&organization, &resource);
    let new = NewRole { family: FAMILY, name, description, holder };
    let made = roles::create(call.ctx(), new, &scopes).await?;
    Reply::json(StatusCode::CREATED, &RoleView::from(made))
}

async fn find(call: &Call<'_>) -> Result<Reply> {
    let found = roles::find(call.ctx(), FAMILY, id(call)).await?;
    Reply::json(StatusCode::OK, &RoleView::from(found))
}

async fn update(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let change = RoleChange {
        name: fields.optional("name", name),
        description: cleared_when_empty(&mut fields, "description", description),
        holder: fields.optional("type", holder),
    };
    fields.check()?;
    let changed = roles::update(call.ctx(), FAMILY, id(call), change).await.map_err(not_exists)?;
    Reply::json(StatusCode::OK, &RoleView::from(changed))
}

async fn delete(call: &Call<'_>) -> Result<Reply> {
    roles::delete(call.ctx(), FAMILY, id(call)).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.list_organization_roles",
            method: Method::GET,
            path: "/api/organization-roles",
            need: Need::Installation,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "installation.create_organization_role",
            method: Method::POST,
            path: "/api/organization-roles",
            need: Need::Installation,
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "installation.find_organization_role",
            method: Method::GET,
            path: "/api/organization-roles/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(find(call)),
        },
        Route {
            op: "installation.update_organization_role",
            method: Method::PATCH,
            path: "/api/organization-roles/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(update(call)),
        },
        Route {
            op: "installation.delete_organization_role",
            method: Method::DELETE,
            path: "/api/organization-roles/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
