//! Changes to API keys.

use crate::crypto::secret::Digest;
use crate::model::{ApiKey, CredentialId, IdSet, OrganizationId, PrincipalId, name_key};
use crate::params;
use crate::rng::Rng;
use crate::store::db::DbError;
use crate::store::ids::insert_new;
use crate::store::tenant::{System, Write};

statements! {
    /// How many of the organizations ?1 there are, and the account that owns all keys.
    SURROUNDINGS = "SELECT (SELECT count(*) FROM json_each(?1) listed JOIN organization o ON o.id = listed.value), \
        (SELECT u.id FROM installation i JOIN user u ON u.id = i.subject_id \
          WHERE i.name = 'bootstrap_api_service' AND u.account_role = 'api_service')";
    INSERT = "INSERT INTO credential (id, principal_id, kind, name, name_key, label, secret_hash, permissions, scope_type, \
        scope_value, expires_at, created_at, updated_at) \
        VALUES (?1, ?2, 'api_key', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11) ON CONFLICT (id) DO NOTHING RETURNING id";
    UPDATE = "UPDATE credential SET name = ?2, name_key = ?3, expires_at = ?4, revoked_at = ?5, updated_at = ?6 \
        WHERE id = ?1 AND kind = 'api_key'";
    DELETE = "DELETE FROM credential WHERE id = ?1 AND kind = 'api_key'";
}

/// What a new key depends on.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings {
    /// How many of the organizations exist.
    pub known: usize,
    /// The account that owns all keys.
    pub owner: Option<PrincipalId>,
}

impl System<'_, Write> {
    /// What a key limited to these organizations depends on.
    pub async fn key_surroundings(self, organizations: &IdSet<OrganizationId>) -> Result<Surroundings, DbError> {
        let rows = self.exec.run(SURROUNDINGS, params![organizations.json()]).await?;
        let row = rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?;
        Ok(Surroundings { known: row.count(0)?, owner: row.integer_opt(1)?.map(PrincipalId::from_stored) })
    }

    /// Stores a key made of `draft`, whose id counts for nothing, and the hash of its text.
    pub async fn insert_api_key(self, draft: &ApiKey, hash: Digest, rng: &dyn Rng) -> Result<CredentialId, DbError> {
        let permissions: Vec<&str> = draft.permissions.iter().map(|permission| permission.as_str()).collect();
        let permissions = serde_json::Value::from(permissions).to_string();
        let values = serde_json::Value::from(draft.values.clone()).to_string();
        let params = |id| {
            params![
                id,
                draft.account,
                draft.name.as_deref(),
                draft.name.as_deref().map(name_key),
                &draft.label,
                hash,
                &permissions,
                draft.scope.as_str(),
                &values,
                draft.expires_at,
                draft.created_at
            ]
        };
        insert_new(self.exec, INSERT, rng, CredentialId::random, params).await
    }

    /// Stores name, end and last change of a key.
    pub async fn update_api_key(self, key: &ApiKey) -> Result<(), DbError> {
        let name = key.name.as_deref();
        let params = params![key.id, name, name.map(name_key), key.expires_at, key.revoked_at, key.updated_at];
        self.exec.run(UPDATE, params).await.map(|_| ())
    }

    /// Removes a key.
    pub async fn delete_api_key(self, id: CredentialId) -> Result<(), DbError> {
        self.exec.run(DELETE, params![id]).await.map(|_| ())
    }
}
