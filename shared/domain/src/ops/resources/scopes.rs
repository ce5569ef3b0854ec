//! Scopes: of a resource, or (`None`) of the template that all organizations share. Those of the management resource stay
//! as they are.

use super::define::changeable;
use crate::error::{Error, Result};
use crate::model::{Changes, EventType, Patch, ResourceId, Scope, ScopeId};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::faults::{nothing_to_change, taken};
use crate::policy::Action;
use crate::store::DbError;
use crate::store::paging::{Page, Window};

pub use crate::store::resources::scopes::NewScope;

/// What is to change of a scope.
#[derive(Debug, Clone)]
pub struct ScopeChange {
    /// Name; `None` stays.
    pub name: Option<String>,
    /// What it allows.
    pub description: Patch<String>,
}

/// Scopes by name; none of a resource that there is not. `search` is in lower case; it is looked for in names.
pub async fn list(
    ctx: &Ctx<'_>,
    resource: Option<ResourceId>,
    window: Window,
    search: Option<&str>,
) -> Result<Page<Scope>> {
    Ok(ctx.all(Action::RoleRead)?.scopes(resource, window, search).await?)
}

/// One scope.
pub async fn find(ctx: &Ctx<'_>, resource: Option<ResourceId>, id: ScopeId) -> Result<Scope> {
    let found = ctx.all(Action::RoleRead)?.scope(resource, id).await?;
    found.ok_or_else(|| not_found(resource))
}

/// Makes a scope.
///
/// # Errors
/// `Conflict`: `name_taken` for one of organizations, `scope_name_taken` for one of a resource; of a resource also
/// `WrongState` (`scope_name_with_space`), `NotFound` for it, `Conflict` (`management_resource_changed`).
pub async fn create(ctx: &Ctx<'_>, new: NewScope) -> Result<Scope> {
    check_name(new.resource, Some(&new.name))?;
    let work = ctx.begin_all(Action::RoleWrite).await?;
    check_resource(ctx, &work, new.resource).await?;
    let made = work.system().insert_scope(&new, ctx.rng(), ctx.now()).await;
    let id = made.map_err(|error| name_taken(error, new.resource))?;
    let NewScope { resource, name, description } = new;
    work.save(EventType::ScopeCreated.on(id).with("name", name.as_str())).await?;
    Ok(Scope { id, resource, name, description, created_at: ctx.now() })
}

/// Changes a scope.
///
/// # Errors
/// `WrongState` (`nothing_to_change`), also where there is no such scope; otherwise as [`create`], and `NotFound`.
pub async fn update(ctx: &Ctx<'_>, resource: Option<ResourceId>, id: ScopeId, change: ScopeChange) -> Result<Scope> {
    if change.name.is_none() && change.description == Patch::Keep {
        return Err(nothing_to_change());
    }
    check_name(resource, change.name.as_deref())?;
    let work = ctx.begin_all(Action::RoleWrite).await?;
    check_resource(ctx, &work, resource).await?;
    let mut scope = work.system().scope(resource, id).await?.ok_or_else(|| not_found(resource))?;
    let old = scope.clone();
    scope.name = change.name.unwrap_or(scope.name);
    scope.description = change.description.apply(scope.description, Clone::clone);
    work.system().update_scope(&scope).await.map_err(|error| name_taken(error, resource))?;
    let mut changes = Changes::default();
    changes.note("name", &old.name, &scope.name);
    changes.note("description", &old.description, &scope.description);
    work.save(EventType::ScopeUpdated.on(id).changed(&changes)).await?;
    Ok(scope)
}

/// Removes a scope, from all roles as well.
///
/// # Errors
/// `NotFound`; `Conflict` (`management_resource_changed`).
pub async fn delete(ctx: &Ctx<'_>, resource: Option<ResourceId>, id: ScopeId) -> Result<()> {
    let work = ctx.begin_all(Action::RoleWrite).await?;
    check_resource(ctx, &work, resource).await?;
    if !work.system().delete_scope(resource, id).await? {
        return Err(not_found(resource));
    }
    work.save(EventType::ScopeDeleted.on(id)).await
}

async fn check_resource(ctx: &Ctx<'_>, work: &Work<'_>, resource: Option<ResourceId>) -> Result<()> {
    match resource {
        Some(resource) => changeable(ctx, work, resource).await.map(|_| ()),
        None => Ok(()),
    }
}

/// In a token's claim `scope` names are parted by spaces.
fn check_name(resource: Option<ResourceId>, name: Option<&str>) -> Result<()> {
    if resource.is_some() && name.is_some_and(|name| name.contains(char::is_whitespace)) {
        return Err(Error::rejected("scope_name_with_space", "The name of a scope has no blanks."));
    }
    Ok(())
}

fn name_taken(error: DbError, resource: Option<ResourceId>) -> Error {
    let (code, message) = match resource {
        None => ("name_taken", "Another organization scope has this name."),
        Some(_) => ("scope_name_taken", "Another scope of this resource has this name."),
    };
    taken(error, "scope_name", code, message)
}

fn not_found(resource: Option<ResourceId>) -> Error {
    Error::not_found(if resource.is_some() { "Scope" } else { "Organization scope" })
}
