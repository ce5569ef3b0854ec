//! Invitations into organizations: made and ended by whoever manages the directory, who tells whom has accepted.

use serde_json::{Map, Value as Json, json};

use super::member_roles::check_roles;
use super::unknown_reference;
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::model::{
    Email, Event, EventType, IdSet, Invitation, InvitationId, InvitationStatus, PrincipalId, PrincipalKind, RoleId,
    RoleRef,
};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::logins::throttle;
use crate::store::directory::invitations::{DraftInvitation, InvitationFilter, Parties};
use crate::store::events::outbox::NewMail;
use crate::store::paging::{self, Cursor};
use crate::store::{DbError, System};

/// An invitation to be made.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Whom.
    pub invitee: Email,
    /// Into which organization; a text that is no id names none.
    pub organization: String,
    /// By which person; likewise.
    pub inviter: Option<String>,
    /// Organization roles that come with it.
    pub roles: IdSet<RoleId>,
    /// Until when it can be accepted.
    pub expires_at: Millis,
    /// What to mail it with (`link`, if any, is shown there); `None`: no mail.
    pub message: Option<Map<String, Json>>,
}

/// Which invitations are wanted, in the caller's words.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Into this organization.
    pub organization: Option<&'a str>,
    /// By this person.
    pub inviter: Option<&'a str>,
    /// To this address, whatever the case of its letters.
    pub invitee: Option<&'a str>,
}

/// Invitations, newest first, a page at a time: a list of any length takes the memory of one page.
pub struct Invitations<'a> {
    store: System<'a>,
    filter: InvitationFilter,
    before: Option<Cursor>,
    now: Millis,
}

impl Invitations<'_> {
    /// The next invitations; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<Invitation>>> {
        let Some(before) = self.before else { return Ok(None) };
        let rows = self.store.invitations(&self.filter, before, self.now).await?;
        self.before = paging::behind(&rows);
        Ok(Some(rows.into_iter().map(|(invitation, _)| invitation).collect()))
    }
}

/// All invitations that are wanted, whatever has become of them.
pub fn list<'a>(ctx: &Ctx<'a>, wanted: Wanted<'_>) -> Result<Invitations<'a>> {
    let (store, now) = (ctx.directory()?, ctx.now());
    let organization = wanted.organization.map(str::parse).transpose();
    let inviter = wanted.inviter.map(str::parse).transpose();
    // What is no id has no invitations.
    let before = (organization.is_ok() && inviter.is_ok()).then_some(paging::END);
    let filter = InvitationFilter {
        organization: organization.unwrap_or_default(),
        inviter: inviter.unwrap_or_default(),
        invitee_key: wanted.invitee.map(str::to_lowercase),
    };
    Ok(Invitations { store, filter, before, now })
}

/// One invitation.
pub async fn find(ctx: &Ctx<'_>, id: &str) -> Result<Invitation> {
    let store = ctx.directory()?;
    let id = parse(id)?;
    store.invitation(id, ctx.now()).await?.ok_or_else(not_found)
}

/// Invites an address, and mails that if a message is given.
///
/// # Errors
/// `WrongState`: `not_in_the_future`; `unknown_reference` for an unknown organization, inviter or role; `wrong_kind` for a
/// role of machines; `wrong_state` when whoever has the address is a member. `Conflict` (`already_invited`).
pub async fn create(ctx: &Ctx<'_>, new: NewInvitation) -> Result<Invitation> {
    ctx.authorize_directory()?;
    let now = ctx.now();
    if new.expires_at <= now {
        return Err(Error::rejected("not_in_the_future", "The end of an invitation must lie in the future."));
    }
    let organization = new.organization.parse().map_err(|_| unknown_reference("The organization"))?;
    let inviter = new.inviter.as_deref().map(str::parse).transpose();
    let inviter: Option<PrincipalId> = inviter.map_err(|_| unknown_reference("The inviter"))?;
    let work = ctx.begin_directory().await?;
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
    save(work, &invitation, EventType::InvitationCreated.on(invitation.id).with("mailed", message.is_some())).await?;
    Ok(invitation)
}

/// Accepts an invitation on behalf of the person `user`, who becomes a member and gets the roles that come with it. A member
/// keeps what is held already.
///
/// # Errors
/// `WrongState` (`wrong_state`) when it has ended, when nobody is named, or when the address is another one; `wrong_kind` when
/// a role has become one of machines meanwhile. `NotFound`.
pub async fn accept(ctx: &Ctx<'_>, id: &str, user: Option<&str>) -> Result<Invitation> {
    ctx.authorize_directory()?;
    let user = user.ok_or_else(|| Error::wrong_state("Whoever accepts an invitation must be named."))?;
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    let invitation = pending(&work, id, ctx.now()).await?;
    let unknown = || Error::not_found("User");
    let user: PrincipalId = user.parse().map_err(|_| unknown())?;
    let login = work.system().login_by_id(user).await?.ok_or_else(unknown)?;
    if login.email_key != Some(Email::from_stored(invitation.invitee.clone()).key().to_owned()) {
        return Err(Error::wrong_state("The invitation is for another address."));
    }
    let (organization, member) = (invitation.organization, IdSet::one(user));
    work.system().add_members(organization, PrincipalKind::User, &member, ctx.now()).await?;
    let given = IdSet::of(&[]).with(invitation.roles.iter().map(|role| role.id));
    if !given.is_empty() {
        roles(&work, &given).await?;
        work.system().give_roles(organization, &member, &given, ctx.now()).await?;
    }
    let ended = end(ctx, &work, invitation, InvitationStatus::Accepted, Some(user)).await?;
    save(work, &ended, EventType::InvitationAccepted.on(ended.id).with("user", user.get())).await?;
    Ok(ended)
}

