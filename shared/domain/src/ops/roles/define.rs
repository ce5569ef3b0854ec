//! Roles: listed, made, changed, removed.

use super::scopes::{self, ScopeIds, not_found};
use crate::error::{Error, Result};
use crate::model::{Changes, EventType, Patch, PrincipalKind, Role, RoleFamily, RoleId};
use crate::ops::ctx::Ctx;
use crate::ops::faults::{nothing_to_change, taken, wrong_kind};
use crate::ops::installation::management;
use crate::policy::Action;
use crate::store::DbError;
use crate::store::paging::{Page, Window};
use crate::store::roles::list::ListedRole;
use crate::store::roles::write::NewRole;

/// What is to change of a role. What is `None` stays.
#[derive(Debug, Clone)]
pub struct RoleChange {
    /// Name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Patch<String>,
    /// Who can hold it.
    pub holder: Option<PrincipalKind>,
}

/// Roles of a family, by name. `search` is in lower case; it is looked for in ids, names and descriptions.
pub async fn list(ctx: &Ctx<'_>, family: RoleFamily, window: Window, search: Option<&str>) -> Result<Page<ListedRole>> {
    Ok(ctx.all(Action::RoleRead)?.roles(family, window, search).await?)
}

/// One role.
pub async fn find(ctx: &Ctx<'_>, family: RoleFamily, id: RoleId) -> Result<Role> {
    let found = ctx.all(Action::RoleRead)?.role(family, id).await?;
    found.ok_or_else(|| not_found(family))
}

/// Makes a role with scopes.
///
/// # Errors
/// `Conflict`: `name_taken` in the template, else `role_name_taken`; for the scopes as [`scopes::add`].
pub async fn create(ctx: &Ctx<'_>, new: NewRole, scopes: &ScopeIds) -> Result<Role> {
    let work = ctx.begin_all(Action::RoleWrite).await?;
    let made = work.system().insert_role(&new, ctx.rng(), ctx.now()).await;
    let id = made.map_err(|error| name_taken(error, new.family))?;
    scopes::check(ctx, &work, new.family, new.holder, scopes).await?;
    scopes::insert(&work, id, scopes).await?;
    let NewRole { name, description, holder, .. } = new;
    work.save(EventType::RoleCreated.on(id).with("name", name.as_str())).await?;
    Ok(Role { id, name, description, holder })
}

/// Changes a role. Who can hold it stays while somebody does, or is about to by an invitation or by signing up.
///
/// # Errors
/// `WrongState` (`nothing_to_change`), also where there is no such role; `NotFound`; `Conflict` as [`create`];
/// `WrongState` (`wrong_kind`).
pub async fn update(ctx: &Ctx<'_>, family: RoleFamily, id: RoleId, change: RoleChange) -> Result<Role> {
    if change.name.is_none() && change.description == Patch::Keep && change.holder.is_none() {
        return Err(nothing_to_change());
    }
    let work = ctx.begin_all(Action::RoleWrite).await?;
    let mut role = work.system().role(family, id).await?.ok_or_else(|| not_found(family))?;
    if change.holder.is_some_and(|holder| holder != role.holder) && work.system().is_role_assigned(id).await? {
        return Err(wrong_kind("The type of a role that is assigned cannot be changed."));
    }
    let old = role.clone();
    role.name = change.name.unwrap_or(role.name);
    role.description = change.description.apply(role.description, Clone::clone);
    role.holder = change.holder.unwrap_or(role.holder);
    work.system().update_role(&role, ctx.now()).await.map_err(|error| name_taken(error, family))?;
    let mut changes = Changes::default();
    changes.note("name", &old.name, &role.name);
    changes.note("description", &old.description, &role.description);
    changes.note("holder", &old.holder.as_str().to_owned(), &role.holder.as_str().to_owned());
    work.save(EventType::RoleUpdated.on(id).changed(&changes)).await?;
    Ok(role)
}

/// Removes a role, from all who hold it as well.
///
/// # Errors
/// `NotFound`; of those outside organizations also `Forbidden` while a principal of the platform's operator holds it, and
/// `Conflict` (`last_manager`).
pub async fn delete(ctx: &Ctx<'_>, family: RoleFamily, id: RoleId) -> Result<()> {
    let work = ctx.begin_all(Action::RoleWrite).await?;
    let is_tenants = family == RoleFamily::Tenant;
    if is_tenants {
        management::guard(ctx, Action::RoleWrite, &work.system().platform_rights_of_holders(id).await?)?;
    }
    if !work.system().delete_role(family, id).await? {
        return Err(not_found(family));
    }
    if is_tenants {
        management::keep_manager(ctx, &work).await?;
    }
    work.save(EventType::RoleDeleted.on(id)).await
}

fn name_taken(error: DbError, family: RoleFamily) -> Error {
    let (code, message) = match family {
        RoleFamily::Template => ("name_taken", "Another organization role has this name."),
        RoleFamily::Tenant => ("role_name_taken", "Another role has this name."),
    };
    taken(error, "role_name", code, message)
}
