//! How the state of a user changes.

use super::event::EventType;
use super::principal::PrincipalState;

impl PrincipalState {
    /// Whether the user is not stopped: still to come in, or in. Only then may a code be used that was mailed.
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

/// A change of state as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateChange {
    /// One way, which must be open.
    Make(Transition),
    /// The user is to be locked, or stopped no more. Who is so already stays so.
    Suspend(bool),
    /// The user is to be switched on or off, also before coming in. Who is so already stays so.
    Enable(bool),
}

impl StateChange {
    /// How to get there from `state`, and to what; `None`: there is no way, or nothing to be done. Who is switched on
    /// again without ever having come in is as good as invited anew.
    pub fn step(self, state: PrincipalState, has_come_in: bool) -> Option<(Transition, PrincipalState)> {
        let first_open =
            |ways: &[Transition]| ways.iter().find_map(|transition| Some((*transition, transition.from(state)?)));
        match self {
            Self::Make(transition) => first_open(&[transition]),
            Self::Suspend(true) => first_open(&[Transition::Lock]),
            Self::Suspend(false) => first_open(&[Transition::Unlock, Transition::Reactivate]),
            Self::Enable(is_enabled) if is_enabled == state.may_use_code() => None,
            Self::Enable(false) => Some((Transition::Deactivate, PrincipalState::Inactive)),
            Self::Enable(true) => {
                let to = if has_come_in { PrincipalState::Active } else { PrincipalState::Initial };
                first_open(&[Transition::Unlock, Transition::Reactivate]).map(|(transition, _)| (transition, to))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PrincipalState::{Active, Inactive, Initial, Locked};
    use StateChange::{Enable, Make, Suspend};
    use Transition::{Deactivate, Lock, Reactivate, Unlock};

    const STATES: [PrincipalState; 4] = [Initial, Active, Inactive, Locked];

    #[test]
    fn the_whole_table() {
        for (change, to) in [
            (Make(Lock), [Some((Lock, Locked)), Some((Lock, Locked)), None, None]),
            (Make(Unlock), [None, None, None, Some((Unlock, Active))]),
            (Make(Deactivate), [None, Some((Deactivate, Inactive)), None, Some((Deactivate, Inactive))]),
            (Make(Reactivate), [None, None, Some((Reactivate, Active)), None]),
            (Suspend(true), [Some((Lock, Locked)), Some((Lock, Locked)), None, None]),
            (Suspend(false), [None, None, Some((Reactivate, Active)), Some((Unlock, Active))]),
            (Enable(false), [Some((Deactivate, Inactive)), Some((Deactivate, Inactive)), None, None]),
            (Enable(true), [None, None, Some((Reactivate, Active)), Some((Unlock, Active))]),
        ] {
            assert_eq!(STATES.map(|state| change.step(state, true)), to, "{change:?}");
        }
    }

    #[test]
    fn who_never_came_in_is_invited_again() {
        let to = [None, None, Some((Reactivate, Initial)), Some((Unlock, Initial))];
        assert_eq!(STATES.map(|state| Enable(true).step(state, false)), to);
        assert_eq!(Make(Unlock).step(Locked, false), Some((Unlock, Active)));
    }
}
