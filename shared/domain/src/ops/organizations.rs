//! Organizations.

use super::ctx::Ctx;
use crate::error::{Error, Result};
use crate::model::OrganizationDetails;
use crate::policy::Permission;

/// The effective organization with the ones it is linked to.
pub async fn mine(ctx: &Ctx<'_>) -> Result<OrganizationDetails> {
    let tenant = ctx.tenant(Permission::OrganizationRead)?;
    tenant.organization_details().await?.ok_or_else(|| Error::not_found("Organization"))
}
