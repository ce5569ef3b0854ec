//! Which scopes roles hold.

use crate::model::{IdSet, Resource, RoleFamily, RoleId, Scope, ScopeId};
use crate::params;
use crate::store::db::DbError;
use crate::store::paging::{Page, Window};
use crate::store::resources::entries::{resource, resource_columns};
use crate::store::resources::scopes::{WIDTH, scope, scope_columns};
use crate::store::tenant::{System, Write};

/// A page of the scopes of one kind in the role ?3 of the family ?4, by name; no row when there is no such role. ?1
/// offset, ?2 limit. The argument says which kind.
macro_rules! list {
    ($kind:literal) => {
        concat!(
            "SELECT t.total, ",
            scope_columns!(),
            ", ",
            resource_columns!(),
            " FROM role r JOIN (SELECT count(*) AS total FROM role_scope rs JOIN scope s ON s.id = rs.scope_id \
                 WHERE rs.role_id = ?3 AND s.resource_id ",
            $kind,
            ") t LEFT JOIN (SELECT s.id, s.name FROM role_scope rs JOIN scope s ON s.id = rs.scope_id \
                 WHERE rs.role_id = ?3 AND s.resource_id ",
            $kind,
            " ORDER BY s.name, s.id LIMIT ?2 OFFSET ?1) page ON true LEFT JOIN scope s ON s.id = page.id \
              LEFT JOIN resource res ON res.id = s.resource_id \
              WHERE r.id = ?3 AND r.family = ?4 ORDER BY page.name, page.id"
        )
    };
}

statements! {
    LIST_OF_ORGANIZATIONS = list!("IS NULL");
    LIST_OF_RESOURCES = list!("IS NOT NULL");
    /// How many of the scopes ?1 are of organizations, how many of ?2 of resources, and of these how many of the
    /// resource ?3. Both are JSON lists.
    KNOWN = "SELECT (SELECT count(*) FROM json_each(?1) j CROSS JOIN scope s ON s.id = j.value WHERE s.resource_id IS NULL), \
        (SELECT count(*) FROM json_each(?2) j CROSS JOIN scope s ON s.id = j.value WHERE s.resource_id IS NOT NULL), \
        (SELECT count(*) FROM json_each(?2) j CROSS JOIN scope s ON s.id = j.value JOIN resource res ON res.id = s.resource_id \
          WHERE res.indicator = ?3)";
    /// How many of the scopes ?2 (JSON list) the role ?1 holds.
    HELD = "SELECT count(*) FROM json_each(?2) j CROSS JOIN role_scope rs ON rs.role_id = ?1 AND rs.scope_id = j.value";
    /// Those that are held already stay.
    ADD = "INSERT INTO role_scope (role_id, scope_id) SELECT ?1, value FROM json_each(?2) WHERE true \
        ON CONFLICT DO NOTHING";
    /// ?2 JSON list of those that stay, ?3 whether those of resources are meant.
    TAKE_OTHERS = "DELETE FROM role_scope WHERE role_id = ?1 AND scope_id NOT IN (SELECT value FROM json_each(?2)) \
        AND EXISTS (SELECT 1 FROM scope s WHERE s.id = role_scope.scope_id AND (s.resource_id IS NOT NULL) = ?3)";
    /// ?3 family, ?4 whether one of a resource is meant.
    TAKE = "DELETE FROM role_scope WHERE role_id = ?1 AND scope_id = ?2 \
        AND EXISTS (SELECT 1 FROM role r WHERE r.id = role_scope.role_id AND r.family = ?3) \
        AND EXISTS (SELECT 1 FROM scope s WHERE s.id = role_scope.scope_id AND (s.resource_id IS NOT NULL) = ?4) \
        RETURNING scope_id";
}

/// What scopes are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// Of organizations.
    Organization,
    /// Of resources.
    Resource,
}

/// A scope in a role.
#[derive(Debug, Clone)]
pub struct HeldScope {
    /// The scope.
    pub scope: Scope,
    /// Its resource; `None`: organizations.
    pub resource: Option<Resource>,
}

/// How many of some scopes there are.
#[derive(Debug, Clone, Copy)]
pub struct KnownScopes {
    /// Of organizations.
    pub organization: usize,
    /// Of resources.
    pub resource: usize,
    /// Of these, of the management resource.
    pub management: usize,
}

impl<M> System<'_, M> {
    /// Scopes of one kind in a role, by name; `None` when there is no such role.
    pub async fn scopes_of_role(
        self,
        family: RoleFamily,
        role: RoleId,
        kind: ScopeKind,
        window: Window,
    ) -> Result<Option<Page<HeldScope>>, DbError> {
        let sql = match kind {
            ScopeKind::Organization => LIST_OF_ORGANIZATIONS,
            ScopeKind::Resource => LIST_OF_RESOURCES,
        };
        let rows = self.exec.run(sql, params![window.offset, window.limit, role, family.as_str()]).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let read = |row: &_| {
            let scope = scope(row, 1)?;
            let resource = scope.resource.map(|_| resource(row, 1 + WIDTH)).transpose()?;
            Ok(HeldScope { scope, resource })
        };
        Page::read(&rows, read).map(Some)
    }
}

impl System<'_, Write> {
    /// How many of these scopes there are. `management` is the indicator of the management resource.
    pub async fn known_scopes(
        self,
        organization: &IdSet<ScopeId>,
        resource: &IdSet<ScopeId>,
        management: &str,
    ) -> Result<KnownScopes, DbError> {
        let rows = self.exec.run(KNOWN, params![organization.json(), resource.json(), management]).await?;
        let count = |column| rows.first().map_or(Ok(0), |row| row.count(column));
        Ok(KnownScopes { organization: count(0)?, resource: count(1)?, management: count(2)? })
    }

    /// Whether a role holds any of these scopes.
    pub async fn holds_any_scope(self, role: RoleId, scopes: &IdSet<ScopeId>) -> Result<bool, DbError> {
        let rows = self.exec.run(HELD, params![role, scopes.json()]).await?;
        rows.first().map_or(Ok(false), |row| row.boolean(0))
    }

    /// Puts scopes into a role. [`DbError::ForeignKey`] when there is no such role or scope.
    pub async fn add_role_scopes(self, role: RoleId, scopes: &IdSet<ScopeId>) -> Result<(), DbError> {
        self.exec.run(ADD, params![role, scopes.json()]).await.map(|_| ())
    }

    /// Leaves a role none but these scopes of one kind.
    pub async fn keep_role_scopes(self, role: RoleId, kind: ScopeKind, kept: &IdSet<ScopeId>) -> Result<(), DbError> {
        let params = params![role, kept.json(), kind == ScopeKind::Resource];
        self.exec.run(TAKE_OTHERS, params).await.map(|_| ())
    }

    /// Takes a scope out of a role. `false`: it was not in there.
    pub async fn take_role_scope(
        self,
        family: RoleFamily,
        role: RoleId,
        kind: ScopeKind,
        scope: ScopeId,
    ) -> Result<bool, DbError> {
        let params = params![role, scope, family.as_str(), kind == ScopeKind::Resource];
        Ok(!self.exec.run(TAKE, params).await?.is_empty())
    }
}
