//! The service accounts of an organization.

use crate::model::{OrganizationId, RoleRef, ServiceAccount};
use crate::params;
use crate::store::db::DbError;
use crate::store::grants::held::{held_roles, role_refs};
use crate::store::paging::{Page, Window};
use crate::store::service_accounts::read::{WHOLE_WIDTH, account_matches, whole, whole_columns};
use crate::store::tenant::System;

/// A page of service accounts in order of their ids: ?1 organization, ?2 offset, ?3 limit. The argument finds `principal_id`.
macro_rules! page {
    ($from:expr) => {
        concat!(
            "SELECT t.total, ",
            whole_columns!(),
            ", ",
            held_roles!("?1", "s.id"),
            " \
             FROM (SELECT count(*) AS total ",
            $from,
            ") t \
             LEFT JOIN (SELECT m.principal_id ",
            $from,
            " ORDER BY m.principal_id LIMIT ?3 OFFSET ?2) page ON true \
             LEFT JOIN service_account s ON s.id = page.principal_id LEFT JOIN principal p ON p.id = s.id \
             ORDER BY page.principal_id"
        )
    };
}

statements! {
    LIST = page!("FROM membership m WHERE m.organization_id = ?1 AND m.kind = 'service_account'");
    /// ?4 what to search for, in lower case.
    SEARCH = page!(concat!(
        "FROM membership m JOIN service_account s ON s.id = m.principal_id \
         WHERE m.organization_id = ?1 AND m.kind = 'service_account' AND ", account_matches!()
    ));
}

/// A service account in an organization, with the organization roles held there.
#[derive(Debug, Clone)]
pub struct MemberServiceAccount {
    /// The service account.
    pub service_account: ServiceAccount,
    /// Roles, by name.
    pub roles: Vec<RoleRef>,
}

impl<M> System<'_, M> {
    /// Service accounts of an organization, by id. Where there is no such organization, none.
    pub async fn organization_service_accounts(
        self,
        organization: OrganizationId,
        window: Window,
        search: Option<&str>,
    ) -> Result<Page<MemberServiceAccount>, DbError> {
        let Window { offset, limit } = window;
        let rows = match search {
            None => self.exec.run(LIST, params![organization, offset, limit]).await?,
            Some(search) => self.exec.run(SEARCH, params![organization, offset, limit, search]).await?,
        };
        Page::read(&rows, |row| {
            Ok(MemberServiceAccount { service_account: whole(row, 1)?, roles: role_refs(row, 1 + WHOLE_WIDTH)? })
        })
    }
}
