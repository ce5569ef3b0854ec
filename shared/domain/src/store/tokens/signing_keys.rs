//! Keys that sign our tokens.

use crate::clock::Millis;
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};
use crate::store::value::Row;

statements! {
    CURRENT = "SELECT kid, algorithm, private_key FROM signing_key \
        WHERE algorithm = ?1 AND generation = ?2 AND organization_id IS NULL";
    /// A second first request made one as well: whoever comes later keeps the earlier one. The operator's may be there under
    /// another name, as its text was written in another way.
    PUT = "INSERT INTO signing_key (kid, algorithm, generation, private_key, public_jwk, created_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (kid) DO UPDATE SET generation = excluded.generation \
        ON CONFLICT DO NOTHING";
    PUBLIC = "SELECT public_jwk FROM signing_key ORDER BY created_at DESC, kid LIMIT 64";
    PUBLIC_BY_KID = "SELECT public_jwk, generation FROM signing_key WHERE kid = ?1";
}

/// A stored key with its private half.
#[derive(Clone)]
pub struct StoredKey {
    /// Key id.
    pub kid: String,
    /// JWA name.
    pub algorithm: String,
    /// Form of `crypto::SigningKey::to_stored`.
    pub private_key: String,
}

/// A key to be stored.
pub struct NewKey<'a> {
    /// Key id.
    pub kid: &'a str,
    /// JWA name.
    pub algorithm: &'static str,
    /// Generation it is made for.
    pub generation: &'a str,
    /// Form of `crypto::SigningKey::to_stored`.
    pub private_key: &'a str,
    /// JWK of the public half.
    pub public_jwk: String,
}

impl<M> System<'_, M> {
    /// The key that signs now.
    pub async fn signing_key(self, algorithm: &'static str, generation: &str) -> Result<Option<StoredKey>, DbError> {
        let rows = self.exec.run(CURRENT, params![algorithm, generation]).await?;
        rows.first().map(stored).transpose()
    }

    /// Public halves of all keys, newest first.
    pub async fn public_keys(self) -> Result<Vec<serde_json::Value>, DbError> {
        self.exec.run(PUBLIC, Vec::new()).await?.iter().map(|row| row.json(0)).collect()
    }

    /// Public half of one key, and the generation that it is of.
    pub async fn public_key(self, kid: &str) -> Result<Option<(serde_json::Value, String)>, DbError> {
        let rows = self.exec.run(PUBLIC_BY_KID, params![kid]).await?;
        rows.first().map(|row| Ok((row.json(0)?, row.text(1)?))).transpose()
    }
}

impl System<'_, Write> {
    /// Stores a key under its generation, unless that has one for the algorithm.
    pub async fn put_signing_key(self, new: NewKey<'_>, now: Millis) -> Result<(), DbError> {
        let params = params![new.kid, new.algorithm, new.generation, new.private_key, new.public_jwk, now];
        self.exec.run(PUT, params).await.map(|_| ())
    }
}

fn stored(row: &Row) -> Result<StoredKey, DbError> {
    Ok(StoredKey { kid: row.text(0)?, algorithm: row.text(1)?, private_key: row.text(2)? })
}
