//! Passwords: setting the first one, changing it, forgetting it.
//!
//! Hashing takes tens of milliseconds without a pause, so these operations run in components of their own, and never
//! hash while a transaction is open.

use serde_json::json;

use super::ctx::{Ctx, Work};
use super::invitations::{self, CodeMail};
use super::logins;
use super::profile;
use super::throttle;
use crate::clock::Millis;
use crate::crypto::password;
use crate::crypto::secret::{self, TokenKind};
use crate::error::{Error, Result};
use crate::model::{CodePurpose, Email, NewPassword, PrincipalId, PrincipalState, SessionId, UserDetails};
use crate::store::codes::CodeOwner;
use crate::store::logins::Login;

/// How long a code for a forgotten password is good.
const RESET_LIFETIME: Millis = 60 * 60 * 1000;

/// Changes the caller's password. The session of this request goes on, all others end. `new` checks the new one, once it
/// is known that the caller has a password at all.
///
/// # Errors
/// `NotFound` for a service account; `WrongState` (`wrong_password`, and what `new` says); `TooMany` after many wrong
/// ones.
pub async fn change(ctx: &Ctx<'_>, current: &str, new: impl FnOnce() -> Result<NewPassword>) -> Result<()> {
    let id = profile::person(ctx)?;
    let new = new()?;
    let login = ctx.system().login_by_id(id).await?.ok_or_else(profile::gone)?;
    let subject = subject(&login);
    if !logins::verify(ctx, &subject, Some(&login), current).await? {
        return Err(Error::rejected("wrong_password", "The current password is wrong."));
    }
    let hash = hash(ctx, &new)?;
    let work = ctx.begin_system().await?;
    store(ctx, &work, id, &hash, ctx.caller()?.session()).await?;
    throttle::clear(work.system(), &subject).await?;
    work.save("password.change", Some(id.get()), json!({})).await
}

/// Sets the first password of an invited person, who is active from then on and known to own the address.
///
/// # Errors
/// `WrongState` (`bad_code`) when the code is unknown, used or has run out, or its owner may not use it.
pub async fn activate(ctx: &Ctx<'_>, code: &str, new: &NewPassword) -> Result<UserDetails> {
    let owner = owner(ctx, code, CodePurpose::FirstPassword).await?;
    let hash = hash(ctx, new)?;
    let work = ctx.begin_system().await?;
    consume(ctx, &work, code, CodePurpose::FirstPassword, owner.id).await?;
    work.system().accept_invitation(owner.id, ctx.now()).await?;
    store(ctx, &work, owner.id, &hash, None).await?;
    let details = work.system().user_details(owner.id).await?.ok_or_else(bad_code)?;
    work.save("user.activate", Some(owner.id.get()), json!({})).await?;
    Ok(details)
}

/// Mails a code for a new password to this address; who has not accepted an invitation yet gets that again. Says
/// nothing about whether anybody has the address.
///
/// # Errors
/// `TooMany` when it was asked for often of late, whether or not anybody has the address.
pub async fn forget(ctx: &Ctx<'_>, email: &Email) -> Result<()> {
    let subject = throttle::forgotten(email.key());
    let work = ctx.begin_system().await?;
    throttle::check(work.system(), &subject, ctx.now()).await?;
    let login = work.system().login_by_email(email.key()).await?;
    throttle::count(work.system(), &subject, ctx.now()).await?;
    let Some((login, purpose)) = login.and_then(|login| purpose(&login).map(|purpose| (login, purpose))) else {
        return work.save_unaudited().await;
    };
    let lifetime = match purpose {
        CodePurpose::FirstPassword => invitations::LIFETIME,
        CodePurpose::PasswordReset => RESET_LIFETIME,
    };
    let mail = CodeMail {
        purpose,
        principal: login.id,
        organization: login.organization,
        organization_name: None,
        recipient: login.email.as_deref().unwrap_or_default(),
        first_name: login.first_name.as_deref(),
        lifetime,
    };
    invitations::mail_code(ctx, &work, mail).await?;
    work.save("password.forget", Some(login.id.get()), json!({})).await?;
    ctx.services().note_mail();
    Ok(())
}

/// Which mail helps somebody who has forgotten the password; `None` for those who may not log in anyway.
fn purpose(login: &Login) -> Option<CodePurpose> {
    match (login.state, &login.password_hash) {
        (PrincipalState::Active, Some(_)) => Some(CodePurpose::PasswordReset),
        (PrincipalState::Initial | PrincipalState::Active, None) => Some(CodePurpose::FirstPassword),
        (PrincipalState::Initial | PrincipalState::Inactive | PrincipalState::Locked, _) => None,
    }
}

/// Sets a new password with a code from the mail. All sessions end, and failed logins are forgotten.
///
/// # Errors
/// `WrongState` (`bad_code`) when the code is unknown, used or has run out, or its owner may not use it.
pub async fn reset(ctx: &Ctx<'_>, code: &str, new: &NewPassword) -> Result<()> {
    let owner = owner(ctx, code, CodePurpose::PasswordReset).await?;
    let hash = hash(ctx, new)?;
    let work = ctx.begin_system().await?;
    consume(ctx, &work, code, CodePurpose::PasswordReset, owner.id).await?;
    store(ctx, &work, owner.id, &hash, None).await?;
    if let Some(login) = work.system().login_by_id(owner.id).await? {
        throttle::clear(work.system(), &subject(&login)).await?;
    }
    work.save("password.reset", Some(owner.id.get()), json!({})).await
}

/// Stores a password that was set by its owner; other sessions and codes end with the old one.
async fn store(ctx: &Ctx<'_>, work: &Work<'_>, id: PrincipalId, hash: &str, going_on: Option<SessionId>) -> Result<()> {
    let (store, now) = (work.system(), ctx.now());
    store.set_password(id, hash, ctx.rng(), now).await?;
    store.end_sessions(id, going_on, now).await?;
    store.forget_codes(id, CodePurpose::PasswordReset).await?;
    Ok(store.forget_codes(id, CodePurpose::FirstPassword).await?)
}

fn hash(ctx: &Ctx<'_>, new: &NewPassword) -> Result<String> {
    Ok(password::hash(new.expose(), ctx.rng())?)
}

/// The owner of a code that is good now, so that nothing is hashed for a code that is not.
async fn owner(ctx: &Ctx<'_>, code: &str, purpose: CodePurpose) -> Result<CodeOwner> {
    let owner = ctx.system().code_owner(digest(code)?, purpose, ctx.now()).await?;
    owner.filter(may_use).ok_or_else(bad_code)
}

/// Checks once more inside the transaction: hashing took its time, and a code is good once.
async fn consume(ctx: &Ctx<'_>, work: &Work<'_>, code: &str, purpose: CodePurpose, id: PrincipalId) -> Result<()> {
    let owner = work.system().code_owner(digest(code)?, purpose, ctx.now()).await?;
    owner.filter(may_use).filter(|owner| owner.id == id).map(|_| ()).ok_or_else(bad_code)
}

fn may_use(owner: &CodeOwner) -> bool {
    matches!(owner.state, PrincipalState::Initial | PrincipalState::Active)
}

fn digest(code: &str) -> Result<secret::Digest> {
    let code = secret::parse(code.trim()).filter(|code| code.kind == TokenKind::OneTimeCode);
    code.map(|code| code.hash).ok_or_else(bad_code)
}

fn bad_code() -> Error {
    Error::rejected("bad_code", "This code is not valid: it may have been used, replaced by a newer one, or run out.")
}

fn subject(login: &Login) -> throttle::Subject {
    throttle::login(login.email_key.as_deref().unwrap_or_default())
}
