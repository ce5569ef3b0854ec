//! From a token to an authority: the catalogue of rights (contract, "Roles, rights, scopes"), in terms of the graph.
//!
//! The token says what its bearer was when it was issued, the store what that is now. A new role or scope acts on tokens
//! issued afterwards (contract, "accounts.update"), one that was taken away must not act on any: what counts is the lesser
//! of both.

mod catalogue;
mod key_permissions;
mod rows;
mod scope;

use iam_domain::error::{AuthFault, Error, Result};
use iam_domain::model::{KeyLimits, OrganizationId, PrincipalId};
use iam_domain::ops::{AuthoritySource, Wants};
use iam_domain::policy::{AccountRole, Action, ApiPermission, Assignable, Authority, KeyScope, Rank, Reach, Table};
use iam_domain::store::callers::{AccountFacts, CallerRow};

use super::kinds;

pub use catalogue::AccountRights;
pub use key_permissions::{compound_role, description, parse_compound, title};
pub use scope::RightScope;

/// Resource and action of a right for what callers do; `None`: no right of this API is about it.
const fn right(action: Action) -> Option<(&'static str, &'static str)> {
    match action {
        Action::UserRead => Some((kinds::ACCOUNTS, "read")),
        Action::UserCreate => Some((kinds::ACCOUNTS, "create")),
        Action::UserUpdate => Some((kinds::ACCOUNTS, "update")),
        Action::UserDelete => Some((kinds::ACCOUNTS, "delete")),
        Action::OrganizationRead => Some((kinds::ORGANIZATIONS, "read")),
        Action::OrganizationCreate => Some((kinds::ORGANIZATIONS, "create")),
        Action::OrganizationUpdate => Some((kinds::ORGANIZATIONS, "update")),
        Action::OrganizationDelete => Some((kinds::ORGANIZATIONS, "delete")),
        Action::ApiKeyRead => Some((kinds::API_KEYS, "read")),
        Action::ApiKeyCreate => Some((kinds::API_KEYS, "create")),
        Action::ApiKeyUpdate => Some((kinds::API_KEYS, "update")),
        Action::ApiKeyDelete => Some((kinds::API_KEYS, "delete")),
        Action::SessionRead => Some((kinds::SESSIONS, "read")),
        Action::SessionDelete => Some((kinds::SESSIONS, "delete")),
        Action::MembershipRead
        | Action::MembershipWrite
        | Action::GrantRead
        | Action::GrantWrite
        | Action::RoleRead
        | Action::RoleWrite
        | Action::InvitationRead
        | Action::InvitationWrite
        | Action::ServiceAccountRead
        | Action::ServiceAccountWrite
        | Action::OutboxManage => None,
    }
}

/// What an access token says about its bearer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// `r`: a role, or the permissions of an API key.
    pub role: String,
    /// `org` of `s`.
    pub organizations: Vec<OrganizationId>,
    /// Whether the token names a session, with which it dies.
    pub has_session: bool,
}

impl AuthoritySource for Claims {
    fn wants(&self) -> Wants<'_> {
        Wants::Account
    }

    fn authority(&self, row: &CallerRow) -> Result<Authority> {
        let facts = row.account.as_ref().ok_or_else(|| Error::internal("the account of a caller was not read"))?;
        // Nothing could end a token of neither session nor key. Sibling services have no sessions.
        if !self.has_session && facts.key.is_none() && facts.given_role != Some(AccountRole::System) {
            return Err(Error::unauthenticated(AuthFault::Invalid).context("the token names neither session nor key"));
        }
        let bearer = Bearer::of(self, row.id, facts)?;
        Ok(Authority::Table(Box::new(bearer.table())))
    }

    fn refusal(&self, action: Action) -> Error {
        let (resource, verb) = right(action).unwrap_or_else(|| action.as_str().split_once('.').unwrap_or_default());
        Error::forbidden(format!("unauthorized action `{verb}` on `{resource}`"))
    }
}

/// What counts of a bearer: the lesser of what the token says and the store has.
struct Bearer<'f> {
    me: PrincipalId,
    /// The role; that of an API key's owner for a key.
    role: AccountRole,
    rights: AccountRights,
    /// Organizations that rights `as_org_owner` are about.
    owned: Vec<OrganizationId>,
    facts: &'f AccountFacts,
}

impl<'f> Bearer<'f> {
    /// # Errors
    /// `Unauthenticated` when token or store name no role of the catalogue, or a permission is unknown.
    fn of(claims: &Claims, me: PrincipalId, facts: &'f AccountFacts) -> Result<Self> {
        let unknown = || Error::unauthenticated(AuthFault::Invalid).context("the role of the token is not known");
        if let Some(key) = &facts.key {
            let claimed = parse_compound(&claims.role).ok_or_else(unknown)?;
            let permissions: Vec<_> = key.permissions.iter().copied().filter(|one| claimed.contains(one)).collect();
            let rights = AccountRights::of_permissions(&permissions);
            return Ok(Self { me, role: AccountRole::ApiService, rights, owned: key_organizations(key), facts });
        }
        let in_catalogue = |role: AccountRole| Some(role).filter(|role| role.is_in_catalogue()).ok_or_else(unknown);
        let claimed = in_catalogue(AccountRole::from_stored(&claims.role).ok_or_else(unknown)?)?;
        let stored = in_catalogue(facts.given_role.unwrap_or(AccountRole::User))?;
        let role = if claimed.mask() <= stored.mask() { claimed } else { stored };
        let owned = facts.owned.iter().filter(|id| claims.organizations.contains(id)).copied();
        let owned = if role == AccountRole::OrgOwner { owned.collect() } else { Vec::new() };
        Ok(Self { me, role, rights: AccountRights::of_role(role), owned, facts })
    }

