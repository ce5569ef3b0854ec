//! How applications are shown.

use iam_domain::error::Error;
use iam_domain::model::ServiceAccount;
use iam_domain::ops::service_accounts::UNKNOWN;
use serde::Serialize;
use serde_json::{Map, Value};

use super::views::TENANT;

/// `Application`, without what only some answers add.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationView {
    tenant_id: &'static str,
    id: String,
    name: String,
    secret: String,
    description: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
    oidc_client_metadata: Map<String, Value>,
    custom_client_metadata: Map<String, Value>,
    protected_app_metadata: Option<Value>,
    custom_data: Map<String, Value>,
    is_third_party: bool,
    created_at: i64,
}

impl From<ServiceAccount> for ApplicationView {
    fn from(application: ServiceAccount) -> Self {
        let data = application.data.map(|data| *data).unwrap_or_default();
        let mut metadata = data.oidc_client_metadata;
        for key in ["redirectUris", "postLogoutRedirectUris"] {
            metadata.entry(key).or_insert_with(|| Value::Array(Vec::new()));
        }
        let id = application.id.to_string();
        Self {
            tenant_id: TENANT,
            name: application.name,
            // Clients want a text here. It is no credential: those are shown by the operations about secrets.
            secret: format!("#internal:{id}"),
            id,
            description: application.description,
            kind: application.kind.as_str(),
            oidc_client_metadata: metadata,
            custom_client_metadata: Map::new(),
            protected_app_metadata: None,
            custom_data: data.custom_data,
            is_third_party: false,
            created_at: application.created_at,
        }
    }
}

/// A service account that is not there, in the word that this API has for it.
pub fn no_application(error: Error) -> Error {
    if error.code() == UNKNOWN { Error::not_found("Application") } else { error }
}
