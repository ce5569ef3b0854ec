//! Stopping users, and letting them in again: one change of state, whichever API asks.

use super::{guard, record};
use crate::error::{Error, Result};
use crate::model::{Email, PrincipalId, PrincipalState, StateChange, Transition, User};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::logins::throttle;
use crate::policy::{Action, Loss, Touch, keep_administrators};
use crate::store::users::read::UserRecord;

/// Changes the state of a user. It counts from the user's next request on, in every API; of whoever is stopped the
/// sessions end. Where it is so already, nothing changes.
///
/// # Errors
/// `NotFound`; `Forbidden` as [`Changer::check`](crate::policy::Changer::check) for access; `WrongState` for oneself, and
/// where the way is not open; `Conflict` (`last_admin`).
pub async fn change(ctx: &Ctx<'_>, id: PrincipalId, change: StateChange) -> Result<User<UserRecord>> {
    let (work, reach) = ctx.begin_for(Action::UserUpdate).await?;
    let mut user = record(&work, &[&reach], id).await?;
    guard(ctx, work.system(), Action::UserUpdate, &user, Touch::Access).await?;
    let Some((transition, state)) = change.step(user.state, user.data.has_come_in()) else {
        return match change {
            StateChange::Make(transition) => Err(Error::wrong_state(closed(transition, user.state))),
            StateChange::Suspend(_) | StateChange::Enable(_) => Ok(user),
        };
    };
    enter(ctx, &work, &user, state).await?;
    user.state = state;
    user.updated_at = ctx.now();
    work.concerning(user.data.home_id()).save(transition.event().on(id)).await?;
    Ok(user)
}

/// Puts a user into a state: of whoever is stopped the sessions end, of whoever is let in again failed logins are
/// forgotten.
///
/// # Errors
/// `WrongState` when the caller would be stopped; `Conflict` (`last_admin`) when nobody active would be left to administer
/// an organization or the platform.
pub(super) async fn enter(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    user: &User<UserRecord>,
    state: PrincipalState,
) -> Result<()> {
    let (store, now) = (work.system(), ctx.now());
    if !state.may_use_code() && ctx.caller()?.id() == user.id {
        return Err(Error::wrong_state("You cannot do this to yourself."));
    }
    if !state.may_use_code() && user.state == PrincipalState::Active {
        keep_administrators(&user.data.sole_posts, Loss::Everything)?;
    }
    store.set_state(user.id, state, now).await?;
    if !state.may_use_code() {
        store.end_sessions(user.id, None, now).await?;
    } else if let Some(email) = user.email.clone() {
        throttle::clear(store, &throttle::login(Email::from_stored(email).key())).await?;
    }
    Ok(())
}

fn closed(transition: Transition, state: PrincipalState) -> &'static str {
    match (transition, state) {
        (Transition::Lock, PrincipalState::Locked) => "This person is locked already.",
        (Transition::Lock, _) => "Somebody who is switched off cannot be locked.",
        (Transition::Unlock, _) => "This person is not locked.",
        (Transition::Deactivate, PrincipalState::Inactive) => "This person is switched off already.",
        (Transition::Deactivate, _) => "An invitation that was not accepted cannot be switched off: delete it.",
        (Transition::Reactivate, _) => "This person is not switched off.",
    }
}
