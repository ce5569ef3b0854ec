//! Tokens (contract, "Authentication", "Refresh rotation and theft detection").
//!
//! Access tokens are JWTs with the claims `u`, `r`, `s` and `exp`, as sibling services read them. What is ours besides:
//! `jti`, `iat`, and `sid` or `cid`, the session or API key that a token was issued for; with it the token dies.

use std::rc::Rc;

use iam_domain::crypto::SigningAlgorithm;
use iam_domain::crypto::jwt::{self, VerifyRules};
use iam_domain::error::{AuthFault, Error, ErrorKind, Result};
use iam_domain::model::{
    CredentialId, KeyLimits, OrganizationId, PrincipalId, SessionId, User, UserAccess, role_scope,
};
use iam_domain::ops::sessions::begin::LoggedIn;
use iam_domain::ops::tokens::keys;
use iam_domain::ops::{Bearer, Services};
use iam_domain::policy::{AccountRole, KeyScope};
use iam_domain::store::callers::TokenSubject;
use iam_domain::store::credentials::logins::KnownKey;
use iam_domain::store::sessions::SessionMark;
use serde_json::{Map, Value, json};

use super::rights::{AccountRights, Claims, compound_role};

/// Seconds that a session lives on without being refreshed.
pub const SESSION_LIFETIME: i64 = 14 * 24 * 60 * 60;

/// Most organizations that a token names, by id: beyond some 16 KiB nobody takes it any more, we neither.
const MAX_IN_TOKEN: usize = 500;

/// `typ` header: tokens of this API say no more than that, and those of the others say something else.
const TYPE: &str = "JWT";

/// `sub` of refresh tokens.
const REFRESH: &str = "ort";

/// How tokens are made.
#[derive(Debug, Clone, Copy)]
pub struct TokenPlan<'a> {
    /// Seconds that an access token lives.
    pub lifetime: i64,
    /// Which set of keys signs.
    pub generation: &'a str,
}

/// A token that was issued.
#[derive(Debug, Clone)]
pub struct IssuedToken {
    /// The token.
    pub token: String,
    /// Its `exp`, in seconds.
    pub expires_at: i64,
}

/// A user or an API key that has logged in, with its access token.
#[derive(Debug, Clone)]
pub struct Granted {
    /// Who.
    pub user: User<UserAccess>,
    /// The role as the token names it.
    pub role: String,
    /// The scope as the token has it.
    pub scope: Map<String, Value>,
    /// Right strings of the role.
    pub rights: Vec<String>,
    /// Access token.
    pub access: IssuedToken,
    /// Session; sibling services and API keys have none.
    pub session: Option<SessionMark>,
}

/// Issues the access token of a user who has logged in.
pub async fn grant(services: &Services, login: LoggedIn, plan: TokenPlan<'_>) -> Result<Granted> {
    let LoggedIn { user, owned, session } = login;
    let role = user.data.role();
    // Whoever owns organizations gets no say in others by being in them.
    let organizations = if role == AccountRole::OrgOwner { &owned } else { &user.data.organizations };
    let organizations = organizations.get(..MAX_IN_TOKEN).unwrap_or(organizations);
    let scope = role_scope(&user.data.scope_rest, organizations);
    let ends_with = session.map(|mark| ("sid", mark.id.get()));
    let access = issue(services, &user, role.as_str(), &scope, ends_with, plan).await?;
    let rights = AccountRights::of_role(role).texts();
    Ok(Granted { user, role: role.as_str().to_owned(), scope, rights, access, session })
}

/// Issues the access token of an API key.
pub async fn grant_key(services: &Services, key: KnownKey, plan: TokenPlan<'_>) -> Result<Granted> {
    let KnownKey { key, user } = key;
    let (role, scope) = (compound_role(&key.limits.permissions), key_scope(&key.limits));
    let access = issue(services, &user, &role, &scope, Some(("cid", key.id.get())), plan).await?;
    let rights = AccountRights::of_permissions(&key.limits.permissions).texts();
    Ok(Granted { user, role, scope, rights, access, session: None })
}

/// `s` of the tokens of a key.
fn key_scope(limits: &KeyLimits) -> Map<String, Value> {
    let name = match limits.scope {
        KeyScope::All => return Map::new(),
        KeyScope::Organization | KeyScope::Project => limits.scope.as_str(),
    };
    Map::from_iter([(name.to_owned(), limits.values.clone().into())])
}

