//! What ties users to an organization.

use super::db::DbError;
use super::ids::insert_new;
use super::tenant::{Tenant, Write};
use crate::clock::Millis;
use crate::model::{PrincipalId, RoleGrantId};
use crate::params;
use crate::rng::Rng;

statements! {
    REMOVE = "DELETE FROM membership WHERE organization_id = ?1 AND principal_id = ?2";
    /// `org:admin` while no person of the organization holds it and ?5 is true, else `org:user`.
    GRANT_FIRST_ROLE = "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) \
        SELECT ?1, ?2, ?3, id, ?4 FROM role WHERE key = CASE WHEN NOT ?5 OR EXISTS ( \
            SELECT 1 FROM role_grant g JOIN role r ON r.id = g.role_id JOIN principal p ON p.id = g.principal_id \
             WHERE g.organization_id = ?2 AND r.key = 'org:admin' AND p.kind = 'user') \
          THEN 'org:user' ELSE 'org:admin' END \
        ON CONFLICT (id) DO NOTHING RETURNING id";
}

impl Tenant<'_, Write> {
    /// Takes somebody out of this organization, with the roles held here.
    pub async fn remove_member(self, id: PrincipalId) -> Result<(), DbError> {
        self.exec.run(REMOVE, params![self.organization, id]).await.map(|_| ())
    }

    /// Gives a new person the role to begin with; `may_be_admin` whether the caller may make administrators.
    pub async fn grant_first_role(
        self,
        user: PrincipalId,
        may_be_admin: bool,
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<RoleGrantId, DbError> {
        let params = |id| params![id, self.organization, user, now, may_be_admin];
        insert_new(self.exec, GRANT_FIRST_ROLE, rng, RoleGrantId::random, params).await
    }
}
