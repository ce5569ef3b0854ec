//! Changes to roles.

use crate::clock::Millis;
use crate::model::{PrincipalKind, Role, RoleFamily, RoleId, name_key};
use crate::params;
use crate::rng::Rng;
use crate::store::db::DbError;
use crate::store::ids::insert_new;
use crate::store::tenant::{System, Write};

statements! {
    INSERT = "INSERT INTO role (id, family, name, name_key, description, description_key, principal_kind, created_at, \
        updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8) ON CONFLICT (id) DO NOTHING RETURNING id";
    UPDATE = "UPDATE role SET name = ?2, name_key = ?3, description = ?4, description_key = ?5, principal_kind = ?6, \
        version = version + 1, updated_at = ?7 WHERE id = ?1";
    DELETE = "DELETE FROM role WHERE id = ?1 AND family = ?2 RETURNING id";
}

/// A role to be made.
#[derive(Debug, Clone)]
pub struct NewRole {
    /// Family.
    pub family: RoleFamily,
    /// Name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Who can hold it.
    pub holder: PrincipalKind,
}

impl System<'_, Write> {
    /// Makes a role. [`DbError::Unique`] on `role_name` when the name is taken in its family.
    pub async fn insert_role(self, new: &NewRole, rng: &dyn Rng, now: Millis) -> Result<RoleId, DbError> {
        let description = new.description.as_deref();
        let params = |id| {
            let (name_key, description_key) = (name_key(&new.name), name_key(description.unwrap_or_default()));
            let (family, holder) = (new.family.as_str(), new.holder.as_str());
            params![id, family, &new.name, name_key, description, description_key, holder, now]
        };
        insert_new(self.exec, INSERT, rng, RoleId::random, params).await
    }

    /// Stores an edited role. [`DbError::Unique`] on `role_name` when the name is taken in its family.
    pub async fn update_role(self, role: &Role, now: Millis) -> Result<(), DbError> {
        let description = role.description.as_deref();
        let (name_key, description_key) = (name_key(&role.name), name_key(description.unwrap_or_default()));
        let params = params![role.id, &role.name, name_key, description, description_key, role.holder.as_str(), now];
        self.exec.run(UPDATE, params).await.map(|_| ())
    }

    /// Removes a role, from all who hold it as well. `false`: there is none.
    pub async fn delete_role(self, family: RoleFamily, id: RoleId) -> Result<bool, DbError> {
        Ok(!self.exec.run(DELETE, params![id, family.as_str()]).await?.is_empty())
    }
}
