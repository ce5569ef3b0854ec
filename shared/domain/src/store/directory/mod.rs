//! The whole directory: all organizations, people, machines, roles and scopes, for whoever may manage all of it
//! (`Ctx::directory`). Its statements hang on [`System`](super::System), since none is about one tenant's own view.

pub mod application_roles;
pub mod application_secrets;
pub mod applications;
pub mod invitations;
pub mod jit;
pub mod member_applications;
pub mod member_roles;
pub mod memberships;
pub mod organizations;
pub mod organizations_of;
pub mod people;
pub mod people_changes;
pub mod people_search;
