//! What decides whether principals may come into organizations, and leave them.

use crate::model::{IdSet, OrganizationId, PrincipalId, PrincipalKind};
use crate::params;
use crate::policy::{GrantedRole, Rights};
use crate::store::db::DbError;
use crate::store::tenant::{System, Tenant};
use crate::store::value::Row;

statements! {
    IS_MEMBER = "SELECT 1 FROM membership WHERE organization_id = ?1 AND principal_id = ?2 AND kind = ?3";
    /// Whether the organization is there, how many of ?2 are principals of the kind ?3, and how many of them are service
    /// accounts that cannot act for themselves.
    CHECK = "SELECT EXISTS (SELECT 1 FROM organization WHERE id = ?1), \
        (SELECT count(*) FROM json_each(?2) listed JOIN principal p ON p.id = listed.value WHERE p.kind = ?3), \
        (SELECT count(*) FROM json_each(?2) listed JOIN service_account s ON s.id = listed.value \
          WHERE s.application_type <> 'MachineToMachine')";
    /// How many of ?2 are members of the kind ?3.
    COUNT = "SELECT count(*) FROM json_each(?2) listed JOIN membership m \
        ON m.organization_id = ?1 AND m.principal_id = listed.value WHERE m.kind = ?3";
    /// How many of the listed organizations there are.
    COUNT_ORGANIZATIONS = "SELECT count(*) FROM json_each(?1) listed JOIN organization o ON o.id = listed.value";
    /// Keys of the platform's roles that members of the kind ?3, or of any if that is NULL, hold who are not in ?2.
    PLATFORM_KEYS_IN = "SELECT DISTINCT r.key FROM role r JOIN role_grant g ON g.role_id = r.id AND g.organization_id IS NULL \
          JOIN membership m ON m.organization_id = ?1 AND m.principal_id = g.principal_id \
        WHERE r.key IS NOT NULL AND (?3 IS NULL OR m.kind = ?3) AND m.principal_id NOT IN (SELECT value FROM json_each(?2))";
    PLATFORM_KEYS_OF = "SELECT r.key FROM role_grant g JOIN role r ON r.id = g.role_id \
        WHERE g.principal_id = ?1 AND g.organization_id IS NULL AND r.key IS NOT NULL";
    /// Whether an active user other than ?2 holds `org:admin`.
    OTHER_ADMIN = "SELECT EXISTS (SELECT 1 FROM role_grant g JOIN role r ON r.id = g.role_id \
        JOIN principal p ON p.id = g.principal_id WHERE g.organization_id = ?1 AND r.key = 'org:admin' \
        AND p.kind = 'user' AND p.id <> ?2 AND p.state = 'active')";
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

    /// How many of these organizations there are.
    pub async fn count_organizations(self, listed: &IdSet<OrganizationId>) -> Result<usize, DbError> {
        first(&self.exec.run(COUNT_ORGANIZATIONS, params![listed.json()]).await?)?.count(0)
    }

    /// What members of a kind (`None`: of any) who are not listed may do on the platform, all of them together.
    pub async fn platform_rights_in(
        self,
        organization: OrganizationId,
        kind: Option<PrincipalKind>,
        listed: &IdSet<PrincipalId>,
    ) -> Result<Rights, DbError> {
        let params = params![organization, listed.json(), kind.map(PrincipalKind::as_str)];
        keys(&self.exec.run(PLATFORM_KEYS_IN, params).await?).map(platform_rights)
    }

    /// What a principal may do on the platform.
    pub async fn platform_rights_of(self, id: PrincipalId) -> Result<Rights, DbError> {
        keys(&self.exec.run(PLATFORM_KEYS_OF, params![id]).await?).map(platform_rights)
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

fn keys(rows: &[Row]) -> Result<Vec<String>, DbError> {
    rows.iter().map(|row| row.text(0)).collect()
}

fn first(rows: &[Row]) -> Result<&Row, DbError> {
    rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })
}
