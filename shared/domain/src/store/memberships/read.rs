//! What decides whether principals may come into organizations, and leave them.

use crate::model::{IdSet, OrganizationId, PrincipalId, PrincipalKind};
use crate::params;
use crate::policy::{GrantedRole, Holders, Rights};
use crate::store::db::DbError;
use crate::store::tenant::{System, Tenant};
use crate::store::value::Row;

/// Whether a user `p` for whom the condition holds is an administrator of organization ?1.
macro_rules! admin {
    ($condition:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM role_grant g JOIN role r ON r.id = g.role_id JOIN principal p ON p.id = g.principal_id \
               WHERE g.organization_id = ?1 AND r.key = 'org:admin' AND p.kind = 'user' AND ",
            $condition,
            ")"
        )
    };
}

statements! {
    IS_MEMBER = "SELECT 1 FROM membership WHERE organization_id = ?1 AND principal_id = ?2 AND kind = ?3";
    /// Whether the organization is there, how many of ?2 are principals of the kind ?3, and how many of them are service
    /// accounts that cannot act for themselves.
    CHECK = "SELECT EXISTS (SELECT 1 FROM organization WHERE id = ?1), \
        (SELECT count(*) FROM json_each(?2) listed CROSS JOIN principal p ON p.id = listed.value WHERE p.kind = ?3), \
        (SELECT count(*) FROM json_each(?2) listed CROSS JOIN service_account s ON s.id = listed.value \
          WHERE s.application_type <> 'MachineToMachine')";
    /// How many of ?2 are members of the kind ?3.
    COUNT = "SELECT count(*) FROM json_each(?2) listed CROSS JOIN membership m \
        ON m.organization_id = ?1 AND m.principal_id = listed.value WHERE m.kind = ?3";
    /// How many of the organizations ?1 there are, and whether the user ?2 (or NULL) holds `org:admin` in another one without
    /// another active user who does.
    COUNT_ORGANIZATIONS = "SELECT \
        (SELECT count(*) FROM json_each(?1) listed CROSS JOIN organization o ON o.id = listed.value), \
        EXISTS (SELECT 1 FROM role_grant mine JOIN role r ON r.id = mine.role_id \
          WHERE mine.principal_id = ?2 AND r.key = 'org:admin' AND mine.organization_id IS NOT NULL \
            AND mine.organization_id NOT IN (SELECT value FROM json_each(?1)) \
            AND NOT EXISTS (SELECT 1 FROM role_grant g JOIN principal p ON p.id = g.principal_id \
              WHERE g.organization_id = mine.organization_id AND g.role_id = mine.role_id AND p.kind = 'user' \
                AND p.id <> ?2 AND p.state = 'active'))";
    /// Of the members of the kind ?3, or of any if that is NULL, who are not in ?2: keys of the platform's roles that they
    /// hold, whether an administrator is among them, and whether an active one stays.
    LEAVING = concat!(
        "SELECT (SELECT json_group_array(held.key) FROM (SELECT DISTINCT r.key FROM role r \
            JOIN role_grant g ON g.role_id = r.id AND g.organization_id IS NULL \
            JOIN membership m ON m.organization_id = ?1 AND m.principal_id = g.principal_id \
          WHERE r.key IS NOT NULL AND (?3 IS NULL OR m.kind = ?3) \
            AND m.principal_id NOT IN (SELECT value FROM json_each(?2))) held), ",
        admin!("ifnull(?3, p.kind) = p.kind AND p.id NOT IN (SELECT value FROM json_each(?2))"), ", ",
        admin!("p.state = 'active' AND p.id IN (SELECT value FROM json_each(?2))")
    );
    /// The same of ?2 alone.
    LEAVING_ONE = concat!(
        "SELECT (SELECT json_group_array(r.key) FROM role_grant g JOIN role r ON r.id = g.role_id \
          WHERE g.principal_id = ?2 AND g.organization_id IS NULL AND r.key IS NOT NULL), ",
        admin!("p.id = ?2"), ", ", admin!("p.id <> ?2 AND p.state = 'active'")
    );
    /// Whether an active user other than ?2 holds `org:admin`.
    OTHER_ADMIN = concat!("SELECT ", admin!("p.id <> ?2 AND p.state = 'active'"));
}

