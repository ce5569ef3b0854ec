//! Sessions as the IDAH API has them: seen and ended by whoever they belong to, and by administrators.

use super::account_refreshes;
use super::ctx::Ctx;
use super::standing::{Standing, unauthorized};
use crate::error::Result;
use crate::model::{Account, AccountSession, EventType, PrincipalId, SessionId};
use crate::policy::RightScope;
use crate::store::account_sessions::SessionScope;
use crate::store::query::{Selected, Selection};

/// The resource, as rights name it.
const RESOURCE: &str = "iam:account_sessions";

fn scope(me: PrincipalId, standing: &Standing, action: &'static str) -> Result<SessionScope> {
    match standing.scope(RESOURCE, action)? {
        RightScope::All => Ok(SessionScope::All),
        RightScope::Own => Ok(SessionScope::Own(me)),
        RightScope::AsOrgOwner | RightScope::AsUser | RightScope::Names(_) => Err(unauthorized(RESOURCE, action)),
    }
}

/// A page of sessions that go on, and `with_accounts` the accounts that they belong to, each once.
///
/// # Errors
/// `Forbidden` when there is no such right.
pub async fn list(
    ctx: &Ctx<'_>,
    selection: &Selection,
    with_accounts: bool,
) -> Result<(Selected<AccountSession>, Vec<Account>)> {
    let caller = ctx.caller()?;
    let scope = scope(caller.id(), caller.standing()?, "read")?;
    let page = ctx.system().account_sessions(scope, selection, ctx.now()).await?;
    if !with_accounts || page.items.is_empty() {
        return Ok((page, Vec::new()));
    }
    let mut ids: Vec<PrincipalId> = page.items.iter().map(|session| session.account).collect();
    ids.sort_unstable();
    ids.dedup();
    let accounts = ctx.system().accounts_of(&ids).await?;
    Ok((page, accounts))
}

/// Ends a session, and with it every token that was issued in it. One that is not there, or out of the caller's scope, is
/// as good as ended.
///
/// # Errors
/// `Forbidden` when there is no such right.
pub async fn end(ctx: &Ctx<'_>, id: i64) -> Result<()> {
    let caller = ctx.caller()?;
    scope(caller.id(), caller.standing()?, "delete")?;
    let work = ctx.begin_system().await?;
    let caller = ctx.caller()?;
    let id = SessionId::from_stored(id);
    let is_there = match scope(caller.id(), caller.standing()?, "delete")? {
        SessionScope::All => work.system().delete_session(id).await?.is_some(),
        SessionScope::Own(me) => !work.system().delete_sessions_of(me, Some(id), None).await?.is_empty(),
    };
    if is_there { work.save(EventType::SessionEnded.on(id)).await } else { Ok(()) }
}

/// Logs out: ends the session of the caller's token, and that of the refresh token, if it is one of the same account.
pub async fn log_out(ctx: &Ctx<'_>, refresh_token: Option<&str>) -> Result<()> {
    let refreshed = match refresh_token {
        Some(token) => account_refreshes::read(ctx.services(), token).await?,
        None => None,
    };
    let work = ctx.begin_system().await?;
    let caller = ctx.caller()?;
    let own = refreshed.filter(|claims| claims.account == caller.id()).map(|claims| claims.mark.id);
    let ended = work.system().delete_sessions_of(caller.id(), caller.session(), own).await?;
    match ended.as_slice() {
        [] => Ok(()),
        [first, ..] => {
            let all: Vec<i64> = ended.iter().map(|id| id.get()).collect();
            work.save(EventType::SessionEnded.on(*first).with("sessions", all)).await
        }
    }
}
