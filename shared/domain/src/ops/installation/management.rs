//! Managing the installation: what belongs to no organization is changed only by those whose reach has no limits, and one
//! of those always remains.

use crate::error::Result;
use crate::model::{IdSet, PrincipalId, PrincipalKind, RoleFamily};
use crate::ops::ctx::{Caller, Ctx, Work};
use crate::policy::{Action, Authority, Holders, Kept, Rights, Target, Touch};
use crate::store::grants::write::Roles;
use crate::store::resources::entries::NewResource;
use crate::store::resources::scopes::NewScope;
use crate::store::roles::write::NewRole;
use crate::store::{System, Write};

/// Fails for principals of the platform's operator, unless the caller can do as much there.
///
/// # Errors
/// `Forbidden`.
pub(in crate::ops) fn guard(ctx: &Ctx<'_>, action: Action, rights: &Rights) -> Result<()> {
    ctx.guard(action, Target { rights, home: None, account_role: None, is_self: false }, Touch::Ties)
}

/// Fails when nobody would be left who can manage the installation.
///
/// # Errors
/// `Conflict` (`last_manager`).
pub(in crate::ops) async fn keep_manager(ctx: &Ctx<'_>, work: &Work<'_>) -> Result<()> {
    let has_other = work.system().has_manager(resource(&*ctx.caller()?), ctx.now()).await?;
    Kept::Installation.check(Holders { loses_one: true, has_other })
}

/// Indicator of the management resource.
pub(in crate::ops) fn resource(caller: &Caller) -> &str {
    match caller.authority() {
        Authority::Installation { resource } => resource,
        Authority::Roles | Authority::Table(_) => "",
    }
}

/// Name of the role that the first manager holds.
const ROLE: &str = "Management API access";

/// Makes a service account a manager, by a role with the scope `all` of the resource `indicator`. What there is of these
/// already is used.
pub(super) async fn make_manager(
    ctx: &Ctx<'_>,
    store: System<'_, Write>,
    account: PrincipalId,
    indicator: &str,
) -> Result<()> {
    let (now, rng) = (ctx.now(), ctx.rng());
    let found = store.management(indicator, ROLE).await?;
    let resource = if let Some(resource) = found.resource {
        resource
    } else {
        let (name, indicator) = ("Management API".to_owned(), indicator.to_owned());
        store.insert_resource(&NewResource { name, indicator, access_token_ttl: None }, rng, now).await?
    };
    let scope = if let Some(scope) = found.scope {
        scope
    } else {
        let description = Some("Everything in the management API".to_owned());
        let new = NewScope { resource: Some(resource), name: "all".to_owned(), description };
        store.insert_scope(&new, rng, now).await?
    };
    let role = if let Some(role) = found.role {
        role
    } else {
        let role = NewRole {
            family: RoleFamily::Tenant,
            name: if found.is_name_taken { format!("{ROLE} ({account})") } else { ROLE.to_owned() },
            description: Some("Holds the scope all".to_owned()),
            holder: PrincipalKind::ServiceAccount,
        };
        let role = store.insert_role(&role, rng, now).await?;
        store.add_role_scopes(role, &IdSet::one(scope)).await?;
        role
    };
    Ok(store.give_roles(None, &IdSet::one(account), Roles::Defined(&IdSet::one(role)), now).await?)
}
