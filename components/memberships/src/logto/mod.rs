//! Logto: who is in an organization, and who is invited to one.

pub mod applications;
pub mod applications_organizations;
pub mod organization_invitations;
pub mod users;
pub mod users_organizations;
