//! Scopes of resources. Those of the management resource stay as they are.

use super::resources::changeable;
use super::{nothing_to_change, taken};
use crate::error::{Error, Result};
use crate::model::{EventType, Patch, ScopeEntry, ScopeId};
use crate::ops::ctx::Ctx;
use crate::store::DbError;
use crate::store::paging::{Page, Window};

/// Scopes of a resource by name; none of one that there is not. `search` is in lower case; it is looked for in names.
pub async fn list(ctx: &Ctx<'_>, resource: &str, window: Window, search: Option<&str>) -> Result<Page<ScopeEntry>> {
    let store = ctx.directory()?;
    match resource.parse() {
        Ok(resource) => Ok(store.scope_entries(Some(resource), window, search).await?),
        Err(_) => Ok(Page { total: 0, items: Vec::new() }),
    }
}

/// Makes a scope.
///
/// # Errors
/// `WrongState` (`scope_name_with_space`); `NotFound` for the resource; `Conflict` (`management_resource_changed`),
/// (`scope_name_taken`).
pub async fn create(ctx: &Ctx<'_>, resource: &str, name: String, description: Option<String>) -> Result<ScopeEntry> {
    ctx.authorize_directory()?;
    check_name(&name)?;
    let work = ctx.begin_directory().await?;
    let resource = Some(changeable(ctx, &work, resource).await?.id);
    let made = work.system().insert_scope(resource, &name, description.as_deref(), ctx.rng(), ctx.now()).await;
    let id = made.map_err(name_taken)?;
    work.concerning(None).save(EventType::ScopeCreated.on(id)).await?;
    Ok(ScopeEntry { id, resource, name, description, created_at: ctx.now() })
}

/// Changes a scope; a name of `None` stays.
///
/// # Errors
/// `WrongState` (`nothing_to_change`), also where there is no such scope; otherwise as [`create`], and `NotFound` for the
/// scope.
pub async fn update(
    ctx: &Ctx<'_>,
    resource: &str,
    id: &str,
    name: Option<String>,
    description: Patch<String>,
) -> Result<ScopeEntry> {
    ctx.authorize_directory()?;
    if name.is_none() && description == Patch::Keep {
        return Err(nothing_to_change());
    }
    name.as_deref().map_or(Ok(()), check_name)?;
    let work = ctx.begin_directory().await?;
    let resource = changeable(ctx, &work, resource).await?.id;
    let mut scope = work.system().scope_entry(Some(resource), parse(id)?).await?.ok_or_else(not_found)?;
    scope.name = name.unwrap_or(scope.name);
    scope.description = description.apply(scope.description, Clone::clone);
    work.system().update_scope(&scope).await.map_err(name_taken)?;
    work.concerning(None).save(EventType::ScopeUpdated.on(scope.id)).await?;
    Ok(scope)
}

/// Removes a scope, from all roles as well.
///
/// # Errors
/// `NotFound`; `Conflict` (`management_resource_changed`).
pub async fn delete(ctx: &Ctx<'_>, resource: &str, id: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let work = ctx.begin_directory().await?;
    let resource = changeable(ctx, &work, resource).await?.id;
    let id = parse(id)?;
    if !work.system().delete_scope(Some(resource), id).await? {
        return Err(not_found());
    }
    work.concerning(None).save(EventType::ScopeDeleted.on(id)).await
}

/// In a token's claim `scope` names are parted by spaces.
fn check_name(name: &str) -> Result<()> {
    if name.contains(char::is_whitespace) {
        return Err(Error::rejected("scope_name_with_space", "The name of a scope has no blanks."));
    }
    Ok(())
}

fn name_taken(error: DbError) -> Error {
    taken(error, "scope_name", "scope_name_taken", "Another scope of this resource has this name.")
}

fn not_found() -> Error {
    Error::not_found("Scope")
}

fn parse(id: &str) -> Result<ScopeId, Error> {
    id.parse().map_err(|_| not_found())
}
