//! Component `roles`.

pub mod authorizations;
mod authorizations_last_admin;
pub mod authorizations_replace;
mod authorizations_writers;
