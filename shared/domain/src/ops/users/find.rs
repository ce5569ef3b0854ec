//! One user, in the shapes that APIs show.

use super::{gone, not_found};
use crate::error::Result;
use crate::model::{Organization, PrincipalId, PrincipalKind, ServiceAccountDetails, User, UserAccess, UserHome};
use crate::ops::ctx::Ctx;
use crate::policy::{Action, Reach};
use crate::store::users::read::ManagedUser;

/// Who the caller is.
#[derive(Debug, Clone)]
pub enum Me {
    /// A user.
    User(Box<User<UserHome>>),
    /// A machine.
    ServiceAccount(Box<ServiceAccountDetails>),
}

/// The caller. Needs no permission.
pub async fn me(ctx: &Ctx<'_>) -> Result<Me> {
    let caller = ctx.caller()?;
    let (store, id) = (ctx.system(), caller.id());
    let me = match caller.kind() {
        PrincipalKind::User => store.user_with_home(&Reach::Own(id), id).await?.map(|user| Me::User(Box::new(user))),
        PrincipalKind::ServiceAccount => {
            store.service_account(id).await?.map(|account| Me::ServiceAccount(Box::new(account)))
        }
    };
    me.ok_or_else(gone)
}

/// A user with settings and home.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's reach.
pub async fn with_home(ctx: &Ctx<'_>, id: PrincipalId) -> Result<User<UserHome>> {
    let user = ctx.system().user_with_home(&ctx.reach(Action::UserRead)?, id).await?;
    let mut user = user.ok_or_else(not_found)?;
    // What another organization is besides its name is not this one's business.
    let home = user.data.organization.as_ref().map(|home| home.id);
    if home != ctx.organization().ok() && !ctx.caller()?.rights().is_platform() {
        user.data.organization = user.data.organization.map(Organization::name_only);
    }
    Ok(user)
}

/// A user as those see it who manage all of them.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's reach.
pub async fn managed(ctx: &Ctx<'_>, id: PrincipalId) -> Result<ManagedUser> {
    ctx.system().managed_user(&ctx.reach(Action::UserRead)?, id).await?.ok_or_else(not_found)
}

/// A user with account role and organizations.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's reach.
pub async fn with_access(ctx: &Ctx<'_>, id: PrincipalId) -> Result<User<UserAccess>> {
    ctx.system().user_with_access(&ctx.reach(Action::UserRead)?, id).await?.ok_or_else(not_found)
}
