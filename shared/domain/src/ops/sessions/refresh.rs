//! Refreshing sessions.
//!
//! Each refresh token is good once. One that comes a second time was stolen, before or after its owner used it: nobody can
//! tell which, so the session ends, and with it every token that was issued in it.

use super::begin::{LoggedIn, check_role};
use crate::error::Result;
use crate::model::{EventType, PrincipalId, PrincipalState};
use crate::ops::ctx::Ctx;
use crate::store::sessions::{Refreshed, SessionMark};

/// Why a refresh was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshFault {
    /// No refresh token of ours, or one that has expired.
    BadToken,
    /// The token was used before, or its session is over.
    Replayed,
    /// Nobody has the account any more.
    NoAccount,
    /// The account may not log in.
    Disabled,
}

/// Refreshes the session of the user `id` that `mark` names, for `lifetime` seconds. What is replayed ends the session
/// instead.
///
/// # Errors
/// `WrongState` (`unknown_role`) when nobody logs in with the role of the account.
pub async fn refresh(
    ctx: &Ctx<'_>,
    id: PrincipalId,
    mark: SessionMark,
    lifetime: i64,
) -> Result<std::result::Result<LoggedIn, RefreshFault>> {
    let work = ctx.begin_system().await?;
    let store = work.system();
    let Some((user, owned)) = store.user_with_owned(id).await? else {
        return Ok(Err(RefreshFault::NoAccount));
    };
    if user.state != PrincipalState::Active {
        return Ok(Err(RefreshFault::Disabled));
    }
    check_role(&user.data)?;
    let request = ctx.request();
    let refreshed = Refreshed {
        expires_at: ctx.now().saturating_add(lifetime.saturating_mul(1000)),
        ip: request.ip.as_deref(),
        user_agent: request.user_agent.as_deref(),
    };
    let Some(next) = store.rotate_session(id, mark, refreshed, ctx.now()).await? else {
        if !store.delete_sessions_of(id, Some(mark.id), None).await?.is_empty() {
            work.save(EventType::SessionEnded.on(mark.id).with("reason", "refresh_token_replayed")).await?;
        }
        return Ok(Err(RefreshFault::Replayed));
    };
    work.save_as(id, EventType::SessionRefreshed.on(mark.id)).await?;
    Ok(Ok(LoggedIn { user, owned, session: Some(next) }))
}
