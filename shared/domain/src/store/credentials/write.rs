//! Credentials made, changed and removed.

use crate::clock::Millis;
use crate::crypto::secret::Digest;
use crate::model::{ApiKey, CredentialId, CredentialKind, IdSet, OrganizationId, PrincipalId, name_key};
use crate::params;
use crate::rng::Rng;
use crate::store::db::DbError;
use crate::store::ids::insert_new;
use crate::store::tenant::{System, Write};

statements! {
    INSERT_SECRET = "INSERT INTO credential (id, principal_id, kind, name, label, secret_hash, expires_at, created_at, \
        updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8) ON CONFLICT (id) DO NOTHING RETURNING id";
    INSERT_PUBLIC_KEY = "INSERT INTO credential (id, principal_id, kind, public_key, expires_at, created_at, updated_at) \
        VALUES (?1, ?2, 'public_key', ?3, ?4, ?5, ?5) ON CONFLICT (id) DO NOTHING RETURNING id";
    INSERT_API_KEY = "INSERT INTO credential (id, principal_id, kind, name, name_key, label, secret_hash, permissions, \
        scope_type, scope_value, expires_at, created_at, updated_at) \
        VALUES (?1, ?2, 'api_key', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11) ON CONFLICT (id) DO NOTHING RETURNING id";
    UPDATE_API_KEY = "UPDATE credential SET name = ?2, name_key = ?3, expires_at = ?4, revoked_at = ?5, updated_at = ?6 \
        WHERE id = ?1 AND kind = 'api_key'";
    DELETE = "DELETE FROM credential WHERE id = ?2 AND principal_id = ?1 AND kind = ?3 RETURNING id";
    /// A credential that has no name is called by its id.
    DELETE_NAMED = "DELETE FROM credential WHERE principal_id = ?1 AND kind = ?3 \
        AND ifnull(name, CAST(id AS TEXT)) = ?2 RETURNING id";
    /// How many of the organizations ?1 there are, and the account that owns all API keys.
    API_KEY_CONTEXT = "SELECT (SELECT count(*) FROM json_each(?1) listed JOIN organization o ON o.id = listed.value), \
        (SELECT u.id FROM installation i JOIN user u ON u.id = i.subject_id \
          WHERE i.name = 'bootstrap_api_service' AND u.account_role = 'api_service')";
}

/// A secret to be stored.
#[derive(Debug, Clone, Copy)]
pub struct SecretRow<'a> {
    /// Whose.
    pub owner: PrincipalId,
    /// Kind of credential.
    pub kind: CredentialKind,
    /// Name for people.
    pub name: Option<&'a str>,
    /// When it ends.
    pub expires_at: Option<Millis>,
}

/// What a new API key depends on.
#[derive(Debug, Clone, Copy)]
pub struct ApiKeyContext {
    /// How many of the organizations exist.
    pub known: usize,
    /// The account that owns all keys.
    pub owner: Option<PrincipalId>,
}

impl System<'_, Write> {
    /// Stores a secret under a new id, for which `make` gives visible part and SHA-256.
    pub async fn insert_secret(
        self,
        new: SecretRow<'_>,
        make: impl Fn(CredentialId) -> (String, Digest),
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<CredentialId, DbError> {
        let params = |id| {
            let (label, hash) = make(id);
            params![id, new.owner, new.kind.as_str(), new.name, label, hash, new.expires_at, now]
        };
        insert_new(self.exec, INSERT_SECRET, rng, CredentialId::random, params).await
    }

    /// Stores the public half of a key pair under a new id, which `public_jwk` puts into the JWK as `kid`.
    pub async fn insert_public_key(
        self,
        owner: PrincipalId,
        public_jwk: impl Fn(CredentialId) -> String,
        expires_at: Option<Millis>,
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<CredentialId, DbError> {
        let params = |id| params![id, owner, public_jwk(id), expires_at, now];
        insert_new(self.exec, INSERT_PUBLIC_KEY, rng, CredentialId::random, params).await
    }

    /// What an API key limited to these organizations depends on.
    pub async fn api_key_context(self, organizations: &IdSet<OrganizationId>) -> Result<ApiKeyContext, DbError> {
        let rows = self.exec.run(API_KEY_CONTEXT, params![organizations.json()]).await?;
        let row = rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?;
        Ok(ApiKeyContext { known: row.count(0)?, owner: row.integer_opt(1)?.map(PrincipalId::from_stored) })
    }

    /// Stores an API key made of `draft`, whose id counts for nothing, and the hash of its text.
    pub async fn insert_api_key(self, draft: &ApiKey, hash: Digest, rng: &dyn Rng) -> Result<CredentialId, DbError> {
        let permissions: Vec<&str> = draft.limits.permissions.iter().map(|permission| permission.as_str()).collect();
        let permissions = serde_json::Value::from(permissions).to_string();
        let values = serde_json::Value::from(draft.limits.values.clone()).to_string();
        let params = |id| {
            params![
                id,
                draft.account,
                draft.name.as_deref(),
                draft.name.as_deref().map(name_key),
                &draft.label,
                hash,
                &permissions,
                draft.limits.scope.as_str(),
                &values,
                draft.expires_at,
                draft.created_at
            ]
        };
        insert_new(self.exec, INSERT_API_KEY, rng, CredentialId::random, params).await
    }

    /// Stores name, end and last change of an API key.
    pub async fn update_api_key(self, key: &ApiKey) -> Result<(), DbError> {
        let name = key.name.as_deref();
        let params = params![key.id, name, name.map(name_key), key.expires_at, key.revoked_at, key.updated_at];
        self.exec.run(UPDATE_API_KEY, params).await.map(|_| ())
    }

    /// Removes a credential; `false` when its owner has none of this kind with this id.
    pub async fn delete_credential(
        self,
        owner: PrincipalId,
        id: CredentialId,
        kind: CredentialKind,
    ) -> Result<bool, DbError> {
        Ok(!self.exec.run(DELETE, params![owner, id, kind.as_str()]).await?.is_empty())
    }

    /// Removes the credentials of this kind and name; gives their ids.
    pub async fn delete_credentials_named(
        self,
        owner: PrincipalId,
        name: &str,
        kind: CredentialKind,
    ) -> Result<Vec<CredentialId>, DbError> {
        let rows = self.exec.run(DELETE_NAMED, params![owner, name, kind.as_str()]).await?;
        rows.iter().map(|row| row.integer(0).map(CredentialId::from_stored)).collect()
    }
}
