//! Logging in with e-mail address and password.

use super::{brake, throttle};
use crate::error::{ErrorKind, Result};
use crate::model::{Email, EventType, PrincipalState};
use crate::ops::ctx::{Acting, Bearer, Caller, Ctx, Work, by_roles};
use crate::ops::sessions::begin::{LoggedIn, begin, check_role};
use crate::policy::AccountRole;
use crate::store::callers::TokenSubject;
use crate::store::logins::read::Login;
use crate::store::sessions::SessionMark;

/// Why a login was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginFault {
    /// Nobody has the address, or the password is another one.
    WrongCredentials,
    /// The password is right, and the person may not log in.
    Inactive,
}

/// Logs somebody in and begins a session of `lifetime` seconds.
///
/// # Errors
/// `TooMany` after many wrong passwords for the address, or from the client's network.
pub async fn by_password(
    ctx: &Ctx<'_>,
    email: &str,
    password: &str,
    lifetime: i64,
) -> Result<std::result::Result<Caller, LoginFault>> {
    let (work, login) = match enter(ctx, email, password).await? {
        Ok(entered) => entered,
        Err(fault) => return Ok(Err(fault)),
    };
    let session = begin(ctx, &work, login.id, lifetime).await?;
    let work = work.concerning(login.organization);
    work.save_as(login.id, EventType::SessionCreated.on(session)).await?;
    let token = TokenSubject { principal: login.id, jti: String::new(), credential: None, session: Some(session) };
    let token = Bearer { subject: token, source: by_roles() };
    match Caller::of_token(ctx.services(), &token, Acting::Home).await {
        // The password was replaced, or its owner stopped, in this very moment.
        Err(error) if matches!(error.kind(), ErrorKind::Unauthenticated(_)) => Ok(Err(LoginFault::WrongCredentials)),
        other => other.map(Ok),
    }
}

/// Logs a user into an account, whose session is told by a mark that each refresh changes. Sibling services get no session.
///
/// # Errors
/// `TooMany` after many wrong passwords; `WrongState` (`unknown_role`) when nobody logs in with the role of the account.
pub async fn into_account(
    ctx: &Ctx<'_>,
    email: &str,
    password: &str,
    lifetime: i64,
) -> Result<std::result::Result<LoggedIn, LoginFault>> {
    let (work, login) = match enter(ctx, email, password).await? {
        Ok(entered) => entered,
        Err(fault) => return Ok(Err(fault)),
    };
    let found = work.system().user_with_owned(login.id).await?;
    let Some((user, owned)) = found else { return Ok(Err(LoginFault::WrongCredentials)) };
    check_role(&user.data)?;
    let session = match user.data.role() {
        AccountRole::System => None,
        _ => Some(begin(ctx, &work, login.id, lifetime).await?),
    };
    let session = session.map(|id| SessionMark { id, nonce: 1, refreshed_at: ctx.now().div_euclid(1000) });
    let work = work.concerning(login.organization);
    work.save_as(login.id, EventType::SessionCreated.about(session.map(|mark| mark.id))).await?;
    Ok(Ok(LoggedIn { user, owned, session }))
}

/// Compares the password, and begins the writes of the login of whoever it belongs to. An address that nobody has costs the
/// same time as a wrong password, and is throttled the same.
///
/// # Errors
/// `TooMany` after many wrong passwords for the address, or from the client's network, or while enough passwords are being
/// compared.
pub(in crate::ops) async fn enter<'c>(
    ctx: &'c Ctx<'_>,
    email: &str,
    password: &str,
) -> Result<std::result::Result<(Work<'c>, Login), LoginFault>> {
    brake::refuse_when_full(ctx).await?;
    let Ok(email) = Email::parse("username", email) else {
        brake::compare_with_nobody(ctx, password).await?;
        return Ok(Err(LoginFault::WrongCredentials));
    };
    let login = ctx.system().login_by_email(email.key()).await?;
    let Some(verified) = brake::compare(ctx, throttle::login(email.key()), login.as_ref(), password).await? else {
        return Ok(Err(LoginFault::WrongCredentials));
    };
    let work = ctx.begin_system().await?;
    let Some(login) = verified.still_holds(&work).await? else { return Ok(Err(LoginFault::WrongCredentials)) };
    verified.forgive(&work).await?;
    if login.state != PrincipalState::Active {
        work.save_unaudited().await?;
        return Ok(Err(LoginFault::Inactive));
    }
    if let Some(stronger) = &verified.stronger {
        work.system().set_password(login.id, stronger, ctx.rng(), ctx.now()).await?;
    }
    Ok(Ok((work, login)))
}
