//! Suspending people: the state that other APIs call locked, or switched off.

use serde_json::json;

use super::people::changeable;
use crate::error::{Error, Result};
use crate::model::{Email, PrincipalState, Transition};
use crate::ops::ctx::Ctx;
use crate::ops::throttle;
use crate::store::directory::people::{ChangingPerson, FoundPerson};

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
    store.set_person_state(person.id, state, now).await?;
    if is_suspended {
        store.end_sessions(person.id, None, now).await?;
    } else if let Some(email) = person.email.clone() {
        throttle::clear(store, &throttle::login(Email::from_stored(email).key())).await?;
    }
    person.state = state;
    person.updated_at = now;
    let target = person.id.get();
    work.concerning(home).save(transition.action(), Some(target), json!({})).await?;
    Ok(found)
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
