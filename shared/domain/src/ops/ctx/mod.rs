//! What an operation works with: services, caller, effective organization.

mod authority;
mod caller;
mod key_ring;
mod request;
mod services;
mod work;

use std::cell::RefCell;
use std::rc::Rc;

use crate::clock::Millis;
use crate::error::{AuthFault, Error, Result};
use crate::model::OrganizationId;
use crate::policy::{Action, Authority, Changer, Here, Permission, Permissions, Reach, Target, Touch};
use crate::rng::Rng;
use crate::store::{System, Tenant, Write};

pub use authority::{AuthoritySource, ByRoles, Wants};
pub(super) use caller::by_roles;
pub use caller::{Acting, Bearer, Caller};
pub use request::RequestInfo;
pub use services::{DEFAULT_PASSWORD_CHECKS, Pause, Services};
pub use work::Work;

/// What an operation works with. The pipeline makes one per request. Anybody can make one, but only with a [`Caller`],
/// and those come from the store alone.
pub struct Ctx<'a> {
    services: &'a Services,
    request: &'a RequestInfo,
    caller: RefCell<Option<Rc<Caller>>>,
    organization: Option<OrganizationId>,
    is_system: bool,
    now: Millis,
}

impl<'a> Ctx<'a> {
    /// For a request that needs no caller.
    pub fn anonymous(services: &'a Services, request: &'a RequestInfo) -> Self {
        let now = services.clock.now();
        Self { services, request, caller: RefCell::default(), organization: None, is_system: false, now }
    }

    /// For what the installation does of itself: the audit names it as the actor.
    pub(super) fn of_system(services: &'a Services, request: &'a RequestInfo) -> Self {
        Self { is_system: true, ..Self::anonymous(services, request) }
    }

    /// For a caller acting in `organization`.
    pub fn of(
        services: &'a Services,
        request: &'a RequestInfo,
        caller: Caller,
        organization: Option<OrganizationId>,
    ) -> Self {
        let caller = RefCell::new(Some(Rc::new(caller)));
        Self { services, request, caller, organization, is_system: false, now: services.clock.now() }
    }

    /// Who is calling, as the store had it when the request was authenticated or the unit of work began.
    pub fn caller(&self) -> Result<Rc<Caller>> {
        self.caller.borrow().clone().ok_or_else(|| Error::unauthenticated(AuthFault::Missing))
    }

    /// The effective organization.
    ///
    /// # Errors
    /// `NotFound` when the caller belongs to none.
    pub fn organization(&self) -> Result<OrganizationId> {
        self.organization.ok_or_else(|| Error::not_found("Organization"))
    }

    /// The request.
    pub fn request(&self) -> &RequestInfo {
        self.request
    }

