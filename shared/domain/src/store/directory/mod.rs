//! The whole directory: all organizations, people, machines, roles and scopes, for whoever may manage all of it
//! (`Ctx::directory`). Its statements hang on [`System`](super::System), since none is about one tenant's own view.

pub mod application_roles;
pub mod invitations;
pub mod jit;
pub mod member_applications;
pub mod member_roles;
pub mod memberships;
pub mod organization_roles;
pub mod resources;
pub mod role_entries;
pub mod role_scopes;
pub mod scopes;
pub mod tenant_roles;
