//! The writes of one request.

use std::cell::Cell;

use super::Ctx;
use crate::error::{Error, Result};
use crate::model::{CredentialId, Email, Event, MailFlow, OrganizationId, PrincipalId, PrincipalKind};
use crate::store::events::notices::Notices;
use crate::store::events::outbox::NewMail;
use crate::store::{AuditEvent, System, Tenant, UnitOfWork, Write};

/// Kind, id and credential of who is accountable.
type Actor = (&'static str, Option<i64>, Option<i64>);

/// The writes of one request: one transaction, saved together with its audit event.
pub struct Work<'a> {
    unit: UnitOfWork<'a>,
    ctx: &'a Ctx<'a>,
    pub(super) organization: Option<OrganizationId>,
    /// Whose matter it is, where no tenant's data is changed.
    concerns: Option<OrganizationId>,
    /// Whether it puts mail into the outbox.
    has_mail: Cell<bool>,
}

impl<'a> Work<'a> {
    pub(super) fn new(unit: UnitOfWork<'a>, ctx: &'a Ctx<'a>, concerns: Option<OrganizationId>) -> Self {
        Self { unit, ctx, organization: None, concerns, has_mail: Cell::new(false) }
    }
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
    pub(crate) async fn password_request(&self, email: &Email, flow: MailFlow) -> Result<()> {
        self.has_mail.set(true);
        let id = self.ctx.services.ulid();
        Ok(self.system().insert_password_request(id, email.key(), flow, self.ctx.now()).await?)
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
            None if ctx.is_system => ("system", None, None),
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
