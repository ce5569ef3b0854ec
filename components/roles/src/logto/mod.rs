//! Logto: roles of organizations and outside them, scopes, resources, and who holds which role.

pub mod applications_roles;
pub mod jit_roles;
pub mod organization_roles;
pub mod organization_roles_scopes;
pub mod organization_scopes;
pub mod organizations_applications_roles;
mod organizations_members_roles;
pub mod organizations_users_roles;
pub mod resources;
pub mod resources_scopes;
pub mod roles;
mod views;
