//! Changing what users are called and how they are reached, and what clients store about them.

use super::apply::{apply, email_key};
use super::{guard, invite, own_id, own_record, phone_taken, record, taken};
use crate::error::Result;
use crate::model::{Changes, CodePurpose, EventType, MailFlow, Patch, PrincipalId, User, UserChange};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::pictures;
use crate::policy::{Action, Touch};
use crate::store::users::read::UserRecord;

/// What a change does beyond storing it. APIs differ in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effects {
    /// Who has no password yet, and may set one, is mailed a new invitation when the address changes: this one.
    pub invites_again: Option<MailFlow>,
    /// A change that changes nothing still counts as one: it is dated and audited.
    pub notes_no_change: bool,
}

/// Changes a user. A new e-mail address makes the codes worthless that were mailed to the old one.
///
/// # Errors
/// `NotFound`; `Forbidden` as [`Changer::check`](crate::policy::Changer::check) for particulars, or for access where the
/// address changes; `WrongState` (`too_long`);
/// `Invalid` for a telephone number that is none; `Conflict`: `username_taken`, `email_taken`, `phone_taken`.
pub async fn update(ctx: &Ctx<'_>, id: PrincipalId, change: UserChange, effects: Effects) -> Result<User<UserRecord>> {
    let (work, reach) = ctx.begin_for(Action::UserUpdate).await?;
    let user = record(&work, &[&reach], id).await?;
    let touch = if changes_login(&user, &change) { Touch::Access } else { Touch::Particulars };
    guard(ctx, work.system(), Action::UserUpdate, &user, touch).await?;
    finish(ctx, work, user, change, effects).await
}

/// Whether the address is another one afterwards: what the user logs in with.
fn changes_login(user: &User<UserRecord>, change: &UserChange) -> bool {
    match &change.email {
        Patch::Keep => false,
        Patch::Clear => user.email.is_some(),
        Patch::Set(email) => email_key(user).as_deref() != Some(email.key()),
    }
}

/// Changes the caller.
///
/// # Errors
/// `NotFound` for a service account; else as [`update`].
pub async fn update_own(ctx: &Ctx<'_>, change: UserChange) -> Result<User<UserRecord>> {
    let id = own_id(ctx)?;
    let work = ctx.begin_system().await?;
    let user = own_record(&work, id).await?;
    // Whoever can call needs no invitation.
    finish(ctx, work, user, change, Effects { invites_again: None, notes_no_change: false }).await
}

async fn finish(
    ctx: &Ctx<'_>,
    work: Work<'_>,
    mut user: User<UserRecord>,
    change: UserChange,
    effects: Effects,
) -> Result<User<UserRecord>> {
    let old_avatar = user.avatar.clone();
    let changes = write(ctx, &work, &mut user, change, effects).await?;
    if changes.is_empty() && !effects.notes_no_change {
        return Ok(user);
    }
    work.concerning(user.data.home_id()).save(EventType::UserUpdated.on(user.id).changed(&changes)).await?;
    if old_avatar != user.avatar {
        pictures::discard(ctx.services(), old_avatar.as_ref()).await;
    }
    Ok(user)
}

/// Writes a change over `user` and returns what is different then; nothing: nothing was written, unless that is noted, too.
///
/// # Errors
/// As [`update`], but for who may do it.
pub(super) async fn write(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    user: &mut User<UserRecord>,
    change: UserChange,
    effects: Effects,
) -> Result<Changes> {
    let old_email = email_key(user);
    let changes = apply(user, change, ctx.now())?;
    if changes.is_empty() && !effects.notes_no_change {
        return Ok(changes);
    }
    store(work, user).await?;
    work.system().touch(user.id, ctx.now()).await?;
    user.updated_at = ctx.now();
    if email_key(user) != old_email {
        work.system().forget_codes(user.id, CodePurpose::PasswordReset).await?;
        work.system().forget_codes(user.id, CodePurpose::FirstPassword).await?;
        if let Some(flow) = effects.invites_again.filter(|_| !user.data.has_password && user.state.may_use_code()) {
            invite::send(ctx, work, user, flow).await?;
        }
    }
    Ok(changes)
}

/// Stores the row of a changed user.
pub(super) async fn store(work: &Work<'_>, user: &User<UserRecord>) -> Result<()> {
    if work.system().update_user(user).await.map_err(taken)? { Ok(()) } else { Err(phone_taken()) }
}