    fn table(&self) -> Table {
        let reaches = Action::ALL.iter().map(|action| (*action, self.reach(*action)));
        let placing = [Action::UserCreate, Action::UserUpdate, Action::UserDelete];
        Table {
            reaches: reaches.filter(|(_, reach)| *reach != Reach::Nothing).collect(),
            rank: self.rank(),
            assignable: placing.map(|action| (action, self.assignable(action))).to_vec(),
            api_permissions: match self.scope(Action::ApiKeyCreate) {
                Some(RightScope::All) => ApiPermission::ALL.to_vec(),
                Some(RightScope::Names(permissions)) => permissions.clone(),
                _ => Vec::new(),
            },
            has_account_role: self.facts.given_role.is_some(),
            is_key: self.is_key(),
            gives_every_role: !self.is_key() && self.role == AccountRole::System,
        }
    }

    fn scope(&self, action: Action) -> Option<&'static RightScope> {
        let (resource, verb) = right(action)?;
        self.rights.scope(resource, verb)
    }

    fn is_key(&self) -> bool {
        self.facts.key.is_some()
    }

    fn reach(&self, action: Action) -> Reach {
        let Some(scope) = self.scope(action) else { return Reach::Nothing };
        let owned = || Reach::Organizations { ids: self.owned.clone(), own: None };
        match (right(action).map(|(resource, _)| resource), scope) {
            (Some(kinds::ACCOUNTS), scope) => self.accounts(scope),
            // Made keys are within what the maker sees of them.
            (Some(kinds::API_KEYS), RightScope::Names(_)) => self.reach(Action::ApiKeyRead),
            (Some(kinds::ORGANIZATIONS | kinds::API_KEYS | kinds::SESSIONS), RightScope::All) => Reach::All,
            // The contract limits owners to the first of their organizations; the order of ours means nothing, so all of
            // them count.
            (Some(kinds::ORGANIZATIONS | kinds::API_KEYS), RightScope::AsOrgOwner) => owned(),
            (Some(kinds::ORGANIZATIONS), RightScope::AsUser) => {
                Reach::Organizations { ids: self.facts.memberships.clone(), own: None }
            }
            (Some(kinds::SESSIONS), RightScope::Own) => Reach::Own(self.me),
            _ => Reach::Nothing,
        }
    }

    fn accounts(&self, scope: &RightScope) -> Reach {
        match scope {
            RightScope::All if self.role.sees_everybody() || self.is_key() => Reach::All,
            // A right to all accounts is one to those of this API: users who are known from other APIs alone are seen by
            // those of the same organizations, and by administrators.
            RightScope::All => Reach::Acquainted { me: self.me, knows_role_holders: self.facts.given_role.is_some() },
            RightScope::Own => Reach::Own(self.me),
            RightScope::AsOrgOwner => Reach::Organizations { ids: self.owned.clone(), own: Some(self.me) },
            RightScope::AsUser | RightScope::Names(_) => Reach::Nothing,
        }
    }

    /// An API key is no higher than the owner of an organization, whatever it may do; one that makes accounts and cannot
    /// change them is as high as a user, or it would make owners, who can do more than it and outlive it.
    fn rank(&self) -> Rank {
        match (self.is_key(), self.scope(Action::UserUpdate)) {
            (false, _) => self.role.mask(),
            (true, Some(_)) => AccountRole::OrgOwner.mask(),
            (true, None) => AccountRole::User.mask(),
        }
    }

    /// The right of everybody to make accounts says nothing about organizations.
    fn assignable(&self, action: Action) -> Assignable {
        let is_any = self.role.sees_everybody() || self.is_key();
        match self.scope(action) {
            Some(RightScope::All) if is_any => Assignable::Any,
            Some(RightScope::AsOrgOwner) => Assignable::Listed(self.owned.clone()),
            Some(_) if self.role == AccountRole::OrgOwner => Assignable::Listed(self.owned.clone()),
            _ => Assignable::None,
        }
    }
}

/// Organizations that a key is limited to. Keys limited to projects are in no owner's reach: no service tells whose
/// projects are.
fn key_organizations(key: &KeyLimits) -> Vec<OrganizationId> {
    match key.scope {
        KeyScope::Organization => key.values.iter().filter_map(|id| id.parse().ok()).collect(),
        KeyScope::All | KeyScope::Project => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
