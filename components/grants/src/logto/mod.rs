//! Logto: roles of organizations and outside them, scopes, resources.

pub mod organization_roles;
pub mod organization_scopes;
pub mod resource_scopes;
pub mod resources;
pub mod role_scopes;
pub mod tenant_roles;
mod views;
