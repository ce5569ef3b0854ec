//! The users of an organization.

use crate::model::{OrganizationId, RoleId, RoleRef, User, UserClaims};
use crate::params;
use crate::store::db::DbError;
use crate::store::grants::held::{held_roles, role_refs};
use crate::store::paging::{Page, Window};
use crate::store::tenant::System;
use crate::store::users::list::user_matches;
use crate::store::users::{CLAIMS, CORE, claims_columns, user_columns, with_claims};

/// A page of users in order of their ids: ?1 organization, ?2 offset, ?3 limit. The arguments: what comes before, what finds
/// `principal_id`, and what gives the total, unless that is found by counting.
macro_rules! page {
    ($with:expr, $from:expr) => {
        page!($with, $from, concat!("SELECT count(*) AS total ", $from))
    };
    ($with:expr, $from:expr, $total:expr) => {
        concat!(
            $with,
            "SELECT t.total, ",
            user_columns!(),
            ", ",
            claims_columns!(),
            ", ",
            held_roles!("?1", "u.id"),
            " \
             FROM (",
            $total,
            ") t \
             LEFT JOIN (SELECT m.principal_id ",
            $from,
            " ORDER BY m.principal_id LIMIT ?3 OFFSET ?2) page ON true \
             LEFT JOIN user u ON u.id = page.principal_id LEFT JOIN principal p ON p.id = u.id \
             ORDER BY page.principal_id"
        )
    };
}

statements! {
    LIST = page!(
        "",
        "FROM membership m WHERE m.organization_id = ?1 AND m.kind = 'user'",
        "SELECT ifnull(max(members), 0) AS total FROM member_tally WHERE organization_id = ?1 AND kind = 'user'"
    );
    /// ?4 what to search for, ?5 a role that must be held, or NULL. Of a large organization that an eighth of all people is
    /// in, or more, it is faster to read the index of all people from end to end than to look up each member.
    MATCHING = page!(
        concat!(
            "WITH size AS MATERIALIZED (SELECT CASE WHEN n < 2000 THEN 0 ELSE n * 8 > (SELECT number FROM tally WHERE what = 'user') END \
               AS is_large FROM (SELECT ifnull(max(members), 0) AS n FROM member_tally \
                 WHERE organization_id = ?1 AND kind = 'user')), \
             matching AS MATERIALIZED (SELECT m.principal_id FROM size CROSS JOIN membership m \
               CROSS JOIN user u ON u.id = m.principal_id \
               WHERE NOT size.is_large AND m.organization_id = ?1 AND m.kind = 'user' AND ", user_matches!(), " \
             UNION ALL SELECT m.principal_id FROM size CROSS JOIN user u INDEXED BY user_search \
               CROSS JOIN membership m ON m.organization_id = ?1 AND m.principal_id = u.id \
               WHERE size.is_large AND u.id > 0 AND ", user_matches!(), ") "
        ),
        "FROM matching m WHERE ?5 IS NULL OR EXISTS (SELECT 1 FROM role_grant g JOIN role r ON r.id = g.role_id \
           WHERE g.organization_id = ?1 AND g.role_id = ?5 AND g.principal_id = m.principal_id \
             AND r.family = 'template')"
    );
    /// ?4 the role that is held.
    HOLDERS = page!(
        "",
        "FROM role_grant m JOIN role r ON r.id = m.role_id JOIN principal p ON p.id = m.principal_id \
         WHERE m.organization_id = ?1 AND m.role_id = ?4 AND r.family = 'template' AND p.kind = 'user'"
    );
}

/// A user in an organization, with the organization roles held there.
#[derive(Debug, Clone)]
pub struct MemberUser {
    /// The user.
    pub user: User<UserClaims>,
    /// Roles, by name.
    pub roles: Vec<RoleRef>,
}

impl<M> System<'_, M> {
    /// Users of an organization, by id. `search` is in lower case. Where there is no such organization, nobody.
    pub async fn organization_users(
        self,
        organization: OrganizationId,
        window: Window,
        search: Option<&str>,
        role: Option<RoleId>,
    ) -> Result<Page<MemberUser>, DbError> {
        let Window { offset, limit } = window;
        let rows = match (search, role) {
            (None, None) => self.exec.run(LIST, params![organization, offset, limit]).await?,
            (None, Some(role)) => self.exec.run(HOLDERS, params![organization, offset, limit, role]).await?,
            (Some(search), role) => self.exec.run(MATCHING, params![organization, offset, limit, search, role]).await?,
        };
        Page::read(&rows, |row| {
            Ok(MemberUser { user: with_claims(row, 1)?, roles: role_refs(row, 1 + CORE + CLAIMS)? })
        })
    }
}
