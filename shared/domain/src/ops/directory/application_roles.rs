//! Tenant roles of machines: what decides the scopes of resources that a machine can ask tokens for.

use std::collections::HashSet;

use serde_json::json;

use super::applications::{changeable, find, parse};
use super::{keep_a_manager, unknown_reference, wrong_kind};
use crate::error::{Error, Result};
use crate::model::{ApplicationType, EventType, IdSet, Role, RoleId};
use crate::ops::ctx::Ctx;
use crate::store::paging::{Page, Window};

/// Tenant roles of a machine, by name.
///
/// # Errors
/// `NotFound` when there is no such machine.
pub async fn list(ctx: &Ctx<'_>, id: &str, window: Window) -> Result<Page<Role>> {
    let (found, _) = find(ctx, id).await?;
    Ok(ctx.directory()?.application_roles(found.id, window).await?)
}

/// Gives a machine tenant roles; those that it holds stay as they are. Gives the ids of those that are new to it, in the
/// order of the list.
///
/// # Errors
/// `NotFound` when there is no such machine. `WrongState`: `wrong_kind` when it does not act for itself, belongs to an
/// organization, or a role is for people; `unknown_reference` when there is no such role. `Forbidden` for a machine of the platform's operator.
pub async fn give(ctx: &Ctx<'_>, id: &str, roles: &IdSet<RoleId>) -> Result<Vec<RoleId>> {
    ctx.authorize_directory()?;
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    let found = changeable(ctx, &work, id).await?;
    if found.application.kind != ApplicationType::MachineToMachine {
        return Err(wrong_kind("Only applications of the type MachineToMachine hold roles."));
    }
    if found.home.is_some() && !roles.is_empty() {
        // Its administrators have made secrets for it, and would come to what the role allows everywhere.
        return Err(wrong_kind("An application that belongs to an organization cannot hold roles outside of it."));
    }
    let known = work.system().application_role_standing(id, roles).await?;
    if known.iter().any(|role| !role.is_for_machines) {
        return Err(wrong_kind("A role for users cannot be given to an application."));
    }
    if roles.has_invalid_ids() || known.len() != roles.ids().len() {
        return Err(unknown_reference("A role"));
    }
    let held: HashSet<RoleId> = known.iter().filter(|role| role.is_held).map(|role| role.id).collect();
    let added: Vec<RoleId> = roles.ids().iter().copied().filter(|role| !held.contains(role)).collect();
    if added.is_empty() {
        return Ok(added);
    }
    work.system().give_application_roles(id, roles, ctx.now()).await?;
    work.concerning(found.home).save(EventType::GrantGiven.on(id).with("roles", added.len())).await?;
    Ok(added)
}

/// Takes a tenant role from a machine. Its tokens lose what the role gave from the next request on.
///
/// # Errors
/// `NotFound` when there is no such machine, or it does not hold the role; `Forbidden` for a machine of the platform's
/// operator; `Conflict` (`last_manager`).
pub async fn take(ctx: &Ctx<'_>, id: &str, role: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let id = parse(id)?;
    let role: RoleId = role.parse().map_err(|_| not_held())?;
    let work = ctx.begin_directory().await?;
    let found = changeable(ctx, &work, id).await?;
    if !work.system().take_application_role(id, role).await? {
        return Err(not_held());
    }
    keep_a_manager(ctx, &work).await?;
    let detail = json!({ "role": role.get() });
    work.concerning(found.home).save(EventType::GrantTaken.on(id).detailed(detail)).await
}

fn not_held() -> Error {
    Error::not_found("Role of this application")
}
