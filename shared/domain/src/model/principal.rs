//! Who can act: people and machines.

use super::stored::stored_enum;

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
