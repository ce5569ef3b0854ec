//! Which organizations a caller may put users into, and take them out of.

use std::collections::HashSet;

use crate::error::{Error, FaultCode, Result};
use crate::model::{IdSet, OrganizationId};

/// Which organizations a caller may put users into, and take them out of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignable {
    /// Any.
    Any,
    /// Those it manages.
    Listed(Vec<OrganizationId>),
    /// None.
    None,
}

impl Assignable {
    /// Fails unless a user may go from organizations `before` to those listed.
    ///
    /// # Errors
    /// `Invalid`, in the same words for organizations of others and for those that do not exist; `Forbidden` for callers who
    /// have no say over organizations.
    pub fn check(&self, before: &[OrganizationId], listed: &IdSet<OrganizationId>) -> Result<()> {
        let (old, new) = (set(before), set(listed.ids()));
        let mut changed = old.symmetric_difference(&new);
        match self {
            Self::Any if listed.has_invalid_ids() => Err(unknown_organizations()),
            Self::Listed(managed) if listed.has_invalid_ids() || !changed.all(|id| managed.contains(id)) => {
                Err(unknown_organizations())
            }
            Self::None if listed.has_invalid_ids() || changed.next().is_some() => {
                Err(Error::forbidden("You may not say which organizations an account is in."))
            }
            Self::Any | Self::Listed(_) | Self::None => Ok(()),
        }
    }

    /// The organizations that are owned after a user got or kept the role of an owner, of those it is in (`present`): what
    /// the caller has a say over, and what was owned before.
    pub fn owned_after(&self, owned: &[OrganizationId], present: &[OrganizationId]) -> Vec<OrganizationId> {
        let becomes = |id: &OrganizationId| match self {
            Self::Any => true,
            Self::Listed(managed) => managed.contains(id) || owned.contains(id),
            Self::None => owned.contains(id),
        };
        present.iter().copied().filter(becomes).collect()
    }
}

/// Organizations were listed that do not exist, or not for this caller.
pub fn unknown_organizations() -> Error {
    Error::field("role_scope", FaultCode::Value, "must list organizations that exist and that you manage")
}

/// An organization would be left whose last administrator the user is.
pub fn last_administrator() -> Error {
    Error::field("role_scope", FaultCode::Value, "must list organizations whose last administrator this account is")
}

fn set(ids: &[OrganizationId]) -> HashSet<OrganizationId> {
    ids.iter().copied().collect()
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
    fn only_what_is_managed_may_come_and_go() {
        let manager = Assignable::Listed(vec![A]);
        for (before, after, is_allowed) in [
            (&[][..], &[A][..], true),
            (&[A], &[], true),
            (&[B], &[A, B], true),
            (&[A, B], &[B], true),
            (&[A, B], &[A], false),
            (&[A], &[A, B], false),
        ] {
            assert_eq!(manager.check(before, &listed(after)).is_ok(), is_allowed, "{before:?} {after:?}");
            assert!(Assignable::Any.check(before, &listed(after)).is_ok());
            let none = Assignable::None.check(before, &listed(after));
            assert!(none.is_err_and(|error| *error.kind() == ErrorKind::Forbidden));
        }
        assert!(Assignable::None.check(&[B], &listed(&[B])).is_ok());
        let invalid = IdSet::of(&["x".to_owned()]);
        assert!([Assignable::Any, manager, Assignable::None].iter().all(|may| may.check(&[], &invalid).is_err()));
    }

    #[test]
    fn nobody_makes_others_organizations_somebodys() {
        for (assignable, owned, present, after) in [
            (Assignable::Any, &[][..], &[A, B][..], &[A, B][..]),
            (Assignable::Listed(vec![A]), &[], &[A, B], &[A]),
            (Assignable::Listed(vec![A]), &[B], &[A, B], &[A, B]),
            (Assignable::None, &[B], &[A, B], &[B]),
            (Assignable::Any, &[B], &[A], &[A]),
        ] {
            assert_eq!(assignable.owned_after(owned, present), after, "{assignable:?}");
        }
    }
}
