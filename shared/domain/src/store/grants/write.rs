//! Roles are given and taken.

use crate::clock::Millis;
use crate::model::{IdSet, OrganizationId, PrincipalId, RoleFamily, RoleId, json_list};
use crate::params;
use crate::store::db::DbError;
use crate::store::ids::{drawn_id, insert_drawing};
use crate::store::tenant::{System, Write};
use crate::store::value::Value;

/// Makes the grants that are not there yet, under ids drawn here: organization (or null), principal and role of each row of
/// the last argument. ?1 JSON list of organizations, of which one may be null; ?2 JSON list of principals; ?4 now.
macro_rules! give {
    ($organization:literal, $principal:literal, $role:literal, $from:expr) => {
        concat!(
            "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) SELECT ",
            drawn_id!(),
            ", ",
            $organization,
            ", ",
            $principal,
            ", ",
            $role,
            ", ?4 FROM ",
            $from,
            " WHERE NOT EXISTS (SELECT 1 FROM role_grant held WHERE held.principal_id = ",
            $principal,
            " AND ifnull(held.organization_id, 0) = ifnull(",
            $organization,
            ", 0) AND held.role_id = ",
            $role,
            " AND ifnull(held.namespace, '') = '')"
        )
    };
}

statements! {
    /// ?3 JSON list of roles.
    GIVE = give!(
        "place.value", "principal.value", "wanted.value",
        "json_each(?1) place CROSS JOIN json_each(?2) principal CROSS JOIN json_each(?3) wanted"
    );
    /// ?3 JSON list of keys of built-in roles.
    GIVE_BUILTIN = give!(
        "place.value", "principal.value", "r.id",
        "json_each(?1) place CROSS JOIN json_each(?2) principal CROSS JOIN json_each(?3) wanted CROSS JOIN role r ON r.key = wanted.value"
    );
    /// `org:admin` while no user of the organization holds it and ?3 is true, else `org:user`.
    GIVE_FIRST = give!(
        "place.value", "principal.value", "r.id",
        "json_each(?1) place CROSS JOIN json_each(?2) principal CROSS JOIN role r ON r.key = CASE WHEN NOT ?3 OR EXISTS ( \
            SELECT 1 FROM role_grant g JOIN role admin ON admin.id = g.role_id JOIN principal p ON p.id = g.principal_id \
             WHERE g.organization_id = place.value AND admin.key = 'org:admin' AND p.kind = 'user') \
          THEN 'org:user' ELSE 'org:admin' END"
    );
    /// Those that come with joining an organization by the domain of an address.
    GIVE_JOINED = give!(
        "place.value", "principal.value", "r.id",
        "json_each(?1) place CROSS JOIN json_each(?2) principal \
           CROSS JOIN organization_jit_role j ON j.organization_id = place.value \
           JOIN role r ON r.id = j.role_id AND r.family = 'template' AND r.principal_kind <> 'service_account'"
    );
    /// All roles of the family ?4 that ?2 holds in organization ?1 but those of ?3, a JSON list of ids or of keys.
    KEEP_ONLY = "DELETE FROM role_grant WHERE organization_id = ?1 AND principal_id = ?2 AND EXISTS \
        (SELECT 1 FROM role r WHERE r.id = role_grant.role_id AND r.family = ?4 \
          AND ifnull(r.key, r.id) NOT IN (SELECT value FROM json_each(?3)))";
    /// ?2 organization or NULL.
    TAKE = "DELETE FROM role_grant WHERE principal_id = ?1 AND ifnull(organization_id, 0) = ifnull(?2, 0) AND role_id = ?3 \
        AND EXISTS (SELECT 1 FROM role WHERE id = ?3 AND family = ?4) RETURNING id";
}

/// Roles to be given.
#[derive(Debug, Clone, Copy)]
pub enum Roles<'a> {
    /// These, which callers have defined.
    Defined(&'a IdSet<RoleId>),
    /// The built-in ones with these keys.
    Builtin(&'a [&'static str]),
    /// What a new user of an organization begins with: administrators may be made of those who come first.
    First {
        /// Whether the caller may make administrators.
        may_be_admin: bool,
    },
}

impl System<'_, Write> {
    /// Gives every role to every principal, in an organization or (`None`) outside of any, where it is not held yet.
    /// Principals and roles were found in the same unit of work.
    pub async fn give_roles(
        self,
        organization: Option<OrganizationId>,
        principals: &IdSet<PrincipalId>,
        roles: Roles<'_>,
        now: Millis,
    ) -> Result<(), DbError> {
        let (sql, roles): (_, Value) = match roles {
            Roles::Defined(ids) => (GIVE, ids.json().into()),
            Roles::Builtin(keys) => (GIVE_BUILTIN, serde_json::Value::from(keys.to_vec()).to_string().into()),
            Roles::First { may_be_admin } => (GIVE_FIRST, may_be_admin.into()),
        };
        let place = organization.map_or_else(|| "[null]".to_owned(), |id| json_list(&[id]));
        insert_drawing(self.exec, sql, params![place, principals.json(), roles, now]).await
    }

    /// Gives a user the roles that come with joining these organizations by the domain of an address.
    pub async fn give_joined_roles(
        self,
        organizations: &[OrganizationId],
        user: PrincipalId,
        now: Millis,
    ) -> Result<(), DbError> {
        let params = params![json_list(organizations), json_list(&[user]), None::<i64>, now];
        insert_drawing(self.exec, GIVE_JOINED, params).await
    }

    /// Takes all roles that callers have defined from a member but these.
    pub async fn keep_only_roles(
        self,
        organization: OrganizationId,
        member: PrincipalId,
        roles: &IdSet<RoleId>,
    ) -> Result<(), DbError> {
        let family = RoleFamily::Template.as_str();
        self.exec.run(KEEP_ONLY, params![organization, member, roles.json(), family]).await.map(|_| ())
    }

    /// Takes all built-in roles from a member but those with these keys.
    pub async fn keep_only_builtin(
        self,
        organization: OrganizationId,
        member: PrincipalId,
        keys: &[&'static str],
    ) -> Result<(), DbError> {
        let keys = serde_json::Value::from(keys.to_vec()).to_string();
        self.exec.run(KEEP_ONLY, params![organization, member, keys, "builtin"]).await.map(|_| ())
    }

    /// Takes one role that callers have defined from a principal, in an organization or (`None`) outside of any; `false` when
    /// it is not held.
    pub async fn take_role(
        self,
        organization: Option<OrganizationId>,
        principal: PrincipalId,
        role: RoleId,
    ) -> Result<bool, DbError> {
        let family = if organization.is_some() { RoleFamily::Template } else { RoleFamily::Tenant };
        Ok(!self.exec.run(TAKE, params![principal, organization, role, family.as_str()]).await?.is_empty())
    }
}
