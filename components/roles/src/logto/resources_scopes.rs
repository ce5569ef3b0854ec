//! `/api/resources/{id}/scopes` (contracts/logto.md, "Applications in organizations, resources, tenant roles").

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{ResourceId, ScopeId};
use iam_domain::ops::resources::scopes::{self, NewScope, ScopeChange};
use iam_wire::dialect::logto::{self, LogtoApi, Pages, cleared_when_empty, not_exists, not_exists_with_id};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

use super::views::{ResourceScopeView, pattern, scope_description, scope_name};

fn resource(call: &Call<'_>) -> ResourceId {
    ResourceId::named(call.param("id"))
}

fn id(call: &Call<'_>) -> ScopeId {
    ScopeId::named(call.param("scope_id"))
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::optional(call)?;
    let search = pattern(&logto::query(call)?);
    let page = scopes::list(call.ctx(), Some(resource(call)), pages.window(), search.as_deref()).await?;
    logto::list(call, pages, page, ResourceScopeView::from)
}

async fn create(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let name = fields.required("name", scope_name);
    let description = cleared_when_empty(&mut fields, "description", scope_description).into_value();
    let Some(name) = name else { return Err(fields.into_error()) };
    fields.check()?;
    let made = scopes::create(call.ctx(), NewScope { resource: Some(resource(call)), name, description }).await;
    Reply::json(StatusCode::CREATED, &ResourceScopeView::from(made.map_err(not_exists_with_id)?))
}

async fn update(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let change = ScopeChange {
        name: fields.optional("name", scope_name),
        description: cleared_when_empty(&mut fields, "description", scope_description),
    };
    fields.check()?;
    let changed = scopes::update(call.ctx(), Some(resource(call)), id(call), change).await.map_err(not_exists)?;
    Reply::json(StatusCode::OK, &ResourceScopeView::from(changed))
}

async fn delete(call: &Call<'_>) -> Result<Reply> {
    scopes::delete(call.ctx(), Some(resource(call)), id(call)).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.list_resource_scopes",
            method: Method::GET,
            path: "/api/resources/{id}/scopes",
            need: Need::Installation,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "installation.create_resource_scope",
            method: Method::POST,
            path: "/api/resources/{id}/scopes",
            need: Need::Installation,
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "installation.update_resource_scope",
            method: Method::PATCH,
            path: "/api/resources/{id}/scopes/{scope_id}",
            need: Need::Installation,
            handler: |call| Box::pin(update(call)),
        },
        Route {
            op: "installation.delete_resource_scope",
            method: Method::DELETE,
            path: "/api/resources/{id}/scopes/{scope_id}",
            need: Need::Installation,
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
