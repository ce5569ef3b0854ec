//! Passwords: setting the first one, changing it, forgetting it.
//!
//! Hashing takes tens of milliseconds without a pause, so these operations run in components of their own, and never
//! hash while a transaction is open.

use super::codes::{CodeMail, SentCode, bad_code};
use crate::crypto::{password, secret};
use crate::error::{Error, Result};
use crate::model::{
    CodePurpose, Email, EventType, MailFlow, NewPassword, PrincipalId, PrincipalState, SessionId, User, UserHome,
};
use crate::ops::ctx::{Ctx, RequestInfo, Services, Work};
use crate::ops::logins::{brake, throttle};
use crate::ops::memberships::jit;
use crate::ops::users::{self, invite};
use crate::policy::Reach;
use crate::store::logins::read::Login;

/// What a new password does beyond replacing the old one. APIs differ in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effects {
    /// Whatever else lets somebody in ends: sessions, but for that of the request, and mailed invitations.
    pub ends_access: bool,
    /// By a code from a mail whoever was stopped may set one too, and stays stopped.
    pub includes_stopped: bool,
}

impl Effects {
    /// Nothing that was issued under the old password outlives it.
    pub const CLEAN_BREAK: Self = Self { ends_access: true, includes_stopped: false };

    /// The password is replaced, and that is all: who may come in, and who is in, is decided elsewhere.
    pub const PASSWORD_ALONE: Self = Self { ends_access: false, includes_stopped: true };
}

/// Changes the caller's password. The session of this request goes on in any case. `new` checks the new one, once it
/// is known that the caller has a password at all.
///
/// # Errors
/// `NotFound` for a service account; `WrongState` (`wrong_password`, and what `new` says); `TooMany` after many wrong
/// ones.
pub async fn change(
    ctx: &Ctx<'_>,
    current: &str,
    new: impl FnOnce() -> Result<NewPassword>,
    effects: Effects,
) -> Result<()> {
    let id = users::own_id(ctx)?;
    let new = new()?;
    let login = ctx.system().login_by_id(id).await?.ok_or_else(users::gone)?;
    let wrong = || Error::rejected("wrong_password", "The current password is wrong.");
    let verified = brake::compare(ctx, subject(&login), Some(&login), current).await?.ok_or_else(wrong)?;
    let hash = hash(ctx, &new)?;
    let work = ctx.begin_system().await?;
    verified.still_holds(&work).await?.ok_or_else(wrong)?;
    store(ctx, &work, id, &hash).await?;
    if effects.ends_access {
        end_access(ctx, &work, id, ctx.caller()?.session()).await?;
    }
    verified.forgive(&work).await?;
    work.save(EventType::PasswordChanged.on(id)).await
}

/// Sets the first password of an invited person, who is active from then on and known to own the address.
///
/// # Errors
/// `WrongState` when the code is unknown or used, or its owner may not use it (`bad_code`), or has run out (`expired_code`).
pub async fn activate(ctx: &Ctx<'_>, code: &str, new: &NewPassword) -> Result<User<UserHome>> {
    let code = SentCode::parse(code, CodePurpose::FirstPassword, false)?;
    let owner = code.owner(ctx.system(), ctx.now()).await?;
    let hash = hash(ctx, new)?;
    let work = ctx.begin_system().await?;
    let owner = code.confirm(&work, &owner, ctx.now()).await?;
    let joined = invite::join(ctx, &work, &owner).await?;
    store(ctx, &work, owner.id, &hash).await?;
    work.system().end_sessions(owner.id, None, ctx.now()).await?;
    let details = work.system().user_with_home(&Reach::All, owner.id).await?.ok_or_else(bad_code)?;
    work.save(EventType::UserJoined.on(owner.id).detailed(joined)).await?;
    Ok(details)
}

