//! Mail to be sent: written with what causes it, delivered after it.

use super::db::DbError;
use super::tenant::{System, Write};
use crate::clock::Millis;
use crate::model::OrganizationId;
use crate::params;

statements! {
    INSERT = "INSERT INTO outbox (id, template, recipient, organization_id, payload, next_attempt_at, created_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)";
}

/// A mail to be stored.
#[derive(Debug, Clone)]
pub struct NewMail<'a> {
    /// ULID; also the idempotency key towards the provider.
    pub id: String,
    /// What it is about.
    pub template: &'static str,
    /// E-mail address.
    pub recipient: &'a str,
    /// Organization it concerns.
    pub organization: Option<OrganizationId>,
    /// JSON object for the template, one-time code included.
    pub payload: String,
}

impl System<'_, Write> {
    /// Puts a mail into the outbox, due at once.
    pub async fn insert_mail(self, mail: NewMail<'_>, now: Millis) -> Result<(), DbError> {
        let params = params![mail.id, mail.template, mail.recipient, mail.organization, mail.payload, now];
        self.exec.run(INSERT, params).await.map(|_| ())
    }
}
