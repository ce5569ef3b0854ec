//! Removing users.

use super::{guard, own_id, own_record, record};
use crate::error::{Error, Result};
use crate::model::{EventType, OrganizationId, PrincipalId, PrincipalKind, User};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::pictures;
use crate::policy::{Action, Loss, Touch, keep_administrators};
use crate::store::users::read::UserRecord;

/// Whom a removal removes. APIs differ in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// Who is at home in the organization acted for; of others only the membership there, and the roles that go with it.
    AtHome,
    /// Anybody.
    Anybody,
    /// Who has not joined yet. Others who are seen are refused.
    BeforeJoining,
}

/// Removes a user for good, with memberships, roles, credentials, sessions and invitations. The address is free again.
///
/// # Errors
/// `NotFound`; `Forbidden` as [`Changer::check`](crate::policy::Changer::check), and for who has joined already;
/// `WrongState` (`own_account`) for oneself; `Conflict` (`last_admin`).
pub async fn delete(ctx: &Ctx<'_>, id: PrincipalId, removal: Removal) -> Result<()> {
    let is_own = ctx.caller()?.id() == id;
    // Also a machine, which is no user.
    if is_own && removal == Removal::Anybody {
        return Err(own_account());
    }
    let seen = if removal == Removal::BeforeJoining { Action::UserRead } else { Action::UserDelete };
    let (work, reach) = ctx.begin_for(seen).await?;
    let mut user = record(&work, &[&reach], id).await?;
    if removal == Removal::BeforeJoining {
        if user.data.access.joined_at.is_some() {
            return Err(Error::forbidden("Cannot delete an account that has already joined"));
        }
        user = record(&work, &[&ctx.reach(Action::UserDelete)?], id).await?;
    }
    let is_guest = ctx.organization().is_ok_and(|here| user.data.home_id() != Some(here));
    let touch = if removal == Removal::AtHome && is_guest { Touch::Ties } else { Touch::Access };
    guard(ctx, work.system(), Action::UserDelete, &user, touch).await?;
    if is_own {
        return Err(own_account());
    }
    match (removal, ctx.organization()) {
        (Removal::AtHome, Ok(here)) if user.data.home_id() != Some(here) => leave(ctx, work, &user, here).await,
        _ => remove(ctx, work, user).await,
    }
}

/// Removes the caller for good.
///
/// # Errors
/// `NotFound` for a service account; `Conflict` (`last_admin`).
pub async fn delete_own(ctx: &Ctx<'_>) -> Result<()> {
    let id = own_id(ctx)?;
    let work = ctx.begin_system().await?;
    let user = own_record(&work, id).await?;
    remove(ctx, work, user).await
}

async fn remove(ctx: &Ctx<'_>, work: Work<'_>, user: User<UserRecord>) -> Result<()> {
    keep_administrators(&user.data.sole_posts, Loss::Everything)?;
    work.system().delete_principal(user.id).await?;
    work.concerning(user.data.home_id()).save(EventType::UserDeleted.on(user.id)).await?;
    pictures::discard(ctx.services(), user.avatar.as_ref()).await;
    Ok(())
}

async fn leave(ctx: &Ctx<'_>, work: Work<'_>, user: &User<UserRecord>, organization: OrganizationId) -> Result<()> {
    keep_administrators(&user.data.sole_posts, Loss::In(organization))?;
    work.system().remove_membership(organization, PrincipalKind::User, user.id, ctx.now()).await?;
    work.save(EventType::MembershipRemoved.on(user.id)).await
}

fn own_account() -> Error {
    Error::rejected("own_account", "You cannot do this to yourself.")
}
