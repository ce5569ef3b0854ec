//! Which organization roles members hold. People and machines follow the same rules; a role is for one of the two.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use super::memberships::detail;
use super::{unknown_reference, wrong_kind};
use crate::error::{Error, FaultCode, Result};
use crate::model::{EventType, IdSet, OrganizationId, PrincipalId, PrincipalKind, Role, RoleId, Scope};
use crate::ops::ctx::{Ctx, Work};
use crate::store::paging::{Page, Window};

/// Most roles that one request gives, counted for each member: a transaction keeps other writers waiting.
const MOST_GIVEN: usize = 100_000;

/// A member as a path names it.
#[derive(Debug, Clone, Copy)]
pub struct MemberPath<'a> {
    /// Organization.
    pub organization: &'a str,
    /// Person or machine.
    pub kind: PrincipalKind,
    /// Member.
    pub member: &'a str,
}

impl MemberPath<'_> {
    fn parse(self) -> Result<(OrganizationId, PrincipalId)> {
        let organization = self.organization.parse().map_err(|_| not_a_member())?;
        Ok((organization, self.member.parse().map_err(|_| not_a_member())?))
    }
}

/// Roles as a caller names them.
#[derive(Debug, Clone)]
pub struct NamedRoles {
    /// By id.
    pub ids: IdSet<RoleId>,
    /// By name, which is compared exactly.
    pub names: Vec<String>,
}

/// Fails unless there is such a member.
///
/// # Errors
/// `WrongState` (`not_a_member`).
pub async fn require(ctx: &Ctx<'_>, path: MemberPath<'_>) -> Result<()> {
    let store = ctx.directory()?;
    let (organization, member) = path.parse()?;
    if store.is_member(organization, path.kind, member).await? { Ok(()) } else { Err(not_a_member()) }
}

/// Roles of a member, by name.
///
/// # Errors
/// `WrongState` (`not_a_member`).
pub async fn list(ctx: &Ctx<'_>, path: MemberPath<'_>, window: Window) -> Result<Page<Role>> {
    let store = ctx.directory()?;
    let (organization, member) = path.parse()?;
    store.member_roles(organization, path.kind, member, window).await?.ok_or_else(not_a_member)
}

/// Organization scopes that the roles of a member give there. Who is no member has none.
pub async fn scopes(ctx: &Ctx<'_>, path: MemberPath<'_>) -> Result<Vec<Scope>> {
    let store = ctx.directory()?;
    let Ok((organization, member)) = path.parse() else { return Ok(Vec::new()) };
    Ok(store.member_scopes(organization, member).await?)
}

/// Gives roles to a member, and returns the ids of all that were named: those by id first, each once.
///
/// # Errors
/// `WrongState`: `not_a_member`, `unknown_role_names`, `wrong_kind`, `unknown_reference`, in this order.
pub async fn give(ctx: &Ctx<'_>, path: MemberPath<'_>, named: &NamedRoles) -> Result<Vec<RoleId>> {
    ctx.authorize_directory()?;
    if named.ids.is_empty() && named.names.is_empty() {
        return require(ctx, path).await.map(|()| Vec::new());
    }
    let (organization, member) = path.parse()?;
    let work = ctx.begin_directory().await?;
    let roles = resolve(&work, path, named).await?;
    work.system().give_roles(organization, &IdSet::one(member), &roles, ctx.now()).await?;
    let detail = json!({ "member": member.get(), "roles": roles.ids().len() });
    work.concerning(Some(organization)).save(EventType::GrantGiven.on(member).detailed(detail)).await?;
    Ok(roles.ids().to_vec())
}

/// Makes the roles of a member be exactly those named.
///
/// # Errors
/// As [`give`]; the old roles stay then.
pub async fn replace(ctx: &Ctx<'_>, path: MemberPath<'_>, named: &NamedRoles) -> Result<()> {
    ctx.authorize_directory()?;
    let (organization, member) = path.parse()?;
    let work = ctx.begin_directory().await?;
    let roles = resolve(&work, path, named).await?;
    work.system().keep_only_roles(organization, member, &roles).await?;
    if !roles.is_empty() {
        work.system().give_roles(organization, &IdSet::one(member), &roles, ctx.now()).await?;
    }
    let detail = json!({ "member": member.get(), "roles": roles.ids().len() });
    work.concerning(Some(organization)).save(EventType::GrantReplaced.on(member).detailed(detail)).await
}

