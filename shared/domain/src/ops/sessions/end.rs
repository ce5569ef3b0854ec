//! Ending sessions, and with them every token that was issued in them.

use crate::error::Result;
use crate::model::{EventType, PrincipalId, SessionId};
use crate::ops::ctx::Ctx;
use crate::policy::{Action, Reach};

/// Ends a session. One that is not there, or that the caller does not reach, is as good as ended.
///
/// # Errors
/// `Forbidden` when the caller may end none.
pub async fn one(ctx: &Ctx<'_>, id: SessionId) -> Result<()> {
    let (work, reach) = ctx.begin_for(Action::SessionDelete).await?;
    let is_there = match reach {
        Reach::All => work.system().delete_session(id).await?.is_some(),
        Reach::Own(me) => !work.system().delete_sessions_of(me, Some(id), None).await?.is_empty(),
        Reach::Organizations { .. } | Reach::Acquainted { .. } | Reach::Nothing => false,
    };
    if is_there { work.save(EventType::SessionEnded.on(id)).await } else { Ok(()) }
}

/// Logs out: ends the session of the caller's token, and the one that a refresh token `names`, if it is of the same user.
pub async fn own(ctx: &Ctx<'_>, names: Option<(PrincipalId, SessionId)>) -> Result<()> {
    let work = ctx.begin_system().await?;
    let caller = ctx.caller()?;
    let other = names.filter(|(user, _)| *user == caller.id()).map(|(_, session)| session);
    let ended = work.system().delete_sessions_of(caller.id(), caller.session(), other).await?;
    match ended.as_slice() {
        [] => Ok(()),
        [first, ..] => {
            let all: Vec<i64> = ended.iter().map(|id| id.get()).collect();
            work.save(EventType::SessionEnded.on(*first).with("sessions", all)).await
        }
    }
}
