//! What is known of whoever makes a request.

use crate::model::{CredentialId, KeyLimits, OrganizationId, PrincipalId, PrincipalKind, PrincipalState, SessionId};
use crate::policy::{AccountRole, GrantedRole};

/// What a signed token says about its bearer. Worth nothing until the store has confirmed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSubject {
    /// `sub`.
    pub principal: PrincipalId,
    /// `jti`.
    pub jti: String,
    /// Credential it was issued for: dies with it.
    pub credential: Option<CredentialId>,
    /// Session it was issued in: dies with it.
    pub session: Option<SessionId>,
}

/// How the caller stands to the organization it asked to act for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// There is no such organization.
    Unknown,
    /// It exists, and nothing ties the caller to it.
    None,
    /// The caller is a member of it.
    Member,
    /// It is linked below the caller's home: as a child, however deep, or as a client of the insurer.
    Below,
}

/// The answer to "who is this".
#[derive(Debug, Clone)]
pub struct CallerRow {
    /// Who.
    pub id: PrincipalId,
    /// Person or machine.
    pub kind: PrincipalKind,
    /// State right now.
    pub state: PrincipalState,
    /// Home organization.
    pub organization: Option<OrganizationId>,
    /// Name of the home organization.
    pub organization_name: Option<String>,
    /// Its domain, if verified.
    pub organization_domain: Option<String>,
    /// Grants at home, on the platform and in the organization acted for.
    pub roles: Vec<GrantedRole>,
    /// Tie to the organization acted for.
    pub link: Link,
    /// The token, its credential and its session are all still good.
    pub is_alive: bool,
    /// Credential that was presented or stands behind the token.
    pub credential: Option<CredentialId>,
    /// Whether the scope `all` of the management resource is held, where that was asked.
    pub is_manager: bool,
    /// Account role, memberships and limits, where they were asked for.
    pub account: Option<AccountFacts>,
}

/// What is known of a caller's account.
#[derive(Debug, Clone)]
pub struct AccountFacts {
    /// The role that was given to the account.
    pub given_role: Option<AccountRole>,
    /// Organizations that it owns.
    pub owned: Vec<OrganizationId>,
    /// Organizations that it is in.
    pub memberships: Vec<OrganizationId>,
    /// Limits of the API key behind the token.
    pub key: Option<KeyLimits>,
}
