//! Logins by API key.

use super::api_keys::{WIDTH, key, key_columns};
use crate::clock::Millis;
use crate::model::{ApiKey, CredentialId, User, UserAccess};
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};
use crate::store::users::{access_columns, user_columns, with_access};

/// Milliseconds after which the use of a key is noted again.
const NOTED_FOR: Millis = 60_000;

statements! {
    /// ?1 SHA-256 of the key.
    BY_SECRET = concat!(
        "SELECT ", key_columns!(), ", ", user_columns!(), ", ", access_columns!(),
        " FROM credential c JOIN user u ON u.id = c.principal_id JOIN principal p ON p.id = u.id \
         WHERE c.secret_hash = ?1 AND c.kind = 'api_key' AND c.permissions IS NOT NULL"
    );
    NOTE_USE = "UPDATE credential SET last_used_at = max(ifnull(last_used_at, ?2), ?2) WHERE id = ?1";
}

/// An API key that was presented, and the account that it belongs to.
#[derive(Debug, Clone)]
pub struct KnownKey {
    /// The key.
    pub key: ApiKey,
    /// Whose it is.
    pub user: User<UserAccess>,
}

impl KnownKey {
    /// Whether its use is to be noted again.
    pub fn wants_note(&self, now: Millis) -> bool {
        self.key.last_used_at.is_none_or(|at| now.saturating_sub(at) >= NOTED_FOR)
    }
}

impl<M> System<'_, M> {
    /// The API key with this hash.
    pub async fn account_key(self, hash: [u8; 32]) -> Result<Option<KnownKey>, DbError> {
        let rows = self.exec.run(BY_SECRET, params![hash]).await?;
        let known = rows.first().map(|row| Ok(KnownKey { key: key(row, 0)?, user: with_access(row, WIDTH)? }));
        known.transpose()
    }
}

impl System<'_, Write> {
    /// Notes that a key is used.
    pub async fn note_account_key(self, id: CredentialId, now: Millis) -> Result<(), DbError> {
        self.exec.run(NOTE_USE, params![id, now]).await.map(|_| ())
    }
}
