//! Who may do what.
//!
//! Grants give roles, roles give [`Permission`]s, [`Rights`] are the sum for one caller. Operations ask for a
//! permission at the row at hand; nothing is allowed by default. `tests/rights-matrix.txt` shows the whole of it.

mod accounts;
mod builtin;
mod permission;
mod rights;

pub use accounts::{AccountRights, AccountRole, ApiPermission, KeyScope, RightScope, compound_role, parse_compound};
pub use builtin::{BUILTIN_ROLES, BuiltinRole, Reach};
pub use permission::{Permission, Permissions};
pub use rights::{GrantedRole, Rights};
