//! Roles replaced by others: those that callers have defined, and built-in ones by their keys.

use super::check::{Holder, NamedRoles, resolve};
use super::give::{event, insert};
use crate::error::{Error, Fault, FaultCode, Faults, Result, Step};
use crate::model::{Changes, EventType, IdSet, OrganizationId, PrincipalId, PrincipalKind};
use crate::ops::ctx::Ctx;
use crate::policy::{Action, BuiltinRole, Holders, Kept, Permission, RoleReach, Target, Touch};
use crate::store::grants::write::Roles;

/// Makes the roles of a member that callers have defined be exactly those named.
///
/// # Errors
/// As [`super::give`]; the old roles stay then.
pub async fn defined(ctx: &Ctx<'_>, organization: OrganizationId, member: Holder, named: &NamedRoles) -> Result<()> {
    let work = member.begin(ctx).await?;
    let roles = resolve(&work, organization, member, named).await?;
    work.system().keep_only_roles(organization, member.id, &roles).await?;
    if !roles.is_empty() {
        insert(ctx, &work, Some(organization), &IdSet::one(member.id), &roles).await?;
    }
    work.save(event(EventType::GrantReplaced, member.id, &roles)).await
}

/// Replaces the built-in roles that somebody holds in the effective organization, and returns them. It counts from the
/// next request on, for tokens that are out already, too. Roles of other families stay.
///
/// # Errors
/// `Invalid` at `grants[position]` for a key that cannot be given in an organization; `NotFound` when `id` is not in the
/// effective organization; `Forbidden` when the caller is no administrator and gives `org:admin` or changes an
/// administrator, or changes an account of the platform; `Conflict` (`last_admin`).
pub async fn builtin(ctx: &Ctx<'_>, id: PrincipalId, keys: &[String]) -> Result<Vec<String>> {
    let wanted = assignable(keys)?;
    let (work, _) = ctx.begin_for(Action::GrantWrite).await?;
    let tenant = work.tenant()?;
    let held = tenant.roles_of(id).await?.ok_or_else(not_found)?;
    let target = Target { rights: &held.rights, home: None, account_role: None, is_self: ctx.caller()?.id() == id };
    ctx.guard(Action::GrantWrite, target, Touch::Ties)?;
    if wanted.contains(&ADMIN) && ctx.authorize(Permission::ServiceAccountManage).is_err() {
        return Err(Error::forbidden("Only an administrator may make an administrator."));
    }
    let is_admin = held.kind == PrincipalKind::User && held.keys.iter().any(|key| key == ADMIN);
    let loses_one = is_admin && !wanted.contains(&ADMIN);
    let has_other = !loses_one || tenant.has_other_admin(id).await?;
    Kept::Organization.check(Holders { loses_one, has_other })?;
    let is_same = held.keys.len() == wanted.len() && wanted.iter().all(|key| held.keys.iter().any(|held| held == key));
    if is_same {
        return Ok(held.keys);
    }
    let (store, organization) = (work.system(), tenant.organization());
    store.keep_only_builtin(organization, id, &wanted).await?;
    store.give_roles(Some(organization), &IdSet::one(id), Roles::Builtin(&wanted), ctx.now()).await?;
    let now_held = tenant.roles_of(id).await?.ok_or_else(not_found)?.keys;
    let mut changes = Changes::default();
    changes.note("roles", &held.keys, &now_held);
    work.save(EventType::GrantReplaced.on(id).changed(&changes)).await?;
    Ok(now_held)
}

/// The role of an organization's administrators.
const ADMIN: &str = "org:admin";

/// The roles meant by `keys`, each once.
fn assignable(keys: &[String]) -> Result<Vec<&'static str>> {
    let mut wanted = Vec::new();
    let mut faults = Faults::default();
    for (index, key) in keys.iter().enumerate() {
        match BuiltinRole::find(key).filter(|role| role.reach == RoleReach::Organization) {
            Some(role) if wanted.contains(&role.key) => {}
            Some(role) => wanted.push(role.key),
            None => faults.push(Fault {
                path: vec![Step::Key("grants".into()), Step::Index(index)],
                code: FaultCode::Value,
                message: "No role that can be given in an organization has this key.".into(),
            }),
        }
    }
    faults.check().map(|()| wanted)
}

fn not_found() -> Error {
    Error::not_found("User")
}
