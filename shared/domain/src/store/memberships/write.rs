//! Principals come into organizations, and leave them.

use crate::clock::Millis;
use crate::model::{IdSet, OrganizationId, PrincipalId, PrincipalKind, json_list};
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};
use crate::store::value::Value;

/// Makes the memberships that are not there yet: of the organization in each row of the last argument, and its principal
/// `p`. ?3 kind of principal, or NULL for any; ?4 now. A user who has yet to accept an invitation is `invited`: one who is
/// active has come in, one who was stopped meanwhile has if an invitation was ever accepted.
macro_rules! add {
    ($organization:literal, $from:expr) => {
        concat!(
            "INSERT INTO membership (organization_id, principal_id, kind, state, created_at, updated_at) SELECT ",
            $organization,
            ", p.id, p.kind, CASE WHEN p.kind = 'user' AND p.state <> 'active' AND u.joined_at IS NULL \
               THEN 'invited' ELSE 'active' END, ?4, ?4 FROM ",
            $from,
            " LEFT JOIN user u ON u.id = p.id WHERE ?3 IS NULL OR p.kind = ?3 \
             ON CONFLICT (organization_id, principal_id) DO NOTHING"
        )
    };
}

statements! {
    /// ?1 JSON list of organizations, ?2 JSON list of principals.
    ADD = add!(
        "place.value",
        "json_each(?1) place CROSS JOIN json_each(?2) listed CROSS JOIN principal p ON p.id = listed.value"
    );
    /// Into organizations of the domain of the address of the one user in ?2.
    ADD_BY_DOMAIN = concat!(
        add!(
            "d.organization_id",
            "json_each(?2) listed CROSS JOIN principal p ON p.id = listed.value JOIN user address ON address.id = p.id \
               JOIN organization_jit_domain d ON d.domain = substr(address.email_key, instr(address.email_key, '@') + 1)"
        ),
        " RETURNING organization_id"
    );
    /// All of the kind ?3 but those of ?2. Their roles here go along.
    KEEP_PRINCIPALS = "DELETE FROM membership WHERE organization_id = ?1 AND kind = ?3 \
        AND principal_id NOT IN (SELECT value FROM json_each(?2))";
    /// All of ?1 but those in the organizations ?2. Roles that are held there go along.
    KEEP_ORGANIZATIONS = "DELETE FROM membership WHERE principal_id = ?1 \
        AND organization_id NOT IN (SELECT value FROM json_each(?2))";
    /// Whether the principal was at home here.
    REMOVE = "DELETE FROM membership WHERE organization_id = ?1 AND principal_id = ?2 AND kind = ?3 \
        RETURNING (SELECT organization_id FROM principal WHERE id = ?2) IS ?1";
    SET_OWNED = "UPDATE membership SET is_owner = NOT is_owner, updated_at = ?3 WHERE principal_id = ?1 \
        AND is_owner <> (organization_id IN (SELECT value FROM json_each(?2)))";
    /// Nobody is at home in an organization without being in it.
    CLEAR_HOME = "UPDATE principal SET updated_at = ?2, organization_id = CASE WHEN EXISTS (SELECT 1 FROM membership m \
          WHERE m.principal_id = ?1 AND m.organization_id = principal.organization_id) THEN organization_id END \
        WHERE id = ?1";
    /// The same of all of a kind who are at home in ?1.
    CLEAR_HOMES = "UPDATE principal SET organization_id = NULL, updated_at = ?3 WHERE organization_id = ?1 AND kind = ?2 \
        AND NOT EXISTS (SELECT 1 FROM membership WHERE organization_id = ?1 AND principal_id = principal.id)";
}

impl System<'_, Write> {
    /// Puts principals into organizations, each into each; those who are in already stay as they are. Both are known to be
    /// there; of principals only those of `kind` count, if one is given.
    pub async fn add_memberships(
        self,
        organizations: &[OrganizationId],
        principals: &[PrincipalId],
        kind: Option<PrincipalKind>,
        now: Millis,
    ) -> Result<(), DbError> {
        let kind = kind.map(PrincipalKind::as_str);
        let params = params![json_list(organizations), json_list(principals), kind, now];
        self.exec.run(ADD, params).await.map(|_| ())
    }

    /// Puts a user into the organizations of the domain of the e-mail address, and returns those that are new.
    pub async fn add_memberships_by_domain(
        self,
        user: PrincipalId,
        now: Millis,
    ) -> Result<Vec<OrganizationId>, DbError> {
        let params = params![Value::Null, json_list(&[user]), Value::Null, now];
        let rows = self.exec.run(ADD_BY_DOMAIN, params).await?;
        rows.iter().map(|row| row.integer(0).map(OrganizationId::from_stored)).collect()
    }

    /// Takes everybody of the kind out of an organization who is not listed.
    pub async fn keep_only_principals(
        self,
        organization: OrganizationId,
        kind: PrincipalKind,
        listed: &IdSet<PrincipalId>,
        now: Millis,
    ) -> Result<(), DbError> {
        self.exec.run(KEEP_PRINCIPALS, params![organization, listed.json(), kind.as_str()]).await?;
        self.exec.run(CLEAR_HOMES, params![organization, kind.as_str(), now]).await.map(|_| ())
    }

    /// Takes a principal out of all organizations that are not listed. What remains to be done is
    /// [`System::clear_home_if_not_member`].
    pub async fn keep_only_organizations(self, id: PrincipalId, listed: &IdSet<OrganizationId>) -> Result<(), DbError> {
        self.exec.run(KEEP_ORGANIZATIONS, params![id, listed.json()]).await.map(|_| ())
    }

    /// Takes one out, with the roles held there; `false` when there is no such member.
    pub async fn remove_membership(
        self,
        organization: OrganizationId,
        kind: PrincipalKind,
        member: PrincipalId,
        now: Millis,
    ) -> Result<bool, DbError> {
        let rows = self.exec.run(REMOVE, params![organization, member, kind.as_str()]).await?;
        let Some(row) = rows.first() else { return Ok(false) };
        if row.boolean(0)? {
            self.clear_home_if_not_member(member, now).await?;
        }
        Ok(true)
    }

    /// Makes the organizations that a user owns be these of those it is in.
    pub async fn set_owned(self, id: PrincipalId, owned: &IdSet<OrganizationId>, now: Millis) -> Result<(), DbError> {
        self.exec.run(SET_OWNED, params![id, owned.json(), now]).await.map(|_| ())
    }

    /// Notes that a principal was changed, which stays at home only where it is a member.
    pub async fn clear_home_if_not_member(self, id: PrincipalId, now: Millis) -> Result<(), DbError> {
        self.exec.run(CLEAR_HOME, params![id, now]).await.map(|_| ())
    }
}
