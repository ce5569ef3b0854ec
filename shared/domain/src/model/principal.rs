//! Who can act: people and machines.

use serde_json::Value as Json;

use super::id::PrincipalId;
use super::organization::Organization;
use super::picture::Picture;
use super::stored::stored_enum;
use crate::clock::Millis;

stored_enum! {
    /// Person or machine.
    PrincipalKind {
        /// A person.
        User = "user",
        /// A machine.
        ServiceAccount = "service_account",
    }
}

stored_enum! {
    /// State of a principal. A deleted one has no row.
    PrincipalState {
        /// Invited; has not set a first password.
        Initial = "initial",
        /// May log in and act.
        Active = "active",
        /// Switched off by an administrator.
        Inactive = "inactive",
        /// Stopped for safety's sake; an administrator may unlock it.
        Locked = "locked",
    }
}

/// A person, as lists show it.
#[derive(Debug, Clone)]
pub struct User {
    /// Id.
    pub id: PrincipalId,
    /// State.
    pub state: PrincipalState,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// E-mail address as typed.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Picture.
    pub avatar: Option<Picture>,
    /// Last change.
    pub updated_at: Millis,
}

/// A person with what belongs to the profile.
#[derive(Debug, Clone)]
pub struct UserDetails {
    /// The person.
    pub user: User,
    /// Stored settings; `None` = never saved, all defaults.
    pub config: Option<Json>,
    /// Home organization.
    pub organization: Option<Organization>,
}
