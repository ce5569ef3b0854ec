//! Counters of failed or frequent attempts.

use crate::clock::Millis;
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};

statements! {
    /// ?2 another subject, or NULL.
    LOCKED_UNTIL = "SELECT ifnull(max(locked_until), 0) FROM login_throttle WHERE subject IN (?1, ?2)";
    /// Counts one more, from one again when the window that began before ?3 is over.
    COUNT = "INSERT INTO login_throttle (subject, failures, window_started_at) VALUES (?1, 1, ?2) \
        ON CONFLICT (subject) DO UPDATE SET \
          failures = CASE WHEN window_started_at < ?3 THEN 1 ELSE failures + 1 END, \
          window_started_at = CASE WHEN window_started_at < ?3 THEN ?2 ELSE window_started_at END \
        RETURNING failures";
    LOCK = "UPDATE login_throttle SET locked_until = ?2 WHERE subject = ?1";
    CLEAR = "DELETE FROM login_throttle WHERE subject = ?1";
    /// One attempt less, and without the wait until ?2 that it caused.
    TAKE_BACK = "UPDATE login_throttle SET failures = failures - 1, \
          locked_until = CASE locked_until WHEN ?2 THEN 0 ELSE locked_until END \
        WHERE subject = ?1 AND failures > 0";
    /// A hundred of those that began before ?1, so that counters of strangers do not pile up.
    SWEEP = "DELETE FROM login_throttle WHERE subject IN \
        (SELECT subject FROM login_throttle WHERE window_started_at < ?1 AND locked_until < ?2 LIMIT 100)";
}

impl<M> System<'_, M> {
    /// Until when `subject`, or `other`, is locked out; 0 = not at all.
    pub async fn locked_until(self, subject: &str, other: Option<&str>) -> Result<Millis, DbError> {
        let rows = self.exec.run(LOCKED_UNTIL, params![subject, other]).await?;
        rows.first().map_or(Ok(0), |row| row.integer(0))
    }
}

impl System<'_, Write> {
    /// Counts an attempt and returns how many there were in the window that began at `since` or later.
    pub async fn count_attempt(self, subject: &str, since: Millis, now: Millis) -> Result<i64, DbError> {
        let rows = self.exec.run(COUNT, params![subject, now, since]).await?;
        rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?.integer(0)
    }

    /// Locks `subject` out until `until`.
    pub async fn lock_out(self, subject: &str, until: Millis) -> Result<(), DbError> {
        self.exec.run(LOCK, params![subject, until]).await.map(|_| ())
    }

    /// Forgets the attempts of `subject`.
    pub async fn clear_attempts(self, subject: &str) -> Result<(), DbError> {
        self.exec.run(CLEAR, params![subject]).await.map(|_| ())
    }

    /// Takes one attempt of `subject` back, and the wait until `until` where that is the present one.
    pub async fn take_attempt_back(self, subject: &str, until: Millis) -> Result<(), DbError> {
        self.exec.run(TAKE_BACK, params![subject, until]).await.map(|_| ())
    }

    /// Forgets some counters whose window began before `before` and which lock nobody out any more.
    pub async fn sweep_attempts(self, before: Millis, now: Millis) -> Result<(), DbError> {
        self.exec.run(SWEEP, params![before, now]).await.map(|_| ())
    }
}
