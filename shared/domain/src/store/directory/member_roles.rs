//! Which organization roles members hold where.

use crate::clock::Millis;
use crate::model::{IdSet, OrganizationId, PrincipalId, PrincipalKind, Role, RoleId, Scope};
use crate::params;
use crate::store::db::DbError;
use crate::store::ids::{drawn_id, insert_drawing};
use crate::store::paging::{Page, Window};
use crate::store::resources::scopes::{scope, scope_columns};
use crate::store::roles::read::role;
use crate::store::tenant::{System, Write};

/// Grants of organization roles to ?2 in organization ?1.
macro_rules! held {
    () => {
        "FROM role_grant g JOIN role r ON r.id = g.role_id \
         WHERE g.organization_id = ?1 AND g.principal_id = ?2 AND r.family = 'template'"
    };
}

statements! {
    /// ?3 kind of member, ?4 offset, ?5 limit. No row: not a member.
    LIST = concat!(
        "SELECT t.total, page.id, page.name, page.description, page.principal_kind \
         FROM (SELECT (SELECT count(*) ", held!(), ") AS total FROM membership \
           WHERE organization_id = ?1 AND principal_id = ?2 AND kind = ?3) t \
         LEFT JOIN (SELECT r.id, r.name, r.description, r.principal_kind ", held!(), " ORDER BY r.name \
           LIMIT ?5 OFFSET ?4) page ON true ORDER BY page.name"
    );
    IS_MEMBER = "SELECT 1 FROM membership WHERE organization_id = ?1 AND principal_id = ?2 AND kind = ?3";
    /// Every role of ?3 to every member of ?2, where it is not held yet.
    GIVE = concat!(
        "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) \
        SELECT ", drawn_id!(), ", ?1, member.value, role.value, ?4 \
        FROM json_each(?2) member JOIN json_each(?3) role \
        WHERE NOT EXISTS (SELECT 1 FROM role_grant WHERE organization_id = ?1 AND role_id = role.value \
          AND principal_id = member.value AND namespace IS NULL)"
    );
    /// All organization roles of ?2 but those of ?3.
    KEEP_ONLY = "DELETE FROM role_grant WHERE organization_id = ?1 AND principal_id = ?2 \
        AND role_id NOT IN (SELECT value FROM json_each(?3)) \
        AND EXISTS (SELECT 1 FROM role WHERE id = role_grant.role_id AND family = 'template')";
    TAKE = "DELETE FROM role_grant WHERE organization_id = ?1 AND principal_id = ?2 AND role_id = ?3 \
        AND EXISTS (SELECT 1 FROM role WHERE id = ?3 AND family = 'template') RETURNING id";
    SCOPES = concat!(
        "SELECT DISTINCT ", scope_columns!(), " FROM role_grant g JOIN role r ON r.id = g.role_id \
          JOIN role_scope rs ON rs.role_id = r.id JOIN scope s ON s.id = rs.scope_id \
        WHERE g.organization_id = ?1 AND g.principal_id = ?2 AND r.family = 'template' AND s.resource_id IS NULL \
        ORDER BY s.name"
    );
}

impl<M> System<'_, M> {
    /// Organization roles of a member, by name; `None` when it is no member of that kind.
    pub async fn member_roles(
        self,
        organization: OrganizationId,
        kind: PrincipalKind,
        member: PrincipalId,
        window: Window,
    ) -> Result<Option<Page<Role>>, DbError> {
        let params = params![organization, member, kind.as_str(), window.offset, window.limit];
        let rows = self.exec.run(LIST, params).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        Page::read(&rows, |row| role(row, 1)).map(Some)
    }

    /// Whether it is a member of that kind.
    pub async fn is_member(
        self,
        organization: OrganizationId,
        kind: PrincipalKind,
        member: PrincipalId,
    ) -> Result<bool, DbError> {
        Ok(!self.exec.run(IS_MEMBER, params![organization, member, kind.as_str()]).await?.is_empty())
    }

    /// Organization scopes that the roles of a member give there, each once, by name. Who is no member has none.
    pub async fn member_scopes(self, organization: OrganizationId, member: PrincipalId) -> Result<Vec<Scope>, DbError> {
        let rows = self.exec.run(SCOPES, params![organization, member]).await?;
        rows.iter().map(|row| scope(row, 0)).collect()
    }
}

impl System<'_, Write> {
    /// Gives every role to every member, where it is not held yet. Members and roles were found in the same unit of work.
    pub async fn give_roles(
        self,
        organization: OrganizationId,
        members: &IdSet<PrincipalId>,
        roles: &IdSet<RoleId>,
        now: Millis,
    ) -> Result<(), DbError> {
        insert_drawing(self.exec, GIVE, params![organization, members.json(), roles.json(), now]).await
    }

    /// Takes all organization roles from a member but these.
    pub async fn keep_only_roles(
        self,
        organization: OrganizationId,
        member: PrincipalId,
        roles: &IdSet<RoleId>,
    ) -> Result<(), DbError> {
        self.exec.run(KEEP_ONLY, params![organization, member, roles.json()]).await.map(|_| ())
    }

    /// Takes one role from a member; `false` when it is not held.
    pub async fn take_role(
        self,
        organization: OrganizationId,
        member: PrincipalId,
        role: RoleId,
    ) -> Result<bool, DbError> {
        Ok(!self.exec.run(TAKE, params![organization, member, role]).await?.is_empty())
    }
}
