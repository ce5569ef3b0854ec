//! All organizations.

use serde_json::{Map, Value as Json};

use super::{MAX_CSS, check_object, check_size, may_change_account, nothing_to_change};
use crate::error::{Error, Result};
use crate::model::{EventType, IdSet, OrganizationEntry, OrganizationId, Patch};
use crate::ops::ctx::Ctx;
use crate::ops::organizations::{new_pairing_code, not_found};
use crate::ops::pictures;
use crate::store::directory::organizations::ListedOrganization;
use crate::store::paging::{Page, Window};

/// What is to be set of an organization. What is `None` stays, or has its default in a new one.
#[derive(Debug, Clone)]
pub struct OrganizationChange {
    /// Name.
    pub name: Option<String>,
    /// What it is.
    pub description: Patch<String>,
    /// Data of the manager's own, replaced as a whole.
    pub custom_data: Option<Map<String, Json>>,
    /// Whether people need a second factor for its tokens.
    pub is_mfa_required: Option<bool>,
    /// Colours, replaced as a whole.
    pub color: Option<Map<String, Json>>,
    /// Addresses of logos, replaced as a whole.
    pub branding: Option<Map<String, Json>>,
    /// Style sheet.
    pub custom_css: Patch<String>,
}

impl OrganizationChange {
    fn is_empty(&self) -> bool {
        let is_kept = |patch: &Patch<String>| *patch == Patch::Keep;
        self.name.is_none()
            && self.custom_data.is_none()
            && self.is_mfa_required.is_none()
            && self.color.is_none()
            && self.branding.is_none()
            && is_kept(&self.description)
            && is_kept(&self.custom_css)
    }

    fn apply(self, entry: OrganizationEntry) -> OrganizationEntry {
        OrganizationEntry {
            name: self.name.unwrap_or(entry.name),
            description: self.description.apply(entry.description, Clone::clone),
            custom_data: self.custom_data.unwrap_or(entry.custom_data),
            is_mfa_required: self.is_mfa_required.unwrap_or(entry.is_mfa_required),
            color: self.color.unwrap_or(entry.color),
            branding: self.branding.unwrap_or(entry.branding),
            custom_css: self.custom_css.apply(entry.custom_css, Clone::clone),
            ..entry
        }
    }
}

/// Organizations, oldest first. `search` is in lower case; it is looked for in names and ids.
pub async fn list(
    ctx: &Ctx<'_>,
    window: Window,
    search: Option<&str>,
    with_people: bool,
) -> Result<Page<ListedOrganization>> {
    Ok(ctx.directory()?.organization_entries(window, search, with_people).await?)
}

/// One organization; a text that is no id names none.
pub async fn find(ctx: &Ctx<'_>, id: &str) -> Result<OrganizationEntry> {
    let store = ctx.directory()?;
    let id = parse(id)?;
    store.organization_entry(id).await?.ok_or_else(not_found)
}

/// Makes an organization called `name`. Nobody is in it, the caller neither.
///
/// # Errors
/// `WrongState` (`too_long`).
pub async fn create(ctx: &Ctx<'_>, name: String, rest: OrganizationChange) -> Result<OrganizationEntry> {
    let blank = OrganizationEntry {
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
    let mut entry = rest.apply(blank);
    check_sizes(&entry)?;
    let work = ctx.begin_directory().await?;
    let code = new_pairing_code(ctx.rng());
    entry.id = work.system().insert_organization_entry(&entry, &code, ctx.rng(), ctx.now()).await?;
    let target = entry.id;
    work.concerning(Some(target)).save(EventType::OrganizationCreated.on(target)).await?;
    Ok(entry)
}

/// Changes an organization.
///
/// # Errors
/// `WrongState`: `nothing_to_change`, also where there is no such organization, and `too_long`; `NotFound`.
pub async fn update(ctx: &Ctx<'_>, id: &str, change: OrganizationChange) -> Result<OrganizationEntry> {
    ctx.authorize_directory()?;
    if change.is_empty() {
        return Err(nothing_to_change());
    }
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    let entry = work.system().organization_entry(id).await?.ok_or_else(not_found)?;
    let entry = change.apply(entry);
    check_sizes(&entry)?;
    work.system().update_organization_entry(&entry, ctx.now()).await?;
    work.concerning(Some(id)).save(EventType::OrganizationUpdated.on(id)).await?;
    Ok(entry)
}

/// Removes an organization with the memberships, roles, invitations and settings in it. People and machines stay.
///
/// # Errors
/// `NotFound`; `Forbidden` where accounts of the platform's operator are in it.
pub async fn delete(ctx: &Ctx<'_>, id: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    may_change_account(ctx, &work.system().platform_rights_in(id, None, &IdSet::of(&[])).await?)?;
    let logo = work.system().delete_organization(id).await?.ok_or_else(not_found)?;
    work.concerning(Some(id)).save(EventType::OrganizationDeleted.on(id)).await?;
    pictures::discard(ctx.services(), logo.as_ref()).await;
    Ok(())
}

fn check_sizes(entry: &OrganizationEntry) -> Result<()> {
    check_object("customData", &entry.custom_data)?;
    check_size("customCss", entry.custom_css.as_ref().map_or(0, String::len), MAX_CSS)
}

fn parse(id: &str) -> Result<OrganizationId, Error> {
    id.parse().map_err(|_| not_found())
}
