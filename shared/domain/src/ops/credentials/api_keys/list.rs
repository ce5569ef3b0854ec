//! Keys as far as the caller reaches them, and what new ones can be given.

use super::not_found;
use crate::error::Result;
use crate::model::{ApiKey, CredentialId};
use crate::ops::ctx::Ctx;
use crate::policy::{Action, ApiPermission, KeyScope};
use crate::store::query::{Selected, Selection};

/// A page of keys.
pub async fn list(ctx: &Ctx<'_>, selection: &Selection) -> Result<Selected<ApiKey>> {
    Ok(ctx.system().api_keys(&ctx.reach(Action::ApiKeyRead)?, selection, ctx.now()).await?)
}

/// One key.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's reach.
pub async fn find(ctx: &Ctx<'_>, id: CredentialId) -> Result<ApiKey> {
    let reach = ctx.reach(Action::ApiKeyRead)?;
    ctx.system().api_key(&reach, id, ctx.now()).await?.ok_or_else(not_found)
}

/// The permissions that the caller may give to keys of this scope, in the order of the catalogue.
pub fn permissions(ctx: &Ctx<'_>, scope: KeyScope) -> Result<Vec<ApiPermission>> {
    ctx.reach(Action::ApiKeyCreate)?;
    let caller = ctx.caller()?;
    let grantable = &caller.table()?.api_permissions;
    let offered = ApiPermission::ALL.iter().filter(|one| grantable.contains(one) && one.suits(scope));
    Ok(offered.copied().collect())
}
