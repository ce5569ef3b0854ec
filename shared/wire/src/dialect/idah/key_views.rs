//! API keys and their permissions as they go out (contract, "Schemas").

use iam_domain::clock::Millis;
use iam_domain::model::ApiKey;
use iam_domain::policy::ApiPermission;
use serde_json::json;

use super::kinds;
use super::rights::{description, title};
use super::views::{resource, time};
use crate::shapes::jsonapi::Resource;

/// An API key as it is at the moment `now`. Its `text` is known to the request alone that makes it.
pub fn api_key(key: &ApiKey, text: Option<&str>, now: Millis) -> Resource {
    let permissions: Vec<&str> = key.limits.permissions.iter().map(|permission| permission.as_str()).collect();
    let attributes = json!({
        "account_id": key.account.get(),
        "name": key.name,
        "key_label": key.label,
        "permissions": permissions,
        "scope_type": key.limits.scope.as_str(),
        "scope_value": key.limits.values,
        "expires_at": key.expires_at.map(time),
        "revoked_at": key.revoked_at.map(time),
        "last_used_at": key.last_used_at.map(time),
        "status": key.status(now).as_str(),
        "created_at": time(key.created_at),
        "updated_at": time(key.updated_at),
        "key": text,
    });
    let mut resource = resource(kinds::API_KEYS, key.id.to_string(), attributes);
    resource.relationships.push(("service_account", kinds::ACCOUNTS, key.account.to_string()));
    resource
}

/// A permission that a key can have.
pub fn api_permission(permission: ApiPermission) -> Resource {
    let attributes = json!({
        "name": permission.as_str(),
        "title": title(permission),
        "description": description(permission),
    });
    resource(kinds::API_PERMISSIONS, permission.as_str().to_owned(), attributes)
}
