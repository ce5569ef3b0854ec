//! `/api/applications/{id}/secrets` (contracts/logto.md, "Beyond the seed").

use http::{Method, StatusCode};
use iam_domain::error::{Error, ErrorKind, FaultCode, Result, Wanted};
use iam_domain::model::{Credential, CredentialKind, PrincipalId};
use iam_domain::ops::credentials::secrets::{self, Naming, NewSecret, SecretKind, SecretSource, SecretValue};
use iam_domain::ops::credentials::{self, Which};
use iam_wire::dialect::logto::{self, LogtoApi, TENANT, no_application, not_exists_with_id, text};
use iam_wire::http::body::Fields;
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

impl SecretView {
    fn new(secret: Credential, value: SecretValue) -> Self {
        Self {
            tenant_id: TENANT,
            application_id: secret.owner.to_string(),
            name: secret.name.unwrap_or_else(|| secret.id.to_string()),
            value: match value {
                SecretValue::Whole(value) => value.into_exposed(),
                SecretValue::Hint(hint) => format!("#internal:{hint}"),
            },
            created_at: secret.created_at,
            expires_at: secret.expires_at,
        }
    }
}

/// The last date of JavaScript (ECMA-262, "Time Values and Time Range"), as invitations have it.
const MAX_DATE: f64 = 8.64e15;

/// A moment in milliseconds, or null for never. Some clients write every number with a fraction.
fn moment(fields: &mut Fields, key: &'static str) -> Option<i64> {
    let value = fields.any(key);
    if value.is_null() {
        return None;
    }
    let Some(number) = value.as_f64() else {
        return fields.fault(key, FaultCode::Type(Wanted::Number), "Input should be a number of milliseconds");
    };
    if !(-MAX_DATE..=MAX_DATE).contains(&number) {
        return fields.fault(key, FaultCode::Value, "This is no date that clients can read.");
    }
    #[allow(clippy::cast_possible_truncation, reason = "the range is checked; the fraction is meant to go")]
    Some(number.floor() as i64)
}

/// The application that the path names.
fn path_id(call: &Call<'_>) -> Result<PrincipalId> {
    call.id("id", "Application")
}

/// The same where a new secret refers to it: a text that is no id is one that nothing has.
fn path_id_in_body(call: &Call<'_>) -> PrincipalId {
    call.param("id").parse().unwrap_or(PrincipalId::from_stored(0))
}

/// An application that a new secret refers to and that is not there.
fn unknown_reference(error: Error) -> Error {
    match error.kind() {
        ErrorKind::NotFound => {
            Error::rejected("unknown_reference", "An application that is referred to does not exist.")
        }
        _ => error,
    }
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let key = call.settings().application_secret_key.as_ref();
    let id = path_id(call).map_err(not_exists_with_id)?;
    let secrets = secrets::list_shown(call.ctx(), id, key).await.map_err(no_application).map_err(not_exists_with_id)?;
    let secrets: Vec<SecretView> = secrets.into_iter().map(|(secret, value)| SecretView::new(secret, value)).collect();
    Reply::json(StatusCode::OK, &secrets)
}

async fn create(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let name = fields.required("name", |key, value| text(key, value, 1, 256));
    let expires_at = moment(&mut fields, "expiresAt");
    let Some(name) = name else { return Err(fields.into_error()) };
    fields.check()?;
    let source = SecretSource::Derived(call.settings().application_secret_key.as_ref());
    let new = NewSecret { kind: SecretKind::ClientSecret, name: Some(&name), expires_at };
    let made = secrets::create(call.ctx(), path_id_in_body(call), new, Naming::Unique, source).await;
    let made = made.map_err(unknown_reference)?;
    Reply::json(StatusCode::CREATED, &SecretView::new(made.credential, SecretValue::Whole(made.text)))
}

async fn delete(call: &Call<'_>) -> Result<Reply> {
    let (id, name) = (path_id(call)?, Which::Named(call.param("name")));
    let removed = credentials::delete(call.ctx(), id, CredentialKind::ClientSecret, name).await;
    removed.map_err(no_application)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.list_application_secrets",
            method: Method::GET,
            path: "/api/applications/{id}/secrets",
            need: Need::Installation,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "installation.create_application_secret",
            method: Method::POST,
            path: "/api/applications/{id}/secrets",
            need: Need::Installation,
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "installation.delete_application_secret",
            method: Method::DELETE,
            path: "/api/applications/{id}/secrets/{name}",
            need: Need::Installation,
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
