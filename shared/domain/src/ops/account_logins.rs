//! Logging in to the IDAH API with e-mail address and password (contracts/idah.md, "Auth endpoints").

use serde_json::{Map, Value as Json};

use super::account_tokens::{self, AccountToken, IssuedToken};
use super::ctx::Ctx;
use super::logins::{self, LoginFault};
use crate::error::{Error, Result};
use crate::model::{Account, EventType, OrganizationId, role_scope};
use crate::policy::{AccountRights, AccountRole};
use crate::store::account_sessions::SessionMark;

/// Seconds that a session lives on without being refreshed.
pub const SESSION_LIFETIME: i64 = 14 * 24 * 60 * 60;

/// Most organizations that a token names, by id: beyond some 16 KiB nobody takes it any more, we neither.
const MOST_IN_TOKEN: usize = 500;

/// Somebody who has logged in.
#[derive(Debug, Clone)]
pub struct LoggedIn {
    /// Who.
    pub account: Account,
    /// The role as the token names it.
    pub role: String,
    /// The scope as the token has it.
    pub scope: Map<String, Json>,
    /// Right strings of the role.
    pub rights: Vec<String>,
    /// Access token.
    pub access: IssuedToken,
    /// Session; sibling services and API keys have none.
    pub session: Option<SessionMark>,
}

/// How tokens are made.
#[derive(Debug, Clone, Copy)]
pub struct TokenPlan<'a> {
    /// Seconds that an access token lives.
    pub lifetime: i64,
    /// Which set of keys signs.
    pub generation: &'a str,
}

/// Logs somebody in. A session begins, but for sibling services.
///
/// # Errors
/// `TooMany` after many wrong passwords; `WrongState` (`unknown_role`) when the role of the account is none to log in with.
pub async fn by_password(
    ctx: &Ctx<'_>,
    email: &str,
    password: &str,
    plan: TokenPlan<'_>,
) -> Result<std::result::Result<LoggedIn, LoginFault>> {
    let (work, login) = match logins::enter(ctx, email, password).await? {
        Ok(entered) => entered,
        Err(fault) => return Ok(Err(fault)),
    };
    let found = work.system().account_with_owned(login.id).await?;
    let Some((account, owned)) = found else { return Ok(Err(LoginFault::WrongCredentials)) };
    if !account.role().is_in_catalogue() {
        return Err(Error::rejected("unknown_role", "The role of this account is none to log in with."));
    }
    let session = match account.role() {
        AccountRole::System => None,
        _ => Some(logins::begin_session(ctx, &work, login.id, SESSION_LIFETIME).await?),
    };
    let session = session.map(|id| SessionMark { id, nonce: 1, refreshed_at: ctx.now().div_euclid(1000) });
    let work = work.concerning(login.organization);
    work.save_as(login.id, EventType::SessionCreated.about(session.map(|mark| mark.id.get()))).await?;
    grant(ctx, account, &owned, session, plan).await.map(Ok)
}

/// Issues the access token of an account.
pub(super) async fn grant(
    ctx: &Ctx<'_>,
    account: Account,
    owned: &[OrganizationId],
    session: Option<SessionMark>,
    plan: TokenPlan<'_>,
) -> Result<LoggedIn> {
    let role = account.role();
    // Whoever owns organizations gets no say in others by being in them.
    let organizations = if role == AccountRole::OrgOwner { owned } else { &account.organizations };
    let organizations = organizations.get(..MOST_IN_TOKEN).unwrap_or(organizations);
    let scope = role_scope(&account.scope_rest, organizations);
    let token = AccountToken {
        account: &account,
        role: role.as_str(),
        scope: &scope,
        session: session.map(|mark| mark.id),
        key: None,
        lifetime: plan.lifetime,
        generation: plan.generation,
    };
    let access = account_tokens::issue(ctx.services(), token).await?;
    let rights = AccountRights::of_role(role).texts();
    Ok(LoggedIn { account, role: role.as_str().to_owned(), scope, rights, access, session })
}
