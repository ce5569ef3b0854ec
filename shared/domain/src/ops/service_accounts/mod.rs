//! Service accounts, which an organization has or the installation.

pub mod create;
pub mod delete;
pub mod find;
pub mod update;

use super::ctx::{Ctx, Work};
use super::installation::management::keep_manager;
use crate::error::{Error, Result};
use crate::model::{OrganizationId, PrincipalId};
use crate::policy::{Action, Authority, Reach, Target, Touch};
use crate::store::System;
use crate::store::service_accounts::read::AccountWithRights;

/// Code of the error for a service account that is not there for the caller.
pub const UNKNOWN: &str = "unknown_service_account";

/// The service account with its data, if the caller reaches it and may change it, give it roles and make credentials for
/// it. One that holds rights the caller lacks would lead the caller to them.
///
/// # Errors
/// `NotFound`, also when it is out of reach; `Forbidden`.
pub(super) async fn changeable<M>(
    ctx: &Ctx<'_>,
    store: System<'_, M>,
    reach: &Reach,
    id: PrincipalId,
) -> Result<AccountWithRights> {
    let found = store.service_account_with_rights(id).await?;
    let found = found.filter(|found| is_reached(reach, found.account.home)).ok_or_else(not_found)?;
    let target = Target {
        rights: &found.rights,
        home: found.account.home,
        account_role: None,
        is_self: ctx.caller()?.id() == id,
    };
    ctx.guard(Action::ServiceAccountWrite, target, Touch::Access)?;
    Ok(found)
}

/// Whether service accounts with this home are within reach.
pub(super) fn is_reached(reach: &Reach, home: Option<OrganizationId>) -> bool {
    reach.is_all() || home.is_some_and(|home| reach.has_organization(home))
}

/// Fails when nobody would be left who may manage the installation, where the caller does that.
pub(super) async fn keep_managed(ctx: &Ctx<'_>, work: &Work<'_>) -> Result<()> {
    match ctx.caller()?.authority() {
        Authority::Installation { .. } => keep_manager(ctx, work).await,
        Authority::Roles | Authority::Table(_) => Ok(()),
    }
}

pub(super) fn not_found() -> Error {
    Error::not_found("Service account").recoded(UNKNOWN)
}
