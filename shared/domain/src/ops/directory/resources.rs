//! Resources: APIs that tokens can be asked for. One of them is the management resource, for whose tokens these operations
//! ask; it stays as it is.

use super::{management_resource, nothing_to_change, taken};
use crate::error::{Error, Result};
use crate::model::{EventType, Resource, ResourceId};
use crate::ops::ctx::{Ctx, Work};
use crate::store::DbError;
use crate::store::directory::resources::ListedResource;
use crate::store::paging::{Page, Window};

/// Resources, oldest first.
pub async fn list(ctx: &Ctx<'_>, window: Window, with_scopes: bool) -> Result<Page<ListedResource>> {
    Ok(ctx.directory()?.resources(window, with_scopes).await?)
}

/// One resource; a text that is no id names none.
pub async fn find(ctx: &Ctx<'_>, id: &str) -> Result<Resource> {
    let store = ctx.directory()?;
    let id = parse(id)?;
    store.resource(id).await?.ok_or_else(not_found)
}

/// Makes a resource without scopes. Its tokens live for `access_token_ttl` seconds, or as long as is configured.
///
/// # Errors
/// `Conflict` (`indicator_taken`).
pub async fn create(ctx: &Ctx<'_>, name: String, indicator: String, access_token_ttl: Option<i64>) -> Result<Resource> {
    let work = ctx.begin_directory().await?;
    let made = work.system().insert_resource(&name, &indicator, access_token_ttl, ctx.rng(), ctx.now()).await;
    let id = made.map_err(indicator_taken)?;
    work.concerning(None).save(EventType::ResourceCreated.on(id)).await?;
    Ok(Resource { id, name, indicator, is_default: false, access_token_ttl })
}

/// Changes name and life of tokens; `None` stays.
///
/// # Errors
/// `WrongState` (`nothing_to_change`), also where there is no such resource; `NotFound`; `Conflict`
/// (`management_resource_changed`).
pub async fn update(ctx: &Ctx<'_>, id: &str, name: Option<String>, access_token_ttl: Option<i64>) -> Result<Resource> {
    ctx.authorize_directory()?;
    if name.is_none() && access_token_ttl.is_none() {
        return Err(nothing_to_change());
    }
    let work = ctx.begin_directory().await?;
    let mut resource = changeable(ctx, &work, id).await?;
    resource.name = name.unwrap_or(resource.name);
    resource.access_token_ttl = access_token_ttl.or(resource.access_token_ttl);
    work.system().update_resource(&resource).await?;
    work.concerning(None).save(EventType::ResourceUpdated.on(resource.id)).await?;
    Ok(resource)
}

/// Says whether tokens are for this resource when none is asked for. No other is then.
pub async fn set_default(ctx: &Ctx<'_>, id: &str, is_default: bool) -> Result<Resource> {
    ctx.authorize_directory()?;
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    let mut resource = work.system().resource(id).await?.ok_or_else(not_found)?;
    resource.is_default = is_default;
    if is_default {
        work.system().clear_default_resource().await?;
    }
    work.system().update_resource(&resource).await?;
    work.concerning(None).save(EventType::ResourceUpdated.on(id).with("is_default", is_default)).await?;
    Ok(resource)
}

/// Removes a resource with its scopes, from all roles as well.
///
/// # Errors
/// `NotFound`; `Conflict` (`management_resource_deleted`).
pub async fn delete(ctx: &Ctx<'_>, id: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    let resource = work.system().resource(id).await?.ok_or_else(not_found)?;
    if is_management(ctx, &resource)? {
        return Err(Error::conflict("management_resource_deleted", "The management resource cannot be deleted."));
    }
    work.system().delete_resource(id).await?;
    work.concerning(None).save(EventType::ResourceDeleted.on(id)).await
}

/// The resource `id`, unless it is the management resource: without it and its scope `all` nobody could use these
/// operations any more, to make it again the least.
pub(super) async fn changeable(ctx: &Ctx<'_>, work: &Work<'_>, id: &str) -> Result<Resource> {
    let resource = work.system().resource(parse(id)?).await?.ok_or_else(not_found)?;
    if is_management(ctx, &resource)? {
        return Err(Error::conflict("management_resource_changed", "The management resource cannot be changed."));
    }
    Ok(resource)
}

fn is_management(ctx: &Ctx<'_>, resource: &Resource) -> Result<bool> {
    Ok(resource.indicator == management_resource(&*ctx.caller()?))
}

fn indicator_taken(error: DbError) -> Error {
    taken(error, "resource.indicator", "indicator_taken", "Another resource has this indicator.")
}

fn not_found() -> Error {
    Error::not_found("Resource")
}

pub(super) fn parse(id: &str) -> Result<ResourceId, Error> {
    id.parse().map_err(|_| not_found())
}
