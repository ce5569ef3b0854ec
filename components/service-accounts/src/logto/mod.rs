//! Logto: applications, their secrets and roles.

pub mod application_roles;
pub mod application_secrets;
pub mod applications;
