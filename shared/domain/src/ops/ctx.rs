//! What an operation works with: services, caller, effective organization.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::caller::Caller;
use super::key_ring::KeyRing;
use super::password_checks;
use crate::clock::{Clock, Millis};
use crate::error::{AuthFault, Error, Result};
use crate::model::{CodeStyle, CredentialId, Email, Event, OrganizationId, PrincipalId, PrincipalKind};
use crate::policy::Permission;
use crate::rng::Rng;
use crate::store::accounts::notices::Notices;
use crate::store::outbox::NewMail;
use crate::store::{AuditEvent, Blobs, Database, LocalFuture, Pool, System, Tenant, UnitOfWork, Write};

/// Lets other requests of the instance run in the middle of long computations.
pub trait Pause {
    /// Gives way once.
    fn pause(&self) -> LocalFuture<'_, ()>;
}

/// What an instance keeps from request to request. Nothing in it belongs to a request or a tenant.
pub struct Services {
    /// Database connections.
    pub pool: Pool,
    /// Uploaded pictures.
    pub blobs: Rc<dyn Blobs>,
    /// Time.
    pub clock: Rc<dyn Clock>,
    /// Randomness.
    pub rng: Rc<dyn Rng>,
    /// Giving way.
    pub pause: Rc<dyn Pause>,
    /// Keys for tokens.
    pub ring: KeyRing,
    has_new_mail: Cell<bool>,
    password_checks: Cell<i64>,
}

impl Services {
    /// Services over these; nothing is opened yet.
    pub fn new(
        database: Rc<dyn Database>,
        blobs: Rc<dyn Blobs>,
        clock: Rc<dyn Clock>,
        rng: Rc<dyn Rng>,
        pause: Rc<dyn Pause>,
    ) -> Self {
        let (pool, has_new_mail) = (Pool::new(database), Cell::new(false));
        let password_checks = Cell::new(password_checks::DEFAULT_LIMIT);
        Self { pool, blobs, clock, rng, pause, ring: KeyRing::default(), has_new_mail, password_checks }
    }

    /// How many passwords may be compared at the same time, over all instances.
    pub fn password_checks(&self) -> i64 {
        self.password_checks.get()
    }

    /// Sets how many.
    pub fn set_password_checks(&self, limit: i64) {
        self.password_checks.set(limit);
    }

    /// The smallest ULID of a moment: those of earlier ones sort before it.
    pub fn ulid_at(moment: Millis) -> String {
        ulid::Ulid::from_parts(u64::try_from(moment).unwrap_or_default(), 0).to_string()
    }

    /// Notes whether a request has put mail into the outbox, to be delivered once it is answered.
    fn note_mail(&self, has_mail: bool) {
        if has_mail {
            self.has_new_mail.set(true);
        }
    }

    /// Whether mail was put into the outbox since this was last asked.
    pub fn take_new_mail(&self) -> bool {
        self.has_new_mail.replace(false)
    }

    /// A new ULID.
    pub fn ulid(&self) -> String {
        let random = u128::from(self.rng.next_u64()) << 64 | u128::from(self.rng.next_u64());
        ulid::Ulid::from_parts(u64::try_from(self.clock.now()).unwrap_or_default(), random).to_string()
    }
}

/// Facts about the request, for the audit, for sessions and for rate limits.
#[derive(Debug, Clone, Default)]
pub struct RequestInfo {
    /// ULID; also in the log and in error answers.
    pub id: String,
    /// Name of the dialect it speaks.
    pub dialect: &'static str,
    /// Network address that it came from, as far as the runtime tells; behind a proxy the proxy's.
    pub address: Option<String>,
    /// The same, where it is known to be one client's and not that of a proxy, through which all come: what one client
    /// does wrong is counted by it.
    pub client: Option<String>,
    /// Whole address of the client, to be shown: where the operator names no header for it, the client's word.
    pub ip: Option<String>,
    /// What the client calls itself, at most 512 bytes without control characters.
    pub user_agent: Option<String>,
}

/// What an operation works with. The pipeline makes one per request. Anybody can make one, but only with a [`Caller`],
/// and those come from the store alone.
pub struct Ctx<'a> {
    services: &'a Services,
    request: &'a RequestInfo,
    caller: RefCell<Option<Rc<Caller>>>,
    organization: Option<OrganizationId>,
    now: Millis,
}

impl<'a> Ctx<'a> {
    /// For a request that needs no caller.
    pub fn anonymous(services: &'a Services, request: &'a RequestInfo) -> Self {
        Self { services, request, caller: RefCell::default(), organization: None, now: services.clock.now() }
    }

