//! Requests for a new password, between the answer and the look whether anybody has the address.

use crate::clock::Millis;
use crate::model::MailFlow;
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};
use crate::store::value::Row;

statements! {
    INSERT = "INSERT INTO password_request (id, email_key, style, created_at) VALUES (?1, ?2, ?3, ?4)";
    ANY = "SELECT 1 FROM password_request LIMIT 1";
    /// Some of them, oldest first.
    TAKE = "DELETE FROM password_request WHERE id IN (SELECT id FROM password_request ORDER BY id LIMIT 20) \
        RETURNING email_key, style";
}

impl<M> System<'_, M> {
    /// Whether there are any.
    pub async fn has_password_requests(self) -> Result<bool, DbError> {
        Ok(!self.exec.run(ANY, Vec::new()).await?.is_empty())
    }
}

impl System<'_, Write> {
    /// Notes that somebody asks for a new password for this address, which anybody or nobody may have.
    pub async fn insert_password_request(
        self,
        id: String,
        email_key: &str,
        flow: MailFlow,
        now: Millis,
    ) -> Result<(), DbError> {
        self.exec.run(INSERT, params![id, email_key, flow.as_str(), now]).await.map(|_| ())
    }

    /// Takes some of the requests: the addresses, and the mails that each is to get.
    pub async fn take_password_requests(self) -> Result<Vec<(String, MailFlow)>, DbError> {
        let rows = self.exec.run(TAKE, Vec::new()).await?;
        let wrong = DbError::Shape { column: 1, wanted: "password_request.style" };
        let request =
            |row: &Row| Ok((row.text(0)?, MailFlow::from_stored(&row.text(1)?).ok_or_else(|| wrong.clone())?));
        rows.iter().map(request).collect()
    }
}
