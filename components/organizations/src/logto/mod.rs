//! Logto: organizations, and whether the server is there.

pub mod jit_domains;
pub mod jit_roles;
pub mod organizations;
pub mod status;
