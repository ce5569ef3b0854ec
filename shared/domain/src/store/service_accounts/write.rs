//! Service accounts made and changed. They are removed as every principal is.

use crate::clock::Millis;
use crate::model::{ApplicationType, PrincipalId, ServiceAccount, ServiceAccountData, search_key};
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};

statements! {
    INSERT = "INSERT INTO service_account (id, name, description, search_key, application_type, oidc_client_metadata, \
        custom_data) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    UPDATE = "UPDATE service_account SET name = ?2, description = ?3, search_key = ?4, oidc_client_metadata = ?5, \
        custom_data = ?6 WHERE id = ?1";
}

impl System<'_, Write> {
    /// Makes the row of a service account; the principal row, under the same id, exists already.
    pub async fn insert_service_account(
        self,
        id: PrincipalId,
        (name, description): (&str, Option<&str>),
        kind: ApplicationType,
        data: &ServiceAccountData,
    ) -> Result<(), DbError> {
        let key = search_key(name, description);
        let ServiceAccountData { oidc_client_metadata, custom_data } = data;
        let params = params![id, name, description, key, kind.as_str(), oidc_client_metadata, custom_data];
        self.exec.run(INSERT, params).await.map(|_| ())
    }

    /// Stores a service account that was edited, with its data.
    pub async fn update_service_account(self, edited: &ServiceAccount, now: Millis) -> Result<(), DbError> {
        let ServiceAccount { id, name, description, data: Some(data), .. } = edited else {
            return Err(DbError::Other("a service account was edited without its data".into()));
        };
        let description = description.as_deref();
        let ServiceAccountData { oidc_client_metadata, custom_data } = &**data;
        let key = search_key(name, description);
        self.exec.run(UPDATE, params![*id, name, description, key, oidc_client_metadata, custom_data]).await?;
        self.touch(*id, now).await
    }
}
