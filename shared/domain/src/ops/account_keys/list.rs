//! Keys as far as the caller reaches them, and what new ones can be given.

use super::{grantable, not_found, parse, reach};
use crate::error::Result;
use crate::model::ApiKey;
use crate::ops::ctx::Ctx;
use crate::policy::{ApiPermission, KeyScope};
use crate::store::query::{Selected, Selection};

/// A page of keys.
pub async fn list(ctx: &Ctx<'_>, selection: &Selection) -> Result<Selected<ApiKey>> {
    Ok(ctx.system().api_keys(&reach(ctx, "read")?, selection, ctx.now()).await?)
}

/// One key.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's reach.
pub async fn find(ctx: &Ctx<'_>, id: &str) -> Result<ApiKey> {
    let reach = reach(ctx, "read")?;
    ctx.system().api_key(&reach, parse(id)?, ctx.now()).await?.ok_or_else(not_found)
}

/// The permissions that the caller may give to keys of this scope, in the order of the catalogue.
pub fn permissions(ctx: &Ctx<'_>, scope: KeyScope) -> Result<Vec<ApiPermission>> {
    let grantable = grantable(ctx)?;
    let offered = ApiPermission::ALL.iter().filter(|one| grantable.contains(one) && one.suits(scope));
    Ok(offered.copied().collect())
}
