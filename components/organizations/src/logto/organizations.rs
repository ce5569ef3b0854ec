//! `/api/organizations` and `/api/organizations/{id}` (contracts/logto.md, "Operations").

use http::{Method, StatusCode};
use iam_domain::error::{Error, FaultCode, Result};
use iam_domain::ops::directory::organizations::{self, OrganizationChange};
use iam_domain::store::directory::organizations::{FeaturedPerson, ListedOrganization};
use iam_wire::body::Fields;
use iam_wire::dialect::logto::{
    self, FeaturedUserView, LogtoApi, OrganizationView, Pages, cleared_when_empty, description, is_yes, name,
    not_exists, not_exists_with_id, search, text, url,
};
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
    let (count, some) = listed.people.map(|people| (people.count, people.some)).unzip();
    let users =
        |some: Vec<FeaturedPerson>| some.into_iter().map(|person| FeaturedUserView::of(person, origin)).collect();
    Listed { organization: listed.entry.into(), users_count: count, featured_users: some.map(users) }
}

/// What `CreateOrganization` and `UpdateOrganization` have in common, the name apart.
fn change(fields: &mut Fields) -> OrganizationChange {
    // Accepted and of no effect, but of the right type and length.
    fields.optional("tenantId", |key, value| text(key, value, 0, 21));
    if fields.has("createdAt") {
        fields.number("createdAt", 0.0, f64::MIN, f64::MAX);
    }
    OrganizationChange {
        name: None,
        description: cleared_when_empty(fields, "description", description),
        custom_data: fields.object("customData"),
        is_mfa_required: fields.flag("isMfaRequired"),
        color: object(fields, "color", color),
        branding: object(fields, "branding", branding),
        custom_css: cleared_when_empty(fields, "customCss", |key, value| text(key, value, 0, usize::MAX)),
    }
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
    let with_people = is_yes(&query, "showFeatured");
    let page = organizations::list(call.ctx(), pages.window(), search(&query).as_deref(), with_people).await?;
    logto::list(call, pages, page, |item| listed(item, call.origin()))
}

async fn create(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let name = fields.required("name", name);
    let rest = change(&mut fields);
    let Some(name) = name else { return Err(fields.into_error()) };
    fields.check()?;
    let made = organizations::create(call.ctx(), name, rest).await?;
    Reply::json(StatusCode::CREATED, &OrganizationView::from(made))
}

async fn find(call: &Call<'_>) -> Result<Reply> {
    let found = organizations::find(call.ctx(), call.param("id")).await.map_err(not_exists_with_id)?;
    Reply::json(StatusCode::OK, &OrganizationView::from(found))
}

async fn update(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    fields.optional("id", |key, value| text(key, value, 1, 21));
    let name = fields.optional("name", name);
    let change = OrganizationChange { name, ..change(&mut fields) };
    fields.check()?;
    let changed = organizations::update(call.ctx(), call.param("id"), change).await.map_err(not_exists)?;
    Reply::json(StatusCode::OK, &OrganizationView::from(changed))
}

async fn delete(call: &Call<'_>) -> Result<Reply> {
    organizations::delete(call.ctx(), call.param("id")).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "directory.list_organizations",
            method: Method::GET,
            path: "/api/organizations",
            need: Need::Directory,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "directory.create_organization",
            method: Method::POST,
            path: "/api/organizations",
            need: Need::Directory,
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "directory.find_organization",
            method: Method::GET,
            path: "/api/organizations/{id}",
            need: Need::Directory,
            handler: |call| Box::pin(find(call)),
        },
        Route {
            op: "directory.update_organization",
            method: Method::PATCH,
            path: "/api/organizations/{id}",
            need: Need::Directory,
            handler: |call| Box::pin(update(call)),
        },
        Route {
            op: "directory.delete_organization",
            method: Method::DELETE,
            path: "/api/organizations/{id}",
            need: Need::Directory,
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
