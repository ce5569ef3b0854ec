//! Logto: organizations, and whether the server is there.

pub mod jit_email_domains;
pub mod organizations;
pub mod status;
