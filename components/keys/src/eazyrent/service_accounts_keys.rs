//! `/iam/v1/service-accounts/{id}/keys/` and `/iam/v1/service-accounts/{id}/keys/{key_id}/`.

use http::{Method, StatusCode};
use iam_domain::clock::Millis;
use iam_domain::error::Result;
use iam_domain::model::{Credential, CredentialKind};
use iam_domain::ops::credentials::key_pairs::{self, NewKeyPair};
use iam_domain::ops::credentials::{self, Which};
use iam_domain::policy::Permission;
use iam_wire::dialect::eazyrent::{EazyRent, service_account_id};
use iam_wire::http::time::rfc3339;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde::Serialize;

/// What the client, which demands a date, gets for a key without end.
const NEVER: &str = "9999-12-31T23:59:59Z";

fn expiration(expires_at: Option<Millis>) -> String {
    expires_at.map_or_else(|| NEVER.to_owned(), rfc3339)
}

/// `JSONKey`: the key file, shown once.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonKey {
    r#type: &'static str,
    key_id: String,
    key: String,
    expiration_date: String,
    user_id: String,
}

impl From<NewKeyPair> for JsonKey {
    fn from(pair: NewKeyPair) -> Self {
        Self {
            r#type: "serviceaccount",
            key_id: pair.id.to_string(),
            key: pair.private_pem.into_exposed(),
            expiration_date: expiration(pair.expires_at),
            user_id: pair.owner.to_string(),
        }
    }
}

/// `ListServiceAccountKey`.
#[derive(Serialize)]
struct ListServiceAccountKey {
    id: String,
    r#type: &'static str,
    expiration_date: String,
    created_at: String,
    tenant: String,
}

impl From<Credential> for ListServiceAccountKey {
    fn from(key: Credential) -> Self {
        Self {
            id: key.id.to_string(),
            r#type: "KEY_TYPE_JSON",
            expiration_date: expiration(key.expires_at),
            created_at: rfc3339(key.created_at),
            tenant: key.home.map(|home| home.to_string()).unwrap_or_default(),
        }
    }
}

/// `ServiceAccountKeys`.
#[derive(Serialize)]
struct ServiceAccountKeys {
    count: usize,
    results: Vec<ListServiceAccountKey>,
}

/// Metadata of all keys.
async fn list(call: &Call<'_>) -> Result<Reply> {
    let keys = credentials::list(call.ctx(), service_account_id(call)?, CredentialKind::PublicKey).await?;
    let results: Vec<ListServiceAccountKey> = keys.into_iter().map(Into::into).collect();
    Reply::json(StatusCode::OK, &ServiceAccountKeys { count: results.len(), results })
}

/// Makes a key pair and gives the key file.
async fn create(call: &Call<'_>) -> Result<Reply> {
    let pair = key_pairs::create(call.ctx(), service_account_id(call)?).await?;
    Reply::json(StatusCode::CREATED, &JsonKey::from(pair))
}

/// Removes a key.
async fn delete(call: &Call<'_>) -> Result<Reply> {
    let (key, owner) = (call.id("key_id", "Key")?, service_account_id(call)?);
    credentials::delete(call.ctx(), owner, CredentialKind::PublicKey, Which::Id(key)).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "keys.list",
            method: Method::GET,
            path: "/iam/v1/service-accounts/{id}/keys/",
            need: Need::Effective(Permission::ServiceAccountManage),
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "keys.create",
            method: Method::POST,
            path: "/iam/v1/service-accounts/{id}/keys/",
            need: Need::Effective(Permission::ServiceAccountManage),
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "keys.delete",
            method: Method::DELETE,
            path: "/iam/v1/service-accounts/{id}/keys/{key_id}/",
            need: Need::Effective(Permission::ServiceAccountManage),
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
