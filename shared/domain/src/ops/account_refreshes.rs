//! Refresh tokens of the IDAH API (contracts/idah.md, "Refresh rotation and theft detection").
//!
//! Each is good once. One that comes a second time was stolen, before or after its owner used it: nobody can tell which, so
//! the session ends, and with it every token that was issued in it.

use serde_json::{Map, json};

use super::account_logins::{LoggedIn, SESSION_LIFETIME, TokenPlan, grant};
use super::account_tokens::{self, IssuedToken};
use super::ctx::{Ctx, Services};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{EventType, PrincipalId, PrincipalState, SessionId};
use crate::store::account_sessions::{Refreshed, SessionMark};

/// `sub` of refresh tokens.
const SUBJECT: &str = "ort";

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

/// What a refresh token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RefreshClaims {
    /// `uid`.
    pub account: PrincipalId,
    /// `sid`, `nc`, `refid`.
    pub mark: SessionMark,
}

/// Issues the refresh token of a login; `None` where there is no session.
pub async fn token(services: &Services, login: &LoggedIn, generation: &str) -> Result<Option<IssuedToken>> {
    let Some(mark) = login.session else { return Ok(None) };
    let now = services.clock.now_seconds();
    let expires_at = now.saturating_add(SESSION_LIFETIME);
    let mut claims = Map::new();
    claims.insert("uid".into(), login.account.id.get().into());
    claims.insert("sid".into(), mark.id.get().into());
    claims.insert("nc".into(), mark.nonce.into());
    claims.insert("refid".into(), mark.refreshed_at.into());
    claims.insert("sub".into(), SUBJECT.into());
    claims.insert("exp".into(), expires_at.into());
    claims.insert("iat".into(), now.into());
    claims.insert("jti".into(), services.ulid().into());
    Ok(Some(IssuedToken { token: account_tokens::sign(services, &claims, generation).await?, expires_at }))
}

/// What a refresh token says; `None` when it is none that is good by itself.
pub(super) async fn read(services: &Services, token: &str) -> Result<Option<RefreshClaims>> {
    let claims = match account_tokens::authentic(services, token).await {
        Err(error) if matches!(error.kind(), ErrorKind::Unauthenticated(_)) => return Ok(None),
        other => other?,
    };
    let is_refresh = claims.get("sub").and_then(|sub| sub.as_str()) == Some(SUBJECT);
    let number = |name: &str| claims.get(name)?.as_i64();
    let read = || {
        let id = SessionId::from_stored(number("sid")?);
        let mark = SessionMark { id, nonce: number("nc")?, refreshed_at: number("refid")? };
        Some(RefreshClaims { account: PrincipalId::from_stored(number("uid")?), mark })
    };
    Ok(read().filter(|_| is_refresh))
}

/// Exchanges a refresh token for new tokens in the same session. What is replayed ends the session instead.
///
/// # Errors
/// `WrongState` (`unknown_role`) when the role of the account is none to log in with.
pub async fn refresh(
    ctx: &Ctx<'_>,
    token: &str,
    plan: TokenPlan<'_>,
) -> Result<std::result::Result<LoggedIn, RefreshFault>> {
    let Some(RefreshClaims { account: id, mark }) = read(ctx.services(), token).await? else {
        return Ok(Err(RefreshFault::BadToken));
    };
    let work = ctx.begin_system().await?;
    let store = work.system();
    let Some((account, owned)) = store.account_with_owned(id).await? else {
        return Ok(Err(RefreshFault::NoAccount));
    };
    if account.state != PrincipalState::Active {
        return Ok(Err(RefreshFault::Disabled));
    }
    if !account.role().is_in_catalogue() {
        return Err(Error::rejected("unknown_role", "The role of this account is none to log in with."));
    }
    let request = ctx.request();
    let refreshed = Refreshed {
        expires_at: ctx.now().saturating_add(SESSION_LIFETIME.saturating_mul(1000)),
        ip: request.ip.as_deref(),
        user_agent: request.user_agent.as_deref(),
    };
    let Some(next) = store.rotate_session(id, mark, refreshed, ctx.now()).await? else {
        if store.delete_sessions_of(id, Some(mark.id), None).await?.is_empty() {
            return Ok(Err(RefreshFault::Replayed));
        }
        let why = json!({ "reason": "refresh_token_replayed" });
        work.save(EventType::SessionEnded.on(mark.id).detailed(why)).await?;
        return Ok(Err(RefreshFault::Replayed));
    };
    work.save_as(id, EventType::SessionRefreshed.on(mark.id)).await?;
    grant(ctx, account, &owned, Some(next), plan).await.map(Ok)
}
