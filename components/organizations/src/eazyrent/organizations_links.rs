//! `/iam/v1/organizations/join-organization/`, `leave-organization/` and `pairing-code/`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::organizations::links;
use iam_domain::policy::Permission;
use iam_wire::dialect::eazyrent::{EazyRent, OrganizationView, short_text};
use iam_wire::http::body::{self, Fields};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::{Value, json};

/// `JoinOrganization`.
fn join_organization(body: Option<Value>) -> Result<String> {
    let mut fields = Fields::of(body)?;
    let code = fields.required("pairing_code", short_text);
    code.ok_or_else(|| fields.into_error())
}

/// Attaches the effective organization to the owner of a pairing code.
async fn join(call: &Call<'_>) -> Result<Reply> {
    let code = join_organization(body::json(&call.body().await?)?)?;
    let organization = links::join(call.ctx(), &code).await?;
    Reply::json(StatusCode::OK, &OrganizationView::new(organization, call.origin()))
}

/// Detaches the effective organization from its parent.
async fn leave(call: &Call<'_>) -> Result<Reply> {
    let organization = links::leave(call.ctx()).await?;
    Reply::json(StatusCode::OK, &OrganizationView::new(organization, call.origin()))
}

/// The code by which others join.
async fn pairing_code(call: &Call<'_>) -> Result<Reply> {
    Reply::json(StatusCode::OK, &json!({ "pairing_code": links::pairing_code(call.ctx()).await? }))
}

/// Makes a new code.
async fn renew_pairing_code(call: &Call<'_>) -> Result<Reply> {
    Reply::json(StatusCode::OK, &json!({ "pairing_code": links::renew_pairing_code(call.ctx()).await? }))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "organizations.join",
            method: Method::POST,
            path: "/iam/v1/organizations/join-organization/",
            need: Need::Effective(Permission::OrganizationWrite),
            handler: |call| Box::pin(join(call)),
        },
        Route {
            op: "organizations.leave",
            method: Method::POST,
            path: "/iam/v1/organizations/leave-organization/",
            need: Need::Effective(Permission::OrganizationWrite),
            handler: |call| Box::pin(leave(call)),
        },
        Route {
            op: "organizations.pairing_code",
            method: Method::GET,
            path: "/iam/v1/organizations/pairing-code/",
            need: Need::Effective(Permission::OrganizationWrite),
            handler: |call| Box::pin(pairing_code(call)),
        },
        Route {
            op: "organizations.renew_pairing_code",
            method: Method::POST,
            path: "/iam/v1/organizations/pairing-code/",
            need: Need::Effective(Permission::OrganizationWrite),
            handler: |call| Box::pin(renew_pairing_code(call)),
        },
    ],
};