/// Asks for a mail with a code for a new password. Nothing here depends on whether anybody has the address, so neither
/// the answer nor its time can tell: that is looked up by [`resolve_requests`] once the request is answered.
///
/// # Errors
/// `TooMany` when it was asked for often of late, whether or not anybody has the address; or for many from the client's
/// network.
pub async fn forget(ctx: &Ctx<'_>, email: &Email, flow: MailFlow) -> Result<()> {
    throttle::admit_mail(ctx, throttle::forgotten(email.key())).await?;
    let work = ctx.begin_system().await?;
    work.password_request(email, flow).await?;
    work.save_unaudited().await
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
        for (email_key, flow) in asked {
            // Nobody gets mail under such a name (RFC 2606 §2), the account that owns API keys neither.
            let is_nowhere = email_key.ends_with(".invalid");
            let login = if is_nowhere { None } else { work.system().login_by_email(&email_key).await? };
            let purpose =
                |login: Login| flow.helps(login.state, login.password_hash.is_some()).map(|purpose| (login, purpose));
            if let Some((login, purpose)) = login.and_then(purpose) {
                mail_new_code(&ctx, &work, &login, purpose, flow).await?;
                mailed.push(login.id.get());
            }
        }
        work.save(EventType::PasswordRequested.alone().with("mailed", mailed)).await?;
    }
    Ok(())
}

async fn mail_new_code(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    login: &Login,
    purpose: CodePurpose,
    flow: MailFlow,
) -> Result<()> {
    // Who has not come in yet may have been registered by anybody, who must not choose what we write to strangers.
    let has_come_in = purpose == CodePurpose::PasswordReset && login.state != PrincipalState::Initial;
    CodeMail::new(purpose, flow, login.id, login.email.as_deref().unwrap_or_default())
        .in_organization(login.organization, None)
        .greeting(login.first_name.as_deref().filter(|_| has_come_in))
        .send(ctx, work)
        .await
}

/// Sets a new password with a code from the mail. Failed logins are forgotten, and who was still to come in is active.
///
/// # Errors
/// `WrongState` when the code is unknown or used, or its owner may not use it (`bad_code`), or has run out (`expired_code`).
pub async fn reset(ctx: &Ctx<'_>, code: &str, new: &NewPassword, effects: Effects) -> Result<()> {
    let code = SentCode::parse(code, CodePurpose::PasswordReset, effects.includes_stopped)?;
    let owner = code.owner(ctx.system(), ctx.now()).await?;
    let hash = hash(ctx, new)?;
    let work = ctx.begin_system().await?;
    let owner = code.confirm(&work, &owner, ctx.now()).await?;
    store(ctx, &work, owner.id, &hash).await?;
    if effects.ends_access {
        end_access(ctx, &work, owner.id, None).await?;
    }
    if let Some(login) = work.system().login_by_id(owner.id).await? {
        throttle::clear(work.system(), &subject(&login)).await?;
    }
    // Somebody made with a password, or with a new address, may not have had a mail yet.
    let is_of_jit_domain = work.system().prove_address(owner.id, ctx.now()).await?;
    let joined = jit::join(ctx, &work, owner.id, is_of_jit_domain).await?;
    if owner.state == PrincipalState::Initial {
        work.system().let_in(owner.id, ctx.now()).await?;
    }
    work.save(EventType::PasswordReset.on(owner.id).detailed(joined)).await
}

/// Whether [`reset`] would find the code good now. It stays so.
pub async fn is_good(ctx: &Ctx<'_>, code: &str) -> Result<bool> {
    let Some(hash) = secret::parse_code(code.trim()) else { return Ok(false) };
    let owner = ctx.system().code_owner(hash, CodePurpose::PasswordReset).await?;
    Ok(owner.is_some_and(|owner| owner.expires_at > ctx.now()))
}

/// Stores a password that was set by its owner; codes to set another one end with the old one.
async fn store(ctx: &Ctx<'_>, work: &Work<'_>, id: PrincipalId, hash: &str) -> Result<()> {
    work.system().set_password(id, hash, ctx.rng(), ctx.now()).await?;
    Ok(work.system().forget_codes(id, CodePurpose::PasswordReset).await?)
}

/// Ends the sessions of somebody, but for one that goes on, and mailed invitations.
async fn end_access(ctx: &Ctx<'_>, work: &Work<'_>, id: PrincipalId, going_on: Option<SessionId>) -> Result<()> {
    work.system().end_sessions(id, going_on, ctx.now()).await?;
    Ok(work.system().forget_codes(id, CodePurpose::FirstPassword).await?)
}

fn hash(ctx: &Ctx<'_>, new: &NewPassword) -> Result<String> {
    Ok(password::hash(new.expose(), ctx.rng())?)
}

fn subject(login: &Login) -> throttle::Subject {
    match &login.email_key {
        Some(key) => throttle::login(key),
        None => throttle::login(&login.id.to_string()),
    }
}
