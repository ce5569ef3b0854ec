//! Who makes the request, and for which organization.

use std::rc::Rc;

use super::authority::{AuthoritySource, ByRoles, Wants};
use super::services::Services;
use crate::clock::Millis;
use crate::crypto::secret::{self, TokenKind};
use crate::error::{AuthFault, Error, Result};
use crate::model::{CredentialId, OrganizationId, PrincipalId, PrincipalKind, PrincipalState, SessionId};
use crate::policy::{Action, Authority, Here, Permissions, Reach, Rights, Table};
use crate::store::callers::{CallerRow, Link, TokenSubject};
use crate::store::{Read, System};

/// An authenticated caller. Only this file makes one, after the store has confirmed the credential, so an operation
/// that has a `Caller` has an authenticated one.
#[derive(Debug, Clone)]
pub struct Caller {
    id: PrincipalId,
    kind: PrincipalKind,
    home: Option<OrganizationId>,
    home_name: Option<String>,
    home_domain: Option<String>,
    rights: Rights,
    acting: Option<(OrganizationId, Link)>,
    credential: Option<CredentialId>,
    session: Option<SessionId>,
    /// `jti` of the token presented; empty for an opaque one.
    token: String,
    /// What credential and roles allow, and what that is drawn from.
    authority: Rc<Authority>,
    source: Rc<dyn AuthoritySource>,
}

/// A bearer as its kit reads it off a token: who, and what draws up the authority.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// What the token says.
    pub subject: TokenSubject,
    /// What the token allows, once the store has confirmed it.
    pub source: Rc<dyn AuthoritySource>,
}

/// The organization that a request asks to act for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acting {
    /// It does not ask: home.
    Home,
    /// It names one; `None` when the name is not even an id.
    Named(Option<OrganizationId>),
}

impl Acting {
    /// The id to look up along with the caller.
    pub fn id(self) -> Option<OrganizationId> {
        match self {
            Self::Home => None,
            Self::Named(id) => id,
        }
    }
}

impl Caller {
    /// The bearer of a token of ours whose signature and claims were checked.
    ///
    /// # Errors
    /// [`AuthFault::Invalid`] when the principal, the token, its credential or its session is no more;
    /// [`AuthFault::Inactive`] when the principal may not act.
    pub async fn of_token(services: &Services, bearer: &Bearer, acting: Acting) -> Result<Self> {
        let store = System::<Read>::new(&services.pool);
        Self::look_up(store, bearer, acting.id(), services.clock.now()).await
    }

    async fn look_up<M>(
        store: System<'_, M>,
        bearer: &Bearer,
        acting: Option<OrganizationId>,
        now: Millis,
    ) -> Result<Self> {
        let subject = &bearer.subject;
        let row = match bearer.source.wants() {
            Wants::Roles => store.caller_of_token(subject, acting, None, now).await?,
            Wants::Management(indicator) => store.caller_of_token(subject, acting, Some(indicator), now).await?,
            Wants::Account => store.account_of_token(subject, now).await?,
        };
        let mut caller = Self::confirm(row, acting, &bearer.source)?;
        caller.session = subject.session;
        caller.token.clone_from(&subject.jti);
        Ok(caller)
    }

    /// The same caller as the store has it now: reading a body or searching a key takes its time, and whoever was locked or
    /// lost a role meanwhile must not write any more.
    ///
    /// # Errors
    /// As [`Caller::of_token`].
    pub(super) async fn confirm_again<M>(&self, store: System<'_, M>, now: Millis) -> Result<Self> {
        let subject = TokenSubject {
            principal: self.id,
            jti: self.token.clone(),
            credential: self.credential,
            session: self.session,
        };
        let bearer = Bearer { subject, source: Rc::clone(&self.source) };
        Self::look_up(store, &bearer, self.acting.map(|(id, _)| id), now).await
    }

    /// The owner of an opaque API token. A text that is not one of ours costs no look-up.
    pub async fn of_api_token(services: &Services, text: &str, acting: Acting) -> Result<Self> {
        let token = secret::parse(text).filter(|token| token.kind == TokenKind::ApiToken);
        let token = token.ok_or_else(|| Error::unauthenticated(AuthFault::Invalid))?;
        let store = System::<Read>::new(&services.pool);
        let row = store.caller_of_secret(token.hash, "api_token", acting.id(), services.clock.now()).await?;
        Self::confirm(row, acting.id(), &by_roles())
    }

