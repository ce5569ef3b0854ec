//! Passwords that are being compared at this moment.

use crate::clock::Millis;
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};

statements! {
    RUNNING = "SELECT count(*) FROM password_check WHERE ends_at > ?1";
    /// ?1 when it counts no longer, ?2 now, ?3 how many there may be.
    BEGIN = "INSERT INTO password_check (ends_at) \
        SELECT ?1 WHERE (SELECT count(*) FROM password_check WHERE ends_at > ?2) < ?3 RETURNING id";
    /// Also those whose instance has died.
    END = "DELETE FROM password_check WHERE id = ?1 OR ends_at <= ?2";
}

/// A comparison that was let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCheckId(i64);

impl<M> System<'_, M> {
    /// How many are running.
    pub async fn password_checks(self, now: Millis) -> Result<i64, DbError> {
        let rows = self.exec.run(RUNNING, params![now]).await?;
        rows.first().map_or(Ok(0), |row| row.integer(0))
    }
}

impl System<'_, Write> {
    /// Begins one that counts until `ends_at` at the latest; `None` while `limit` are running.
    pub async fn begin_password_check(
        self,
        ends_at: Millis,
        now: Millis,
        limit: i64,
    ) -> Result<Option<PasswordCheckId>, DbError> {
        let rows = self.exec.run(BEGIN, params![ends_at, now, limit]).await?;
        rows.first().map(|row| row.integer(0).map(PasswordCheckId)).transpose()
    }

    /// Ends one.
    pub async fn end_password_check(self, id: PasswordCheckId, now: Millis) -> Result<(), DbError> {
        self.exec.run(END, params![id.0, now]).await.map(|_| ())
    }
}
