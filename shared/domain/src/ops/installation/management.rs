//! Managing the installation: what belongs to no organization is changed only by those whose reach has no limits, and one
//! of those always remains.

use crate::error::Result;
use crate::ops::ctx::{Caller, Ctx, Work};
use crate::policy::{Action, Authority, Holders, Kept, Rights, Target, Touch};

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