    /// Accepts a row of the store: alive and active, or refused.
    pub(in crate::ops) fn confirm(
        row: Option<CallerRow>,
        acting: Option<OrganizationId>,
        source: &Rc<dyn AuthoritySource>,
    ) -> Result<Self> {
        let row = row.filter(|row| row.is_alive).ok_or_else(|| Error::unauthenticated(AuthFault::Invalid))?;
        if row.state != PrincipalState::Active {
            return Err(Error::unauthenticated(AuthFault::Inactive));
        }
        let authority = Rc::new(source.authority(&row)?);
        Ok(Self {
            id: row.id,
            kind: row.kind,
            home: row.organization,
            home_name: row.organization_name,
            home_domain: row.organization_domain,
            rights: Rights::new(row.roles),
            acting: acting.map(|id| (id, row.link)),
            credential: row.credential,
            session: None,
            token: String::new(),
            authority,
            source: Rc::clone(source),
        })
    }

    /// Id.
    pub fn id(&self) -> PrincipalId {
        self.id
    }

    /// Person or machine.
    pub fn kind(&self) -> PrincipalKind {
        self.kind
    }

    /// Home organization.
    pub fn home(&self) -> Option<OrganizationId> {
        self.home
    }

    /// Name and verified domain of the home organization, for token claims.
    pub fn home_name_and_domain(&self) -> (Option<&str>, Option<&str>) {
        (self.home_name.as_deref(), self.home_domain.as_deref())
    }

    /// Roles held.
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// Credential that was presented or stands behind the token.
    pub fn credential(&self) -> Option<CredentialId> {
        self.credential
    }

    /// What credential and roles allow.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// What the caller's authority says action by action.
    ///
    /// # Errors
    /// `Unauthenticated` for callers whose authority is of another kind: their credential belongs elsewhere.
    pub fn table(&self) -> Result<&Table> {
        match self.authority() {
            Authority::Table(table) => Ok(table),
            Authority::Roles | Authority::Installation { .. } => Err(Error::unauthenticated(AuthFault::Invalid)),
        }
    }

    /// How far `action` reaches in a request that runs in `organization`.
    ///
    /// # Errors
    /// `Forbidden`, in the words of the API, when it reaches nothing; `NotFound` for callers with roles who have no
    /// organization to act for.
    pub fn reach(&self, action: Action, organization: Option<OrganizationId>) -> Result<Reach> {
        let permissions = organization.map_or(Permissions::NONE, |organization| self.permissions_in(organization));
        match self.authority.reach(action, Here { organization, permissions }) {
            Reach::Nothing if organization.is_none() && *self.authority == Authority::Roles => {
                Err(Error::not_found("Organization"))
            }
            Reach::Nothing => Err(self.refusal(action)),
            reach => Ok(reach),
        }
    }

    /// What a caller is told who may not do `action` to anything.
    pub fn refusal(&self, action: Action) -> Error {
        self.source.refusal(action).context(format!("{} may not do {}", self.id, action.as_str()))
    }

    /// Session the token was issued in.
    pub fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// The organization the request runs in. One that the caller has no access to is silently replaced by home; with
    /// `is_strict` it is refused.
    pub fn effective_organization(&self, acting: Acting, is_strict: bool) -> Result<Option<OrganizationId>> {
        let Acting::Named(named) = acting else { return Ok(self.home) };
        match self.acting {
            Some((id, link)) if Some(id) == named && self.may_act_for(id, link) => Ok(Some(id)),
            _ if is_strict && (named.is_none() || named != self.home) => {
                Err(Error::forbidden("You have no access to the account that you asked to act for."))
            }
            _ => Ok(self.home),
        }
    }

    fn may_act_for(&self, id: OrganizationId, link: Link) -> bool {
        match link {
            Link::Unknown => false,
            Link::Below | Link::Member => true,
            Link::None => self.home == Some(id) || self.rights.is_platform(),
        }
    }

    /// What the caller may do in `organization`: by grants there, by grants on the platform, and in an account linked
    /// below home also by the grants at home.
    pub fn permissions_in(&self, organization: OrganizationId) -> Permissions {
        let here = self.rights.in_organization(organization);
        match (self.acting, self.home) {
            (Some((id, Link::Below)), Some(home)) if id == organization => {
                here.union(self.rights.in_organization(home))
            }
            _ => here,
        }
    }
}

/// Where the authority of whoever came with a credential of no API in particular comes from.
pub(in crate::ops) fn by_roles() -> Rc<dyn AuthoritySource> {
    Rc::new(ByRoles)
}

#[cfg(test)]
#[path = "caller_tests.rs"]
mod tests;
