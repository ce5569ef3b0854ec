//! Client secrets with what decides whether they can be shown, and the key that some are derived from
//! (docs/adr/0010-application-secrets.md).

use super::read::{Credentials, WIDTH, credential, credential_columns};
use crate::clock::Millis;
use crate::crypto::Sensitive;
use crate::crypto::secret::Digest;
use crate::model::{Credential, PrincipalId};
use crate::params;
use crate::policy::Rights;
use crate::rng::Rng;
use crate::store::callers::{self, grants};
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};

statements! {
    /// Oldest first, each with its hash, what its owner may do and the key.
    LIST = concat!(
        "SELECT ", credential_columns!(), ", c.secret_hash, ", grants!(""), ", \
         (SELECT value FROM derivation_key WHERE name = 'application_secrets') \
         FROM principal p LEFT JOIN credential c ON c.principal_id = p.id AND c.kind = 'client_secret' \
             AND c.revoked_at IS NULL \
         WHERE p.id = ?1 AND p.kind = 'service_account' ORDER BY c.created_at, c.id"
    );
    NAMED = "SELECT 1 FROM credential WHERE principal_id = ?1 AND kind = 'client_secret' AND name = ?2 LIMIT 1";
    /// Gives the key that is there, or else makes it of ?1.
    KEY = "INSERT INTO derivation_key (name, value, created_at) VALUES ('application_secrets', ?1, ?2) \
        ON CONFLICT (name) DO UPDATE SET value = value RETURNING value";
}

/// The secrets of one service account, and what decides whether they can be shown.
#[derive(Debug)]
pub struct StoredSecrets {
    /// The secrets, each with its SHA-256.
    pub secrets: Credentials<(Credential, Vec<u8>)>,
    /// What the account may do.
    pub rights: Rights,
    /// The stored key, once it is made.
    pub key: Option<Sensitive<Vec<u8>>>,
}

impl<M> System<'_, M> {
    /// Client secrets of a service account; `None` when it is not there.
    pub async fn client_secrets(self, owner: PrincipalId) -> Result<Option<StoredSecrets>, DbError> {
        let rows = self.exec.run(LIST, params![owner]).await?;
        let secret = |row: &_| Ok((credential(row)?, row.bytes_opt(WIDTH)?.unwrap_or_default()));
        let (Some(first), Some(secrets)) = (rows.first(), Credentials::read(&rows, secret)?) else { return Ok(None) };
        Ok(Some(StoredSecrets {
            secrets,
            rights: Rights::new(callers::roles(&first.text(WIDTH + 1)?)?),
            key: first.bytes_opt(WIDTH + 2)?.map(Sensitive::new),
        }))
    }

    /// Whether a service account has a client secret of this name.
    pub async fn has_client_secret(self, owner: PrincipalId, name: &str) -> Result<bool, DbError> {
        Ok(!self.exec.run(NAMED, params![owner, name]).await?.is_empty())
    }
}

impl System<'_, Write> {
    /// The stored key, which is made with the first secret.
    pub async fn derivation_key(self, rng: &dyn Rng, now: Millis) -> Result<Sensitive<Vec<u8>>, DbError> {
        let mut fresh = Digest::default();
        rng.fill(&mut fresh);
        let rows = self.exec.run(KEY, params![fresh, now]).await?;
        let key = rows.first().map(|row| row.bytes_opt(0)).transpose()?.flatten();
        key.map(Sensitive::new).ok_or_else(|| DbError::Other("the derivation key is not there".into()))
    }
}
