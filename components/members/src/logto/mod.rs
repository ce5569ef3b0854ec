//! Logto: who is in an organization, and which organization roles are held there.

pub mod application_roles;
pub mod applications;
pub mod invitations;
mod member_roles;
pub mod user_roles;
pub mod users;
