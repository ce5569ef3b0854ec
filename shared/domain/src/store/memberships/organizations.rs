//! The organizations that a principal is in.

use crate::model::{Organization, PrincipalId, PrincipalKind, RoleRef};
use crate::params;
use crate::store::db::DbError;
use crate::store::grants::held::{held_roles, role_refs};
use crate::store::organizations::read::{WHOLE_WIDTH, whole, whole_columns};
use crate::store::paging::{Page, Window};
use crate::store::tenant::System;

statements! {
    /// By id: ?1 principal, ?2 its kind, ?3 offset, ?4 limit. Roles are those of the template. No row: there is nobody.
    LIST = concat!(
        "SELECT t.total, ", whole_columns!(), ", \
         ", held_roles!("o.id", "?1"), " \
         FROM (SELECT (SELECT count(*) FROM membership WHERE principal_id = ?1) AS total FROM principal \
            WHERE id = ?1 AND kind = ?2) t \
         LEFT JOIN (SELECT organization_id AS id FROM membership WHERE principal_id = ?1 \
            ORDER BY organization_id LIMIT ?4 OFFSET ?3) page ON true \
         LEFT JOIN organization o ON o.id = page.id ORDER BY page.id"
    );
}

/// An organization, and the organization roles that somebody holds in it.
#[derive(Debug, Clone)]
pub struct OrganizationWithRoles {
    /// The organization, with its data.
    pub organization: Organization,
    /// The roles, by name.
    pub roles: Vec<RoleRef>,
}

impl<M> System<'_, M> {
    /// Organizations that somebody of that kind is in, by id; `None`: there is nobody with this id.
    pub async fn organizations_of(
        self,
        id: PrincipalId,
        kind: PrincipalKind,
        window: Window,
    ) -> Result<Option<Page<OrganizationWithRoles>>, DbError> {
        let rows = self.exec.run(LIST, params![id, kind.as_str(), window.offset, window.limit]).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let page = Page::read(&rows, |row| {
            Ok(OrganizationWithRoles { organization: whole(row, 1)?, roles: role_refs(row, 1 + WHOLE_WIDTH)? })
        });
        page.map(Some)
    }
}
