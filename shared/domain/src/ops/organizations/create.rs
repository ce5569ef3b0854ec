//! New organizations.

use super::links::{refuse_known_client, refuse_too_deep, registration_taken};
use super::{check_sizes, new_pairing_code, not_found};
use crate::error::{Error, Result};
use crate::model::{EventType, NewOrganization, Organization, OrganizationDetails, OrganizationId, Picture};
use crate::ops::ctx::{Ctx, Work};
use crate::policy::{Action, Permission};
use crate::store::organizations::links::LinkKind;

/// What a new organization is linked to.
#[derive(Debug, Clone, Copy)]
pub enum Links {
    /// Nothing.
    None,
    /// The effective organization, unless it names others: an insurer as its client, any other as its child.
    Here {
        /// Head of its network.
        parent: LinkTo,
        /// Its insurer.
        insurer: LinkTo,
    },
}

/// What a link of a new organization points at.
#[derive(Debug, Clone, Copy)]
pub enum LinkTo {
    /// The effective organization, if that offers links of this kind.
    Offered,
    /// This one.
    Named(OrganizationId),
    /// One that cannot exist.
    Unknown,
}

/// Makes an organization. Nobody is in it, the caller neither; who may do this for some organizations may make others, too,
/// but does not reach them.
///
/// # Errors
/// `WrongState` (`too_long`). With links: `NotFound` when a named parent or insurer does not exist, `Forbidden` when it is
/// out of reach; `Conflict` (`registration_taken`) when the company number is known under the same parent or insurer.
pub async fn create(ctx: &Ctx<'_>, mut new: NewOrganization, links: Links) -> Result<OrganizationDetails> {
    check_sizes(&new.data)?;
    let (work, _) = ctx.begin_for(Action::OrganizationCreate).await?;
    if let Links::Here { parent, insurer } = links {
        [new.parent, new.insurer] =
            linked(ctx, &work, [(parent, LinkKind::Parent), (insurer, LinkKind::Insurer)]).await?;
        if let Some(parent) = new.parent {
            refuse_too_deep(&work, parent, 0).await?;
        }
        if let Some(insurer) = new.insurer {
            refuse_known_client(&work, insurer, new.registration_number.as_deref()).await?;
        }
    }
    let id = insert(ctx, &work, &new).await?;
    let made = match links {
        Links::None => Some(made(ctx, id, new)),
        Links::Here { .. } => work.system().organization(id).await?,
    };
    work.concerning(Some(id)).save(EventType::OrganizationCreated.on(id)).await?;
    made.ok_or_else(|| Error::internal("the new organization is not there"))
}

/// Stores a new organization under a new id.
pub(super) async fn insert(ctx: &Ctx<'_>, work: &Work<'_>, new: &NewOrganization) -> Result<OrganizationId> {
    let code = new_pairing_code(ctx.rng());
    work.system().insert_organization(new, &code, ctx.rng(), ctx.now()).await.map_err(registration_taken)
}

/// One that is linked to nothing, as it was stored.
fn made(ctx: &Ctx<'_>, id: OrganizationId, new: NewOrganization) -> OrganizationDetails {
    let organization = Organization {
        id,
        name: new.name,
        account_type: new.account_type,
        parent_id: new.parent,
        insurer_id: new.insurer,
        logo: Picture::from_stored(None, new.logo_url),
        registration_number: new.registration_number,
        address: new.address,
        created_at: ctx.now(),
        updated_at: ctx.now(),
        data: Some(Box::new(new.data)),
    };
    OrganizationDetails { organization, parent: None, insurer: None }
}

/// What it is linked to: what it names, where the caller may change that, or else the effective organization.
async fn linked(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    wanted: [(LinkTo, LinkKind); 2],
) -> Result<[Option<OrganizationId>; 2]> {
    let here = work.system().organization(ctx.organization()?).await?.ok_or_else(not_found)?.organization;
    let offered = LinkKind::offered_by(here.account_type);
    let mut linked = [None, None];
    for (slot, (to, kind)) in linked.iter_mut().zip(wanted) {
        *slot = match to {
            LinkTo::Offered => (offered == kind).then_some(here.id),
            LinkTo::Named(id) => Some(linkable(ctx, work, id).await?),
            LinkTo::Unknown => return Err(not_found()),
        };
    }
    Ok(linked)
}

/// `id`, if the caller may link others to it: the effective organization; home and what lies below it, with the right to
/// write at home; everything for the platform's own users.
async fn linkable(ctx: &Ctx<'_>, work: &Work<'_>, id: OrganizationId) -> Result<OrganizationId> {
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
