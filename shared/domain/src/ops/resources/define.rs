//! Resources: listed, made, changed, removed.

use crate::error::{Error, Result};
use crate::model::{Changes, EventType, Resource, ResourceId};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::faults::{nothing_to_change, taken};
use crate::ops::installation::management;
use crate::policy::Action;
use crate::store::DbError;
use crate::store::paging::{Page, Window};
use crate::store::resources::entries::{ListedResource, NewResource};

/// What is to change of a resource; `None` stays.
#[derive(Debug, Clone)]
pub struct ResourceChange {
    /// Name.
    pub name: Option<String>,
    /// Seconds that its tokens live.
    pub access_token_ttl: Option<i64>,
}

/// Resources, oldest first.
pub async fn list(ctx: &Ctx<'_>, window: Window, with_scopes: bool) -> Result<Page<ListedResource>> {
    Ok(ctx.all(Action::RoleRead)?.resources(window, with_scopes).await?)
}

/// One resource.
pub async fn find(ctx: &Ctx<'_>, id: ResourceId) -> Result<Resource> {
    ctx.all(Action::RoleRead)?.resource(id).await?.ok_or_else(not_found)
}

/// Makes a resource without scopes.
///
/// # Errors
/// `Conflict` (`indicator_taken`).
pub async fn create(ctx: &Ctx<'_>, new: NewResource) -> Result<Resource> {
    let work = ctx.begin_all(Action::RoleWrite).await?;
    let id = work.system().insert_resource(&new, ctx.rng(), ctx.now()).await.map_err(indicator_taken)?;
    let NewResource { name, indicator, access_token_ttl } = new;
    work.save(EventType::ResourceCreated.on(id).with("indicator", indicator.as_str())).await?;
    Ok(Resource { id, name, indicator, is_default: false, access_token_ttl })
}

/// Changes name and life of tokens.
///
/// # Errors
/// `WrongState` (`nothing_to_change`), also where there is no such resource; `NotFound`; `Conflict`
/// (`management_resource_changed`).
pub async fn update(ctx: &Ctx<'_>, id: ResourceId, change: ResourceChange) -> Result<Resource> {
    if change.name.is_none() && change.access_token_ttl.is_none() {
        return Err(nothing_to_change());
    }
    let work = ctx.begin_all(Action::RoleWrite).await?;
    let mut resource = changeable(ctx, &work, id).await?;
    let old = resource.clone();
    resource.name = change.name.unwrap_or(resource.name);
    resource.access_token_ttl = change.access_token_ttl.or(resource.access_token_ttl);
    store(work, &old, resource).await
}

/// Says whether tokens are for this resource when none is asked for. No other is then.
pub async fn set_default(ctx: &Ctx<'_>, id: ResourceId, is_default: bool) -> Result<Resource> {
    let work = ctx.begin_all(Action::RoleWrite).await?;
    let old = work.system().resource(id).await?.ok_or_else(not_found)?;
    if is_default {
        work.system().clear_default_resource().await?;
    }
    let resource = Resource { is_default, ..old.clone() };
    store(work, &old, resource).await
}

async fn store(work: Work<'_>, old: &Resource, new: Resource) -> Result<Resource> {
    let mut changes = Changes::default();
    changes.note("name", &old.name, &new.name);
    changes.note("access_token_ttl", &old.access_token_ttl, &new.access_token_ttl);
    changes.note("is_default", &old.is_default, &new.is_default);
    work.system().update_resource(&new).await?;
    work.save(EventType::ResourceUpdated.on(new.id).changed(&changes)).await?;
    Ok(new)
}

/// Removes a resource with its scopes, from all roles as well.
///
/// # Errors
/// `NotFound`; `Conflict` (`management_resource_deleted`).
pub async fn delete(ctx: &Ctx<'_>, id: ResourceId) -> Result<()> {
    let work = ctx.begin_all(Action::RoleWrite).await?;
    let resource = work.system().resource(id).await?.ok_or_else(not_found)?;
    if is_management(ctx, &resource)? {
        return Err(Error::conflict("management_resource_deleted", "The management resource cannot be deleted."));
    }
    work.system().delete_resource(id).await?;
    work.save(EventType::ResourceDeleted.on(id)).await
}

/// The resource `id`, unless it is the management resource: without it and its scope `all` nobody could use these
/// operations any more, to make it again the least.
pub(super) async fn changeable(ctx: &Ctx<'_>, work: &Work<'_>, id: ResourceId) -> Result<Resource> {
    let resource = work.system().resource(id).await?.ok_or_else(not_found)?;
    if is_management(ctx, &resource)? {
        return Err(Error::conflict("management_resource_changed", "The management resource cannot be changed."));
    }
    Ok(resource)
}

fn is_management(ctx: &Ctx<'_>, resource: &Resource) -> Result<bool> {
    Ok(resource.indicator == management::resource(&*ctx.caller()?))
}

fn indicator_taken(error: DbError) -> Error {
    taken(error, "resource.indicator", "indicator_taken", "Another resource has this indicator.")
}

fn not_found() -> Error {
    Error::not_found("Resource")
}
