//! `/api/organization-scopes` and `/api/organization-scopes/{id}` (contracts/logto.md, "Organization roles and scopes").

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::ScopeId;
use iam_domain::ops::resources::scopes::{self, NewScope, ScopeChange};
use iam_wire::dialect::logto::{
    self, LogtoApi, Pages, ScopeView, cleared_when_empty, description, name, not_exists, not_exists_with_id, search,
};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

fn id(call: &Call<'_>) -> ScopeId {
    ScopeId::named(call.param("id"))
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::optional(call)?;
    let search = search(&logto::query(call)?);
    let page = scopes::list(call.ctx(), None, pages.window(), search.as_deref()).await?;
    logto::list(call, pages, page, ScopeView::from)
}

async fn create(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let name = fields.required("name", name);
    let description = cleared_when_empty(&mut fields, "description", description).into_value();
    let Some(name) = name else { return Err(fields.into_error()) };
    fields.check()?;
    let made = scopes::create(call.ctx(), NewScope { resource: None, name, description }).await?;
    Reply::json(StatusCode::CREATED, &ScopeView::from(made))
}

async fn find(call: &Call<'_>) -> Result<Reply> {
    let found = scopes::find(call.ctx(), None, id(call)).await.map_err(not_exists_with_id)?;
    Reply::json(StatusCode::OK, &ScopeView::from(found))
}

async fn update(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let change = ScopeChange {
        name: fields.optional("name", name),
        description: cleared_when_empty(&mut fields, "description", description),
    };
    fields.check()?;
    let changed = scopes::update(call.ctx(), None, id(call), change).await;
    Reply::json(StatusCode::OK, &ScopeView::from(changed.map_err(not_exists)?))
}

async fn delete(call: &Call<'_>) -> Result<Reply> {
    scopes::delete(call.ctx(), None, id(call)).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.list_organization_scopes",
            method: Method::GET,
            path: "/api/organization-scopes",
            need: Need::Installation,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "installation.create_organization_scope",
            method: Method::POST,
            path: "/api/organization-scopes",
            need: Need::Installation,
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "installation.find_organization_scope",
            method: Method::GET,
            path: "/api/organization-scopes/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(find(call)),
        },
        Route {
            op: "installation.update_organization_scope",
            method: Method::PATCH,
            path: "/api/organization-scopes/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(update(call)),
        },
        Route {
            op: "installation.delete_organization_scope",
            method: Method::DELETE,
            path: "/api/organization-scopes/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
