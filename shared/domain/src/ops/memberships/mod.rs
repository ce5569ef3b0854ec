//! Who is in which organization. Users and service accounts follow the same rules.

mod change;
pub mod jit;
mod list;
pub(super) mod organizations;

pub use crate::store::memberships::organizations::OrganizationWithRoles;
pub use crate::store::memberships::service_accounts::MemberServiceAccount;
pub use crate::store::memberships::users::MemberUser;
pub(super) use change::detail;
pub use change::{add, remove, replace};
pub use list::{of_user, service_accounts, users};
