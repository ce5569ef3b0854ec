//! Who is in which organization: people and machines alike, told apart by their kind.

use crate::clock::Millis;
use crate::model::{IdSet, OrganizationId, PrincipalId, PrincipalKind, RoleId, RoleRef, User, UserClaims};
use crate::params;
use crate::policy::{GrantedRole, Rights};
use crate::store::db::DbError;
use crate::store::paging::{Page, Window};
use crate::store::tenant::{System, Write};
use crate::store::users::list::user_matches;
use crate::store::users::{CLAIMS, CORE, claims_columns, user_columns, with_claims};
use crate::store::value::Row;

/// The organization roles that the principal of the expression holds in organization ?1, by name, for [`role_refs`].
macro_rules! held_roles {
    ($principal:literal) => {
        concat!(
            "(SELECT json_group_array(json_array(r.id, r.name) ORDER BY r.name) FROM role_grant g \
               JOIN role r ON r.id = g.role_id \
              WHERE g.organization_id = ?1 AND g.principal_id = ",
            $principal,
            " AND r.family = 'template')"
        )
    };
}
pub(super) use held_roles;

/// A page of people in order of their ids: ?1 organization, ?2 offset, ?3 limit. The arguments: what comes before, what finds
/// `principal_id`, and what gives the total, unless that is found by counting.
macro_rules! people {
    ($with:expr, $from:expr) => {
        people!($with, $from, concat!("SELECT count(*) AS total ", $from))
    };
    ($with:expr, $from:expr, $total:expr) => {
        concat!(
            $with,
            "SELECT t.total, ",
            user_columns!(),
            ", ",
            claims_columns!(),
            ", ",
            held_roles!("u.id"),
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
    PEOPLE = people!(
        "",
        "FROM membership m WHERE m.organization_id = ?1 AND m.kind = 'user'",
        "SELECT ifnull(max(members), 0) AS total FROM member_tally WHERE organization_id = ?1 AND kind = 'user'"
    );
    /// ?4 what to search for, ?5 a role that must be held, or NULL. Of a large organization that an eighth of all people is
    /// in, or more, it is faster to read the index of all people from end to end than to look up each member.
    MATCHING_PEOPLE = people!(
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
    HOLDERS = people!(
        "",
        "FROM role_grant m JOIN role r ON r.id = m.role_id JOIN principal p ON p.id = m.principal_id \
         WHERE m.organization_id = ?1 AND m.role_id = ?4 AND r.family = 'template' AND p.kind = 'user'"
    );
    /// Whether the organization is there, how many of ?2 are principals of the kind ?3, and how many of them are machines
    /// that cannot act for themselves.
    CHECK = "SELECT EXISTS (SELECT 1 FROM organization WHERE id = ?1), \
        (SELECT count(*) FROM json_each(?2) listed JOIN principal p ON p.id = listed.value WHERE p.kind = ?3), \
        (SELECT count(*) FROM json_each(?2) listed JOIN service_account s ON s.id = listed.value \
          WHERE s.application_type <> 'MachineToMachine')";
    /// How many of ?2 are members of the kind ?3.
    COUNT = "SELECT count(*) FROM json_each(?2) listed JOIN membership m \
        ON m.organization_id = ?1 AND m.principal_id = listed.value WHERE m.kind = ?3";
    /// Those who are in already stay as they are. Whoever has yet to accept an invitation is `invited` here too.
    ADD = "INSERT INTO membership (organization_id, principal_id, kind, state, created_at, updated_at) \
        SELECT ?1, p.id, p.kind, CASE p.state WHEN 'initial' THEN 'invited' ELSE 'active' END, ?4, ?4 \
        FROM json_each(?2) listed JOIN principal p ON p.id = listed.value WHERE p.kind = ?3 \
        ON CONFLICT (organization_id, principal_id) DO NOTHING";
    /// All of the kind ?3 but those of ?2. Their roles here go along.
    KEEP_ONLY = "DELETE FROM membership WHERE organization_id = ?1 AND kind = ?3 \
        AND principal_id NOT IN (SELECT value FROM json_each(?2))";
    REMOVE = "DELETE FROM membership WHERE organization_id = ?1 AND principal_id = ?2 AND kind = ?3 \
        RETURNING principal_id";
    /// Keys of the platform's roles that members of the kind ?3, or of any if that is NULL, hold who are not in ?2.
    PLATFORM_KEYS_IN = "SELECT DISTINCT r.key FROM role r JOIN role_grant g ON g.role_id = r.id AND g.organization_id IS NULL \
          JOIN membership m ON m.organization_id = ?1 AND m.principal_id = g.principal_id \
        WHERE r.key IS NOT NULL AND (?3 IS NULL OR m.kind = ?3) AND m.principal_id NOT IN (SELECT value FROM json_each(?2))";
    PLATFORM_KEYS_OF = "SELECT r.key FROM role_grant g JOIN role r ON r.id = g.role_id \
        WHERE g.principal_id = ?1 AND g.organization_id IS NULL AND r.key IS NOT NULL";
    /// Of all who hold the role ?1 outside organizations.
    PLATFORM_KEYS_OF_HOLDERS = "SELECT DISTINCT r.key FROM role_grant held \
          JOIN role_grant g ON g.principal_id = held.principal_id AND g.organization_id IS NULL \
          JOIN role r ON r.id = g.role_id \
        WHERE held.role_id = ?1 AND held.organization_id IS NULL AND r.key IS NOT NULL";
    /// Nobody is at home in an organization without being in it.
    UNHOME = "UPDATE principal SET organization_id = NULL, updated_at = ?3 WHERE organization_id = ?1 AND kind = ?2 \
        AND NOT EXISTS (SELECT 1 FROM membership WHERE organization_id = ?1 AND principal_id = principal.id)";
}

/// A user in an organization, with the organization roles held there.
#[derive(Debug, Clone)]
pub struct MemberUser {
    /// The user.
    pub user: User<UserClaims>,
    /// Roles, by name.
    pub roles: Vec<RoleRef>,
}

/// What a list of principals to be added amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Whether the organization is there.
    pub organization_exists: bool,
    /// How many of the list are principals of the kind asked for.
    pub known: usize,
    /// How many are machines that cannot act for themselves.
    pub passive: usize,
}

impl<M> System<'_, M> {
    /// People of an organization, by id. `search` is in lower case. Where there is no such organization, nobody.
    pub async fn organization_people(
        self,
        organization: OrganizationId,
        window: Window,
        search: Option<&str>,
        role: Option<RoleId>,
    ) -> Result<Page<MemberUser>, DbError> {
        let Window { offset, limit } = window;
        let rows = match (search, role) {
            (None, None) => self.exec.run(PEOPLE, params![organization, offset, limit]).await?,
            (None, Some(role)) => self.exec.run(HOLDERS, params![organization, offset, limit, role]).await?,
            (Some(search), role) => {
                self.exec.run(MATCHING_PEOPLE, params![organization, offset, limit, search, role]).await?
            }
        };
        Page::read(&rows, |row| {
            Ok(MemberUser { user: with_claims(row, 1)?, roles: role_refs(row, 1 + CORE + CLAIMS)? })
        })
    }

    /// What is known of a list before it is added.
    pub async fn check_listed(
        self,
        organization: OrganizationId,
        kind: PrincipalKind,
        listed: &IdSet<PrincipalId>,
    ) -> Result<Listed, DbError> {
        let rows = self.exec.run(CHECK, params![organization, listed.json(), kind.as_str()]).await?;
        let row = rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?;
        Ok(Listed { organization_exists: row.boolean(0)?, known: row.count(1)?, passive: row.count(2)? })
    }

    /// What members of a kind (`None`: of any) who are not listed may do on the platform, all of them together.
    pub async fn platform_rights_in(
        self,
        organization: OrganizationId,
        kind: Option<PrincipalKind>,
        listed: &IdSet<PrincipalId>,
    ) -> Result<Rights, DbError> {
        let params = params![organization, listed.json(), kind.map(PrincipalKind::as_str)];
        platform_rights(&self.exec.run(PLATFORM_KEYS_IN, params).await?)
    }

    /// What somebody may do on the platform.
    pub async fn platform_rights_of(self, id: PrincipalId) -> Result<Rights, DbError> {
        platform_rights(&self.exec.run(PLATFORM_KEYS_OF, params![id]).await?)
    }

    /// What those who hold a role outside organizations may do on the platform, all of them together.
    pub async fn platform_rights_of_holders(self, role: RoleId) -> Result<Rights, DbError> {
        platform_rights(&self.exec.run(PLATFORM_KEYS_OF_HOLDERS, params![role]).await?)
    }

    /// How many of a list are members of that kind.
    pub async fn count_members(
        self,
        organization: OrganizationId,
        kind: PrincipalKind,
        listed: &IdSet<PrincipalId>,
    ) -> Result<usize, DbError> {
        let rows = self.exec.run(COUNT, params![organization, listed.json(), kind.as_str()]).await?;
        rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?.count(0)
    }
}

impl System<'_, Write> {
    /// Adds those who are not in yet.
    pub async fn add_members(
        self,
        organization: OrganizationId,
        kind: PrincipalKind,
        listed: &IdSet<PrincipalId>,
        now: Millis,
    ) -> Result<(), DbError> {
        self.exec.run(ADD, params![organization, listed.json(), kind.as_str(), now]).await.map(|_| ())
    }

    /// Removes everybody of the kind who is not listed.
    pub async fn keep_only_members(
        self,
        organization: OrganizationId,
        kind: PrincipalKind,
        listed: &IdSet<PrincipalId>,
        now: Millis,
    ) -> Result<(), DbError> {
        self.exec.run(KEEP_ONLY, params![organization, listed.json(), kind.as_str()]).await?;
        self.exec.run(UNHOME, params![organization, kind.as_str(), now]).await.map(|_| ())
    }

    /// Removes one; `false` when there is no such member.
    pub async fn remove_membership(
        self,
        organization: OrganizationId,
        kind: PrincipalKind,
        member: PrincipalId,
        now: Millis,
    ) -> Result<bool, DbError> {
        if self.exec.run(REMOVE, params![organization, member, kind.as_str()]).await?.is_empty() {
            return Ok(false);
        }
        self.exec.run(UNHOME, params![organization, kind.as_str(), now]).await?;
        Ok(true)
    }
}

fn platform_rights(rows: &[Row]) -> Result<Rights, DbError> {
    let granted = |row: &Row| Ok(GrantedRole { organization: None, key: Some(row.text(0)?), permissions: Vec::new() });
    rows.iter().map(granted).collect::<Result<_, _>>().map(Rights::new)
}

/// Reads what `held_roles!` gathers.
pub(in crate::store) fn role_refs(row: &Row, column: usize) -> Result<Vec<RoleRef>, DbError> {
    let roles: Vec<(i64, String)> = row.list(column)?;
    Ok(roles.into_iter().map(|(id, name)| RoleRef { id: RoleId::from_stored(id), name }).collect())
}
