//! Who may do what.
//!
//! Grants give roles, roles give [`Permission`]s, [`Rights`] are the sum for one caller. Operations ask for a
//! permission at the row at hand; nothing is allowed by default. `tests/rights-matrix.txt` shows the whole of it.

mod account_role;
mod action;
mod api_permission;
mod assignable;
mod authority;
mod builtin;
mod guard;
mod invariants;
mod permission;
mod rights;

pub use account_role::AccountRole;
pub use action::Action;
pub use api_permission::{ApiPermission, KeyScope};
pub use assignable::{Assignable, last_administrator, unknown_organizations};
pub use authority::{Authority, Here, Rank, Reach, Table};
pub use builtin::{BUILTIN_ROLES, BuiltinRole, RoleReach};
pub use guard::{ADMINISTERS_BEYOND, Changer, Target, Touch, rank};
pub use invariants::{Holders, Kept, Loss, Post, keep_administrators};
pub use permission::{Permission, Permissions};
pub use rights::{GrantedRole, Rights};