/// What a list of principals to be added amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Whether the organization is there.
    pub organization_exists: bool,
    /// How many of the list are principals of the kind asked for.
    pub known: usize,
    /// How many are service accounts that cannot act for themselves.
    pub passive: usize,
}

/// What is lost with members who leave an organization.
#[derive(Debug, Clone)]
pub struct Leaving {
    /// What they may do on the platform, all of them together.
    pub rights: Rights,
    /// Administrators of the organization.
    pub admins: Holders,
}

impl<M> System<'_, M> {
    /// Whether it is a member of that kind.
    pub async fn is_member(
        self,
        organization: OrganizationId,
        kind: PrincipalKind,
        member: PrincipalId,
    ) -> Result<bool, DbError> {
        Ok(!self.exec.run(IS_MEMBER, params![organization, member, kind.as_str()]).await?.is_empty())
    }

    /// What is known of a list before it is added.
    pub async fn check_listed(
        self,
        organization: OrganizationId,
        kind: PrincipalKind,
        listed: &IdSet<PrincipalId>,
    ) -> Result<Listed, DbError> {
        let rows = self.exec.run(CHECK, params![organization, listed.json(), kind.as_str()]).await?;
        let row = first(&rows)?;
        Ok(Listed { organization_exists: row.boolean(0)?, known: row.count(1)?, passive: row.count(2)? })
    }

    /// How many of a list are members of that kind.
    pub async fn count_members(
        self,
        organization: OrganizationId,
        kind: PrincipalKind,
        listed: &IdSet<PrincipalId>,
    ) -> Result<usize, DbError> {
        first(&self.exec.run(COUNT, params![organization, listed.json(), kind.as_str()]).await?)?.count(0)
    }

    /// How many of these organizations there are, and whether some other one would be left without an administrator by this
    /// user.
    pub async fn count_organizations(
        self,
        listed: &IdSet<OrganizationId>,
        user: Option<PrincipalId>,
    ) -> Result<(usize, bool), DbError> {
        let rows = self.exec.run(COUNT_ORGANIZATIONS, params![listed.json(), user]).await?;
        let row = first(&rows)?;
        Ok((row.count(0)?, row.boolean(1)?))
    }

    /// What is lost with the members of a kind (`None`: of any) who are not listed.
    pub async fn leaving(
        self,
        organization: OrganizationId,
        kind: Option<PrincipalKind>,
        listed: &IdSet<PrincipalId>,
    ) -> Result<Leaving, DbError> {
        let params = params![organization, listed.json(), kind.map(PrincipalKind::as_str)];
        leaving(&self.exec.run(LEAVING, params).await?)
    }

    /// What is lost with one member.
    pub async fn leaving_one(self, organization: OrganizationId, member: PrincipalId) -> Result<Leaving, DbError> {
        leaving(&self.exec.run(LEAVING_ONE, params![organization, member]).await?)
    }

    /// What members of a kind (`None`: of any) who are not listed may do on the platform, all of them together.
    pub async fn platform_rights_in(
        self,
        organization: OrganizationId,
        kind: Option<PrincipalKind>,
        listed: &IdSet<PrincipalId>,
    ) -> Result<Rights, DbError> {
        Ok(self.leaving(organization, kind, listed).await?.rights)
    }
}

impl<M> Tenant<'_, M> {
    /// Whether an active user other than `id` holds `org:admin` here.
    pub async fn has_other_admin(self, id: PrincipalId) -> Result<bool, DbError> {
        first(&self.exec.run(OTHER_ADMIN, params![self.organization, id]).await?)?.boolean(0)
    }
}

/// What these built-in roles of the platform give.
pub(in crate::store) fn platform_rights(keys: Vec<String>) -> Rights {
    let granted = |key| GrantedRole { organization: None, key: Some(key), permissions: Vec::new() };
    Rights::new(keys.into_iter().map(granted).collect())
}

fn leaving(rows: &[Row]) -> Result<Leaving, DbError> {
    let row = first(rows)?;
    let admins = Holders { loses_one: row.boolean(1)?, has_other: row.boolean(2)? };
    Ok(Leaving { rights: platform_rights(row.list(0)?), admins })
}

fn first(rows: &[Row]) -> Result<&Row, DbError> {
    rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })
}
