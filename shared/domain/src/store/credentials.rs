//! Credentials: passwords, secrets, keys, codes.

use super::db::DbError;
use super::ids::insert_new;
use super::tenant::{System, Tenant, Write};
use super::value::Row;
use crate::clock::Millis;
use crate::model::{Credential, CredentialId, CredentialKind, OrganizationId, PrincipalId};
use crate::params;
use crate::rng::Rng;

statements! {
    INSERT_SECRET = "INSERT INTO credential (id, principal_id, kind, name, label, secret_hash, created_at, updated_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) \
        ON CONFLICT (id) DO NOTHING RETURNING id";
    INSERT_KEY = "INSERT INTO credential (id, principal_id, kind, public_key, expires_at, created_at, updated_at) \
        VALUES (?1, ?2, 'public_key', ?3, ?4, ?5, ?5) ON CONFLICT (id) DO NOTHING RETURNING id";
    /// Those of kind ?3, oldest first. One row of NULLs when the account is there and has none.
    LIST = "SELECT c.id, c.kind, p.organization_id, c.expires_at, c.created_at, c.name, c.label FROM principal p \
        LEFT JOIN credential c ON c.principal_id = p.id AND c.kind = ?3 \
        WHERE p.id = ?2 AND p.organization_id = ?1 AND p.kind = 'service_account' ORDER BY c.created_at, c.id";
    DELETE = "DELETE FROM credential WHERE id = ?3 AND principal_id = ?2 AND kind = ?4 \
        AND EXISTS (SELECT 1 FROM principal WHERE id = ?2 AND organization_id = ?1 AND kind = 'service_account') \
        RETURNING id";
}

/// A random secret to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewSecret<'a> {
    /// Kind of credential.
    pub kind: CredentialKind,
    /// Name for people.
    pub name: Option<&'a str>,
    /// Visible part.
    pub label: &'a str,
    /// SHA-256 of the whole.
    pub hash: [u8; 32],
}

impl<M> Tenant<'_, M> {
    /// Credentials of a service account; `None` when it is not there.
    pub async fn credentials(
        self,
        owner: PrincipalId,
        kind: CredentialKind,
    ) -> Result<Option<Vec<Credential>>, DbError> {
        let rows = self.exec.run(LIST, params![self.organization, owner, kind.as_str()]).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let present = rows.iter().filter(|row| !matches!(row.integer_opt(0), Ok(None)));
        present.map(credential).collect::<Result<_, _>>().map(Some)
    }
}

impl Tenant<'_, Write> {
    /// Stores the public half of a key pair under a new id, which `public_jwk` puts into the JWK as `kid`.
    /// `owner` was found in this tenant within the same unit of work.
    pub async fn insert_key(
        self,
        owner: PrincipalId,
        public_jwk: impl Fn(CredentialId) -> String,
        expires_at: Option<Millis>,
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<CredentialId, DbError> {
        let params = |id| params![id, owner, public_jwk(id), expires_at, now];
        insert_new(self.exec, INSERT_KEY, rng, CredentialId::random, params).await
    }

    /// Removes a credential; `false` when the account or the credential is not there.
    pub async fn delete_credential(
        self,
        owner: PrincipalId,
        id: CredentialId,
        kind: CredentialKind,
    ) -> Result<bool, DbError> {
        Ok(!self.exec.run(DELETE, params![self.organization, owner, id, kind.as_str()]).await?.is_empty())
    }
}

impl System<'_, Write> {
    /// Stores the hash of a random secret.
    pub async fn insert_secret(
        self,
        owner: PrincipalId,
        new: NewSecret<'_>,
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<CredentialId, DbError> {
        let params = |id| params![id, owner, new.kind.as_str(), new.name, new.label, new.hash, now];
        insert_new(self.exec, INSERT_SECRET, rng, CredentialId::random, params).await
    }
}

fn credential(row: &Row) -> Result<Credential, DbError> {
    Ok(Credential {
        id: CredentialId::from_stored(row.integer(0)?),
        kind: CredentialKind::from_stored(&row.text(1)?)
            .ok_or(DbError::Shape { column: 1, wanted: "credential.kind" })?,
        organization_id: OrganizationId::from_stored(row.integer(2)?),
        expires_at: row.integer_opt(3)?,
        created_at: row.integer(4)?,
        name: row.text_opt(5)?,
        label: row.text_opt(6)?,
    })
}
