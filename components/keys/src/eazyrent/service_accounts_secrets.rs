//! `/iam/v1/service-accounts/{id}/secrets/` (for `client_credentials`) and `api-keys/` (for `Authorization: Token`), each
//! with `{secret_id}/` (contracts/eazyrent.md, "Beyond the seed").

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{Credential, Name};
use iam_domain::ops::credentials::secrets::{self, CreatedSecret, Naming, NewSecret, SecretKind, SecretSource};
use iam_domain::ops::credentials::{self, Which};
use iam_domain::policy::Permission;
use iam_wire::dialect::eazyrent::{EazyRent, optional_name, service_account_id};
use iam_wire::http::body;
use iam_wire::http::time::rfc3339;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde::Serialize;

/// A new secret, shown once.
#[derive(Serialize)]
struct SecretView {
    id: String,
    client_id: String,
    secret: String,
    created_at: String,
}

impl From<CreatedSecret> for SecretView {
    fn from(created: CreatedSecret) -> Self {
        Self {
            id: created.credential.id.to_string(),
            client_id: created.credential.owner.to_string(),
            secret: created.text.into_exposed(),
            created_at: rfc3339(created.credential.created_at),
        }
    }
}

/// A secret in a list: `label` is its beginning, to tell them apart.
#[derive(Serialize)]
struct ListSecret {
    id: String,
    name: Option<String>,
    label: Option<String>,
    created_at: String,
}

impl From<Credential> for ListSecret {
    fn from(secret: Credential) -> Self {
        let created_at = rfc3339(secret.created_at);
        Self { id: secret.id.to_string(), name: secret.name, label: secret.label, created_at }
    }
}

/// All secrets of a kind.
async fn list(call: &Call<'_>, kind: SecretKind) -> Result<Reply> {
    let secrets = credentials::list(call.ctx(), service_account_id(call)?, kind.credential()).await?;
    let secrets: Vec<ListSecret> = secrets.into_iter().map(Into::into).collect();
    Reply::json(StatusCode::OK, &secrets)
}

/// Makes a secret and shows it.
async fn create(call: &Call<'_>, kind: SecretKind) -> Result<Reply> {
    let owner = service_account_id(call)?;
    let name = optional_name(body::json(&call.body().await?)?)?;
    let new = NewSecret { kind, name: name.as_ref().map(Name::text), expires_at: None };
    let created = secrets::create(call.ctx(), owner, new, Naming::Free, SecretSource::Random).await?;
    Reply::json(StatusCode::CREATED, &SecretView::from(created))
}

/// Removes a secret.
async fn delete(call: &Call<'_>, kind: SecretKind) -> Result<Reply> {
    let (id, owner) = (call.id("secret_id", "Secret")?, service_account_id(call)?);
    credentials::delete(call.ctx(), owner, kind.credential(), Which::Id(id)).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "client_secrets.list",
            method: Method::GET,
            path: "/iam/v1/service-accounts/{id}/secrets/",
            need: Need::Effective(Permission::ServiceAccountManage),
            handler: |call| Box::pin(list(call, SecretKind::ClientSecret)),
        },
        Route {
            op: "client_secrets.create",
            method: Method::POST,
            path: "/iam/v1/service-accounts/{id}/secrets/",
            need: Need::Effective(Permission::ServiceAccountManage),
            handler: |call| Box::pin(create(call, SecretKind::ClientSecret)),
        },
        Route {
            op: "client_secrets.delete",
            method: Method::DELETE,
            path: "/iam/v1/service-accounts/{id}/secrets/{secret_id}/",
            need: Need::Effective(Permission::ServiceAccountManage),
            handler: |call| Box::pin(delete(call, SecretKind::ClientSecret)),
        },
        Route {
            op: "api_keys.list",
            method: Method::GET,
            path: "/iam/v1/service-accounts/{id}/api-keys/",
            need: Need::Effective(Permission::ServiceAccountManage),
            handler: |call| Box::pin(list(call, SecretKind::ApiToken)),
        },
        Route {
            op: "api_keys.create",
            method: Method::POST,
            path: "/iam/v1/service-accounts/{id}/api-keys/",
            need: Need::Effective(Permission::ServiceAccountManage),
            handler: |call| Box::pin(create(call, SecretKind::ApiToken)),
        },
        Route {
            op: "api_keys.delete",
            method: Method::DELETE,
            path: "/iam/v1/service-accounts/{id}/api-keys/{secret_id}/",
            need: Need::Effective(Permission::ServiceAccountManage),
            handler: |call| Box::pin(delete(call, SecretKind::ApiToken)),
        },
    ],
};
