//! Scopes of the template that all organizations share.

use super::{nothing_to_change, taken};
use crate::error::{Error, Result};
use crate::model::{EventType, OrganizationScope, Patch, ScopeEntry, ScopeId};
use crate::ops::ctx::Ctx;
use crate::store::DbError;
use crate::store::paging::{Page, Window};

/// Scopes by name. `search` is in lower case; it is looked for in names.
pub async fn list(ctx: &Ctx<'_>, window: Window, search: Option<&str>) -> Result<Page<ScopeEntry>> {
    Ok(ctx.directory()?.scope_entries(None, window, search).await?)
}

/// One scope; a text that is no id names none.
pub async fn find(ctx: &Ctx<'_>, id: &str) -> Result<OrganizationScope> {
    let store = ctx.directory()?;
    let id = parse(id)?;
    Ok(store.scope_entry(None, id).await?.ok_or_else(not_found)?.into())
}

/// Makes a scope.
///
/// # Errors
/// `Conflict` (`name_taken`).
pub async fn create(ctx: &Ctx<'_>, name: String, description: Option<String>) -> Result<OrganizationScope> {
    let work = ctx.begin_directory().await?;
    let made = work.system().insert_scope(None, &name, description.as_deref(), ctx.rng(), ctx.now()).await;
    let id = made.map_err(name_taken)?;
    work.concerning(None).save(EventType::ScopeCreated.on(id)).await?;
    Ok(OrganizationScope { id, name, description })
}

/// Changes a scope; a name of `None` stays.
///
/// # Errors
/// `WrongState` (`nothing_to_change`), also where there is no such scope; `NotFound`; `Conflict` (`name_taken`).
pub async fn update(
    ctx: &Ctx<'_>,
    id: &str,
    name: Option<String>,
    description: Patch<String>,
) -> Result<OrganizationScope> {
    ctx.authorize_directory()?;
    if name.is_none() && description == Patch::Keep {
        return Err(nothing_to_change());
    }
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    let mut scope = work.system().scope_entry(None, id).await?.ok_or_else(not_found)?;
    scope.name = name.unwrap_or(scope.name);
    scope.description = description.apply(scope.description, Clone::clone);
    work.system().update_scope(&scope).await.map_err(name_taken)?;
    work.concerning(None).save(EventType::ScopeUpdated.on(id)).await?;
    Ok(scope.into())
}

/// Removes a scope, from all roles as well.
pub async fn delete(ctx: &Ctx<'_>, id: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    if !work.system().delete_scope(None, id).await? {
        return Err(not_found());
    }
    work.concerning(None).save(EventType::ScopeDeleted.on(id)).await
}

fn name_taken(error: DbError) -> Error {
    taken(error, "scope_name", "name_taken", "Another organization scope has this name.")
}

fn not_found() -> Error {
    Error::not_found("Organization scope")
}

fn parse(id: &str) -> Result<ScopeId, Error> {
    id.parse().map_err(|_| not_found())
}
