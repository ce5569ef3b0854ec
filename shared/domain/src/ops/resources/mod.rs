//! Resources that tokens can be asked for, and scopes: of resources, and of organizations. One resource is the management
//! resource, whose scope `all` these operations ask for; it stays as it is.

mod define;
pub mod scopes;

pub use crate::store::resources::entries::{ListedResource, NewResource};
pub use define::{ResourceChange, create, delete, find, list, set_default, update};
