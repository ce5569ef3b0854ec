//! Machines of an organization.

use super::ctx::Ctx;
use super::members;
use crate::error::{Error, Result};
use crate::model::{EventType, IdSet, Name, PrincipalId, PrincipalKind, PrincipalState, ServiceAccount};
use crate::policy::Permission;
use crate::store::Tenant;
use crate::store::grants::write::Roles;
use crate::store::principals::NewPrincipal;

/// All of the effective organization, oldest first.
pub async fn list(ctx: &Ctx<'_>) -> Result<Vec<ServiceAccount>> {
    Ok(ctx.tenant(Permission::ServiceAccountManage)?.service_accounts().await?)
}

/// Makes one with the role `org:user` and no credential. Without a name it is called after its id.
pub async fn create(ctx: &Ctx<'_>, name: Option<Name>) -> Result<ServiceAccount> {
    let now = ctx.now();
    let work = ctx.begin(Permission::ServiceAccountManage).await?;
    let tenant = work.tenant()?;
    let principal = NewPrincipal {
        kind: PrincipalKind::ServiceAccount,
        state: PrincipalState::Active,
        organization: Some(tenant.organization()),
    };
    let id = work.system().insert_principal(principal, ctx.rng(), now).await?;
    let name = name.map_or_else(|| default_name(id), |name| name.text().to_owned());
    work.system().insert_service_account(id, &name).await?;
    let home = tenant.organization();
    work.system().add_memberships(&[home], &[id], None, now).await?;
    work.system().give_roles(Some(home), &IdSet::one(id), Roles::Builtin(&["org:user"]), now).await?;
    let made = tenant.service_account(id).await?;
    work.save(EventType::ServiceAccountCreated.on(id).with("name", name)).await?;
    made.ok_or_else(|| Error::internal("the new service account is not there"))
}

/// Removes one with its keys, secrets and grants; its tokens are refused from the next request on.
pub async fn delete(ctx: &Ctx<'_>, id: PrincipalId) -> Result<()> {
    let work = ctx.begin(Permission::ServiceAccountManage).await?;
    let tenant = work.tenant()?;
    manageable(ctx, tenant, id).await?;
    tenant.delete_service_account(id).await?;
    work.save(EventType::ServiceAccountDeleted.on(id)).await
}

/// The account, if the caller may change it and make credentials for it. Whoever holds a platform role can do more than an
/// organization's administrator, so only the platform's own people may act on it.
pub(super) async fn manageable<M>(ctx: &Ctx<'_>, tenant: Tenant<'_, M>, id: PrincipalId) -> Result<ServiceAccount> {
    let not_found = || Error::not_found("Service account");
    let account = tenant.service_account(id).await?.ok_or_else(not_found)?;
    members::may_change(ctx, &tenant.roles_of(id).await?.ok_or_else(not_found)?.rights)?;
    Ok(account)
}

fn default_name(id: PrincipalId) -> String {
    let id = id.to_string();
    format!("service-account-{}", id.get(6..).unwrap_or(&id))
}
