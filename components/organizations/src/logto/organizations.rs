//! `/api/organizations` and `/api/organizations/{id}` (contracts/logto.md, "Operations").

use http::{Method, StatusCode};
use iam_domain::error::{Error, FaultCode, Result};
use iam_domain::model::{
    NewOrganization, OrganizationChange, OrganizationData, OrganizationDetails, OrganizationId, Patch,
};
use iam_domain::ops::organizations::create::{self as make, Links};
use iam_domain::ops::organizations::{delete as remove, find as found, update as edit};
use iam_domain::store::organizations::pages::{FeaturedUser, ListedOrganization};
use iam_wire::dialect::logto::{
    self, FeaturedUserView, LogtoApi, OrganizationView, Pages, cleared_when_empty, description, is_yes, name,
    not_exists, not_exists_with_id, nothing_to_change, operators, search, text, url,
};
use iam_wire::http::body::Fields;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde::Serialize;
use serde_json::{Map, Value};

/// `OrganizationWithFeatured`; without the two keys behind it where they were not asked for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(flatten)]
    organization: OrganizationView,
    #[serde(skip_serializing_if = "Option::is_none")]
    users_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    featured_users: Option<Vec<FeaturedUserView>>,
}

fn listed(listed: ListedOrganization, origin: &str) -> Listed {
    let (count, some) = listed.users.map(|users| (users.count, users.some)).unzip();
    let users = |some: Vec<FeaturedUser>| some.into_iter().map(|user| FeaturedUserView::of(user, origin)).collect();
    Listed { organization: listed.organization.into(), users_count: count, featured_users: some.map(users) }
}

/// What `CreateOrganization` and `UpdateOrganization` have in common, the name apart.
fn change(fields: &mut Fields) -> OrganizationChange {
    // Accepted and of no effect, but of the right type and length.
    fields.optional("tenantId", |key, value| text(key, value, 0, 21));
    if fields.has("createdAt") {
        fields.number("createdAt", 0.0, f64::MIN, f64::MAX);
    }
    OrganizationChange {
        name: Patch::Keep,
        takes_echo: true,
        description: cleared_when_empty(fields, "description", description),
        custom_data: fields.object("customData"),
        is_mfa_required: fields.flag("isMfaRequired"),
        color: object(fields, "color", color),
        branding: object(fields, "branding", branding),
        custom_css: cleared_when_empty(fields, "customCss", |key, value| text(key, value, 0, usize::MAX)),
        ..OrganizationChange::default()
    }
}

/// A new organization that is called `name`.
fn new_organization(name: String, rest: OrganizationChange) -> NewOrganization {
    let data = OrganizationData {
        description: rest.description.into_value(),
        custom_data: rest.custom_data.unwrap_or_default(),
        is_mfa_required: rest.is_mfa_required.unwrap_or_default(),
        color: rest.color.unwrap_or_default(),
        branding: rest.branding.unwrap_or_default(),
        custom_css: rest.custom_css.into_value(),
    };
    NewOrganization { data, ..NewOrganization::named(name) }
}

/// The organization that the path names.
fn path_id(call: &Call<'_>) -> Result<OrganizationId> {
    call.id("id", "Organization")
}

fn one(status: StatusCode, details: OrganizationDetails) -> Result<Reply> {
    Reply::json(status, &OrganizationView::from(details.organization))
}

/// An object of known keys; others are dropped.
fn object(
    fields: &mut Fields,
    key: &'static str,
    read: impl FnOnce(&mut Fields) -> Map<String, Value>,
) -> Option<Map<String, Value>> {
    fields.has(key).then(|| fields.section(key, read))
}

/// `PartialColor`.
fn color(fields: &mut Fields) -> Map<String, Value> {
    let mut known = texts(fields, &["primaryColor", "darkPrimaryColor"], hex_color);
    if let Some(flag) = fields.flag("isDarkModeEnabled") {
        known.insert("isDarkModeEnabled".to_owned(), flag.into());
    }
    known
}

/// `Branding`.
fn branding(fields: &mut Fields) -> Map<String, Value> {
    texts(fields, &["logoUrl", "darkLogoUrl", "favicon", "darkFavicon"], url)
}

fn texts(
    fields: &mut Fields,
    keys: &[&'static str],
    parse: fn(&'static str, &str) -> Result<String>,
) -> Map<String, Value> {
    let known = keys.iter().filter_map(|key| Some(((*key).to_owned(), Value::from(fields.optional(key, parse)?))));
    known.collect()
}

/// `#` and 3 or 6 hexadecimal digits.
fn hex_color(key: &'static str, value: &str) -> Result<String> {
    let digits = value.strip_prefix('#').unwrap_or_default();
    if [3, 6].contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(value.to_owned());
    }
    Err(Error::field(key, FaultCode::Value, "This is not a colour such as #5d34f2."))
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::mandatory(call)?;
    let query = logto::query(call)?;
    let with_users = is_yes(&query, "showFeatured");
    let page = found::pages(call.ctx(), pages.window(), search(&query).as_deref(), with_users).await?;
    logto::list(call, pages, page, |item| listed(item, call.origin()))
}

async fn create(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let name = fields.required("name", name);
    let rest = change(&mut fields);
    let Some(name) = name else { return Err(fields.into_error()) };
    fields.check()?;
    let made = make::create(call.ctx(), new_organization(name, rest), Links::None).await?;
    one(StatusCode::CREATED, made)
}

async fn find(call: &Call<'_>) -> Result<Reply> {
    let id = path_id(call).map_err(not_exists_with_id)?;
    one(StatusCode::OK, found::find(call.ctx(), id).await.map_err(not_exists_with_id)?)
}

async fn update(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    fields.optional("id", |key, value| text(key, value, 1, 21));
    let name = fields.optional("name", name).map_or(Patch::Keep, Patch::Set);
    let change = OrganizationChange { name, ..change(&mut fields) };
    fields.check()?;
    if change.is_empty() {
        return Err(nothing_to_change());
    }
    let id = path_id(call).map_err(not_exists)?;
    one(StatusCode::OK, edit::update(call.ctx(), id, change).await.map_err(not_exists)?)
}

async fn delete(call: &Call<'_>) -> Result<Reply> {
    remove::delete(call.ctx(), path_id(call)?).await.map_err(operators)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.list_organizations",
            method: Method::GET,
            path: "/api/organizations",
            need: Need::Installation,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "installation.create_organization",
            method: Method::POST,
            path: "/api/organizations",
            need: Need::Installation,
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "installation.find_organization",
            method: Method::GET,
            path: "/api/organizations/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(find(call)),
        },
        Route {
            op: "installation.update_organization",
            method: Method::PATCH,
            path: "/api/organizations/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(update(call)),
        },
        Route {
            op: "installation.delete_organization",
            method: Method::DELETE,
            path: "/api/organizations/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