/// Takes an invitation back.
///
/// # Errors
/// `WrongState` (`wrong_state`) when it has ended; `NotFound`.
pub async fn revoke(ctx: &Ctx<'_>, id: &str) -> Result<Invitation> {
    ctx.authorize_directory()?;
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    let invitation = pending(&work, id, ctx.now()).await?;
    let ended = end(ctx, &work, invitation, InvitationStatus::Revoked, None).await?;
    save(work, &ended, EventType::InvitationRevoked.on(ended.id)).await?;
    Ok(ended)
}

/// Mails an invitation again: with `message`, or when that is empty with what it was mailed with before.
///
/// # Errors
/// `WrongState` (`wrong_state`) when it has ended; `TooMany` when it was sent often of late; `NotFound`.
pub async fn send(ctx: &Ctx<'_>, id: &str, message: Map<String, Json>) -> Result<()> {
    ctx.authorize_directory()?;
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    let store = work.system();
    let invitation = pending(&work, id, ctx.now()).await?;
    let invitee = Email::from_stored(invitation.invitee.clone());
    let subject = throttle::invitation_to(invitee.key());
    throttle::check(store, &subject, ctx.now()).await?;
    throttle::count(store, &subject, ctx.now()).await?;
    let message = if message.is_empty() {
        store.invitation_message(id).await?.unwrap_or_default()
    } else {
        let message = Json::Object(message);
        store.set_invitation_message(id, &message).await?;
        message
    };
    let parties = store.invitation_parties(invitation.organization, invitation.inviter, invitee.key()).await?;
    mail(ctx, &work, &invitation, &parties, &message).await?;
    save(work, &invitation, EventType::InvitationSent.on(invitation.id)).await?;
    Ok(())
}

/// Removes an invitation, whatever has become of it. Who has accepted it stays a member.
pub async fn delete(ctx: &Ctx<'_>, id: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    let organization = work.system().delete_invitation(id).await?.ok_or_else(not_found)?;
    work.concerning(Some(organization)).save(EventType::InvitationDeleted.on(id)).await
}

/// The invitation, as long as it can be accepted.
async fn pending(work: &Work<'_>, id: InvitationId, now: Millis) -> Result<Invitation> {
    let invitation = work.system().invitation(id, now).await?.ok_or_else(not_found)?;
    if invitation.status == InvitationStatus::Pending {
        return Ok(invitation);
    }
    Err(Error::wrong_state("This invitation has ended: it was accepted or taken back, or has run out."))
}

/// The roles with these ids by name, if a person may hold them.
async fn roles(work: &Work<'_>, ids: &IdSet<RoleId>) -> Result<Vec<RoleRef>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = work.system().roles_named(ids, &[]).await?;
    check_roles(PrincipalKind::User, ids, &found)?;
    let mut roles: Vec<RoleRef> = found.into_iter().map(|role| RoleRef { id: role.id, name: role.name }).collect();
    roles.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(roles)
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

/// Puts the mail into the outbox.
async fn mail(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    invitation: &Invitation,
    parties: &Parties,
    message: &Json,
) -> Result<()> {
    let payload = json!({
        "organization": parties.organization,
        "inviter": parties.inviter,
        "link": message.get("link"),
        "expires_at": invitation.expires_at,
    });
    let mail = NewMail {
        id: ctx.services().ulid(),
        template: "organization_invitation",
        recipient: &invitation.invitee,
        organization: Some(invitation.organization),
        principal: parties.invitee,
        payload: payload.to_string(),
    };
    work.mail(mail).await
}

async fn save(work: Work<'_>, invitation: &Invitation, event: Event) -> Result<()> {
    work.concerning(Some(invitation.organization)).save(event).await
}

fn parse(id: &str) -> Result<InvitationId> {
    id.parse().map_err(|_| not_found())
}

fn not_found() -> Error {
    Error::not_found("Invitation")
}

fn already_invited(error: DbError) -> Error {
    match error {
        DbError::Unique(what) if what.contains("email_key") => {
            Error::conflict("already_invited", "This address is invited into this organization already.")
        }
        other => other.into(),
    }
}
