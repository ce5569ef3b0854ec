//! Suspending people: the state that other APIs call locked, or switched off.

use super::people::changeable;
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::model::{Email, PrincipalId, PrincipalState, Transition};
use crate::ops::ctx::Ctx;
use crate::ops::logins::throttle;
use crate::store::directory::people::{ChangingPerson, FoundPerson};
use crate::store::{System, Write};

/// Suspends a person, or ends that. It counts from the person's next request on, in every API; sessions end. Where it is
/// so already, nothing changes.
///
/// # Errors
/// `NotFound`; `Forbidden` for the operator's people; `WrongState` for oneself.
pub async fn set(ctx: &Ctx<'_>, id: &str, is_suspended: bool) -> Result<FoundPerson> {
    let work = ctx.begin_directory().await?;
    let ChangingPerson { mut found, home, .. } = changeable(ctx, &work, id).await?;
    let (person, store, now) = (&mut found.person, work.system(), ctx.now());
    let Some((transition, state)) = next(person.state, is_suspended) else { return Ok(found) };
    if is_suspended && ctx.caller()?.id() == person.id {
        return Err(Error::wrong_state("You cannot do this to yourself."));
    }
    enter(store, person.id, person.email.clone(), state, now).await?;
    person.state = state;
    person.updated_at = now;
    let target = person.id.get();
    work.concerning(home).save(transition.event().on(target)).await?;
    Ok(found)
}

/// Puts a person into a state: of whoever is stopped the sessions end, of whoever is let in again failed logins are
/// forgotten.
pub(in crate::ops) async fn enter(
    store: System<'_, Write>,
    id: PrincipalId,
    email: Option<String>,
    state: PrincipalState,
    now: Millis,
) -> Result<()> {
    store.set_person_state(id, state, now).await?;
    if !state.may_use_code() {
        store.end_sessions(id, None, now).await?;
    } else if let Some(email) = email {
        throttle::clear(store, &throttle::login(Email::from_stored(email).key())).await?;
    }
    Ok(())
}

/// How to get there; `None`: nothing is to be done.
fn next(state: PrincipalState, is_suspended: bool) -> Option<(Transition, PrincipalState)> {
    let ways = if is_suspended { &[Transition::Lock][..] } else { &[Transition::Unlock, Transition::Reactivate] };
    ways.iter().find_map(|way| Some((*way, way.from(state)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use PrincipalState::{Active, Inactive, Initial, Locked};

    #[test]
    fn every_state_has_its_way() {
        let to = |state, is_suspended| next(state, is_suspended).map(|(_, state)| state);
        assert_eq!(
            [Initial, Active, Inactive, Locked].map(|state| to(state, true)),
            [Some(Locked), Some(Locked), None, None]
        );
        assert_eq!(
            [Initial, Active, Inactive, Locked].map(|state| to(state, false)),
            [None, None, Some(Active), Some(Active)]
        );
    }
}
