//! Organizations as they go out (contract, "Schemas").

use iam_domain::model::Organization;
use serde_json::json;

use super::kinds;
use super::views::{resource, time};
use crate::shapes::jsonapi::Resource;

/// An organization.
pub fn organization(organization: &Organization) -> Resource {
    let attributes = json!({
        "name": organization.name,
        "created_at": time(organization.created_at),
        "updated_at": time(organization.updated_at),
    });
    resource(kinds::ORGANIZATIONS, organization.id.to_string(), attributes)
}