async fn issue(
    services: &Services,
    user: &User<UserAccess>,
    role: &str,
    scope: &Map<String, Value>,
    ends_with: Option<(&'static str, i64)>,
    plan: TokenPlan<'_>,
) -> Result<IssuedToken> {
    let now = services.clock.now_seconds();
    let expires_at = now.saturating_add(plan.lifetime);
    let is_key = ends_with.is_some_and(|(claim, _)| claim == "cid");
    let mut claims = Map::new();
    claims.insert("u".into(), owner(user, is_key));
    claims.insert("r".into(), role.into());
    claims.insert("s".into(), scope.clone().into());
    claims.insert("exp".into(), expires_at.into());
    claims.insert("iat".into(), now.into());
    claims.insert("jti".into(), services.ulid().into());
    claims.extend(ends_with.map(|(claim, id)| (claim.to_owned(), id.into())));
    Ok(IssuedToken { token: sign(services, &claims, plan.generation).await?, expires_at })
}

/// Signs claims: siblings check ES256.
async fn sign(services: &Services, claims: &Map<String, Value>, generation: &str) -> Result<String> {
    let key = keys::signing_key(services, SigningAlgorithm::Es256, generation).await?;
    Ok(key.sign(TYPE, claims)?)
}

/// `u`: what is null is left out.
fn owner(user: &User<UserAccess>, is_key: bool) -> Value {
    let mut owner = json!({ "id": user.id.get() });
    if let Value::Object(owner) = &mut owner {
        owner.extend(user.email.clone().map(|email| ("email".to_owned(), email.into())));
        owner.extend(user.name().map(|name| ("name".to_owned(), name.into())));
        owner.extend(is_key.then(|| ("labels".to_owned(), json!(["api"]))));
    }
    owner
}

/// Checks an access token: signature, type, time, claims. What the store knows is still to be asked
/// ([`Caller::of_token`](iam_domain::ops::Caller::of_token)).
///
/// # Errors
/// `Unauthenticated`, with the reason in the log context.
pub(super) async fn bearer(services: &Services, token: &str) -> Result<Bearer> {
    let claims = authentic(services, token).await?;
    access(&claims).ok_or_else(|| refuse("the token has not the claims of an access token".into()))
}

fn access(claims: &Map<String, Value>) -> Option<Bearer> {
    // Refresh tokens say what they are for by this claim; access tokens have none.
    if claims.contains_key("sub") {
        return None;
    }
    let listed = claims.get("s")?.as_object()?.get("org").and_then(Value::as_array).cloned().unwrap_or_default();
    let organizations = listed.iter().filter_map(|id| id.as_str()?.parse::<OrganizationId>().ok()).collect();
    let session = claims.get("sid").and_then(Value::as_i64).map(SessionId::from_stored);
    let subject = TokenSubject {
        principal: PrincipalId::from_stored(claims.get("u")?.get("id")?.as_i64()?),
        jti: claims.get("jti")?.as_str()?.to_owned(),
        credential: claims.get("cid").and_then(Value::as_i64).map(CredentialId::from_stored),
        session,
    };
    let role = claims.get("r")?.as_str()?.to_owned();
    Some(Bearer { subject, source: Rc::new(Claims { role, organizations, has_session: session.is_some() }) })
}

/// The claims of a token of this API that is good by itself.
///
/// # Errors
/// `Unauthenticated`, with the reason in the log context.
async fn authentic(services: &Services, token: &str) -> Result<Map<String, Value>> {
    let authentic = keys::authenticate(services, token).await?.map_err(|error| refuse(error.to_string()))?;
    let rules = VerifyRules {
        now_seconds: services.clock.now_seconds(),
        leeway_seconds: 0,
        issuers: None,
        audiences: None,
        types: Some(&[TYPE]),
    };
    jwt::check(&authentic, &rules).map_err(|error| refuse(error.to_string()))?;
    Ok(authentic.claims.clone())
}

fn refuse(why: String) -> Error {
    Error::unauthenticated(AuthFault::Invalid).context(why)
}

/// What a refresh token says: whose it is, and the session as it was when the token was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshClaims {
    /// `uid`.
    pub account: PrincipalId,
    /// `sid`, `nc`, `refid`.
    pub mark: SessionMark,
}

/// Issues the refresh token of a login; `None` where there is no session.
pub async fn refresh_token(services: &Services, login: &Granted, generation: &str) -> Result<Option<IssuedToken>> {
    let Some(mark) = login.session else { return Ok(None) };
    let now = services.clock.now_seconds();
    let expires_at = now.saturating_add(SESSION_LIFETIME);
    let mut claims = Map::new();
    claims.insert("uid".into(), login.user.id.get().into());
    claims.insert("sid".into(), mark.id.get().into());
    claims.insert("nc".into(), mark.nonce.into());
    claims.insert("refid".into(), mark.refreshed_at.into());
    claims.insert("sub".into(), REFRESH.into());
    claims.insert("exp".into(), expires_at.into());
    claims.insert("iat".into(), now.into());
    claims.insert("jti".into(), services.ulid().into());
    Ok(Some(IssuedToken { token: sign(services, &claims, generation).await?, expires_at }))
}

/// What a refresh token says; `None` when it is none that is good by itself.
pub async fn read_refresh(services: &Services, token: &str) -> Result<Option<RefreshClaims>> {
    let claims = match authentic(services, token).await {
        Err(error) if matches!(error.kind(), ErrorKind::Unauthenticated(_)) => return Ok(None),
        other => other?,
    };
    let is_refresh = claims.get("sub").and_then(|sub| sub.as_str()) == Some(REFRESH);
    let number = |name: &str| claims.get(name)?.as_i64();
    let read = || {
        let id = SessionId::from_stored(number("sid")?);
        let mark = SessionMark { id, nonce: number("nc")?, refreshed_at: number("refid")? };
        Some(RefreshClaims { account: PrincipalId::from_stored(number("uid")?), mark })
    };
    Ok(read().filter(|_| is_refresh))
}
