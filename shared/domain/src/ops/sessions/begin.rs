//! Beginning sessions, and what is told of one that has begun.

use crate::error::{Error, Result};
use crate::model::{OrganizationId, PrincipalId, SessionId, User, UserAccess};
use crate::ops::ctx::{Ctx, Work};
use crate::store::sessions::{NewSession, SessionMark};

/// A user who has logged in, or refreshed a session.
#[derive(Debug, Clone)]
pub struct LoggedIn {
    /// Who.
    pub user: User<UserAccess>,
    /// Organizations that the user owns.
    pub owned: Vec<OrganizationId>,
    /// Session; sibling services have none.
    pub session: Option<SessionMark>,
}

/// Begins a session of `lifetime` seconds, which notes where it was begun from.
pub(in crate::ops) async fn begin(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    user: PrincipalId,
    lifetime: i64,
) -> Result<SessionId> {
    let request = ctx.request();
    let session = NewSession {
        user,
        dialect: request.dialect,
        expires_at: ctx.now().saturating_add(lifetime.saturating_mul(1000)),
        ip: request.ip.as_deref(),
        user_agent: request.user_agent.as_deref(),
    };
    Ok(work.system().begin_session(session, ctx.rng(), ctx.now()).await?)
}

/// Fails when nobody logs in with the role of the account.
///
/// # Errors
/// `WrongState` (`unknown_role`).
pub(in crate::ops) fn check_role(access: &UserAccess) -> Result<()> {
    if access.role().is_in_catalogue() {
        return Ok(());
    }
    Err(Error::rejected("unknown_role", "Accounts with this role cannot log in."))
}