    /// What the instance has.
    pub fn services(&self) -> &'a Services {
        self.services
    }

    /// When the request began. It stands still meanwhile, so that everything a request stores bears one time.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// Randomness.
    pub fn rng(&self) -> &dyn Rng {
        self.services.rng.as_ref()
    }

    /// The effective organization, if the caller may do `permission` there.
    ///
    /// # Errors
    /// `Unauthenticated` without a caller; `NotFound` when it belongs to no organization; `Forbidden` without the
    /// permission.
    pub fn authorize(&self, permission: Permission) -> Result<OrganizationId> {
        let caller = self.caller()?;
        let organization = self.organization()?;
        if caller.permissions_in(organization).contains(permission) {
            return Ok(organization);
        }
        Err(Error::forbidden("None of your roles allows this.").context(format!(
            "{} needs {} in {organization}",
            caller.id(),
            permission.as_str()
        )))
    }

    /// Fails unless the caller may do `permission` on the platform, outside any organization.
    ///
    /// # Errors
    /// `Unauthenticated` without a caller; `Forbidden` without the permission.
    pub fn authorize_on_platform(&self, permission: Permission) -> Result<()> {
        let caller = self.caller()?;
        if caller.rights().on_platform().contains(permission) {
            return Ok(());
        }
        let what = format!("{} needs {} on the platform", caller.id(), permission.as_str());
        Err(Error::forbidden("Only the operator of this platform may do this.").context(what))
    }

    /// How far the caller reaches with `action`.
    ///
    /// # Errors
    /// `Unauthenticated` without a caller; as [`Caller::reach`].
    pub fn reach(&self, action: Action) -> Result<Reach> {
        self.caller()?.reach(action, self.organization)
    }

    /// The store, for reading rows of the whole installation at once, if the caller reaches all of them with `action`.
    ///
    /// # Errors
    /// As [`Ctx::reach`]; `Forbidden` when it reaches some only.
    pub(crate) fn all(&self, action: Action) -> Result<System<'a>> {
        if self.reach(action)?.is_all() { Ok(self.system()) } else { Err(self.caller()?.refusal(action)) }
    }

    /// Begins writes anywhere, if the caller reaches all of the installation with `action`.
    ///
    /// # Errors
    /// As [`Ctx::all`].
    pub(crate) async fn begin_all(&self, action: Action) -> Result<Work<'_>> {
        let (work, reach) = self.begin_for(action).await?;
        if reach.is_all() { Ok(work.concerning(None)) } else { Err(self.caller()?.refusal(action)) }
    }

    /// Begins writes for `action`, with how far the caller reaches now that no other writer can change that any more.
    ///
    /// # Errors
    /// As [`Ctx::reach`].
    pub async fn begin_for(&self, action: Action) -> Result<(Work<'_>, Reach)> {
        // Who may not do it anyway must not take the write lock.
        self.reach(action)?;
        let mut work = self.begin_system().await?;
        let caller = self.caller()?;
        let reach = caller.reach(action, self.organization)?;
        if *caller.authority() == Authority::Roles {
            work.organization = self.organization;
        }
        Ok((work, reach))
    }

    /// Fails unless the caller, who reaches `target` with `action`, may also touch it so.
    ///
    /// # Errors
    /// `Unauthenticated` without a caller; `Forbidden` as [`Changer::check`].
    pub fn guard(&self, action: Action, target: Target<'_>, touch: Touch) -> Result<()> {
        let caller = self.caller()?;
        let permissions = self.organization.map_or(Permissions::NONE, |id| caller.permissions_in(id));
        let here = Here { organization: self.organization, permissions };
        Changer { rights: caller.rights(), authority: caller.authority(), here, action }.check(target, touch)
    }

    /// Fails unless the caller manages the installation: every organization, user, service account and role.
    ///
    /// # Errors
    /// `Unauthenticated` without a caller; `Forbidden`.
    pub fn authorize_installation(&self) -> Result<()> {
        let caller = self.caller()?;
        match caller.authority() {
            Authority::Installation { .. } => Ok(()),
            Authority::Roles | Authority::Table(_) => Err(caller.refusal(Action::RoleWrite)),
        }
    }

    /// The effective organization's data, for reading, if the caller may do `permission` there.
    pub fn tenant(&self, permission: Permission) -> Result<Tenant<'a>> {
        let organization = self.authorize(permission)?;
        Ok(Tenant::new(&self.services.pool, organization))
    }

    /// The store without a tenant's limits, for reading: one's own rows, keys, uniqueness.
    pub(crate) fn system(&self) -> System<'a> {
        System::new(&self.services.pool)
    }

    /// Begins the writes of this request in the effective organization, if the caller may do `permission` there, also
    /// now that no other writer can change that any more.
    pub async fn begin(&self, permission: Permission) -> Result<Work<'_>> {
        // Who may not do it anyway must not take the write lock.
        self.authorize(permission)?;
        let mut work = self.begin_system().await?;
        work.organization = Some(self.authorize(permission)?);
        Ok(work)
    }

    /// The same request, on behalf of an OAuth client that proved itself in its body.
    pub(crate) fn of_client(&self, client: &Caller) -> Self {
        Self::of(self.services, self.request, client.clone(), client.home())
    }

    /// Begins writes that concern no tenant but the caller's, if there is one: it is read again, under the write lock.
    pub(crate) async fn begin_system(&self) -> Result<Work<'_>> {
        let unit = self.services.pool.begin().await?;
        let known = self.caller.borrow().clone();
        let mut concerns = None;
        if let Some(known) = known {
            let caller = known.confirm_again(System::<Write>::new(&unit), self.services.clock.now()).await?;
            concerns = caller.home();
            self.caller.replace(Some(Rc::new(caller)));
        }
        Ok(Work::new(unit, self, concerns))
    }
}
