//! Invitations into organizations are accepted, taken back and removed by whoever manages them, who tells whom has accepted.

use super::create::roles;
use super::list::{begin, not_found, pending};
use crate::error::{Error, Result};
use crate::model::{Email, EventType, IdSet, Invitation, InvitationId, InvitationStatus, PrincipalId, PrincipalKind};
use crate::ops::ctx::{Ctx, Work};
use crate::store::grants::write::Roles;

/// Accepts an invitation on behalf of `user`, who becomes a member and gets the roles that come with it. A member
/// keeps what is held already.
///
/// # Errors
/// `WrongState` (`wrong_state`) when it has ended, when nobody is named, or when the address is another one; `wrong_kind` when
/// a role has become one of machines meanwhile. `NotFound`.
pub async fn accept(ctx: &Ctx<'_>, id: InvitationId, user: Option<PrincipalId>) -> Result<Invitation> {
    let user = user.ok_or_else(|| Error::wrong_state("Whoever accepts an invitation must be named."))?;
    let work = begin(ctx).await?;
    let invitation = pending(ctx, &work, id).await?;
    let unknown = || Error::not_found("User");
    let login = work.system().login_by_id(user).await?.ok_or_else(unknown)?;
    if login.email_key != Some(Email::from_stored(invitation.invitee.clone()).key().to_owned()) {
        return Err(Error::wrong_state("The invitation is for another address."));
    }
    let organization = invitation.organization;
    work.system().add_memberships(&[organization], &[user], Some(PrincipalKind::User), ctx.now()).await?;
    let given = IdSet::of(&[]).with(invitation.roles.iter().map(|role| role.id));
    if !given.is_empty() {
        roles(&work, &given).await?;
        let given = Roles::Defined(&given);
        work.system().give_roles(Some(organization), &IdSet::one(user), given, ctx.now()).await?;
    }
    let ended = end(ctx, &work, invitation, InvitationStatus::Accepted, Some(user)).await?;
    work.concerning(Some(ended.organization))
        .save(EventType::InvitationAccepted.on(ended.id).with("user", user.get()))
        .await?;
    Ok(ended)
}

/// Takes an invitation back.
///
/// # Errors
/// `WrongState` (`wrong_state`) when it has ended; `NotFound`.
pub async fn revoke(ctx: &Ctx<'_>, id: InvitationId) -> Result<Invitation> {
    let work = begin(ctx).await?;
    let invitation = pending(ctx, &work, id).await?;
    let ended = end(ctx, &work, invitation, InvitationStatus::Revoked, None).await?;
    work.concerning(Some(ended.organization)).save(EventType::InvitationRevoked.on(ended.id)).await?;
    Ok(ended)
}

/// Removes an invitation, whatever has become of it. Who has accepted it stays a member.
pub async fn delete(ctx: &Ctx<'_>, id: InvitationId) -> Result<()> {
    let work = begin(ctx).await?;
    let organization = work.system().delete_invitation(id).await?.ok_or_else(not_found)?;
    work.concerning(Some(organization)).save(EventType::InvitationDeleted.on(id)).await
}

async fn end(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    invitation: Invitation,
    status: InvitationStatus,
    accepted_by: Option<PrincipalId>,
) -> Result<Invitation> {
    work.system().end_invitation(invitation.id, status, accepted_by, ctx.now()).await?;
    Ok(Invitation { status, accepted_by, updated_at: ctx.now(), ..invitation })
}
