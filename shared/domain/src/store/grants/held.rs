//! Roles that callers have defined, as principals hold them: organization roles in an organization, tenant roles outside of
//! any.

use crate::model::{IdSet, OrganizationId, PrincipalId, PrincipalKind, Role, RoleId, RoleRef, Scope};
use crate::params;
use crate::store::db::DbError;
use crate::store::paging::{Page, Window};
use crate::store::resources::scopes::{scope, scope_columns};
use crate::store::roles::read::{WIDTH, role, role_columns};
use crate::store::tenant::System;
use crate::store::value::Row;

/// The organization roles that a principal holds in an organization, by name, for [`role_refs`].
macro_rules! held_roles {
    ($organization:literal, $principal:literal) => {
        concat!(
            "(SELECT json_group_array(json_array(held.id, held.name)) FROM (SELECT r.id, r.name FROM role_grant g \
               JOIN role r ON r.id = g.role_id WHERE g.organization_id = ",
            $organization,
            " AND g.principal_id = ",
            $principal,
            " AND r.family = 'template' ORDER BY r.name) held)"
        )
    };
}
pub(in crate::store) use held_roles;

/// Grants `g` with their roles `r` of ?2: in organization ?1, or outside of any.
macro_rules! held {
    (in_organization) => {
        "FROM role_grant g JOIN role r ON r.id = g.role_id \
         WHERE g.organization_id = ?1 AND g.principal_id = ?2 AND r.family = 'template'"
    };
    (outside) => {
        "FROM role_grant g JOIN role r ON r.id = g.role_id \
         WHERE g.principal_id = ?2 AND g.organization_id IS NULL AND r.family = 'tenant'"
    };
}

/// A page by name: ?3 kind, ?4 offset, ?5 limit. The second argument gives the total, with a row only where there is such a
/// principal.
macro_rules! page {
    ($where:ident, $from:literal) => {
        concat!(
            "SELECT t.total, page.* FROM (SELECT (SELECT count(*) ",
            held!($where),
            ") AS total FROM ",
            $from,
            ") t LEFT JOIN (SELECT ",
            role_columns!(),
            " ",
            held!($where),
            " ORDER BY r.name LIMIT ?5 OFFSET ?4) page ON true ORDER BY page.name"
        )
    };
}

statements! {
    IN_ORGANIZATION = page!(in_organization, "membership WHERE organization_id = ?1 AND principal_id = ?2 AND kind = ?3");
    OUTSIDE = page!(outside, "principal WHERE id = ?2 AND kind = ?3");
    SCOPES = concat!(
        "SELECT DISTINCT ", scope_columns!(), " FROM role_grant g JOIN role r ON r.id = g.role_id \
          JOIN role_scope rs ON rs.role_id = r.id JOIN scope s ON s.id = rs.scope_id \
        WHERE g.organization_id = ?1 AND g.principal_id = ?2 AND r.family = 'template' AND s.resource_id IS NULL \
        ORDER BY s.name"
    );
    /// ?2 JSON list of ids: those that are tenant roles, whether service accounts can hold each, and whether ?1 holds it.
    STANDING = "SELECT r.id, r.principal_kind <> 'user', EXISTS (SELECT 1 FROM role_grant g \
          WHERE g.principal_id = ?1 AND g.organization_id IS NULL AND g.role_id = r.id AND g.namespace IS NULL) \
        FROM json_each(?2) listed CROSS JOIN role r ON r.id = listed.value WHERE r.family = 'tenant'";
}

/// How a tenant role stands to a service account.
#[derive(Debug, Clone, Copy)]
pub struct RoleStanding {
    /// The role.
    pub id: RoleId,
    /// Whether service accounts can hold it.
    pub is_for_service_accounts: bool,
    /// Whether this one holds it.
    pub is_held: bool,
}

impl<M> System<'_, M> {
    /// Roles of a principal by name, in an organization or (`None`) outside of any; `None` when there is no such principal
    /// of that kind, or it is not in the organization.
    pub async fn roles_held(
        self,
        organization: Option<OrganizationId>,
        kind: PrincipalKind,
        principal: PrincipalId,
        window: Window,
    ) -> Result<Option<Page<Role>>, DbError> {
        let sql = if organization.is_some() { IN_ORGANIZATION } else { OUTSIDE };
        let params = params![organization, principal, kind.as_str(), window.offset, window.limit];
        let rows = self.exec.run(sql, params).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        // A role for anybody is shown as one for the kind of principal that holds it.
        let shown = |row: &Row| {
            let role = role(row, 1)?;
            let holder = PrincipalKind::from_stored(&row.text(WIDTH)?).unwrap_or(kind);
            Ok(Role { holder, ..role })
        };
        Page::read(&rows, shown).map(Some)
    }

    /// Organization scopes that the roles of a member give there, each once, by name. Who is no member has none.
    pub async fn member_scopes(self, organization: OrganizationId, member: PrincipalId) -> Result<Vec<Scope>, DbError> {
        let rows = self.exec.run(SCOPES, params![organization, member]).await?;
        rows.iter().map(|row| scope(row, 0)).collect()
    }

    /// How the tenant roles among `roles` stand to a service account, in no order.
    pub async fn role_standing(self, id: PrincipalId, roles: &IdSet<RoleId>) -> Result<Vec<RoleStanding>, DbError> {
        let rows = self.exec.run(STANDING, params![id, roles.json()]).await?;
        let standing = |row: &Row| {
            Ok(RoleStanding {
                id: RoleId::from_stored(row.integer(0)?),
                is_for_service_accounts: row.boolean(1)?,
                is_held: row.boolean(2)?,
            })
        };
        rows.iter().map(standing).collect()
    }
}

/// Reads what `held_roles!` gathers.
pub(in crate::store) fn role_refs(row: &Row, column: usize) -> Result<Vec<RoleRef>, DbError> {
    let roles: Vec<(i64, String)> = row.list(column)?;
    Ok(roles.into_iter().map(|(id, name)| RoleRef { id: RoleId::from_stored(id), name }).collect())
}
