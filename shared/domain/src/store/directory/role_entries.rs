//! Roles of both families, one at a time, and what their lists have in common. Built-in roles are of neither family, so
//! no statement here reaches one.

use crate::clock::Millis;
use crate::model::{PrincipalKind, RoleEntry, RoleFamily, RoleId, name_key};
use crate::params;
use crate::rng::Rng;
use crate::store::db::DbError;
use crate::store::ids::insert_new;
use crate::store::tenant::{System, Write};
use crate::store::value::Row;

/// A page of the roles of a family, by name: ?1 offset, ?2 limit. The second argument narrows it, the third adds columns
/// behind those of [`entry`], from the role `r`.
macro_rules! role_page {
    ($family:literal, $filter:literal, $columns:literal) => {
        concat!(
            "SELECT t.total, r.id, r.name, r.description, r.principal_kind",
            $columns,
            " FROM (SELECT count(*) AS total FROM role WHERE ",
            $crate::store::directory::role_entries::in_family!($family),
            $filter,
            ") t LEFT JOIN (SELECT id, name FROM role WHERE ",
            $crate::store::directory::role_entries::in_family!($family),
            $filter,
            " ORDER BY name LIMIT ?2 OFFSET ?1) page ON true LEFT JOIN role r ON r.id = page.id ORDER BY page.name"
        )
    };
}
pub(super) use role_page;

/// Whether a row of `role` is of a family, said so that the index `role_name` finds it.
macro_rules! in_family {
    ($family:literal) => {
        concat!(
            "family IN ('template', 'tenant', 'policy') AND family = '",
            $family,
            "' AND ifnull(organization_id, 0) = 0"
        )
    };
}
pub(super) use in_family;

/// Number of columns that [`entry`] reads.
pub(super) const WIDTH: usize = 4;

statements! {
    FIND = "SELECT id, name, description, principal_kind FROM role WHERE id = ?1 AND family = ?2";
    INSERT = "INSERT INTO role (id, family, name, name_key, description, description_key, principal_kind, created_at, \
        updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8) ON CONFLICT (id) DO NOTHING RETURNING id";
    UPDATE = "UPDATE role SET name = ?2, name_key = ?3, description = ?4, description_key = ?5, principal_kind = ?6, \
        version = version + 1, updated_at = ?7 WHERE id = ?1";
    DELETE = "DELETE FROM role WHERE id = ?1 AND family = ?2 RETURNING id";
    /// Whether somebody holds the role, or will by an open invitation or by signing up.
    IS_ASSIGNED = "SELECT EXISTS (SELECT 1 FROM role_grant WHERE role_id = ?1) \
        OR EXISTS (SELECT 1 FROM organization_jit_role WHERE role_id = ?1) \
        OR EXISTS (SELECT 1 FROM invitation_role ir JOIN invitation i ON i.id = ir.invitation_id \
             WHERE ir.role_id = ?1 AND i.status = 'pending')";
}

/// A role to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewRole<'a> {
    /// Family.
    pub family: RoleFamily,
    /// Name.
    pub name: &'a str,
    /// What it is for.
    pub description: Option<&'a str>,
    /// Who can hold it.
    pub holder: PrincipalKind,
}

impl<M> System<'_, M> {
    /// One role of a family.
    pub async fn role_entry(self, family: RoleFamily, id: RoleId) -> Result<Option<RoleEntry>, DbError> {
        self.exec.run(FIND, params![id, family.as_str()]).await?.first().map(|row| entry(row, 0)).transpose()
    }
}

impl System<'_, Write> {
    /// Makes a role. [`DbError::Unique`] on `role_name` when the name is taken in its family.
    pub async fn insert_role(self, role: NewRole<'_>, rng: &dyn Rng, now: Millis) -> Result<RoleId, DbError> {
        let NewRole { family, name, description, holder } = role;
        let params = |id| {
            let (name_key, description_key) = (name_key(name), name_key(description.unwrap_or_default()));
            params![id, family.as_str(), name, name_key, description, description_key, holder.as_str(), now]
        };
        insert_new(self.exec, INSERT, rng, RoleId::random, params).await
    }

    /// Stores an edited role. [`DbError::Unique`] on `role_name` when the name is taken in its family.
    pub async fn update_role(self, role: &RoleEntry, now: Millis) -> Result<(), DbError> {
        let description = role.description.as_deref();
        let (name_key, description_key) = (name_key(&role.name), name_key(description.unwrap_or_default()));
        let params = params![role.id, &role.name, name_key, description, description_key, role.holder.as_str(), now];
        self.exec.run(UPDATE, params).await.map(|_| ())
    }

    /// Removes a role, from all who hold it as well. `false`: there is none.
    pub async fn delete_role(self, family: RoleFamily, id: RoleId) -> Result<bool, DbError> {
        Ok(!self.exec.run(DELETE, params![id, family.as_str()]).await?.is_empty())
    }

    /// Whether somebody holds the role, or will by an open invitation or by signing up.
    pub async fn is_role_assigned(self, id: RoleId) -> Result<bool, DbError> {
        let rows = self.exec.run(IS_ASSIGNED, params![id]).await?;
        rows.first().map_or(Ok(false), |row| row.boolean(0))
    }
}

/// Reads id, name, description and kind of holder from `first` on.
pub(super) fn entry(row: &Row, first: usize) -> Result<RoleEntry, DbError> {
    // A role for anybody is shown as one for people: this API knows no third kind.
    let holder = PrincipalKind::from_stored(&row.text(first + 3)?).unwrap_or(PrincipalKind::User);
    Ok(RoleEntry {
        id: RoleId::from_stored(row.integer(first)?),
        name: row.text(first + 1)?,
        description: row.text_opt(first + 2)?,
        holder,
    })
}
