//! Resources that tokens can be asked for, and scopes: of resources, and of organizations.

pub mod entries;
pub mod scopes;
