//! Invitations into organizations, as they are found.

use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::model::{Invitation, InvitationId, InvitationStatus, OrganizationId, PrincipalId};
use crate::ops::ctx::{Ctx, Work};
use crate::policy::Action;
use crate::store::System;
use crate::store::invitations::read::InvitationFilter;
use crate::store::paging::{self, Cursor};

/// Which invitations are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Into this organization.
    pub organization: Option<OrganizationId>,
    /// By this user.
    pub inviter: Option<PrincipalId>,
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
    let (store, now) = (ctx.all(Action::InvitationRead)?, ctx.now());
    let filter = InvitationFilter {
        organization: wanted.organization,
        inviter: wanted.inviter,
        invitee_key: wanted.invitee.map(str::to_lowercase),
    };
    let before = Some(paging::END);
    Ok(Invitations { store, filter, before, now })
}

/// One invitation.
pub async fn find(ctx: &Ctx<'_>, id: InvitationId) -> Result<Invitation> {
    let store = ctx.all(Action::InvitationRead)?;
    store.invitation(id, ctx.now()).await?.ok_or_else(not_found)
}

/// Begins writes of invitations.
pub(super) async fn begin<'c>(ctx: &'c Ctx<'_>) -> Result<Work<'c>> {
    ctx.begin_all(Action::InvitationWrite).await
}

/// The invitation, as long as it can be accepted.
pub(super) async fn pending(ctx: &Ctx<'_>, work: &Work<'_>, id: InvitationId) -> Result<Invitation> {
    let invitation = work.system().invitation(id, ctx.now()).await?.ok_or_else(not_found)?;
    if invitation.status == InvitationStatus::Pending {
        return Ok(invitation);
    }
    Err(Error::wrong_state("This invitation has ended: it was accepted or taken back, or has run out."))
}

pub(super) fn not_found() -> Error {
    Error::not_found("Invitation")
}
