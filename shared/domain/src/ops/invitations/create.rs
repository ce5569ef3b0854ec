//! Invitations into organizations are made.

use serde_json::{Map, Value as Json};

use super::list::begin;
use super::send::mail;
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::model::{
    Email, EventType, IdSet, Invitation, InvitationStatus, OrganizationId, PrincipalId, PrincipalKind, RoleId, RoleRef,
};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::faults::unknown_reference;
use crate::ops::grants::check_roles;
use crate::store::DbError;
use crate::store::invitations::write::DraftInvitation;

/// An invitation to be made.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Whom.
    pub invitee: Email,
    /// Into which organization.
    pub organization: OrganizationId,
    /// By which user.
    pub inviter: Option<PrincipalId>,
    /// Organization roles that come with it.
    pub roles: IdSet<RoleId>,
    /// Until when it can be accepted.
    pub expires_at: Millis,
    /// What to mail it with (`link`, if any, is shown there); `None`: no mail.
    pub message: Option<Map<String, Json>>,
}

/// Invites an address, and mails that if a message is given.
///
/// # Errors
/// `WrongState`: `not_in_the_future`; `unknown_reference` for an unknown organization, inviter or role; `wrong_kind` for a
/// role of machines; `wrong_state` when whoever has the address is a member. `Conflict` (`already_invited`).
pub async fn create(ctx: &Ctx<'_>, new: NewInvitation) -> Result<Invitation> {
    let now = ctx.now();
    if new.expires_at <= now {
        return Err(Error::rejected("not_in_the_future", "The end of an invitation must lie in the future."));
    }
    let (organization, inviter) = (new.organization, new.inviter);
    let work = begin(ctx).await?.concerning(Some(organization));
    let parties = work.system().invitation_parties(organization, inviter, new.invitee.key()).await?;
    if parties.organization.is_none() {
        return Err(unknown_reference("The organization"));
    }
    if inviter.is_some() && !parties.has_inviter {
        return Err(unknown_reference("The inviter"));
    }
    if parties.is_member {
        return Err(Error::wrong_state("Whoever has this address is a member already."));
    }
    let roles = roles(&work, &new.roles).await?;
    let message = new.message.map(Json::Object);
    let draft = DraftInvitation {
        organization,
        invitee: &new.invitee,
        inviter,
        message: message.as_ref(),
        expires_at: new.expires_at,
    };
    let id = work.system().insert_invitation(draft, &new.roles, ctx.rng(), now).await.map_err(already_invited)?;
    let invitation = Invitation {
        id,
        organization,
        invitee: new.invitee.text().to_owned(),
        inviter,
        accepted_by: None,
        status: InvitationStatus::Pending,
        roles,
        expires_at: new.expires_at,
        created_at: now,
        updated_at: now,
    };
    if let Some(message) = &message {
        mail(ctx, &work, &invitation, &parties, message).await?;
    }
    work.save(EventType::InvitationCreated.on(id).with("mailed", message.is_some())).await?;
    Ok(invitation)
}

/// The roles with these ids by name, if a user may hold them.
pub(super) async fn roles(work: &Work<'_>, ids: &IdSet<RoleId>) -> Result<Vec<RoleRef>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = work.system().roles_named(ids, &[]).await?;
    check_roles(PrincipalKind::User, ids, &found)?;
    let mut roles: Vec<RoleRef> = found.into_iter().map(|role| RoleRef { id: role.id, name: role.name }).collect();
    roles.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(roles)
}

fn already_invited(error: DbError) -> Error {
    match error {
        DbError::Unique(what) if what.contains("email_key") => {
            Error::conflict("already_invited", "This address is invited into this organization already.")
        }
        other => other.into(),
    }
}
