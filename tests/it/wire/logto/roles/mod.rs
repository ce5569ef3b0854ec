//! Component `roles`.

mod applications_roles;
mod fixtures;
mod organization_roles;
mod organization_roles_scopes;
mod organization_scopes;
mod organizations_users_roles;
mod organizations_users_roles_bulk;
mod organizations_users_roles_replace;
mod organizations_users_scopes;
mod resources;
mod resources_scopes;
mod roles;
mod roles_scopes;
