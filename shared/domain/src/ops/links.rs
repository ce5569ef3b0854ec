//! Networks of organizations: linked accounts, joining by pairing code, leaving.

use serde_json::json;

use super::ctx::{Ctx, Work};
use super::logins::throttle;
use super::organizations::{new_pairing_code, not_found};
use crate::error::{Error, Result};
use crate::model::{AccountType, EventType, Name, Organization, OrganizationDetails, OrganizationId};
use crate::policy::Permission;
use crate::store::links::LinkKind;
use crate::store::organizations::NewOrganization;
use crate::store::paging::{self, Cursor};
use crate::store::{DbError, Tenant};

/// Most levels of a network. The look-up of who acts for whom on each request climbs as far.
const MAX_LEVELS: i64 = 16;

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Name.
    pub name: Name,
    /// Place in the network.
    pub account_type: AccountType,
    /// Head of its network; `None` = decided by who makes it. `Some(None)` is a text that is no id.
    pub parent: Option<Option<OrganizationId>>,
    /// Its insurer, likewise.
    pub insurer: Option<Option<OrganizationId>>,
    /// Address of a logo elsewhere.
    pub logo_url: Option<String>,
    /// Company number.
    pub registration_number: Option<String>,
    /// Postal address.
    pub address: Option<String>,
}

/// Accounts linked to an organization, oldest first, a page at a time.
pub struct Accounts<'a> {
    tenant: Tenant<'a>,
    after: Option<Cursor>,
}

impl Accounts<'_> {
    /// The next accounts; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<Organization>>> {
        let Some(after) = self.after else { return Ok(None) };
        let rows = self.tenant.linked(after).await?;
        self.after = paging::behind(&rows);
        Ok(Some(rows.into_iter().map(|(organization, _)| organization).collect()))
    }
}

/// All accounts whose parent or insurer the effective organization is.
pub fn list<'a>(ctx: &Ctx<'a>) -> Result<Accounts<'a>> {
    Ok(Accounts { tenant: ctx.tenant(Permission::OrganizationRead)?, after: Some(paging::START) })
}

/// Makes an account without members, linked to the effective organization unless `new` names another one: to an insurer
/// as its client, to any other as its child.
///
/// # Errors
/// `NotFound` when a named parent or insurer does not exist, `Forbidden` when it is out of reach; `Conflict`
/// (`registration_taken`) when the company number is known under the same parent or insurer.
pub async fn create(ctx: &Ctx<'_>, new: NewAccount) -> Result<OrganizationDetails> {
    let work = ctx.begin(Permission::OrganizationWrite).await?;
    let tenant = work.tenant()?;
    let here = tenant.organization_details().await?.ok_or_else(not_found)?.organization;
    let by_default = LinkKind::offered_by(here.account_type);
    let mut linked = [None, None];
    for (slot, (named, kind)) in
        linked.iter_mut().zip([(new.parent, LinkKind::Parent), (new.insurer, LinkKind::Insurer)])
    {
        *slot = match named {
            Some(id) => Some(reachable(ctx, &work, id.ok_or_else(not_found)?).await?),
            None => (by_default == kind).then_some(here.id),
        };
    }
    let [parent, insurer] = linked;
    if let Some(parent) = parent {
        refuse_too_deep(&work, parent, 0).await?;
    }
    if let Some(insurer) = insurer {
        refuse_known_client(&work, insurer, new.registration_number.as_deref()).await?;
    }
    let row = NewOrganization {
        name: new.name.text().to_owned(),
        account_type: new.account_type,
        parent,
        insurer,
        logo_url: new.logo_url,
        registration_number: new.registration_number,
        address: new.address,
    };
    let code = new_pairing_code(ctx.rng());
    let id = work.system().insert_organization(&row, &code, ctx.rng(), ctx.now()).await.map_err(registration_taken)?;
    let made = work.system().organization_details(id).await?;
    work.save(EventType::OrganizationCreated.on(id)).await?;
    made.ok_or_else(|| Error::internal("the new organization is not there"))
}

/// `id`, if the caller may change it: the effective organization; home and what lies below it, with the right to write at
/// home; everything for the platform's own people.
async fn reachable(ctx: &Ctx<'_>, work: &Work<'_>, id: OrganizationId) -> Result<OrganizationId> {
    let caller = ctx.caller()?;
    let out_of_reach = || Error::forbidden("This organization is out of your reach.");
    let home = caller.home().ok_or_else(out_of_reach)?;
    let is_below_home = work.system().is_below(home, id).await?.ok_or_else(not_found)?;
    let may_write_at_home = caller.rights().in_organization(home).contains(Permission::OrganizationWrite);
    let is_ours = may_write_at_home && (id == home || is_below_home);
    if id == ctx.organization()? || is_ours || caller.rights().is_platform() {
        return Ok(id);
    }
    Err(out_of_reach())
}

