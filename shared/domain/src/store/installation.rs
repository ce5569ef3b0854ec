//! What has been done once for this installation.

use super::db::DbError;
use super::tenant::{System, Write};
use crate::clock::Millis;
use crate::params;

statements! {
    /// The account that owns API keys is as good as never made once it is gone: it has no credential that could have leaked.
    DONE = "SELECT name, subject_id FROM installation WHERE name <> 'bootstrap_api_service' \
        OR EXISTS (SELECT 1 FROM user WHERE id = subject_id)";
    RECORD = "INSERT INTO installation (name, subject_id, created_at) VALUES (?1, ?2, ?3) \
        ON CONFLICT (name) DO UPDATE SET subject_id = excluded.subject_id, created_at = excluded.created_at";
}

impl<M> System<'_, M> {
    /// Everything that is recorded: name and what was made. A handful of rows.
    pub async fn installation(&self) -> Result<Vec<(String, Option<i64>)>, DbError> {
        let rows = self.exec.run(DONE, Vec::new()).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.integer_opt(1)?))).collect()
    }
}

impl System<'_, Write> {
    /// Records that `name` has been done.
    pub async fn record_installation(&self, name: &'static str, subject: i64, now: Millis) -> Result<(), DbError> {
        self.exec.run(RECORD, params![name, subject, now]).await.map(|_| ())
    }
}
