//! Organizations, and what hangs on them alone.

pub mod links;
pub mod pages;
pub mod read;
pub mod settings;
mod table;
pub mod write;

pub(super) use read::{WIDTH, organization_columns, organization_opt};
pub use table::ORGANIZATIONS;
