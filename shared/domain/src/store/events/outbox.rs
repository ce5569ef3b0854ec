//! Mail to be sent: written with what causes it, delivered after it.

use serde_json::Value as Json;

use crate::clock::Millis;
use crate::model::{OrganizationId, PrincipalId};
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};
use crate::store::value::Row;

/// Mails that wait and are due at ?1, and of these the ones whose life is over: too old, tried too often, or with a code
/// that has run out. Claiming never sets a next attempt beyond the end of a life, so those come due in time.
macro_rules! expired {
    () => {
        "delivered_at IS NULL AND failed_at IS NULL AND next_attempt_at <= ?1 \
         AND (created_at <= ?2 OR attempts >= ?3 OR json_extract(payload, '$.expires_at') <= ?1)"
    };
}

/// Puts mails into the outbox: the rows of `$source`, which ends with the moment of creation, twice.
macro_rules! insert_mail {
    ($source:literal) => {
        concat!(
            "INSERT INTO outbox (id, template, recipient, organization_id, principal_id, payload, next_attempt_at, \
              created_at) ",
            $source
        )
    };
}
pub(super) use insert_mail;

statements! {
    INSERT = insert_mail!("VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)");
    /// A hundred of those before the id ?1. Nothing waits that long, so they are settled.
    SWEEP = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE id < ?1 LIMIT 100)";
    ANY_EXPIRED = concat!("SELECT 1 FROM outbox WHERE ", expired!(), " LIMIT 1");
    GIVE_UP_EXPIRED = concat!(
        "UPDATE outbox SET failed_at = ?1, payload = '{}', last_error = coalesce(last_error, 'not sent in time') WHERE ",
        expired!(), " RETURNING id"
    );
    /// The one that has been due for longest. Its next attempt is the end of the lease.
    CLAIM = "UPDATE outbox SET attempts = attempts + 1, \
          next_attempt_at = min(?1 + min(?2 << attempts, ?3), created_at + ?4, \
            coalesce(json_extract(payload, '$.expires_at'), created_at + ?4)) \
        WHERE id = (SELECT id FROM outbox WHERE delivered_at IS NULL AND failed_at IS NULL AND next_attempt_at <= ?1 \
          ORDER BY next_attempt_at LIMIT 1) \
        RETURNING id, template, recipient, payload";
    /// Also when it was given up in the meantime: it did arrive.
    DELIVERED = "UPDATE outbox SET delivered_at = ?2, failed_at = NULL, last_error = NULL, payload = '{}' WHERE id = ?1";
    /// Not when another deliverer has come to an end with it.
    FAILED = "UPDATE outbox SET last_error = ?3, failed_at = CASE WHEN ?4 OR attempts >= ?5 THEN ?2 END, \
          payload = CASE WHEN ?4 OR attempts >= ?5 THEN '{}' ELSE payload END \
        WHERE id = ?1 AND delivered_at IS NULL AND failed_at IS NULL RETURNING failed_at IS NOT NULL";
    /// ?1 lies before every attempt, so that the index is searched.
    WAITING = "SELECT count(*) FROM outbox WHERE delivered_at IS NULL AND failed_at IS NULL AND next_attempt_at > ?1";
    /// Newest first: ids are in order of time.
    LIST = "SELECT id, template, recipient, organization_id, created_at, attempts, next_attempt_at, delivered_at, \
          failed_at, last_error, payload \
        FROM outbox WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
}

/// A mail to be stored. Not `Debug`: the payload has a code in it.
#[derive(Clone)]
pub struct NewMail<'a> {
    /// ULID; also the idempotency key towards the provider.
    pub id: String,
    /// What it is about.
    pub template: &'static str,
    /// E-mail address.
    pub recipient: &'a str,
    /// Organization it concerns.
    pub organization: Option<OrganizationId>,
    /// Whom it is for: the mail goes when the person goes.
    pub principal: Option<PrincipalId>,
    /// JSON object for the template, one-time code included.
    pub payload: String,
}

/// A mail that is to be sent now.
#[derive(Clone)]
pub struct DueMail {
    /// ULID; also the idempotency key towards the provider.
    pub id: String,
    /// What it is about.
    pub template: String,
    /// E-mail address.
    pub recipient: String,
    /// JSON object for the template, one-time code included: not for the log.
    pub payload: Json,
}

