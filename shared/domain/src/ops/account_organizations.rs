//! Organizations, as the roles of the IDAH API let somebody see and manage them (contracts/idah.md, "Operations").
//!
//! They are the organizations of all APIs. Projects, which would keep one from being removed there, are in no service that
//! this one knows of.

use serde_json::Map;

use super::ctx::Ctx;
use super::directory::may_change_account;
use super::organizations::{new_pairing_code, not_found};
use super::pictures;
use crate::error::{Error, Result};
use crate::model::{AccountOrganization, EventType, IdSet, OrganizationEntry, OrganizationId, Patch};
use crate::policy::Action;
use crate::store::query::{Selected, Selection};

/// A page of organizations.
pub async fn list(ctx: &Ctx<'_>, selection: &Selection) -> Result<Selected<AccountOrganization>> {
    Ok(ctx.system().account_organizations(&ctx.reach(Action::OrganizationRead)?, selection).await?)
}

/// One organization.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's reach.
pub async fn find(ctx: &Ctx<'_>, id: i64) -> Result<AccountOrganization> {
    let id = OrganizationId::from_stored(id);
    ctx.system().account_organization(&ctx.reach(Action::OrganizationRead)?, id).await?.ok_or_else(not_found)
}

/// Makes an organization. Nobody is in it, the caller neither; who may do this for some organizations may make others, too,
/// but does not reach them. Without a name it has an empty one.
pub async fn create(ctx: &Ctx<'_>, name: String) -> Result<AccountOrganization> {
    ctx.reach(Action::OrganizationCreate)?;
    let draft = OrganizationEntry {
        id: OrganizationId::from_stored(0),
        name,
        description: None,
        custom_data: Map::new(),
        is_mfa_required: false,
        color: Map::new(),
        branding: Map::new(),
        custom_css: None,
        created_at: ctx.now(),
    };
    let work = ctx.begin_system().await?;
    ctx.reach(Action::OrganizationCreate)?;
    let code = new_pairing_code(ctx.rng());
    let id = work.system().insert_organization_entry(&draft, &code, ctx.rng(), ctx.now()).await?;
    work.concerning(Some(id)).save(EventType::OrganizationCreated.on(id)).await?;
    Ok(AccountOrganization { id, name: draft.name, created_at: ctx.now(), updated_at: ctx.now() })
}

/// Names an organization anew, or takes its name away. With nothing to change it stays as it is.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's reach.
pub async fn update(ctx: &Ctx<'_>, id: i64, name: Patch<String>) -> Result<AccountOrganization> {
    ctx.reach(Action::OrganizationUpdate)?;
    let id = OrganizationId::from_stored(id);
    let work = ctx.begin_system().await?;
    let found =
        work.system().account_organization(&ctx.reach(Action::OrganizationUpdate)?, id).await?.ok_or_else(not_found)?;
    let name = match name {
        Patch::Keep => return Ok(found),
        Patch::Clear => String::new(),
        Patch::Set(name) => name,
    };
    let edited = AccountOrganization { name, updated_at: ctx.now(), ..found };
    work.system().update_account_organization(&edited).await?;
    work.concerning(Some(id)).save(EventType::OrganizationUpdated.on(id).with("changed", ["name"])).await?;
    Ok(edited)
}

/// Removes an organization with the memberships, roles, invitations and settings in it. People and machines stay.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's reach; `Forbidden` where accounts of the platform's operator are in it
/// and the caller is less.
pub async fn delete(ctx: &Ctx<'_>, id: i64) -> Result<()> {
    ctx.reach(Action::OrganizationDelete)?;
    let id = OrganizationId::from_stored(id);
    let work = ctx.begin_system().await?;
    work.system().account_organization(&ctx.reach(Action::OrganizationDelete)?, id).await?.ok_or_else(not_found)?;
    let rights = work.system().platform_rights_in(id, None, &IdSet::of(&[])).await?;
    may_change_account(ctx, &rights)
        .map_err(|_| Error::forbidden("Accounts of the platform's operator are in this organization."))?;
    let logo = work.system().delete_organization(id).await?.ok_or_else(not_found)?;
    work.concerning(Some(id)).save(EventType::OrganizationDeleted.on(id)).await?;
    pictures::discard(ctx.services(), logo.as_ref()).await;
    Ok(())
}