    /// For a caller acting in `organization`.
    pub fn of(
        services: &'a Services,
        request: &'a RequestInfo,
        caller: Caller,
        organization: Option<OrganizationId>,
    ) -> Self {
        let caller = RefCell::new(Some(Rc::new(caller)));
        Self { services, request, caller, organization, now: services.clock.now() }
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

    /// Fails unless the caller may manage the directory: every organization, person, machine and role.
    ///
    /// # Errors
    /// `Unauthenticated` without a caller; `Forbidden` without the scope `all` of the management resource.
    pub fn authorize_directory(&self) -> Result<()> {
        let caller = self.caller()?;
        if caller.is_manager() {
            return Ok(());
        }
        let what = format!("{} needs the scope all of the management resource", caller.id());
        Err(Error::forbidden("The scope all is needed.").context(what))
    }

    /// The whole directory, for reading, if the caller may manage it.
    pub(crate) fn directory(&self) -> Result<System<'a>> {
        self.authorize_directory()?;
        Ok(self.system())
    }

    /// Begins writes on the directory, if the caller may manage it, also now that no other writer can change that any
    /// more.
    pub(crate) async fn begin_directory(&self) -> Result<Work<'_>> {
        self.authorize_directory()?;
        let work = self.begin_system().await?;
        self.authorize_directory()?;
        Ok(work)
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
        Ok(Work { unit, ctx: self, organization: None, concerns, has_mail: Cell::new(false) })
    }
}

/// Kind, id and credential of who is accountable.
type Actor = (&'static str, Option<i64>, Option<i64>);

/// The writes of one request: one transaction, saved together with its audit event.
pub struct Work<'a> {
    unit: UnitOfWork<'a>,
    ctx: &'a Ctx<'a>,
    organization: Option<OrganizationId>,
    /// Whose matter it is, where no tenant's data is changed.
    concerns: Option<OrganizationId>,
    /// Whether it puts mail into the outbox.
    has_mail: Cell<bool>,
}

impl Work<'_> {
    /// The organization's data, inside the transaction.
    pub fn tenant(&self) -> Result<Tenant<'_, Write>> {
        let organization = self.organization.ok_or_else(|| Error::internal("no tenant in this unit of work"))?;
        Ok(Tenant::new(&self.unit, organization))
    }

    /// Says whose matter this is, for the audit, where there is no caller.
    pub(crate) fn concerning(mut self, organization: Option<OrganizationId>) -> Self {
        self.concerns = organization;
        self
    }

    /// Everything, inside the transaction.
    pub(crate) fn system(&self) -> System<'_, Write> {
        System::new(&self.unit)
    }

    /// Puts a mail into the outbox. It is delivered once the work is saved and the request answered.
    pub(crate) async fn mail(&self, mail: NewMail<'_>) -> Result<()> {
        self.has_mail.set(true);
        Ok(self.system().insert_mail(mail, self.ctx.now()).await?)
    }

    /// As [`Work::mail`], one mail for each of some organizations.
    pub(crate) async fn notices(&self, notices: Notices<'_>) -> Result<()> {
        self.has_mail.set(true);
        Ok(self.system().insert_notices(notices, self.ctx.now()).await?)
    }

    /// Notes that a mail with a code for a new password is asked for: whether anybody gets one is found out when mail is
    /// delivered.
    pub(crate) async fn password_request(&self, email: &Email, style: CodeStyle) -> Result<()> {
        self.has_mail.set(true);
        let id = self.ctx.services.ulid();
        Ok(self.system().insert_password_request(id, email.key(), style, self.ctx.now()).await?)
    }

    /// Makes writes last that nobody needs to account for, such as counters.
    pub(crate) async fn save_unaudited(self) -> Result<()> {
        self.unit.save_unaudited().await?;
        self.ctx.services.note_mail(self.has_mail.get());
        Ok(())
    }

    /// Makes the writes last, with the event that says what they are.
    pub async fn save(self, event: Event) -> Result<()> {
        let ctx = self.ctx;
        let actor = match ctx.caller.borrow().as_deref() {
            Some(caller) => {
                (caller.kind().as_str(), Some(caller.id().get()), caller.credential().map(CredentialId::get))
            }
            None if ctx.request.dialect == super::bootstrap::DIALECT => ("system", None, None),
            None => ("anonymous", None, None),
        };
        self.save_by(actor, event).await
    }

    /// As [`Work::save`], on behalf of the person who has just proven a password.
    pub(crate) async fn save_as(self, person: PrincipalId, event: Event) -> Result<()> {
        self.save_by((PrincipalKind::User.as_str(), Some(person.get()), None), event).await
    }

    async fn save_by(self, actor: Actor, event: Event) -> Result<()> {
        let ctx = self.ctx;
        let (actor_kind, actor_id, credential_id) = actor;
        self.unit
            .save(AuditEvent {
                id: ctx.services.ulid(),
                at: ctx.now(),
                actor_kind,
                actor_id,
                credential_id,
                organization_id: self.organization.or(self.concerns).map(OrganizationId::get),
                dialect: ctx.request.dialect,
                request_id: ctx.request.id.clone(),
                event,
            })
            .await?;
        ctx.services.note_mail(self.has_mail.get());
        Ok(())
    }
}
