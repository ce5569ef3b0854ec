//! Who makes the request, and for which organization.

use std::rc::Rc;

use crate::clock::Millis;
use crate::crypto::secret::{self, TokenKind};
use crate::error::{AuthFault, Error, Result};
use crate::model::{CredentialId, OrganizationId, PrincipalId, PrincipalKind, PrincipalState, SessionId};
use crate::policy::{Permissions, Rights};
use crate::store::callers::{CallerRow, Link, TokenSubject};
use crate::store::{Read, System};

use super::ctx::Services;
use super::standing::Standing;
use crate::store::account_callers::AccountClaims;

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
    /// The management resource whose scope `all` the token has, while its owner holds that.
    manages: Option<String>,
    /// What the bearer of a token of the IDAH API is there, and what the token says about it.
    account: Option<Rc<(AccountClaims, Standing)>>,
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
    pub async fn of_token(services: &Services, subject: &TokenSubject, acting: Acting) -> Result<Self> {
        let store = System::<Read>::new(&services.pool);
        Self::look_up(store, subject, acting.id(), services.clock.now()).await
    }

    async fn look_up<M>(
        store: System<'_, M>,
        subject: &TokenSubject,
        acting: Option<OrganizationId>,
        now: Millis,
    ) -> Result<Self> {
        let (row, account) = match &subject.account {
            None => (store.caller_of_token(subject, acting, now).await?, None),
            Some(claims) => match store.account_of_token(subject, now).await? {
                // Nothing could end a token of neither. Sibling services have no sessions.
                Some(row) if subject.session.is_none() && row.key.is_none() && !row.is_sibling() => (None, None),
                Some(row) => (Some(row.caller.clone()), Some((claims.clone(), Standing::of(claims, &row)?))),
                None => (None, None),
            },
        };
        let is_manager = row.as_ref().is_some_and(|row| row.is_manager);
        let mut caller = Self::confirm(row, acting)?;
        caller.session = subject.session;
        caller.token.clone_from(&subject.jti);
        caller.manages = subject.manages.clone().filter(|_| is_manager);
        caller.account = account.map(Rc::new);
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
            manages: self.manages.clone(),
            account: self.account.as_ref().map(|account| account.0.clone()),
        };
        Self::look_up(store, &subject, self.acting.map(|(id, _)| id), now).await
    }

    /// The owner of an opaque API token. A text that is not one of ours costs no look-up.
    pub async fn of_api_token(services: &Services, text: &str, acting: Acting) -> Result<Self> {
        let token = secret::parse(text).filter(|token| token.kind == TokenKind::ApiToken);
        let token = token.ok_or_else(|| Error::unauthenticated(AuthFault::Invalid))?;
        let store = System::<Read>::new(&services.pool);
        let row = store.caller_of_secret(token.hash, "api_token", acting.id(), services.clock.now()).await?;
        Self::confirm(row, acting.id())
    }

    /// Accepts a row of the store: alive and active, or refused.
    pub(super) fn confirm(row: Option<CallerRow>, acting: Option<OrganizationId>) -> Result<Self> {
        let row = row.filter(|row| row.is_alive).ok_or_else(|| Error::unauthenticated(AuthFault::Invalid))?;
        if row.state != PrincipalState::Active {
            return Err(Error::unauthenticated(AuthFault::Inactive));
        }
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
            manages: None,
            account: None,
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

    /// Whether the caller may manage the whole directory: its token has the scope `all` of the management resource, and
    /// a role that gives this is still held.
    pub fn is_manager(&self) -> bool {
        self.manages.is_some()
    }

    /// Indicator of the management resource, for whoever [is a manager](Self::is_manager).
    pub fn managed_resource(&self) -> Option<&str> {
        self.manages.as_deref()
    }

    /// What the caller is in the IDAH API.
    ///
    /// # Errors
    /// `Unauthenticated` for callers who came with a token of another API.
    pub fn standing(&self) -> Result<&Standing> {
        let account = self.account.as_deref().ok_or_else(|| Error::unauthenticated(AuthFault::Invalid))?;
        Ok(&account.1)
    }

    /// Session the token was issued in.
    pub fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// The organization the request runs in. One that the caller has no access to is silently replaced by home, as
    /// the EazyRent contract says under "Acting account"; with `is_strict` it is refused.
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

#[cfg(test)]
#[path = "caller_tests.rs"]
mod tests;
