//! Changes to organizations. They are made and removed as the directory does it.

use crate::model::{AccountOrganization, name_key};
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};

statements! {
    UPDATE = "UPDATE organization SET name = ?2, name_key = ?3, updated_at = ?4 WHERE id = ?1";
}

impl System<'_, Write> {
    /// Stores name and last change.
    pub async fn update_account_organization(self, edited: &AccountOrganization) -> Result<(), DbError> {
        let params = params![edited.id, &edited.name, name_key(&edited.name), edited.updated_at];
        self.exec.run(UPDATE, params).await.map(|_| ())
    }
}
