//! Credentials made, changed and removed.

use serde_json::Value as Json;

use crate::clock::Millis;
use crate::crypto::secret::Digest;
use crate::model::{ApiKey, CredentialId, CredentialKind, IdSet, KeyLimits, OrganizationId, PrincipalId, name_key};
use crate::params;
use crate::rng::Rng;
use crate::store::db::DbError;
use crate::store::ids::insert_new;
use crate::store::tenant::{System, Write};

statements! {
    /// A password takes the place of the one that is there.
    INSERT = "INSERT INTO credential (id, principal_id, kind, name, name_key, label, password_hash, secret_hash, public_key, \
        permissions, scope_type, scope_value, expires_at, created_at, updated_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14) \
        ON CONFLICT (principal_id) WHERE kind = 'password' \
          DO UPDATE SET password_hash = excluded.password_hash, updated_at = excluded.updated_at \
        ON CONFLICT (id) DO NOTHING RETURNING id";
    UPDATE_API_KEY = "UPDATE credential SET name = ?2, name_key = ?3, expires_at = ?4, revoked_at = ?5, updated_at = ?6 \
        WHERE id = ?1 AND kind = 'api_key'";
    DELETE = "DELETE FROM credential WHERE id = ?2 AND principal_id = ?1 AND kind = ?3 RETURNING id";
    /// A credential that has no name is called by its id.
    DELETE_NAMED = "DELETE FROM credential WHERE principal_id = ?1 AND kind = ?3 \
        AND ifnull(name, CAST(id AS TEXT)) = ?2 RETURNING id";
    /// How many of the organizations ?1 there are, and the account that owns all API keys.
    API_KEY_CONTEXT = "SELECT (SELECT count(*) FROM json_each(?1) listed CROSS JOIN organization o ON o.id = listed.value), \
        (SELECT u.id FROM installation i JOIN user u ON u.id = i.subject_id \
          WHERE i.name = 'bootstrap_api_service' AND u.account_role = 'api_service')";
}

/// A credential to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewCredential<'a> {
    /// Whose.
    pub owner: PrincipalId,
    /// Kind.
    pub kind: CredentialKind,
    /// Name for people.
    pub name: Option<&'a str>,
    /// What it may do at most; `None`: all that its owner may.
    pub limits: Option<&'a KeyLimits>,
    /// When it ends.
    pub expires_at: Option<Millis>,
}

/// What is kept to know a credential by.
#[derive(Debug, Clone)]
pub enum Proof {
    /// An argon2id PHC string.
    Password(String),
    /// The SHA-256 of a secret, and what is shown of that.
    Secret {
        /// Visible part.
        label: String,
        /// SHA-256.
        hash: Digest,
    },
    /// A public key as JWK (RFC 7517).
    PublicKey(String),
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
    /// Stores a credential under a new id, for which `make` gives what it is known by.
    pub async fn insert_credential(
        self,
        new: NewCredential<'_>,
        make: impl Fn(CredentialId) -> Proof,
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<CredentialId, DbError> {
        let NewCredential { owner, kind, name, limits, expires_at } = new;
        let name_key = name.filter(|_| kind == CredentialKind::ApiKey).map(name_key);
        let permissions = limits.map(|limits| {
            let names: Vec<&str> = limits.permissions.iter().map(|permission| permission.as_str()).collect();
            Json::from(names).to_string()
        });
        let values = limits.map(|limits| Json::from(limits.values.clone()).to_string());
        let scope = limits.map(|limits| limits.scope.as_str());
        let params = |id| {
            let (label, password, secret, public_key) = match make(id) {
                Proof::Password(hash) => (None, Some(hash), None, None),
                Proof::Secret { label, hash } => (Some(label), None, Some(hash), None),
                Proof::PublicKey(jwk) => (None, None, None, Some(jwk)),
            };
            params![
                id,
                owner,
                kind.as_str(),
                name,
                name_key.as_deref(),
                label,
                password,
                secret,
                public_key,
                permissions.as_deref(),
                scope,
                values.as_deref(),
                expires_at,
                now
            ]
        };
        insert_new(self.exec, INSERT, rng, CredentialId::random, params).await
    }

    /// Sets the password of a user, an argon2id PHC string, in place of the one there is.
    pub async fn set_password(self, owner: PrincipalId, hash: &str, rng: &dyn Rng, now: Millis) -> Result<(), DbError> {
        let new = NewCredential { owner, kind: CredentialKind::Password, name: None, limits: None, expires_at: None };
        self.insert_credential(new, |_| Proof::Password(hash.to_owned()), rng, now).await.map(|_| ())
    }

    /// What an API key limited to these organizations depends on.
    pub async fn api_key_context(self, organizations: &IdSet<OrganizationId>) -> Result<ApiKeyContext, DbError> {
        let rows = self.exec.run(API_KEY_CONTEXT, params![organizations.json()]).await?;
        let row = rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?;
        Ok(ApiKeyContext { known: row.count(0)?, owner: row.integer_opt(1)?.map(PrincipalId::from_stored) })
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
