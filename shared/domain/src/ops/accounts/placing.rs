//! Which organizations somebody may put accounts into, and take them out of.

use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::model::{IdSet, OrganizationId, RoleScope};
use crate::policy::{Action, Assignable, Rights, Table};

/// Which organizations a caller may put users into by an action, and take them out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placing<'t>(&'t Assignable);

impl<'t> Placing<'t> {
    /// Of a caller with this table of rights.
    pub(super) fn of(table: &'t Table, action: Action) -> Self {
        Self(table.assignable(action))
    }

    /// As [`Assignable::check`].
    pub(super) fn check(self, before: &[OrganizationId], listed: &IdSet<OrganizationId>) -> Result<()> {
        self.0.check(before, listed)
    }

    /// Fails unless a new account may have this role scope: tokens carry all of it, and siblings believe them.
    ///
    /// # Errors
    /// As [`Placing::check`].
    pub(super) fn check_new(self, scope: &RoleScope) -> Result<()> {
        if *self.0 == Assignable::None && !scope.rest.is_empty() {
            return Err(Error::forbidden("You may not say what the role of an account is limited to."));
        }
        self.check(&[], &scope.organizations)
    }

    /// Fails for whoever administers organizations that the caller has no say over, or holds rights that no organization
    /// gave, where the caller has a say over some alone: what is done to such an account is done to those as well.
    ///
    /// # Errors
    /// `Forbidden`.
    pub(super) fn check_reach(self, rights: &Rights) -> Result<()> {
        match self.0 {
            Assignable::Listed(owned) if rights.administers_beyond(owned) => {
                Err(Error::forbidden("This account administers organizations that are not yours."))
            }
            Assignable::Any | Assignable::Listed(_) | Assignable::None => Ok(()),
        }
    }

    /// Fails for whoever is at home in an organization that the caller has no say over, where the caller has one over some
    /// alone: a guest is managed by the home (`members::manageable`).
    ///
    /// # Errors
    /// `Forbidden`.
    pub(super) fn check_home(self, home: Option<OrganizationId>) -> Result<()> {
        match (self.0, home) {
            (Assignable::Listed(owned), Some(home)) if !owned.contains(&home) => {
                Err(Error::forbidden("This person is a guest here and is managed by another organization."))
            }
            _ => Ok(()),
        }
    }

    /// As [`Assignable::owned_after`].
    pub(super) fn owned_after(self, owned: &[OrganizationId], present: &[OrganizationId]) -> Vec<OrganizationId> {
        self.0.owned_after(owned, present)
    }
}

/// What is in one and not in the other.
pub(super) fn without(one: &[OrganizationId], other: &[OrganizationId]) -> Vec<OrganizationId> {
    let other: HashSet<&OrganizationId> = other.iter().collect();
    one.iter().copied().filter(|id| !other.contains(id)).collect()
}
