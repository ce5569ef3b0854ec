//! Roles given to principals: built-in ones by their keys, others by id or name, in an organization or outside of any.

mod builtin;
mod check;
mod give;
mod list;
pub mod scopes;
mod take;

pub use builtin::{mine, of, replace_builtin};
pub(super) use check::check_roles;
pub use check::{Holder, NamedRoles};
pub use give::{give, give_to_many, replace};
pub use list::{list, require, scopes_of};
pub use take::take;
