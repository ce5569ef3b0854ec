//! Logins by API key of the IDAH API.

use super::accounts::list::{account, account_columns};
use super::callers::{KeyLimits, key_limits};
use super::db::DbError;
use super::tenant::{System, Write};
use super::value::Row;
use crate::clock::Millis;
use crate::model::{Account, CredentialId};
use crate::params;

/// Milliseconds after which the use of a key is noted again.
const NOTED_FOR: Millis = 60_000;

statements! {
    /// ?1 SHA-256 of the key.
    BY_SECRET = concat!(
        "SELECT c.id, c.permissions, c.scope_type, c.scope_value, c.expires_at, c.revoked_at, c.last_used_at, ",
        account_columns!(),
        " FROM credential c JOIN user u ON u.id = c.principal_id JOIN principal p ON p.id = u.id \
         WHERE c.secret_hash = ?1 AND c.kind = 'api_key' AND c.permissions IS NOT NULL"
    );
    NOTE_USE = "UPDATE credential SET last_used_at = max(ifnull(last_used_at, ?2), ?2) WHERE id = ?1";
}

/// An API key that somebody has, and the account that it belongs to.
#[derive(Debug, Clone)]
pub struct KnownKey {
    /// The key.
    pub id: CredentialId,
    /// What it may do, and where.
    pub limits: KeyLimits,
    /// When it ends; `None` = never.
    pub expires_at: Option<Millis>,
    /// When it was revoked.
    pub revoked_at: Option<Millis>,
    /// When its use was last noted.
    pub last_used_at: Option<Millis>,
    /// Whose it is.
    pub account: Account,
}

impl KnownKey {
    /// Whether its use is to be noted again.
    pub fn wants_note(&self, now: Millis) -> bool {
        self.last_used_at.is_none_or(|at| now.saturating_sub(at) >= NOTED_FOR)
    }
}

impl<M> System<'_, M> {
    /// The API key with this hash.
    pub async fn account_key(self, hash: [u8; 32]) -> Result<Option<KnownKey>, DbError> {
        self.exec.run(BY_SECRET, params![hash]).await?.first().map(key).transpose()
    }
}

impl System<'_, Write> {
    /// Notes that a key is used.
    pub async fn note_account_key(self, id: CredentialId, now: Millis) -> Result<(), DbError> {
        self.exec.run(NOTE_USE, params![id, now]).await.map(|_| ())
    }
}

fn key(row: &Row) -> Result<KnownKey, DbError> {
    Ok(KnownKey {
        id: CredentialId::from_stored(row.integer(0)?),
        limits: key_limits(row, 1)?.ok_or(DbError::Shape { column: 1, wanted: "API permissions" })?,
        expires_at: row.integer_opt(4)?,
        revoked_at: row.integer_opt(5)?,
        last_used_at: row.integer_opt(6)?,
        account: account(row, 7)?,
    })
}
