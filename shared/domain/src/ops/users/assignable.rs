//! Which organizations a caller may put users into, and take them out of.

use std::collections::HashSet;

use crate::error::{Error, FaultCode, Result};
use crate::model::{IdSet, OrganizationId, RoleScope};
use crate::ops::ctx::Work;
use crate::policy::{Action, Assignable, Table};

/// Which organizations a caller may put users into by an action, and take them out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AssignableOrganizations<'t>(&'t Assignable);

impl<'t> AssignableOrganizations<'t> {
    /// Of a caller with this table of rights.
    pub(super) fn of(table: &'t Table, action: Action) -> Self {
        Self(table.assignable(action))
    }

    /// Fails unless a user may go from organizations `before` to those listed.
    ///
    /// # Errors
    /// `Invalid` at `role_scope`, in the same words for organizations of others and for those that do not exist;
    /// `Forbidden` for whoever has no say over organizations.
    pub(super) fn check(self, before: &[OrganizationId], listed: &IdSet<OrganizationId>) -> Result<()> {
        let (old, new) = (set(before), set(listed.ids()));
        let mut changed = old.symmetric_difference(&new);
        match self.0 {
            Assignable::Any if listed.has_strangers() => Err(unknown()),
            Assignable::Listed(owned) if listed.has_strangers() || !changed.all(|id| owned.contains(id)) => {
                Err(unknown())
            }
            Assignable::None if listed.has_strangers() || changed.next().is_some() => {
                Err(Error::forbidden("You may not say which organizations an account is in."))
            }
            Assignable::Any | Assignable::Listed(_) | Assignable::None => Ok(()),
        }
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

    /// The organizations that are owned after a user got or kept the role of an owner, of those it is in: what the
    /// caller has a say over, and what was owned before.
    pub(super) fn owned_after(self, owned: &[OrganizationId], present: &[OrganizationId]) -> Vec<OrganizationId> {
        let becomes = |id: &OrganizationId| match self.0 {
            Assignable::Any => true,
            Assignable::Listed(own) => own.contains(id) || owned.contains(id),
            Assignable::None => owned.contains(id),
        };
        present.iter().copied().filter(becomes).collect()
    }
}

/// Fails unless all these organizations exist.
///
/// # Errors
/// `Invalid` at `role_scope`.
pub(super) async fn must_exist(work: &Work<'_>, listed: &IdSet<OrganizationId>) -> Result<()> {
    if listed.has_strangers() || work.system().count_organizations(listed).await? < listed.ids().len() {
        return Err(unknown());
    }
    Ok(())
}

/// What is in one and not in the other.
pub(super) fn without(one: &[OrganizationId], other: &[OrganizationId]) -> Vec<OrganizationId> {
    let other = set(other);
    one.iter().copied().filter(|id| !other.contains(id)).collect()
}

fn set(ids: &[OrganizationId]) -> HashSet<OrganizationId> {
    ids.iter().copied().collect()
}

fn unknown() -> Error {
    Error::field("role_scope", FaultCode::Value, "must list organizations that exist and that you manage")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    const A: OrganizationId = OrganizationId::from_stored(100_000_000_001);
    const B: OrganizationId = OrganizationId::from_stored(100_000_000_002);

    fn listed(ids: &[OrganizationId]) -> IdSet<OrganizationId> {
        IdSet::of(&[]).with(ids.iter().copied())
    }

    #[test]
    fn only_what_is_owned_may_come_and_go() {
        let mine = Assignable::Listed(vec![A]);
        let owner = AssignableOrganizations(&mine);
        for (before, after, is_allowed) in [
            (&[][..], &[A][..], true),
            (&[A], &[], true),
            (&[B], &[A, B], true),
            (&[A, B], &[B], true),
            (&[A, B], &[A], false),
            (&[A], &[A, B], false),
        ] {
            assert_eq!(owner.check(before, &listed(after)).is_ok(), is_allowed, "{before:?} {after:?}");
            assert!(AssignableOrganizations(&Assignable::Any).check(before, &listed(after)).is_ok());
            let nobody = AssignableOrganizations(&Assignable::None).check(before, &listed(after));
            assert!(nobody.is_err_and(|error| *error.kind() == ErrorKind::Forbidden));
        }
        assert!(AssignableOrganizations(&Assignable::None).check(&[B], &listed(&[B])).is_ok());
        let strange = IdSet::of(&["x".to_owned()]);
        assert!(
            [AssignableOrganizations(&Assignable::Any), owner, AssignableOrganizations(&Assignable::None)]
                .iter()
                .all(|placing| placing.check(&[], &strange).is_err())
        );
    }

    #[test]
    fn nobody_makes_others_organizations_somebodys() {
        assert_eq!(AssignableOrganizations(&Assignable::Any).owned_after(&[], &[A, B]), [A, B]);
        assert_eq!(AssignableOrganizations(&Assignable::Listed(vec![A])).owned_after(&[], &[A, B]), [A]);
        assert_eq!(AssignableOrganizations(&Assignable::Listed(vec![A])).owned_after(&[B], &[A, B]), [A, B]);
        assert_eq!(AssignableOrganizations(&Assignable::None).owned_after(&[B], &[A, B]), [B]);
        assert_eq!(AssignableOrganizations(&Assignable::Any).owned_after(&[B], &[A]), [A]);
    }
}
