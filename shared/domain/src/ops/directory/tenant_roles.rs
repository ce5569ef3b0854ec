//! Roles that are held outside any organization. They give scopes of resources; that of the scope `all` of the management
//! resource makes its holders managers of the directory.

use serde_json::json;

use super::role_scopes::{ScopeIds, check, give, not_held, parse_both};
use super::{keep_a_manager, may_change_account, nothing_to_change, taken};
use crate::error::{Error, Result};
use crate::model::{EventType, PrincipalKind, RoleEntry, RoleFamily, RoleId};
use crate::ops::ctx::{Ctx, Work};
use crate::store::DbError;
use crate::store::directory::role_entries::NewRole;
use crate::store::directory::role_scopes::{HeldScope, ScopeKind};
use crate::store::directory::tenant_roles::ListedTenantRole;
use crate::store::paging::{Page, Window};

const FAMILY: RoleFamily = RoleFamily::Tenant;

/// Roles by name, with some of those who hold them. `search` is in lower case; it is looked for in ids, names and
/// descriptions.
pub async fn list(ctx: &Ctx<'_>, window: Window, search: Option<&str>) -> Result<Page<ListedTenantRole>> {
    Ok(ctx.directory()?.tenant_roles(window, search).await?)
}

/// One role; a text that is no id names none.
pub async fn find(ctx: &Ctx<'_>, id: &str) -> Result<RoleEntry> {
    let store = ctx.directory()?;
    let id = parse(id)?;
    store.role_entry(FAMILY, id).await?.ok_or_else(not_found)
}

/// Makes a role with scopes of resources.
///
/// # Errors
/// `Conflict` (`role_name_taken`); `WrongState` (`unknown_reference`) for a scope; `Conflict` (`management_scope`).
pub async fn create(
    ctx: &Ctx<'_>,
    name: String,
    description: String,
    holder: PrincipalKind,
    scopes: &ScopeIds,
) -> Result<RoleEntry> {
    let work = ctx.begin_directory().await?;
    let role = NewRole { family: FAMILY, name: &name, description: Some(&description), holder };
    let id = work.system().insert_role(role, ctx.rng(), ctx.now()).await.map_err(name_taken)?;
    check_for(ctx, &work, holder, scopes).await?;
    give(&work, id, scopes).await?;
    work.concerning(None).save(EventType::RoleCreated.on(id)).await?;
    Ok(RoleEntry { id, name, description: Some(description), holder })
}

/// Changes name and description of a role; `None` stays.
///
/// # Errors
/// `WrongState` (`nothing_to_change`), also where there is no such role; `NotFound`; `Conflict` (`role_name_taken`).
pub async fn update(ctx: &Ctx<'_>, id: &str, name: Option<String>, description: Option<String>) -> Result<RoleEntry> {
    ctx.authorize_directory()?;
    if name.is_none() && description.is_none() {
        return Err(nothing_to_change());
    }
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    let mut role = work.system().role_entry(FAMILY, id).await?.ok_or_else(not_found)?;
    role.name = name.unwrap_or(role.name);
    role.description = description.or(role.description);
    work.system().update_role(&role, ctx.now()).await.map_err(name_taken)?;
    work.concerning(None).save(EventType::RoleUpdated.on(id)).await?;
    Ok(role)
}

/// Removes a role, from all who hold it as well.
///
/// # Errors
/// `NotFound`; `Forbidden` while an account of the platform's operator holds it; `Conflict` (`last_manager`).
pub async fn delete(ctx: &Ctx<'_>, id: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    may_change_account(ctx, &work.system().platform_rights_of_holders(id).await?)?;
    if !work.system().delete_role(FAMILY, id).await? {
        return Err(not_found());
    }
    keep_a_manager(ctx, &work).await?;
    work.concerning(None).save(EventType::RoleDeleted.on(id)).await
}

/// Puts scopes of resources into a role. Gives all that it holds then.
///
/// # Errors
/// `NotFound`; `WrongState` (`unknown_reference`) for a scope; `Conflict` (`management_scope`), (`scope_held`).
pub async fn add_scopes(ctx: &Ctx<'_>, id: &str, scopes: &ScopeIds) -> Result<Vec<HeldScope>> {
    ctx.authorize_directory()?;
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    let role = work.system().role_entry(FAMILY, id).await?.ok_or_else(not_found)?;
    if work.system().holds_any_scope(id, &scopes.resource).await? {
        return Err(Error::conflict("scope_held", "The role has one of these scopes already."));
    }
    check_for(ctx, &work, role.holder, scopes).await?;
    give(&work, id, scopes).await?;
    let held = work.system().scopes_of_role(FAMILY, id, ScopeKind::Resource, Window::ALL).await?;
    work.concerning(None).save(EventType::RoleUpdated.on(id).with("changed", json!(["scopes"]))).await?;
    Ok(held.map(|page| page.items).unwrap_or_default())
}

/// Takes a scope out of a role.
///
/// # Errors
/// `NotFound`, also when the role does not hold it; `Forbidden` while an account of the platform's operator holds the role;
/// `Conflict` (`last_manager`).
pub async fn remove_scope(ctx: &Ctx<'_>, id: &str, scope: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let (id, scope) = parse_both(id, scope)?;
    let work = ctx.begin_directory().await?;
    may_change_account(ctx, &work.system().platform_rights_of_holders(id).await?)?;
    if !work.system().take_role_scope(FAMILY, id, ScopeKind::Resource, scope).await? {
        return Err(not_held());
    }
    keep_a_manager(ctx, &work).await?;
    work.concerning(None).save(EventType::RoleUpdated.on(id).with("changed", json!(["scopes"]))).await
}

/// As [`check`]; people's roles hold no scope of the management resource.
async fn check_for(ctx: &Ctx<'_>, work: &Work<'_>, holder: PrincipalKind, scopes: &ScopeIds) -> Result<()> {
    let known = check(ctx, work, scopes).await?;
    if known.management > 0 && holder == PrincipalKind::User {
        let message = "Scopes of the management resource are for roles of machines only.";
        return Err(Error::conflict("management_scope", message));
    }
    Ok(())
}

fn name_taken(error: DbError) -> Error {
    taken(error, "role_name", "role_name_taken", "Another role has this name.")
}

fn not_found() -> Error {
    Error::not_found("Role")
}

fn parse(id: &str) -> Result<RoleId, Error> {
    id.parse().map_err(|_| not_found())
}
