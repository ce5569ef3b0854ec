//! `/api/applications` and `/api/applications/{id}` (contracts/logto.md, "Beyond the seed").

use http::{Method, StatusCode};
use iam_domain::error::{Error, FaultCode, Result};
use iam_domain::model::{ApplicationType, NewServiceAccount, PrincipalId, ServiceAccountChange, ServiceAccountData};
use iam_domain::ops::credentials::secrets::{NewSecret, SecretKind, SecretSource};
use iam_domain::ops::service_accounts::{create as make, delete as remove, find as found, update as edit};
use iam_wire::dialect::logto::{
    self, ApplicationView, LogtoApi, Pages, cleared_when_empty, line, no_application, not_exists, not_exists_with_id,
    nothing_to_change, text, url,
};
use iam_wire::http::body::Fields;
use iam_wire::http::form::Form;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde::Serialize;
use serde_json::{Map, Value};

/// Most characters of a description; the contract sets no limit.
const MAX_DESCRIPTION: usize = 2048;

/// What to search for: `q`, or `search`, whose `%` at both ends say what is understood anyway.
fn search(query: &Form) -> Option<String> {
    logto::search(query).or_else(|| logto::search_pattern(query))
}

/// The types that are wanted; none: all.
fn types(query: &Form) -> Result<Vec<ApplicationType>> {
    query.all("types").map(|value| application_type("types", value)).collect()
}

fn application_type(key: &'static str, value: &str) -> Result<ApplicationType> {
    let unknown = || Error::field(key, FaultCode::Value, "This is not a type of application.");
    ApplicationType::from_stored(value).ok_or_else(unknown)
}

/// A name is longer here than elsewhere.
fn name(key: &'static str, value: &str) -> Result<String> {
    line(key, value, 1, 256)
}

/// What creation and change have in common, the name apart.
fn change(fields: &mut Fields) -> ServiceAccountChange {
    ServiceAccountChange {
        name: None,
        description: cleared_when_empty(fields, "description", |key, value| text(key, value, 0, MAX_DESCRIPTION)),
        oidc_client_metadata: fields
            .has("oidcClientMetadata")
            .then(|| fields.section("oidcClientMetadata", oidc_client_metadata)),
        custom_data: fields.object("customData"),
    }
}

fn oidc_client_metadata(fields: &mut Fields) -> Map<String, Value> {
    let lists = ["redirectUris", "postLogoutRedirectUris"];
    lists.into_iter().map(|key| (key.to_owned(), Value::from(fields.items(key, url)))).collect()
}

/// The application that the path names.
fn path_id(call: &Call<'_>) -> Result<PrincipalId> {
    call.id("id", "Application")
}

/// What every application that acts for itself begins with.
const FIRST_SECRET: NewSecret<'static> =
    NewSecret { kind: SecretKind::ClientSecret, name: Some("Default secret"), expires_at: None };

/// `Application`, and whether it may use this API: only here, where clients cannot do without.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FoundApplication {
    #[serde(flatten)]
    application: ApplicationView,
    is_admin: bool,
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::mandatory(call)?;
    let query = logto::query(call)?;
    let page = found::pages(call.ctx(), pages.window(), search(&query).as_deref(), &types(&query)?).await?;
    logto::list(call, pages, page, ApplicationView::from)
}

async fn create(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let (name, kind) = (fields.required("name", name), fields.required("type", application_type));
    let rest = change(&mut fields);
    let (Some(name), Some(kind)) = (name, kind) else { return Err(fields.into_error()) };
    fields.check()?;
    let data = ServiceAccountData {
        oidc_client_metadata: rest.oidc_client_metadata.unwrap_or_default(),
        custom_data: rest.custom_data.unwrap_or_default(),
    };
    let new = NewServiceAccount { name: Some(name), description: rest.description.into_value(), kind, data };
    let source = SecretSource::Derived(call.settings().application_secret_key.as_ref());
    let first = (kind == ApplicationType::MachineToMachine).then_some((FIRST_SECRET, source));
    let made = make::create(call.ctx(), new, first).await?;
    Reply::json(StatusCode::OK, &ApplicationView::from(made.account))
}

async fn find(call: &Call<'_>) -> Result<Reply> {
    let id = path_id(call).map_err(not_exists_with_id)?;
    let found = found::find(call.ctx(), id).await.map_err(no_application).map_err(not_exists_with_id);
    let (account, is_admin) = found?;
    Reply::json(StatusCode::OK, &FoundApplication { application: account.into(), is_admin })
}

async fn update(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let name = fields.optional("name", name);
    let change = ServiceAccountChange { name, ..change(&mut fields) };
    fields.check()?;
    if change.is_empty() {
        return Err(nothing_to_change());
    }
    let id = path_id(call).map_err(not_exists)?;
    let changed = edit::update(call.ctx(), id, change).await.map_err(no_application).map_err(not_exists)?;
    Reply::json(StatusCode::OK, &ApplicationView::from(changed))
}

async fn delete(call: &Call<'_>) -> Result<Reply> {
    remove::delete(call.ctx(), path_id(call)?).await.map_err(no_application)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.list_applications",
            method: Method::GET,
            path: "/api/applications",
            need: Need::Installation,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "installation.create_application",
            method: Method::POST,
            path: "/api/applications",
            need: Need::Installation,
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "installation.find_application",
            method: Method::GET,
            path: "/api/applications/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(find(call)),
        },
        Route {
            op: "installation.update_application",
            method: Method::PATCH,
            path: "/api/applications/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(update(call)),
        },
        Route {
            op: "installation.delete_application",
            method: Method::DELETE,
            path: "/api/applications/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
