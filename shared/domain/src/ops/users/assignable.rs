//! Which organizations a caller may put users into, and take them out of.

use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::model::{IdSet, OrganizationId, RoleScope};
use crate::policy::{Action, Assignable, Table};

/// Which organizations a caller may put users into by an action, and take them out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AssignableOrganizations<'t>(&'t Assignable);

impl<'t> AssignableOrganizations<'t> {
    /// Of a caller with this table of rights.
    pub(super) fn of(table: &'t Table, action: Action) -> Self {
        Self(table.assignable(action))
    }

    /// As [`Assignable::check`].
    pub(super) fn check(self, before: &[OrganizationId], listed: &IdSet<OrganizationId>) -> Result<()> {
        self.0.check(before, listed)
    }

    /// Fails unless a new user may have this role scope: tokens carry all of it, and siblings believe them.
    ///
    /// # Errors
    /// As [`AssignableOrganizations::check`].
    pub(super) fn check_new(self, scope: &RoleScope) -> Result<()> {
        if *self.0 == Assignable::None && !scope.rest.is_empty() {
            return Err(Error::forbidden("You may not say what the role of an account is limited to."));
        }
        self.check(&[], &scope.organizations)
    }

    pub(super) fn owned_after(self, owned: &[OrganizationId], present: &[OrganizationId]) -> Vec<OrganizationId> {
        self.0.owned_after(owned, present)
    }
}

/// What is in one and not in the other.
pub(super) fn without(one: &[OrganizationId], other: &[OrganizationId]) -> Vec<OrganizationId> {
    let other: HashSet<&OrganizationId> = other.iter().collect();
    one.iter().copied().filter(|id| !other.contains(id)).collect()
}
