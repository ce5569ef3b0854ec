//! Roles given to principals: built-in ones by their keys, others by id or name, in an organization or outside of any.

mod check;
mod give;
pub mod list;
pub mod replace;
pub mod scopes;
mod take;

pub(super) use check::check_roles;
pub use check::{Holder, NamedRoles};
pub use give::{give, give_to_many};
pub use take::take;
