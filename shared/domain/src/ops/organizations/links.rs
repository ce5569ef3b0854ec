//! Networks of organizations: linked accounts, joining by pairing code, leaving.

use super::{new_pairing_code, not_found};
use crate::error::{Error, Result};
use crate::model::{Changes, EventType, Organization, OrganizationDetails, OrganizationId};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::logins::throttle;
use crate::policy::Action;
use crate::store::organizations::links::LinkKind;
use crate::store::paging::{self, Cursor};
use crate::store::{DbError, System};

/// Most levels of a network. The look-up of who acts for whom on each request climbs as far.
const MAX_LEVELS: i64 = 16;

/// Accounts linked to an organization, oldest first, a page at a time.
pub struct Accounts<'a> {
    store: System<'a>,
    here: OrganizationId,
    after: Option<Cursor>,
}

impl Accounts<'_> {
    /// The next accounts; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<Organization>>> {
        let Some(after) = self.after else { return Ok(None) };
        let rows = self.store.linked(self.here, after).await?;
        self.after = paging::behind(&rows);
        Ok(Some(rows.into_iter().map(|(organization, _)| organization).collect()))
    }
}

/// All accounts whose parent or insurer the effective organization is.
pub fn list<'a>(ctx: &Ctx<'a>) -> Result<Accounts<'a>> {
    ctx.reach(Action::OrganizationRead)?;
    Ok(Accounts { store: ctx.system(), here: ctx.organization()?, after: Some(paging::START) })
}

/// Attaches the effective organization to the one with this pairing code: to an insurer as its client, to any other as
/// its child.
///
/// # Errors
/// `NotFound` for an unknown code; `WrongState` for one's own code or when it would make a loop; `Conflict`
/// (`already_linked`, `registration_taken`); `TooMany` after many wrong codes.
pub async fn join(ctx: &Ctx<'_>, code: &str) -> Result<OrganizationDetails> {
    ctx.reach(Action::OrganizationUpdate)?;
    let here = ctx.organization()?;
    let subject = throttle::pairing(here);
    // A caller that has to wait must not take the write lock.
    throttle::check(ctx.system(), &subject, ctx.now()).await?;
    let (work, _) = ctx.begin_for(Action::OrganizationUpdate).await?;
    throttle::check(work.system(), &subject, ctx.now()).await?;
    let Some((owner, owner_type)) = work.system().organization_by_code(&normal(code)).await? else {
        throttle::count(work.system(), &subject, ctx.now()).await?;
        work.save_unaudited().await?;
        return Err(Error::not_found("Pairing code"));
    };
    let details = work.system().organization(here).await?.ok_or_else(not_found)?;
    if owner == here {
        return Err(Error::wrong_state("This is your own pairing code."));
    }
    let kind = LinkKind::offered_by(owner_type);
    let is_linked = match kind {
        LinkKind::Parent => details.parent.is_some(),
        LinkKind::Insurer => details.insurer.is_some(),
    };
    if is_linked {
        return Err(Error::conflict("already_linked", "This organization is linked already: leave first."));
    }
    // Those above may act below, so a loop of either kind of link would put an organization under its own clients.
    if work.system().is_above(owner, here).await? {
        return Err(Error::wrong_state("This would make a loop: the other organization is below yours."));
    }
    if kind == LinkKind::Parent {
        refuse_too_deep(&work, owner, work.system().height(here, MAX_LEVELS).await?).await?;
    } else {
        refuse_known_client(&work, owner, details.organization.registration_number.as_deref()).await?;
    }
    work.system().set_link(here, kind, Some(owner), ctx.now()).await.map_err(registration_taken)?;
    throttle::clear(work.system(), &subject).await?;
    let joined = work.system().organization(here).await?.ok_or_else(not_found)?;
    work.save(EventType::OrganizationLinked.on(here).with("joined", owner.get())).await?;
    Ok(joined)
}

/// Detaches the effective organization from its parent. The insurer, the members and their roles stay.
///
/// # Errors
/// `WrongState` when it has no parent.
pub async fn leave(ctx: &Ctx<'_>) -> Result<OrganizationDetails> {
    let (work, _) = ctx.begin_for(Action::OrganizationUpdate).await?;
    let here = ctx.organization()?;
    let mut details = work.system().organization(here).await?.ok_or_else(not_found)?;
    let parent = details.parent.take();
    let parent = parent.ok_or_else(|| Error::wrong_state("This organization is not linked to any parent."))?;
    work.system().set_link(here, LinkKind::Parent, None, ctx.now()).await?;
    work.save(EventType::OrganizationUnlinked.on(details.organization.id).with("left", parent.id.get())).await?;
    details.organization.parent_id = None;
    Ok(details)
}

/// Ends every link by which the account `id` hangs below the effective organization itself, as its child or as its client.
/// The account, its users and their roles stay.
///
/// # Errors
/// `NotFound` when there is no such account linked here.
pub async fn unlink(ctx: &Ctx<'_>, id: OrganizationId) -> Result<()> {
    let (work, _) = ctx.begin_for(Action::OrganizationUpdate).await?;
    let here = ctx.organization()?;
    if !work.system().unlink(here, id, ctx.now()).await? {
        return Err(Error::not_found("Account"));
    }
    work.save(EventType::OrganizationUnlinked.on(id)).await
}

/// The code by which others join the effective organization. It lets them in, so it takes the right to write.
pub async fn pairing_code(ctx: &Ctx<'_>) -> Result<String> {
    ctx.reach(Action::OrganizationUpdate)?;
    let code = ctx.system().pairing_code(ctx.organization()?).await?;
    code.ok_or_else(|| Error::internal("an organization has no pairing code"))
}

/// Makes a new code; the old one is worthless from then on. Organizations that have joined stay.
pub async fn renew_pairing_code(ctx: &Ctx<'_>) -> Result<String> {
    let code = new_pairing_code(ctx.rng());
    let (work, _) = ctx.begin_for(Action::OrganizationUpdate).await?;
    let here = ctx.organization()?;
    work.system().set_pairing_code(here, &code, ctx.now()).await?;
    let mut changes = Changes::default();
    changes.untold("pairing_code");
    work.save(EventType::OrganizationUpdated.on(here).changed(&changes)).await?;
    Ok(code)
}

/// The form in which codes are compared.
pub(super) fn normal(code: &str) -> String {
    code.trim().to_uppercase()
}

/// Refuses a network of more than [`MAX_LEVELS`] levels: `below` of them under a child of `parent`.
pub(super) async fn refuse_too_deep(work: &Work<'_>, parent: OrganizationId, below: i64) -> Result<()> {
    let above = work.system().chain_above(parent, MAX_LEVELS).await?.len();
    if i64::try_from(above).unwrap_or(i64::MAX).saturating_add(below) < MAX_LEVELS {
        return Ok(());
    }
    Err(Error::wrong_state("The network would be too deep: at most 16 levels."))
}

/// Refuses a company number that a client of the insurer has already.
pub(super) async fn refuse_known_client(work: &Work<'_>, insurer: OrganizationId, number: Option<&str>) -> Result<()> {
    match number {
        Some(number) if work.system().has_client_with_number(insurer, number).await? => Err(known_number()),
        _ => Ok(()),
    }
}

/// Names the rule behind a clash of company numbers at a parent.
pub(super) fn registration_taken(error: DbError) -> Error {
    match error {
        DbError::Unique(what) if what.contains("registration") => known_number(),
        other => other.into(),
    }
}

fn known_number() -> Error {
    Error::conflict("registration_taken", "This registration number is known at the same parent or insurer already.")
}
