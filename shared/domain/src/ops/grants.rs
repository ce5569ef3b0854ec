//! Roles that principals hold in an organization.

use super::ctx::Ctx;
use crate::error::{Error, Fault, FaultCode, Result, Step};
use crate::model::{EventType, PrincipalId, PrincipalKind};
use crate::policy::invariants::{Loss, keep_administrators};
use crate::policy::{Action, BuiltinRole, Permission, RoleReach, Target, Touch};
use crate::store::roles::HomeGrant;

/// What the caller holds at home; `None` when that is nothing.
pub async fn mine(ctx: &Ctx<'_>) -> Result<Option<HomeGrant>> {
    let caller = ctx.caller()?;
    Ok(ctx.system().home_grant(caller.id()).await?)
}

/// Keys of the built-in roles that somebody holds in the effective organization, people and machines alike.
///
/// # Errors
/// `NotFound` when `id` is not in the effective organization.
pub async fn of(ctx: &Ctx<'_>, id: PrincipalId) -> Result<Vec<String>> {
    let held = ctx.tenant(Permission::GrantRead)?.roles_of(id).await?;
    Ok(held.ok_or_else(not_found)?.keys)
}

/// Replaces the built-in roles that somebody holds in the effective organization, and returns them. It counts from the
/// next request on, for tokens that are out already, too. Roles of other families stay.
///
/// # Errors
/// `Invalid` at `grants[position]` for a key that cannot be given in an organization; `NotFound` when `id` is not in the
/// effective organization; `Forbidden` when the caller is no administrator and gives `org:admin` or changes an
/// administrator, or changes an account of the platform; `Conflict` (`last_admin`).
pub async fn replace(ctx: &Ctx<'_>, id: PrincipalId, keys: &[String]) -> Result<Vec<String>> {
    let wanted = assignable(keys)?;
    let work = ctx.begin(Permission::GrantWrite).await?;
    let tenant = work.tenant()?;
    let held = tenant.roles_of(id).await?.ok_or_else(not_found)?;
    let target = Target { rights: &held.rights, home: None, account_role: None, is_self: ctx.caller()?.id() == id };
    ctx.guard(Action::GrantWrite, target, Touch::Ties)?;
    if wanted.contains(&ADMIN) && ctx.authorize(Permission::ServiceAccountManage).is_err() {
        return Err(Error::forbidden("Only an administrator may make an administrator."));
    }
    let loses_admin = held.keys.iter().any(|key| key == ADMIN) && !wanted.contains(&ADMIN);
    if loses_admin && held.kind == PrincipalKind::User {
        keep_administrators(&work.system().sole_posts(id).await?, Loss::In(tenant.organization()))?;
    }
    let is_same = held.keys.len() == wanted.len() && wanted.iter().all(|key| held.keys.iter().any(|held| held == key));
    if is_same {
        return Ok(held.keys);
    }
    tenant.replace_builtin_roles(id, &wanted, ctx.rng(), ctx.now()).await?;
    let now_held = tenant.roles_of(id).await?.ok_or_else(not_found)?.keys;
    if now_held.len() != wanted.len() {
        return Err(Error::internal("a new grant collided with the id of another one: try again"));
    }
    work.save(EventType::GrantReplaced.on(id).with("from", held.keys).with("to", now_held.clone())).await?;
    Ok(now_held)
}

/// The role of an organization's administrators.
const ADMIN: &str = "org:admin";

/// The roles meant by `keys`, each once.
fn assignable(keys: &[String]) -> Result<Vec<&'static str>> {
    let mut wanted = Vec::new();
    let mut faults = Vec::new();
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
    if faults.is_empty() { Ok(wanted) } else { Err(Error::invalid(faults)) }
}

fn not_found() -> Error {
    Error::not_found("User")
}
