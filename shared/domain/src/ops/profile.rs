//! The caller's own profile.

use super::ctx::Ctx;
use crate::error::{AuthFault, Error, Result};
use crate::model::{PrincipalKind, ServiceAccount, UserDetails};

/// Who the caller is.
#[derive(Debug, Clone)]
pub enum Me {
    /// A person.
    User(Box<UserDetails>),
    /// A machine.
    ServiceAccount(Box<ServiceAccount>),
}

/// The caller. Needs no permission.
pub async fn me(ctx: &Ctx<'_>) -> Result<Me> {
    let caller = ctx.caller()?;
    let me = match caller.kind() {
        PrincipalKind::User => ctx.system().user_details(caller.id()).await?.map(|user| Me::User(Box::new(user))),
        PrincipalKind::ServiceAccount => ctx
            .system()
            .service_account_anywhere(caller.id())
            .await?
            .map(|account| Me::ServiceAccount(Box::new(account))),
    };
    // It was there when the request was authenticated: deleted since.
    me.ok_or_else(|| Error::unauthenticated(AuthFault::Invalid))
}
