//! Logging in with e-mail address and password where the session is told by a mark that each refresh changes.

use super::password::{self, LoginFault};
use crate::error::{Error, Result};
use crate::model::{EventType, OrganizationId, User, UserAccess};
use crate::ops::ctx::Ctx;
use crate::policy::AccountRole;
use crate::store::sessions::SessionMark;

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

/// Logs a user in. A session of `lifetime` seconds begins, but for sibling services.
///
/// # Errors
/// `TooMany` after many wrong passwords; `WrongState` (`unknown_role`) when nobody logs in with the role of the account.
pub async fn by_password(
    ctx: &Ctx<'_>,
    email: &str,
    password: &str,
    lifetime: i64,
) -> Result<std::result::Result<LoggedIn, LoginFault>> {
    let (work, login) = match password::enter(ctx, email, password).await? {
        Ok(entered) => entered,
        Err(fault) => return Ok(Err(fault)),
    };
    let found = work.system().user_with_owned(login.id).await?;
    let Some((user, owned)) = found else { return Ok(Err(LoginFault::WrongCredentials)) };
    check_role(&user.data)?;
    let session = match user.data.role() {
        AccountRole::System => None,
        _ => Some(password::begin_session(ctx, &work, login.id, lifetime).await?),
    };
    let session = session.map(|id| SessionMark { id, nonce: 1, refreshed_at: ctx.now().div_euclid(1000) });
    let work = work.concerning(login.organization);
    work.save_as(login.id, EventType::SessionCreated.about(session.map(|mark| mark.id))).await?;
    Ok(Ok(LoggedIn { user, owned, session }))
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
