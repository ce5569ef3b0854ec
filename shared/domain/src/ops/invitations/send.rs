//! Invitations into organizations are mailed.

use serde_json::{Map, Value as Json, json};

use super::list::{begin, pending};
use crate::error::Result;
use crate::model::{Email, EventType, Invitation, InvitationId};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::logins::throttle;
use crate::store::events::outbox::NewMail;
use crate::store::invitations::read::Parties;

/// Mails an invitation again: with `message`, or when that is empty with what it was mailed with before.
///
/// # Errors
/// `WrongState` (`wrong_state`) when it has ended; `TooMany` when it was sent often of late; `NotFound`.
pub async fn send(ctx: &Ctx<'_>, id: InvitationId, message: Map<String, Json>) -> Result<()> {
    let work = begin(ctx).await?;
    let store = work.system();
    let invitation = pending(ctx, &work, id).await?;
    let invitee = Email::from_stored(invitation.invitee.clone());
    let subject = throttle::invitation_to(invitee.key());
    throttle::check_and_count(&work, &subject, ctx.now()).await?;
    let message = if message.is_empty() {
        store.invitation_message(id).await?.unwrap_or_default()
    } else {
        let message = Json::Object(message);
        store.set_invitation_message(id, &message).await?;
        message
    };
    let parties = store.invitation_parties(invitation.organization, invitation.inviter, invitee.key()).await?;
    mail(ctx, &work, &invitation, &parties, &message).await?;
    work.concerning(Some(invitation.organization)).save(EventType::InvitationSent.on(invitation.id)).await
}

/// Puts the mail into the outbox.
pub(super) async fn mail(
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
