//! Roles that callers have defined are given.

use std::collections::HashSet;

use super::check::{Holder, NamedRoles, check_roles, resolve};
use super::list::require;
use crate::error::{Error, FaultCode, Result};
use crate::model::{ApplicationType, Event, EventType, IdSet, OrganizationId, PrincipalId, PrincipalKind, RoleId};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::faults::{unknown_reference, wrong_kind};
use crate::ops::installation::management::guard;
use crate::ops::memberships::detail;
use crate::policy::Action;
use crate::store::grants::write::Roles;

/// Most roles that one request gives, counted for each member: a transaction keeps other writers waiting.
const MAX_GIVEN: usize = 100_000;

/// Gives roles to a principal; those that it holds stay as they are. To a member: returns the ids of all that were named,
/// those by id first, each once. Outside organizations: the ids of those that are new, in the order of the list.
///
/// # Errors
/// To a member `WrongState`: `not_a_member`, `unknown_role_names`, `wrong_kind`, `unknown_reference`, in this order. Outside
/// organizations `NotFound` when there is no such service account; `Forbidden` for one of the platform's operator;
/// `WrongState`: `wrong_kind` when it does not act for itself, belongs to an organization, or a role is for users;
/// `unknown_reference` when there is no such role.
pub async fn give(ctx: &Ctx<'_>, holder: Holder, named: &NamedRoles) -> Result<Vec<RoleId>> {
    match holder.organization {
        Some(organization) => give_to_member(ctx, organization, holder, named).await,
        None => give_outside(ctx, holder, &named.ids).await,
    }
}

async fn give_to_member(
    ctx: &Ctx<'_>,
    organization: OrganizationId,
    member: Holder,
    named: &NamedRoles,
) -> Result<Vec<RoleId>> {
    if named.ids.is_empty() && named.names.is_empty() {
        return require(ctx, organization, member).await.map(|()| Vec::new());
    }
    let work = member.begin(ctx).await?;
    let roles = resolve(&work, organization, member, named).await?;
    insert(ctx, &work, Some(organization), &IdSet::one(member.id), &roles).await?;
    work.save(event(EventType::GrantGiven, member.id, &roles)).await?;
    Ok(roles.ids().to_vec())
}

async fn give_outside(ctx: &Ctx<'_>, holder: Holder, roles: &IdSet<RoleId>) -> Result<Vec<RoleId>> {
    let work = holder.begin(ctx).await?;
    let found = work.system().service_account_with_rights(holder.id).await?.ok_or_else(|| holder.missing())?;
    guard(ctx, Action::GrantWrite, &found.rights)?;
    if found.account.kind != ApplicationType::MachineToMachine {
        return Err(wrong_kind("Only applications of the type MachineToMachine hold roles."));
    }
    if found.account.home.is_some() && !roles.is_empty() {
        // Its administrators have made secrets for it, and would come to what the role allows everywhere.
        return Err(wrong_kind("An application that belongs to an organization cannot hold roles outside of it."));
    }
    let known = work.system().role_standing(holder.id, roles).await?;
    if known.iter().any(|role| !role.is_for_service_accounts) {
        return Err(wrong_kind("A role for users cannot be given to an application."));
    }
    if roles.has_invalid_ids() || known.len() != roles.ids().len() {
        return Err(unknown_reference("A role"));
    }
    let held: HashSet<RoleId> = known.iter().filter(|role| role.is_held).map(|role| role.id).collect();
    let new = roles.ids().iter().copied().filter(|role| !held.contains(role));
    let new = IdSet::of(&[]).with(new);
    if new.is_empty() {
        return Ok(Vec::new());
    }
    insert(ctx, &work, None, &IdSet::one(holder.id), &new).await?;
    work.concerning(found.account.home).save(event(EventType::GrantGiven, holder.id, &new)).await?;
    Ok(new.ids().to_vec())
}

/// Gives every role to every member.
///
/// # Errors
/// `Invalid` for too many at once; `WrongState`: `wrong_kind`, then `unknown_reference` when a role or a member is unknown;
/// nothing is given then.
pub async fn give_to_many(
    ctx: &Ctx<'_>,
    organization: OrganizationId,
    kind: PrincipalKind,
    members: &IdSet<PrincipalId>,
    roles: &IdSet<RoleId>,
) -> Result<()> {
    if members.ids().len().saturating_mul(roles.ids().len()) > MAX_GIVEN {
        let text = format!("At most {MAX_GIVEN} roles can be given at once, counted for each member.");
        return Err(Error::field("organizationRoleIds", FaultCode::TooLong, text));
    }
    let (work, reach) = ctx.begin_for(Action::GrantWrite).await?;
    check_roles(kind, roles, &work.system().roles_named(roles, &[]).await?)?;
    let known = work.system().count_members(organization, kind, members).await?;
    if !reach.has_organization(organization) || members.has_invalid_ids() || known < members.ids().len() {
        return Err(unknown_reference("A membership"));
    }
    insert(ctx, &work, Some(organization), members, roles).await?;
    let event = EventType::GrantGiven.on(organization).detailed(detail(kind, members));
    work.concerning(Some(organization)).save(event.with("roles", roles.audited())).await
}

/// Gives all of `roles` to all of `principals`.
pub(super) async fn insert(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    organization: Option<OrganizationId>,
    principals: &IdSet<PrincipalId>,
    roles: &IdSet<RoleId>,
) -> Result<()> {
    Ok(work.system().give_roles(organization, principals, Roles::Defined(roles), ctx.now()).await?)
}

/// What the audit notes of roles that were given to `holder`.
pub(super) fn event(kind: EventType, holder: PrincipalId, roles: &IdSet<RoleId>) -> Event {
    kind.on(holder).with("roles", roles.audited())
}