/// Attaches the effective organization to the one with this pairing code: to an insurer as its client, to any other as
/// its child.
///
/// # Errors
/// `NotFound` for an unknown code; `WrongState` for one's own code or when it would make a loop; `Conflict`
/// (`already_linked`, `registration_taken`); `TooMany` after many wrong codes.
pub async fn join(ctx: &Ctx<'_>, code: &str) -> Result<OrganizationDetails> {
    let here = ctx.authorize(Permission::OrganizationWrite)?;
    let subject = throttle::pairing(here);
    // Whoever has to wait must not take the write lock.
    throttle::check(ctx.system(), &subject, ctx.now()).await?;
    let work = ctx.begin(Permission::OrganizationWrite).await?;
    let tenant = work.tenant()?;
    throttle::check(work.system(), &subject, ctx.now()).await?;
    let Some((owner, owner_type)) = work.system().organization_by_code(&normal(code)).await? else {
        throttle::count(work.system(), &subject, ctx.now()).await?;
        work.save_unaudited().await?;
        return Err(Error::not_found("Pairing code"));
    };
    let details = tenant.organization_details().await?.ok_or_else(not_found)?;
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
    // Whoever is above may act below, so a loop of either kind of link would put an organization under its own clients.
    if work.system().is_above(owner, here).await? {
        return Err(Error::wrong_state("This would make a loop: the other organization is below yours."));
    }
    if kind == LinkKind::Parent {
        refuse_too_deep(&work, owner, work.system().height(here, MAX_LEVELS).await?).await?;
    } else {
        refuse_known_client(&work, owner, details.organization.registration_number.as_deref()).await?;
    }
    tenant.set_link(kind, Some(owner), ctx.now()).await.map_err(registration_taken)?;
    throttle::clear(work.system(), &subject).await?;
    let joined = tenant.organization_details().await?.ok_or_else(not_found)?;
    work.save(EventType::OrganizationLinked.on(here).with("joined", owner.get())).await?;
    Ok(joined)
}

/// Detaches the effective organization from its parent. The insurer, the members and their roles stay.
///
/// # Errors
/// `WrongState` when it has no parent.
pub async fn leave(ctx: &Ctx<'_>) -> Result<OrganizationDetails> {
    let work = ctx.begin(Permission::OrganizationWrite).await?;
    let tenant = work.tenant()?;
    let mut details = tenant.organization_details().await?.ok_or_else(not_found)?;
    let parent = details.parent.take();
    let parent = parent.ok_or_else(|| Error::wrong_state("This organization is not linked to any parent."))?;
    tenant.set_link(LinkKind::Parent, None, ctx.now()).await?;
    work.save(EventType::OrganizationUnlinked.on(details.organization.id).with("left", parent.id.get())).await?;
    details.organization.parent_id = None;
    Ok(details)
}

/// Ends every link by which the account `id` hangs below the effective organization itself, as its child or as its client.
/// The account, its people and their roles stay.
///
/// # Errors
/// `NotFound` when there is no such account linked here.
pub async fn unlink(ctx: &Ctx<'_>, id: OrganizationId) -> Result<()> {
    let work = ctx.begin(Permission::OrganizationWrite).await?;
    let tenant = work.tenant()?;
    if !tenant.unlink(id, ctx.now()).await? {
        return Err(Error::not_found("Account"));
    }
    work.save(EventType::OrganizationUnlinked.on(id)).await
}

/// The code by which others join the effective organization. It lets them in, so it takes the right to write.
pub async fn pairing_code(ctx: &Ctx<'_>) -> Result<String> {
    let code = ctx.tenant(Permission::OrganizationWrite)?.pairing_code().await?;
    code.ok_or_else(|| Error::internal("an organization has no pairing code"))
}

/// Makes a new code; the old one is worthless from then on. Organizations that have joined stay.
pub async fn renew_pairing_code(ctx: &Ctx<'_>) -> Result<String> {
    let code = new_pairing_code(ctx.rng());
    let work = ctx.begin(Permission::OrganizationWrite).await?;
    let tenant = work.tenant()?;
    let target = tenant.organization().get();
    tenant.set_pairing_code(&code, ctx.now()).await?;
    work.save(EventType::OrganizationUpdated.about(Some(target)).with("changed", json!(["pairing_code"]))).await?;
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