/// A mail as the operator sees it. Not `Debug`: the payload has a code in it while the mail waits.
#[derive(Clone)]
pub struct StoredMail {
    /// ULID.
    pub id: String,
    /// What it is about.
    pub template: String,
    /// E-mail address.
    pub recipient: String,
    /// Organization it concerns.
    pub organization: Option<OrganizationId>,
    /// When it was written.
    pub created_at: Millis,
    /// How often a deliverer took it.
    pub attempts: i64,
    /// When it is due, as long as it waits.
    pub next_attempt_at: Millis,
    /// When the provider took it.
    pub delivered_at: Option<Millis>,
    /// When it was given up.
    pub failed_at: Option<Millis>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// JSON object for the template; empty once the mail is delivered or given up.
    pub payload: Json,
}

/// The bounds of a mail's life.
#[derive(Debug, Clone, Copy)]
pub struct MailLife {
    /// Longest time between writing and sending.
    pub lifetime: Millis,
    /// Most attempts.
    pub attempts: i64,
    /// Time to the second attempt; it doubles with each further one.
    pub first_pause: Millis,
    /// Longest time between attempts.
    pub longest_pause: Millis,
}

impl<M> System<'_, M> {
    /// Whether a mail waits whose life is over.
    pub async fn has_expired_mail(self, life: MailLife, now: Millis) -> Result<bool, DbError> {
        let params = params![now, now - life.lifetime, life.attempts];
        Ok(!self.exec.run(ANY_EXPIRED, params).await?.is_empty())
    }

    /// How many mails wait.
    pub async fn waiting_mails(self) -> Result<i64, DbError> {
        let rows = self.exec.run(WAITING, params![0_i64]).await?;
        rows.first().map_or(Ok(0), |row| row.integer(0))
    }

    /// Mails with ids below `before`, newest first, at most `limit`.
    pub async fn mails(self, before: &str, limit: i64) -> Result<Vec<StoredMail>, DbError> {
        self.exec.run(LIST, params![before, limit]).await?.iter().map(stored).collect()
    }
}

impl System<'_, Write> {
    /// Puts a mail into the outbox, due at once.
    pub async fn insert_mail(self, mail: NewMail<'_>, now: Millis) -> Result<(), DbError> {
        let NewMail { id, template, recipient, organization, principal, payload } = mail;
        let params = params![id, template, recipient, organization, principal, payload, now];
        self.exec.run(INSERT, params).await.map(|_| ())
    }

    /// Forgets some mails that are older than the ULID `before`.
    pub async fn sweep_mails(self, before: &str) -> Result<(), DbError> {
        self.exec.run(SWEEP, params![before]).await.map(|_| ())
    }

    /// Gives up the mails whose life is over and forgets their codes; how many.
    pub async fn give_up_expired_mail(self, life: MailLife, now: Millis) -> Result<usize, DbError> {
        let params = params![now, now - life.lifetime, life.attempts];
        Ok(self.exec.run(GIVE_UP_EXPIRED, params).await?.len())
    }

    /// Takes the mail that has been due for longest; nobody else gets it before its next attempt is due. Expired ones
    /// must have been given up in the same unit of work.
    pub async fn claim_mail(self, life: MailLife, now: Millis) -> Result<Option<DueMail>, DbError> {
        let params = params![now, life.first_pause, life.longest_pause, life.lifetime];
        self.exec.run(CLAIM, params).await?.first().map(due).transpose()
    }

    /// The provider took it: its code is forgotten.
    pub async fn mail_delivered(self, id: &str, now: Millis) -> Result<(), DbError> {
        self.exec.run(DELIVERED, params![id, now]).await.map(|_| ())
    }

    /// An attempt failed: for good with `is_final` or after the last attempt. Whether it was given up now.
    pub async fn mail_failed(
        self,
        id: &str,
        error: &str,
        is_final: bool,
        life: MailLife,
        now: Millis,
    ) -> Result<bool, DbError> {
        let rows = self.exec.run(FAILED, params![id, now, error, is_final, life.attempts]).await?;
        rows.first().map_or(Ok(false), |row| row.boolean(0))
    }
}

fn due(row: &Row) -> Result<DueMail, DbError> {
    Ok(DueMail { id: row.text(0)?, template: row.text(1)?, recipient: row.text(2)?, payload: row.json(3)? })
}

fn stored(row: &Row) -> Result<StoredMail, DbError> {
    Ok(StoredMail {
        id: row.text(0)?,
        template: row.text(1)?,
        recipient: row.text(2)?,
        organization: row.integer_opt(3)?.map(OrganizationId::from_stored),
        created_at: row.integer(4)?,
        attempts: row.integer(5)?,
        next_attempt_at: row.integer(6)?,
        delivered_at: row.integer_opt(7)?,
        failed_at: row.integer_opt(8)?,
        last_error: row.text_opt(9)?,
        payload: row.json(10)?,
    })
}
