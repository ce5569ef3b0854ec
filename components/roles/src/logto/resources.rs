//! `/api/resources` and `/api/resources/{id}` (contracts/logto.md, "Applications in organizations, resources, tenant
//! roles").

use http::{Method, StatusCode};
use iam_domain::error::{FaultCode, Result};
use iam_domain::model::{Resource, ResourceId};
use iam_domain::ops::resources::{self, ListedResource, NewResource, ResourceChange};
use iam_wire::dialect::logto::{self, LogtoApi, Pages, is_yes, not_exists, not_exists_with_id, text, url};
use iam_wire::http::body::Fields;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde::Serialize;

use super::views::{ResourceScopeView, ResourceView};

/// `Resource` with its scopes.
#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    resource: ResourceView,
    scopes: Vec<ResourceScopeView>,
}

/// How long tokens live whose resource says nothing about it.
fn default_ttl(call: &Call<'_>) -> i64 {
    call.settings().logto_tokens.lifetime
}

fn view(call: &Call<'_>, resource: Resource) -> ResourceView {
    ResourceView::of(resource, default_ttl(call))
}

fn listed(call: &Call<'_>, listed: ListedResource) -> Listed {
    let scopes = listed.scopes.into_iter().map(ResourceScopeView::from).collect();
    Listed { resource: view(call, listed.resource), scopes }
}

fn resource_name(key: &'static str, value: &str) -> Result<String> {
    text(key, value, 1, 256)
}

/// Seconds, at least one and no more than every client can count.
fn access_token_ttl(fields: &mut Fields) -> Option<i64> {
    let key = "accessTokenTtl";
    let seconds = fields.integer(key)?;
    if (1..=i64::from(i32::MAX)).contains(&seconds) {
        return Some(seconds);
    }
    fields.fault(key, FaultCode::Value, "This is a number of seconds from 1 to 2147483647.")
}

fn id(call: &Call<'_>) -> ResourceId {
    ResourceId::named(call.param("id"))
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::mandatory(call)?;
    let with_scopes = is_yes(&logto::query(call)?, "includeScopes");
    let page = resources::list(call.ctx(), pages.window(), with_scopes).await?;
    logto::list(call, pages, page, |item| listed(call, item))
}

async fn create(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let name = fields.required("name", resource_name);
    let indicator = fields.required("indicator", url);
    let access_token_ttl = access_token_ttl(&mut fields);
    let (Some(name), Some(indicator)) = (name, indicator) else { return Err(fields.into_error()) };
    fields.check()?;
    let resource = resources::create(call.ctx(), NewResource { name, indicator, access_token_ttl }).await?;
    Reply::json(StatusCode::CREATED, &listed(call, ListedResource { resource, scopes: Vec::new() }))
}

async fn find(call: &Call<'_>) -> Result<Reply> {
    let found = resources::find(call.ctx(), id(call)).await.map_err(not_exists_with_id)?;
    Reply::json(StatusCode::OK, &view(call, found))
}

async fn update(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let name = fields.optional("name", resource_name);
    let change = ResourceChange { name, access_token_ttl: access_token_ttl(&mut fields) };
    fields.check()?;
    let changed = resources::update(call.ctx(), id(call), change).await.map_err(not_exists)?;
    Reply::json(StatusCode::OK, &view(call, changed))
}

async fn set_default(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    if !fields.has("isDefault") {
        fields.fault::<bool>("isDefault", FaultCode::Missing, "Required");
    }
    let is_default = fields.boolean("isDefault", false);
    fields.check()?;
    let changed = resources::set_default(call.ctx(), id(call), is_default).await.map_err(not_exists)?;
    Reply::json(StatusCode::OK, &view(call, changed))
}

async fn delete(call: &Call<'_>) -> Result<Reply> {
    resources::delete(call.ctx(), id(call)).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.list_resources",
            method: Method::GET,
            path: "/api/resources",
            need: Need::Installation,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "installation.create_resource",
            method: Method::POST,
            path: "/api/resources",
            need: Need::Installation,
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "installation.find_resource",
            method: Method::GET,
            path: "/api/resources/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(find(call)),
        },
        Route {
            op: "installation.update_resource",
            method: Method::PATCH,
            path: "/api/resources/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(update(call)),
        },
        Route {
            op: "installation.set_default_resource",
            method: Method::PATCH,
            path: "/api/resources/{id}/is-default",
            need: Need::Installation,
            handler: |call| Box::pin(set_default(call)),
        },
        Route {
            op: "installation.delete_resource",
            method: Method::DELETE,
            path: "/api/resources/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
