//! `/api/applications/{id}/secrets` (contracts/logto.md, "Beyond the seed").

use http::{Method, StatusCode};
use iam_domain::error::{FaultCode, Result, Wanted};
use iam_domain::ops::directory::application_secrets::{self, ApplicationSecret, SecretValue};
use iam_wire::body::Fields;
use iam_wire::dialect::logto::{self, LogtoApi, TENANT, not_exists_with_id, text};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde::Serialize;

/// `ApplicationSecret`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SecretView {
    tenant_id: &'static str,
    application_id: String,
    name: String,
    value: String,
    created_at: i64,
    expires_at: Option<i64>,
}

impl From<ApplicationSecret> for SecretView {
    fn from(secret: ApplicationSecret) -> Self {
        Self {
            tenant_id: TENANT,
            application_id: secret.owner.to_string(),
            name: secret.name,
            value: match secret.value {
                SecretValue::Whole(value) => value.into_exposed(),
                SecretValue::Hint(hint) => format!("#internal:{hint}"),
            },
            created_at: secret.created_at,
            expires_at: secret.expires_at,
        }
    }
}

/// A moment in milliseconds, or null for never. Some clients write every number with a fraction.
fn moment(fields: &mut Fields, key: &'static str) -> Option<i64> {
    let value = fields.any(key);
    if value.is_null() {
        return None;
    }
    let whole = |number: f64| {
        #[allow(clippy::cast_possible_truncation, reason = "the range is checked; the fraction is meant to go")]
        (-9e15..=9e15).contains(&number).then_some(number.floor() as i64)
    };
    let found = value.as_i64().or_else(|| value.as_f64().and_then(whole));
    found.or_else(|| fields.fault(key, FaultCode::Type(Wanted::Number), "Input should be a number of milliseconds"))
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let key = call.settings().application_secret_key.as_ref();
    let secrets = application_secrets::list(call.ctx(), call.param("id"), key).await.map_err(not_exists_with_id)?;
    let secrets: Vec<SecretView> = secrets.into_iter().map(SecretView::from).collect();
    Reply::json(StatusCode::OK, &secrets)
}

async fn create(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let name = fields.required("name", |key, value| text(key, value, 1, 256));
    let expires_at = moment(&mut fields, "expiresAt");
    let Some(name) = name else { return Err(fields.into_error()) };
    fields.check()?;
    let key = call.settings().application_secret_key.as_ref();
    let made = application_secrets::create(call.ctx(), call.param("id"), &name, expires_at, key).await?;
    Reply::json(StatusCode::CREATED, &SecretView::from(made))
}

async fn delete(call: &Call<'_>) -> Result<Reply> {
    application_secrets::delete(call.ctx(), call.param("id"), call.param("name")).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "directory.list_application_secrets",
            method: Method::GET,
            path: "/api/applications/{id}/secrets",
            need: Need::Directory,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "directory.create_application_secret",
            method: Method::POST,
            path: "/api/applications/{id}/secrets",
            need: Need::Directory,
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "directory.delete_application_secret",
            method: Method::DELETE,
            path: "/api/applications/{id}/secrets/{name}",
            need: Need::Directory,
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
