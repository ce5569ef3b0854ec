//! Logging in with e-mail address and password.

use serde_json::json;

use super::caller::{Acting, Caller};
use super::ctx::Ctx;
use super::throttle::{self, Subject};
use crate::crypto::password;
use crate::error::Result;
use crate::model::{Email, PrincipalState};
use crate::store::callers::TokenSubject;
use crate::store::logins::Login;

/// Why a login was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginFault {
    /// Nobody has the address, or the password is another one.
    WrongCredentials,
    /// The password is right, and the person may not log in.
    Inactive,
}

/// Logs somebody in and begins a session of `lifetime` seconds. An address that nobody has costs the same time as a
/// wrong password, and is throttled the same.
///
/// # Errors
/// `TooMany` after many wrong passwords for the address.
pub async fn by_password(
    ctx: &Ctx<'_>,
    email: &str,
    password: &str,
    lifetime: i64,
) -> Result<std::result::Result<Caller, LoginFault>> {
    let Ok(email) = Email::parse("username", email) else {
        password::verify_absent(password.get(..password::MAX_PASSWORD_BYTES).unwrap_or(password)).ok();
        return Ok(Err(LoginFault::WrongCredentials));
    };
    let subject = throttle::login(email.key());
    let login = ctx.system().login_by_email(email.key()).await?;
    if !verify(ctx, &subject, login.as_ref(), password).await? {
        return Ok(Err(LoginFault::WrongCredentials));
    }
    let (now, services) = (ctx.now(), ctx.services());
    let work = ctx.begin_system().await?;
    let Some(login) = login.filter(|login| login.state == PrincipalState::Active) else {
        throttle::clear(work.system(), &subject).await?;
        work.save_unaudited().await?;
        return Ok(Err(LoginFault::Inactive));
    };
    let expires_at = now.saturating_add(lifetime.saturating_mul(1000));
    let session = work.system().begin_session(login.id, ctx.request().dialect, expires_at, ctx.rng(), now).await?;
    throttle::clear(work.system(), &subject).await?;
    work.save_as(login.id, "session.create", Some(session.get()), json!({})).await?;
    let token = TokenSubject { principal: login.id, jti: String::new(), credential: None, session: Some(session) };
    Caller::of_token(services, &token, Acting::Home).await.map(Ok)
}

/// Compares a password, at the same cost whether or not there is one to compare with. Every attempt is counted for
/// `subject` beforehand, so that guesses at the same moment count as well; whoever was right is to clear that. A weak hash
/// of a right one is made anew.
///
/// # Errors
/// `TooMany` while `subject` has to wait; nothing is compared then.
pub(super) async fn verify(ctx: &Ctx<'_>, subject: &Subject, login: Option<&Login>, text: &str) -> Result<bool> {
    throttle::admit(ctx, subject).await?;
    if text.len() > password::MAX_PASSWORD_BYTES {
        return Ok(false);
    }
    let hash = login.and_then(|login| login.password_hash.as_ref().map(|hash| (login.id, hash)));
    let verdict = match hash {
        Some((_, hash)) => password::verify(text, hash.expose())?,
        None => password::verify_absent(text)?,
    };
    if !verdict.matches {
        return Ok(false);
    }
    if let Some((id, _)) = hash.filter(|_| verdict.needs_rehash) {
        let stronger = password::hash(text, ctx.rng())?;
        let work = ctx.begin_system().await?;
        work.system().set_password(id, &stronger, ctx.rng(), ctx.now()).await?;
        work.save_unaudited().await?;
    }
    Ok(true)
}
