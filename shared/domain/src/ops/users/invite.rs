//! Invitations of new users: mailed, mailed again on demand, and accepted with the code from the mail.

use serde_json::Value as Json;

use super::{guard, record};
use crate::crypto::Sensitive;
use crate::error::{Error, Result};
use crate::model::{CodePurpose, EventType, MailFlow, PrincipalId, User, UserAccess};
use crate::ops::credentials::codes::{self, CodeMail, SentCode};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::logins::throttle;
use crate::ops::memberships::jit;
use crate::policy::{Action, Reach, Touch};
use crate::store::credentials::codes::CodeOwner;
use crate::store::users::read::UserRecord;

/// Mails a user with an address a code for the first password.
pub(in crate::ops) async fn send(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    user: &User<UserRecord>,
    flow: MailFlow,
) -> Result<()> {
    let Some(recipient) = user.email.as_deref() else { return Ok(()) };
    let mail = CodeMail::new(CodePurpose::FirstPassword, flow, user.id, recipient);
    let mail = match (flow, user.data.home.organization.as_ref()) {
        (MailFlow::Member, Some(home)) => mail
            .in_organization(Some(home.id), Some(home.name.as_deref().unwrap_or_default()))
            .greeting(user.first_name.as_deref()),
        (MailFlow::Member, None) => mail.greeting(user.first_name.as_deref()),
        // Callers of little standing can make users, and must not choose what we write to strangers.
        (MailFlow::Account, _) => mail,
    };
    mail.send(ctx, work).await
}

/// Sends the invitation of a user again, with a new code; the old one is worthless then.
///
/// # Errors
/// `Forbidden` without the right to change users, for an account also without that to read them; `NotFound`, with the code `already_joined` where an account
/// has accepted it; `WrongState` where a member has a password already, or is locked or switched off, and without address;
/// `TooMany` when it was sent often of late.
pub async fn resend(ctx: &Ctx<'_>, id: PrincipalId, flow: MailFlow) -> Result<()> {
    // A member is invited in the name of the home organization; an account's invitation is a thing one must see, too.
    let (seen, touch) = match flow {
        MailFlow::Member => (Action::UserUpdate, Touch::Particulars),
        MailFlow::Account => (Action::UserRead, Touch::Ties),
    };
    ctx.reach(seen)?;
    let (work, changed) = ctx.begin_for(Action::UserUpdate).await?;
    let user = record(&work, &[&ctx.reach(seen)?, &changed], id).await?;
    guard(ctx, work.system(), Action::UserUpdate, &user, touch).await?;
    check_pending(&user, flow)?;
    if user.email.is_none() {
        return Err(Error::wrong_state("This person has no e-mail address."));
    }
    // Only now: whether somebody of another organization was mailed often is nobody's business.
    throttle::check_and_count(&work, &throttle::mail_to(id), ctx.now()).await?;
    send(ctx, &work, &user, flow).await?;
    work.concerning(user.data.home_id()).save(EventType::UserInvited.on(id)).await
}

fn check_pending(user: &User<UserRecord>, flow: MailFlow) -> Result<()> {
    match flow {
        MailFlow::Member if user.data.has_password || !user.state.may_use_code() => {
            Err(Error::wrong_state("This person has no invitation to be sent again."))
        }
        MailFlow::Account if user.data.access.joined_at.is_some() => {
            Err(Error::not_found("Invitation").recoded("already_joined"))
        }
        MailFlow::Member | MailFlow::Account => Ok(()),
    }
}

/// A user who has accepted an invitation.
#[derive(Debug, Clone)]
pub struct Joined {
    /// The user.
    pub user: User<UserAccess>,
    /// Sets the first password; good for an hour.
    pub reset_token: Sensitive<String>,
}

/// Accepts an invitation without a password yet: the user is active from then on, unless stopped meanwhile, and known to own
/// the address. The code is used up, and another one for the first password is returned once.
///
/// # Errors
/// `WrongState` when the code is unknown or used (`bad_code`), or has run out (`expired_code`).
pub async fn accept(ctx: &Ctx<'_>, code: &str, flow: MailFlow) -> Result<Joined> {
    let code = SentCode::parse(code, CodePurpose::FirstPassword, true)?;
    let work = ctx.begin_system().await?;
    let owner = code.owner(work.system(), ctx.now()).await?;
    let joined = join(ctx, &work, &owner).await?;
    let reset = codes::issue(ctx, &work, CodePurpose::PasswordReset, flow, owner.id, None).await?;
    let user = record(&work, &[&Reach::All], owner.id).await?.map(|record| record.access);
    work.save(EventType::UserJoined.on(owner.id).detailed(joined)).await?;
    Ok(Joined { user, reset_token: reset.text })
}

/// What accepting changes, whichever code it was done with: codes for it are used up. Returns the audit detail.
pub(in crate::ops) async fn join(ctx: &Ctx<'_>, work: &Work<'_>, owner: &CodeOwner) -> Result<Json> {
    let (store, now) = (work.system(), ctx.now());
    let is_of_jit_domain = store.accept_invitation(owner.id, now).await?;
    if !owner.state.may_use_code() {
        // Who was stopped stays so: accepting is the user's word, and that an administrator's.
        store.set_state(owner.id, owner.state, now).await?;
    }
    store.forget_codes(owner.id, CodePurpose::FirstPassword).await?;
    jit::join(ctx, work, owner.id, is_of_jit_domain).await
}
