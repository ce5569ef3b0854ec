//! Secrets of machines, and the key that they are derived from (docs/adr/0010-application-secrets.md).

use crate::clock::Millis;
use crate::crypto::secret::Digest;
use crate::crypto::{Secret, Sensitive};
use crate::model::{CredentialId, PrincipalId};
use crate::params;
use crate::policy::Rights;
use crate::rng::Rng;
use crate::store::callers::{self, grants};
use crate::store::db::DbError;
use crate::store::ids::insert_new;
use crate::store::tenant::{System, Write};
use crate::store::value::Row;

statements! {
    /// Oldest first, each with what its owner may do and the key; without secrets one row of NULLs before those.
    LIST = concat!(
        "SELECT c.id, c.name, c.label, c.secret_hash, c.created_at, c.expires_at, ", grants!(""), ", \
         (SELECT value FROM derivation_key WHERE name = 'application_secrets') \
         FROM principal p LEFT JOIN credential c ON c.principal_id = p.id AND c.kind = 'client_secret' \
             AND c.revoked_at IS NULL \
         WHERE p.id = ?1 AND p.kind = 'service_account' ORDER BY c.created_at, c.id"
    );
    NAMED = "SELECT 1 FROM credential WHERE principal_id = ?1 AND kind = 'client_secret' AND name = ?2 LIMIT 1";
    INSERT = "INSERT INTO credential (id, principal_id, kind, name, label, secret_hash, expires_at, created_at, updated_at) \
        VALUES (?1, ?2, 'client_secret', ?3, ?4, ?5, ?6, ?7, ?7) ON CONFLICT (id) DO NOTHING RETURNING id";
    /// A secret that has no name is called by its id.
    DELETE = "DELETE FROM credential WHERE principal_id = ?1 AND kind = 'client_secret' \
        AND ifnull(name, CAST(id AS TEXT)) = ?2 RETURNING id";
    /// Gives the key that is there, or else makes it of ?1.
    KEY = "INSERT INTO derivation_key (name, value, created_at) VALUES ('application_secrets', ?1, ?2) \
        ON CONFLICT (name) DO UPDATE SET value = value RETURNING value";
}

/// A secret as it is stored.
#[derive(Debug, Clone)]
pub struct StoredSecret {
    /// Id.
    pub id: CredentialId,
    /// Name; EazyRent's may have none.
    pub name: Option<String>,
    /// Visible part.
    pub label: Option<String>,
    /// SHA-256 of the whole.
    pub hash: Vec<u8>,
    /// When it was made.
    pub created_at: Millis,
    /// When it ends.
    pub expires_at: Option<Millis>,
}

/// The secrets of one machine, and what decides whether they can be shown.
#[derive(Debug)]
pub struct StoredSecrets {
    /// The secrets, oldest first.
    pub secrets: Vec<StoredSecret>,
    /// What the machine may do.
    pub rights: Rights,
    /// The stored key, once it is made.
    pub key: Option<Sensitive<Vec<u8>>>,
}

/// A secret to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewApplicationSecret<'a> {
    /// Whose.
    pub owner: PrincipalId,
    /// Name, which no other of the owner has.
    pub name: &'a str,
    /// When it ends.
    pub expires_at: Option<Millis>,
}

impl<M> System<'_, M> {
    /// Secrets of a machine; `None` when it is not there.
    pub async fn application_secrets(self, owner: PrincipalId) -> Result<Option<StoredSecrets>, DbError> {
        let rows = self.exec.run(LIST, params![owner]).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let present = rows.iter().filter(|row| !matches!(row.integer_opt(0), Ok(None)));
        Ok(Some(StoredSecrets {
            secrets: present.map(secret).collect::<Result<_, _>>()?,
            rights: Rights::new(callers::roles(&first.text(6)?)?),
            key: first.bytes_opt(7)?.map(Sensitive::new),
        }))
    }

    /// Whether a machine has a secret of this name.
    pub async fn has_application_secret(self, owner: PrincipalId, name: &str) -> Result<bool, DbError> {
        Ok(!self.exec.run(NAMED, params![owner, name]).await?.is_empty())
    }
}

impl System<'_, Write> {
    /// Stores a secret under a new id, which `derive` makes the secret from.
    pub async fn insert_application_secret(
        self,
        new: NewApplicationSecret<'_>,
        derive: impl Fn(CredentialId) -> Secret,
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<CredentialId, DbError> {
        let params = |id| {
            let Secret { hash, label, .. } = derive(id);
            params![id, new.owner, new.name, label, hash, new.expires_at, now]
        };
        insert_new(self.exec, INSERT, rng, CredentialId::random, params).await
    }

    /// Removes the secrets of this name; gives their ids.
    pub async fn delete_application_secrets(
        self,
        owner: PrincipalId,
        name: &str,
    ) -> Result<Vec<CredentialId>, DbError> {
        let rows = self.exec.run(DELETE, params![owner, name]).await?;
        rows.iter().map(|row| row.integer(0).map(CredentialId::from_stored)).collect()
    }

    /// The stored key, which is made with the first secret.
    pub async fn application_secret_key(self, rng: &dyn Rng, now: Millis) -> Result<Sensitive<Vec<u8>>, DbError> {
        let mut fresh = Digest::default();
        rng.fill(&mut fresh);
        let rows = self.exec.run(KEY, params![fresh, now]).await?;
        let key = rows.first().map(|row| row.bytes_opt(0)).transpose()?.flatten();
        key.map(Sensitive::new).ok_or_else(|| DbError::Other("the derivation key is not there".into()))
    }
}

fn secret(row: &Row) -> Result<StoredSecret, DbError> {
    Ok(StoredSecret {
        id: CredentialId::from_stored(row.integer(0)?),
        name: row.text_opt(1)?,
        label: row.text_opt(2)?,
        hash: row.bytes_opt(3)?.unwrap_or_default(),
        created_at: row.integer(4)?,
        expires_at: row.integer_opt(5)?,
    })
}
