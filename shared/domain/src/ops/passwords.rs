//! Passwords: setting the first one, changing it, forgetting it.
//!
//! Hashing takes tens of milliseconds without a pause, so these operations run in components of their own, and never
//! hash while a transaction is open.

use serde_json::json;

use super::ctx::{Ctx, RequestInfo, Services, Work};
use super::directory::jit;
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
    let wrong = || Error::rejected("wrong_password", "The current password is wrong.");
    let verified = logins::verify(ctx, subject(&login), Some(&login), current).await?.ok_or_else(wrong)?;
    let hash = hash(ctx, &new)?;
    let work = ctx.begin_system().await?;
    verified.still_holds(&work).await?.ok_or_else(wrong)?;
    store(ctx, &work, id, &hash, ctx.caller()?.session()).await?;
    verified.forgive(&work).await?;
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
    let is_of_jit_domain = work.system().accept_invitation(owner.id, ctx.now()).await?;
    let joined = jit::join(ctx, &work, owner.id, is_of_jit_domain).await?;
    store(ctx, &work, owner.id, &hash, None).await?;
    let details = work.system().user_details(owner.id).await?.ok_or_else(bad_code)?;
    work.save("user.activate", Some(owner.id.get()), joined).await?;
    Ok(details)
}

/// Asks for a mail with a code for a new password. Nothing here depends on whether anybody has the address, so neither
/// the answer nor its time can tell: that is looked up by [`resolve_requests`] once the request is answered.
///
/// # Errors
/// `TooMany` when it was asked for often of late, whether or not anybody has the address; or for many from the client's
/// network.
pub async fn forget(ctx: &Ctx<'_>, email: &Email) -> Result<()> {
    throttle::admit_mail(ctx, throttle::forgotten(email.key())).await?;
    let work = ctx.begin_system().await?;
    work.system().insert_password_request(ctx.services().ulid(), email.key(), ctx.now()).await?;
    work.save_unaudited().await?;
    ctx.services().note_mail();
    Ok(())
}

/// Puts the mails into the outbox that were asked for by [`forget`]: a code for a new password, or for who has not accepted
/// an invitation yet that again. Requests for addresses that nobody has vanish.
pub async fn resolve_requests(services: &Services) -> Result<()> {
    let request = RequestInfo { id: services.ulid(), dialect: "outbox", ..RequestInfo::default() };
    let ctx = Ctx::anonymous(services, &request);
    while ctx.system().has_password_requests().await? {
        let work = ctx.begin_system().await?;
        let asked = work.system().take_password_requests().await?;
        let mut mailed = Vec::new();
        for email_key in asked {
            let login = work.system().login_by_email(&email_key).await?;
            if let Some((login, purpose)) = login.and_then(|login| purpose(&login).map(|purpose| (login, purpose))) {
                mail_new_code(&ctx, &work, &login, purpose).await?;
                mailed.push(login.id.get());
            }
        }
        work.save("password.forget", None, json!({ "mailed": mailed })).await?;
    }
    Ok(())
}

async fn mail_new_code(ctx: &Ctx<'_>, work: &Work<'_>, login: &Login, purpose: CodePurpose) -> Result<()> {
    // Who has not come in yet may have been registered by anybody, who must not choose what we write to strangers.
    let (lifetime, first_name) = match purpose {
        CodePurpose::FirstPassword => (invitations::LIFETIME, None),
        CodePurpose::PasswordReset => (RESET_LIFETIME, login.first_name.as_deref()),
    };
    let mail = CodeMail {
        purpose,
        principal: login.id,
        organization: login.organization,
        organization_name: None,
        recipient: login.email.as_deref().unwrap_or_default(),
        first_name,
        lifetime,
    };
    invitations::mail_code(ctx, work, mail).await
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
    // Somebody made with a password, or with a new address, may not have had a mail yet.
    let is_of_jit_domain = work.system().prove_address(owner.id, ctx.now()).await?;
    let joined = jit::join(ctx, &work, owner.id, is_of_jit_domain).await?;
    work.save("password.reset", Some(owner.id.get()), joined).await
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
    owner.filter(|owner| owner.state.may_use_code()).ok_or_else(bad_code)
}

/// Checks once more inside the transaction: hashing took its time, and a code is good once.
async fn consume(ctx: &Ctx<'_>, work: &Work<'_>, code: &str, purpose: CodePurpose, id: PrincipalId) -> Result<()> {
    let owner = work.system().code_owner(digest(code)?, purpose, ctx.now()).await?;
    owner.filter(|owner| owner.state.may_use_code() && owner.id == id).map(|_| ()).ok_or_else(bad_code)
}

fn digest(code: &str) -> Result<secret::Digest> {
    let code = secret::parse(code.trim()).filter(|code| code.kind == TokenKind::OneTimeCode);
    code.map(|code| code.hash).ok_or_else(bad_code)
}

fn bad_code() -> Error {
    Error::rejected("bad_code", "This code is not valid: it may have been used, replaced by a newer one, or run out.")
}

fn subject(login: &Login) -> throttle::Subject {
    match &login.email_key {
        Some(key) => throttle::login(key),
        None => throttle::login(&login.id.to_string()),
    }
}
