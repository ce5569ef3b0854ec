//! `/iam/v1/organizations/me/`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{Name, OrganizationChange, Patch};
use iam_domain::ops::organizations::{find, update as change};
use iam_domain::policy::Permission;
use iam_wire::dialect::eazyrent::{EazyRent, OrganizationView, postal_address, short_text};
use iam_wire::http::body::{self, Fields};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::Value;

/// The caller's own organization.
async fn mine(call: &Call<'_>) -> Result<Reply> {
    let organization = find::find(call.ctx(), call.ctx().organization()?).await?;
    Reply::json(StatusCode::OK, &OrganizationView::new(organization, call.origin()))
}

/// The fields of `Organization` that can be edited, each only if it is sent; null clears all but the name.
fn organization_change(body: Option<Value>) -> Result<OrganizationChange> {
    let mut fields = Fields::of(body)?;
    let name = fields.optional("name", Name::parse).map_or(Patch::Keep, |name| Patch::Set(name.text().to_owned()));
    let registration_number = not_empty(fields.patch("registration_number", short_text));
    let address = not_empty(fields.patch("address", postal_address));
    fields.check()?;
    Ok(OrganizationChange { name, registration_number, address, takes_echo: true, ..OrganizationChange::default() })
}

/// An empty text clears.
fn not_empty(patch: Patch<String>) -> Patch<String> {
    match patch {
        Patch::Set(text) if text.is_empty() => Patch::Clear,
        other => other,
    }
}

/// Changes the caller's own organization.
async fn update(call: &Call<'_>) -> Result<Reply> {
    let changed = organization_change(body::json(&call.body().await?)?)?;
    let organization = change::update(call.ctx(), call.ctx().organization()?, changed).await?;
    Reply::json(StatusCode::OK, &OrganizationView::new(organization, call.origin()))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "organizations.mine",
            method: Method::GET,
            path: "/iam/v1/organizations/me/",
            need: Need::Home(Permission::OrganizationRead),
            handler: |call| Box::pin(mine(call)),
        },
        Route {
            op: "organizations.update",
            method: Method::PATCH,
            path: "/iam/v1/organizations/me/",
            need: Need::Home(Permission::OrganizationWrite),
            handler: |call| Box::pin(update(call)),
        },
    ],
};
