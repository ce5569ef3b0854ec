//! Tenant roles of machines: those that are held everywhere, and give scopes of resources.

use crate::clock::Millis;
use crate::model::{IdSet, PrincipalId, PrincipalKind, Role, RoleId};
use crate::params;
use crate::store::db::DbError;
use crate::store::ids::{drawn_id, insert_drawing};
use crate::store::paging::{Page, Window};
use crate::store::tenant::{System, Write};
use crate::store::value::Row;

/// The tenant roles that the principal ?3 holds.
macro_rules! held {
    () => {
        "FROM role_grant g JOIN role r ON r.id = g.role_id \
         WHERE g.principal_id = ?3 AND g.organization_id IS NULL AND r.family = 'tenant'"
    };
}

statements! {
    /// By name; ?1 offset, ?2 limit.
    LIST = concat!(
        "SELECT t.total, page.id, page.name, page.description, page.principal_kind \
         FROM (SELECT count(*) AS total ", held!(), ") t \
         LEFT JOIN (SELECT r.id, r.name, r.description, r.principal_kind ", held!(), " \
           ORDER BY r.name LIMIT ?2 OFFSET ?1) page ON true ORDER BY page.name"
    );
    /// ?2 JSON list of ids: those that are tenant roles, who can hold each, and whether ?1 holds it.
    STANDING = "SELECT r.id, r.principal_kind, EXISTS (SELECT 1 FROM role_grant g \
          WHERE g.principal_id = ?1 AND g.organization_id IS NULL AND g.role_id = r.id AND g.namespace IS NULL) \
        FROM json_each(?2) listed JOIN role r ON r.id = listed.value WHERE r.family = 'tenant'";
    /// Every role of the JSON list ?2 that is not held yet.
    GIVE = concat!(
        "INSERT INTO role_grant (id, principal_id, role_id, created_at) \
        SELECT ", drawn_id!(), ", ?1, listed.value, ?3 FROM json_each(?2) listed \
        WHERE NOT EXISTS (SELECT 1 FROM role_grant WHERE principal_id = ?1 AND organization_id IS NULL \
          AND role_id = listed.value AND namespace IS NULL)"
    );
    TAKE = "DELETE FROM role_grant WHERE principal_id = ?1 AND organization_id IS NULL AND role_id = ?2 \
        AND EXISTS (SELECT 1 FROM role WHERE id = ?2 AND family = 'tenant') RETURNING id";
}

/// How a role stands to a machine.
#[derive(Debug, Clone, Copy)]
pub struct RoleStanding {
    /// The role.
    pub id: RoleId,
    /// Whether machines can hold it.
    pub is_for_machines: bool,
    /// Whether the machine holds it.
    pub is_held: bool,
}

impl<M> System<'_, M> {
    /// Tenant roles of a machine, by name.
    pub async fn application_roles(self, id: PrincipalId, window: Window) -> Result<Page<Role>, DbError> {
        let rows = self.exec.run(LIST, params![window.offset, window.limit, id]).await?;
        Page::read(&rows, role)
    }

    /// How the tenant roles among `roles` stand to a machine, in no order.
    pub async fn application_role_standing(
        self,
        id: PrincipalId,
        roles: &IdSet<RoleId>,
    ) -> Result<Vec<RoleStanding>, DbError> {
        let rows = self.exec.run(STANDING, params![id, roles.json()]).await?;
        let standing = rows.iter().map(|row| {
            Ok(RoleStanding {
                id: RoleId::from_stored(row.integer(0)?),
                is_for_machines: holder(&row.text(1)?) == PrincipalKind::ServiceAccount,
                is_held: row.boolean(2)?,
            })
        });
        standing.collect()
    }
}

impl System<'_, Write> {
    /// Gives a machine tenant roles; those that it holds stay as they are.
    pub async fn give_application_roles(
        self,
        id: PrincipalId,
        roles: &IdSet<RoleId>,
        now: Millis,
    ) -> Result<(), DbError> {
        insert_drawing(self.exec, GIVE, params![id, roles.json(), now]).await
    }

    /// Takes a tenant role from a machine; `false` when it does not hold that.
    pub async fn take_application_role(self, id: PrincipalId, role: RoleId) -> Result<bool, DbError> {
        Ok(!self.exec.run(TAKE, params![id, role]).await?.is_empty())
    }
}

fn role(row: &Row) -> Result<Role, DbError> {
    Ok(Role {
        id: RoleId::from_stored(row.integer(1)?),
        name: row.text(2)?,
        description: row.text_opt(3)?,
        holder: holder(&row.text(4)?),
    })
}

/// A role that is for nobody in particular can be held by machines.
fn holder(stored: &str) -> PrincipalKind {
    PrincipalKind::from_stored(stored).unwrap_or(PrincipalKind::ServiceAccount)
}