/// Takes a role from a member.
///
/// # Errors
/// `WrongState` (`not_a_member`); `NotFound` when the role is not held.
pub async fn take(ctx: &Ctx<'_>, path: MemberPath<'_>, role: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let (organization, member) = path.parse()?;
    let work = ctx.begin_directory().await?;
    if !work.system().is_member(organization, path.kind, member).await? {
        return Err(not_a_member());
    }
    let not_found = || Error::not_found("Role of this member");
    let role: RoleId = role.parse().map_err(|_| not_found())?;
    if !work.system().take_role(organization, member, role).await? {
        return Err(not_found());
    }
    let detail = json!({ "member": member.get(), "role": role.get() });
    work.concerning(Some(organization)).save(EventType::GrantTaken.on(member).detailed(detail)).await
}

/// Gives every role to every member.
///
/// # Errors
/// `Invalid` for too many at once; `WrongState`: `wrong_kind`, then `unknown_reference` when the organization, a role or
/// a member is unknown; nothing is given then.
pub async fn give_to_many(
    ctx: &Ctx<'_>,
    organization: &str,
    kind: PrincipalKind,
    members: &IdSet<PrincipalId>,
    roles: &IdSet<RoleId>,
) -> Result<()> {
    ctx.authorize_directory()?;
    if members.ids().len().saturating_mul(roles.ids().len()) > MOST_GIVEN {
        let text = format!("At most {MOST_GIVEN} roles can be given at once, counted for each member.");
        return Err(Error::field("organizationRoleIds", FaultCode::TooLong, text));
    }
    let work = ctx.begin_directory().await?;
    check_roles(kind, roles, &work.system().roles_named(roles, &[]).await?)?;
    let organization: OrganizationId = organization.parse().map_err(|_| unknown_reference("The organization"))?;
    let known = work.system().count_members(organization, kind, members).await?;
    if members.has_invalid_ids() || known < members.ids().len() {
        return Err(unknown_reference("A membership"));
    }
    work.system().give_roles(organization, members, roles, ctx.now()).await?;
    let detail = detail(kind, members);
    work.concerning(Some(organization)).save(EventType::GrantGiven.on(organization).detailed(detail)).await
}

/// The roles that are named, if the member may hold them: those by id first.
async fn resolve(work: &Work<'_>, path: MemberPath<'_>, named: &NamedRoles) -> Result<IdSet<RoleId>> {
    let (organization, member) = path.parse()?;
    if !work.system().is_member(organization, path.kind, member).await? {
        return Err(not_a_member());
    }
    let found = work.system().roles_named(&named.ids, &named.names).await?;
    let by_name: HashMap<&str, RoleId> = found.iter().map(|role| (role.name.as_str(), role.id)).collect();
    let by_name = named.names.iter().map(|name| by_name.get(name.as_str()).copied().ok_or_else(unknown_names));
    let all = named.ids.clone().with(by_name.collect::<Result<Vec<_>>>()?);
    check_roles(path.kind, &all, &found)?;
    Ok(all)
}

/// Fails unless all of `wanted` were found and can be held by a member of that kind.
pub(super) fn check_roles(kind: PrincipalKind, wanted: &IdSet<RoleId>, found: &[Role]) -> Result<()> {
    // What was found was asked for: by id, or by a name that has led to an id.
    if found.iter().any(|role| role.holder != kind) {
        return Err(wrong_kind("A role is for the other kind of member."));
    }
    let known: HashSet<RoleId> = found.iter().map(|role| role.id).collect();
    if wanted.has_invalid_ids() || !wanted.ids().iter().all(|id| known.contains(id)) {
        return Err(unknown_reference("A role"));
    }
    Ok(())
}

fn not_a_member() -> Error {
    Error::rejected("not_a_member", "There is no such member of the organization.")
}

fn unknown_names() -> Error {
    Error::rejected("unknown_role_names", "A role name is unknown.")
}
