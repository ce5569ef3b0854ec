//! Invitations of users with account roles: accepted with the token that is mailed, sent again on demand.

use serde_json::Value as Json;

use super::{guard, not_found, record};
use crate::crypto::{Sensitive, secret};
use crate::error::{Error, Result};
use crate::model::{CodePurpose, CodeStyle, EventType, PrincipalId, User, UserAccess};
use crate::ops::credentials::passwords;
use crate::ops::ctx::{Ctx, Work};
use crate::ops::invitations::{self, CodeMail};
use crate::ops::logins::throttle;
use crate::ops::memberships::jit;
use crate::policy::{Action, Reach, Touch};
use crate::store::credentials::codes::{CodeOwner, NewCode};

/// Somebody who has joined.
#[derive(Debug, Clone)]
pub struct Joined {
    /// The user.
    pub user: User<UserAccess>,
    /// Sets the first password; good for an hour.
    pub reset_token: Sensitive<String>,
}

/// Accepts an invitation: the person is active from then on, unless stopped meanwhile, and known to own the address. The
/// token is used up, and another one for the first password is given once.
///
/// # Errors
/// `NotFound` for a token that is unknown or used; `WrongState` when it has run out.
pub async fn join(ctx: &Ctx<'_>, token: &str) -> Result<Joined> {
    let hash = secret::parse_code(token).ok_or_else(unknown_token)?;
    let work = ctx.begin_system().await?;
    let (store, now) = (work.system(), ctx.now());
    let owner = store.code_owner(hash, CodePurpose::FirstPassword).await?;
    let owner = owner.ok_or_else(unknown_token)?;
    if owner.expires_at <= now {
        return Err(Error::wrong_state("Invitation has expired"));
    }
    let detail = accept(ctx, &work, owner).await?;
    let code = secret::generate_code(CodeStyle::Hex, ctx.rng());
    let new = NewCode {
        hash: code.hash,
        purpose: CodePurpose::PasswordReset,
        principal: owner.id,
        organization: None,
        expires_at: now + passwords::RESET_LIFETIME,
    };
    store.replace_code(new, now).await?;
    let user = record(&work, &[&Reach::All], owner.id).await?.map(|record| record.access);
    work.save(EventType::UserJoined.on(owner.id).detailed(detail)).await?;
    Ok(Joined { user, reset_token: code.text })
}

/// What accepting changes; gives what the audit says about it.
async fn accept(ctx: &Ctx<'_>, work: &Work<'_>, owner: CodeOwner) -> Result<Json> {
    let (store, now) = (work.system(), ctx.now());
    let is_of_jit_domain = store.accept_invitation(owner.id, now).await?;
    if !owner.state.may_use_code() {
        // Whoever was stopped stays so: accepting is the person's word, and that an administrator's.
        store.set_state(owner.id, owner.state, now).await?;
    }
    store.forget_codes(owner.id, CodePurpose::FirstPassword).await?;
    jit::join(ctx, work, owner.id, is_of_jit_domain).await
}

/// Sends an invitation again, with a new token; the old one is worthless then.
///
/// # Errors
/// `Forbidden` without the rights to read and to change users; `NotFound`, with the code `already_joined` when it was
/// accepted; `WrongState` without address; `TooMany` when it was sent often of late.
pub async fn resend(ctx: &Ctx<'_>, id: PrincipalId) -> Result<()> {
    ctx.reach(Action::UserRead)?;
    let (work, changed) = ctx.begin_for(Action::UserUpdate).await?;
    let found = record(&work, &[&ctx.reach(Action::UserRead)?, &changed], id).await?;
    guard(ctx, Action::UserUpdate, &found, Touch::Ties)?;
    if found.data.access.joined_at.is_some() {
        return Err(Error::not_found("Invitation").recoded("already_joined"));
    }
    let recipient = found.email.as_deref();
    let recipient = recipient.ok_or_else(|| Error::wrong_state("This person has no e-mail address."))?;
    let (store, now) = (work.system(), ctx.now());
    let subject = throttle::mail_to(id);
    throttle::check(store, &subject, now).await?;
    throttle::count(store, &subject, now).await?;
    let mail = CodeMail {
        purpose: CodePurpose::FirstPassword,
        style: CodeStyle::Hex,
        principal: id,
        organization: None,
        organization_name: None,
        recipient,
        // As in the first one: whoever made the account chose the name.
        first_name: None,
        lifetime: invitations::LIFETIME,
    };
    invitations::mail_code(ctx, &work, mail).await?;
    work.concerning(found.data.home_id()).save(EventType::UserInvited.on(id)).await?;
    Ok(())
}

fn unknown_token() -> Error {
    not_found()
}
