//! `/iam/v1/organizations/alert-importances/`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::organizations::settings;
use iam_domain::policy::Permission;
use iam_domain::store::organizations::settings::AlertImportance;
use iam_wire::dialect::eazyrent::EazyRent;
use iam_wire::http::body::{self, Fields};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::{Value, json};

/// Weight of a kind that was never given one.
const DEFAULT: f64 = 0.5;

/// A list of `AlertImportance`. Name and description are the catalogue's, whatever is sent.
fn alert_importances(body: Option<Value>) -> Result<Vec<(String, f64)>> {
    Fields::list(body, |fields| {
        let value = fields.number("value", DEFAULT, 0.0, 1.0);
        let id = fields.required_section("alert_type", |kind| kind.required("id", |_, text| Ok(text.to_owned())));
        Some((id?, value))
    })
}

/// `AlertImportance`.
fn view(importance: &AlertImportance) -> Value {
    json!({
        "alert_type": {
            "id": importance.kind,
            "name": importance.name,
            "description": importance.description,
        },
        "value": importance.value.unwrap_or(DEFAULT),
    })
}

fn views(importances: &[AlertImportance]) -> Vec<Value> {
    importances.iter().map(view).collect()
}

/// One entry a kind of alert.
async fn list(call: &Call<'_>) -> Result<Reply> {
    let importances = settings::alert_importances(call.ctx()).await?;
    Reply::json(StatusCode::OK, &views(&importances))
}

/// Sets the weights that are sent, and gives them all.
async fn update(call: &Call<'_>) -> Result<Reply> {
    let weights = alert_importances(body::json(&call.body().await?)?)?;
    let importances = settings::set_alert_importances(call.ctx(), &weights).await?;
    Reply::json(StatusCode::OK, &views(&importances))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "organizations.alerts",
            method: Method::GET,
            path: "/iam/v1/organizations/alert-importances/",
            need: Need::Effective(Permission::OrganizationRead),
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "organizations.set_alerts",
            method: Method::PUT,
            path: "/iam/v1/organizations/alert-importances/",
            need: Need::Effective(Permission::OrganizationWrite),
            handler: |call| Box::pin(update(call)),
        },
    ],
};
