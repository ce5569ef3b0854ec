//! Logging in to the IDAH API with an API key (contracts/idah.md, "Auth endpoints").

use serde_json::{Map, Value as Json};

use super::account_logins::{LoggedIn, TokenPlan};
use super::account_tokens::{self, AccountToken};
use super::ctx::Ctx;
use super::standing::key_role;
use crate::crypto::secret::sha256;
use crate::error::Result;
use crate::model::PrincipalState;
use crate::policy::{AccountRights, KeyScope};
use crate::store::account_callers::KeyLimits;
use crate::store::account_key_logins::KnownKey;

/// How keys begin.
const PREFIX: &str = "IDAH_";
/// Bytes of a key: the prefix, and 64 digits behind it.
const LENGTH: usize = 69;

/// Why a key was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFault {
    /// The text cannot be a key.
    NoKey,
    /// Nobody has the key.
    Unknown,
    /// The key was revoked, or has expired.
    Over,
    /// The account that it belongs to may not log in.
    Inactive,
}

/// Logs a key in: no session begins, and the token dies with the key, at the latest when it expires. `plan.lifetime` is what
/// was asked for.
pub async fn by_key(ctx: &Ctx<'_>, key: &str, plan: TokenPlan<'_>) -> Result<std::result::Result<LoggedIn, KeyFault>> {
    if !key.starts_with(PREFIX) || key.len() != LENGTH {
        return Ok(Err(KeyFault::NoKey));
    }
    let Some(key) = ctx.system().account_key(sha256(key)).await? else { return Ok(Err(KeyFault::Unknown)) };
    let Some(lifetime) = lifetime(ctx, &key, plan.lifetime) else { return Ok(Err(KeyFault::Over)) };
    if key.account.state != PrincipalState::Active {
        return Ok(Err(KeyFault::Inactive));
    }
    if key.wants_note(ctx.now()) {
        let work = ctx.begin_system().await?;
        work.system().note_account_key(key.id, ctx.now()).await?;
        // A stamp only: who used the key is in the audit of what is done with its token.
        work.save_unaudited().await?;
    }
    let (role, scope) = (key_role(&key.limits), scope(&key.limits));
    let token = AccountToken {
        account: &key.account,
        role: &role,
        scope: &scope,
        session: None,
        key: Some(key.id),
        lifetime,
        generation: plan.generation,
    };
    let access = account_tokens::issue(ctx.services(), token).await?;
    let rights = AccountRights::of_permissions(&key.limits.permissions).texts();
    Ok(Ok(LoggedIn { account: key.account, role, scope, rights, access, session: None }))
}

/// Seconds that a token of the key may live; `None` when the key is not good any more.
fn lifetime(ctx: &Ctx<'_>, key: &KnownKey, wanted: i64) -> Option<i64> {
    if key.revoked_at.is_some() {
        return None;
    }
    let left = key.expires_at.map_or(wanted, |end| end.div_euclid(1000).saturating_sub(ctx.now().div_euclid(1000)));
    Some(wanted.min(left)).filter(|seconds| *seconds > 0)
}

/// `s` of its tokens.
fn scope(limits: &KeyLimits) -> Map<String, Json> {
    let name = match limits.scope {
        KeyScope::All => return Map::new(),
        KeyScope::Organization | KeyScope::Project => limits.scope.as_str(),
    };
    Map::from_iter([(name.to_owned(), limits.values.clone().into())])
}
