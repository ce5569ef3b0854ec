//! Requests for a new password, between the answer and the look whether anybody has the address.

use super::db::DbError;
use super::tenant::{System, Write};
use crate::clock::Millis;
use crate::params;

statements! {
    INSERT = "INSERT INTO password_request (id, email_key, created_at) VALUES (?1, ?2, ?3)";
    ANY = "SELECT 1 FROM password_request LIMIT 1";
    /// Some of them, oldest first.
    TAKE = "DELETE FROM password_request WHERE id IN (SELECT id FROM password_request ORDER BY id LIMIT 20) \
        RETURNING email_key";
}

impl<M> System<'_, M> {
    /// Whether there are any.
    pub async fn has_password_requests(self) -> Result<bool, DbError> {
        Ok(!self.exec.run(ANY, Vec::new()).await?.is_empty())
    }
}

impl System<'_, Write> {
    /// Notes that somebody asks for a new password for this address, which anybody or nobody may have.
    pub async fn insert_password_request(self, id: String, email_key: &str, now: Millis) -> Result<(), DbError> {
        self.exec.run(INSERT, params![id, email_key, now]).await.map(|_| ())
    }

    /// Takes some of the requests: the addresses.
    pub async fn take_password_requests(self) -> Result<Vec<String>, DbError> {
        self.exec.run(TAKE, Vec::new()).await?.iter().map(|row| row.text(0)).collect()
    }
}
