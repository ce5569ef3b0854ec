//! Roles of the template that all organizations share.

use super::role_scopes::ScopeIds;
use super::{nothing_to_change, role_scopes, taken};
use crate::error::{Error, Result};
use crate::model::{EventType, Patch, PrincipalKind, RoleEntry, RoleFamily, RoleId};
use crate::ops::ctx::Ctx;
use crate::store::DbError;
use crate::store::directory::organization_roles::ListedRole;
use crate::store::directory::role_entries::NewRole;
use crate::store::paging::{Page, Window};

const FAMILY: RoleFamily = RoleFamily::Template;

/// What is to be changed of a role. What is `None` stays.
#[derive(Debug, Clone)]
pub struct RoleChange {
    /// Name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Patch<String>,
    /// Who can hold it.
    pub holder: Option<PrincipalKind>,
}

/// Roles by name, with their scopes. `search` is in lower case; it is looked for in ids, names and descriptions.
pub async fn list(ctx: &Ctx<'_>, window: Window, search: Option<&str>) -> Result<Page<ListedRole>> {
    Ok(ctx.directory()?.organization_roles(window, search).await?)
}

/// One role; a text that is no id names none.
pub async fn find(ctx: &Ctx<'_>, id: &str) -> Result<RoleEntry> {
    let store = ctx.directory()?;
    let id = parse(id)?;
    store.role_entry(FAMILY, id).await?.ok_or_else(not_found)
}

/// Makes a role with scopes of organizations and of resources.
///
/// # Errors
/// `Conflict` (`name_taken`); `WrongState` (`unknown_reference`) for a scope.
pub async fn create(
    ctx: &Ctx<'_>,
    name: String,
    description: Option<String>,
    holder: PrincipalKind,
    scopes: &ScopeIds,
) -> Result<RoleEntry> {
    let work = ctx.begin_directory().await?;
    let role = NewRole { family: FAMILY, name: &name, description: description.as_deref(), holder };
    let id = work.system().insert_role(role, ctx.rng(), ctx.now()).await.map_err(name_taken)?;
    role_scopes::check_of_organizations(ctx, &work, scopes).await?;
    role_scopes::give(&work, id, scopes).await?;
    work.concerning(None).save(EventType::RoleCreated.on(id)).await?;
    Ok(RoleEntry { id, name, description, holder })
}

/// Changes a role. Who can hold it stays while somebody does, or is about to by an invitation or by signing up.
///
/// # Errors
/// `WrongState` (`nothing_to_change`), also where there is no such role; `NotFound`; `Conflict` (`name_taken`);
/// `WrongState` (`wrong_kind`).
pub async fn update(ctx: &Ctx<'_>, id: &str, change: RoleChange) -> Result<RoleEntry> {
    ctx.authorize_directory()?;
    if change.name.is_none() && change.description == Patch::Keep && change.holder.is_none() {
        return Err(nothing_to_change());
    }
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    let mut role = work.system().role_entry(FAMILY, id).await?.ok_or_else(not_found)?;
    if change.holder.is_some_and(|holder| holder != role.holder) && work.system().is_role_assigned(id).await? {
        return Err(Error::rejected("wrong_kind", "The type of a role that is assigned cannot be changed."));
    }
    role.name = change.name.unwrap_or(role.name);
    role.description = change.description.apply(role.description, Clone::clone);
    role.holder = change.holder.unwrap_or(role.holder);
    work.system().update_role(&role, ctx.now()).await.map_err(name_taken)?;
    work.concerning(None).save(EventType::RoleUpdated.on(id)).await?;
    Ok(role)
}

/// Removes a role, from all who hold it as well.
pub async fn delete(ctx: &Ctx<'_>, id: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    if !work.system().delete_role(FAMILY, id).await? {
        return Err(not_found());
    }
    work.concerning(None).save(EventType::RoleDeleted.on(id)).await
}

fn name_taken(error: DbError) -> Error {
    taken(error, "role_name", "name_taken", "Another organization role has this name.")
}

fn not_found() -> Error {
    Error::not_found("Organization role")
}

fn parse(id: &str) -> Result<RoleId, Error> {
    id.parse().map_err(|_| not_found())
}
