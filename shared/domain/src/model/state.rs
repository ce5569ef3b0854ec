//! How the state of a user changes.

use super::event::EventType;
use super::principal::PrincipalState;

impl PrincipalState {
    /// Whether a code that was mailed may be used: by who is still to come in, and by who is in; not by who was stopped.
    pub const fn may_use_code(self) -> bool {
        matches!(self, Self::Initial | Self::Active)
    }
}

/// A change of state that an administrator makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    /// Stops somebody for safety's sake.
    Lock,
    /// Ends a lock.
    Unlock,
    /// Switches somebody off.
    Deactivate,
    /// Switches somebody on again.
    Reactivate,
}

impl Transition {
    /// The state afterwards; `None` when it cannot be made from `state`.
    pub fn from(self, state: PrincipalState) -> Option<PrincipalState> {
        use PrincipalState::{Active, Inactive, Initial, Locked};
        match (self, state) {
            (Self::Lock, Active | Initial) => Some(Locked),
            (Self::Unlock, Locked) | (Self::Reactivate, Inactive) => Some(Active),
            (Self::Deactivate, Active | Locked) => Some(Inactive),
            (Self::Lock | Self::Deactivate | Self::Unlock | Self::Reactivate, _) => None,
        }
    }

    /// What the audit calls it.
    pub const fn event(self) -> EventType {
        match self {
            Self::Lock => EventType::UserLocked,
            Self::Unlock => EventType::UserUnlocked,
            Self::Deactivate => EventType::UserDeactivated,
            Self::Reactivate => EventType::UserReactivated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_contract() {
        use PrincipalState::{Active, Inactive, Initial, Locked};
        let states = [Initial, Active, Inactive, Locked];
        for (transition, to) in [
            (Transition::Lock, [Some(Locked), Some(Locked), None, None]),
            (Transition::Unlock, [None, None, None, Some(Active)]),
            (Transition::Deactivate, [None, Some(Inactive), None, Some(Inactive)]),
            (Transition::Reactivate, [None, None, Some(Active), None]),
        ] {
            assert_eq!(states.map(|state| transition.from(state)), to, "{transition:?}");
        }
    }
}
