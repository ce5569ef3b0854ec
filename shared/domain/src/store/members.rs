//! People of an organization.

use super::db::DbError;
use super::ids::insert_new;
use super::tenant::{Tenant, Write};
use super::users::{self, user_columns};
use crate::clock::Millis;
use crate::model::{PrincipalId, RoleGrantId, User};
use crate::params;
use crate::rng::Rng;

statements! {
    /// Oldest member first.
    LIST = concat!(
        "SELECT ", user_columns!(),
        " FROM membership m JOIN principal p ON p.id = m.principal_id JOIN user u ON u.id = m.principal_id \
         WHERE m.organization_id = ?1 AND m.kind = 'user' ORDER BY m.created_at, m.principal_id"
    );
    /// `org:admin` while no person of the organization holds it and ?5 is true, else `org:user`.
    GRANT_FIRST_ROLE = "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) \
        SELECT ?1, ?2, ?3, id, ?4 FROM role WHERE key = CASE WHEN NOT ?5 OR EXISTS ( \
            SELECT 1 FROM role_grant g JOIN role r ON r.id = g.role_id JOIN principal p ON p.id = g.principal_id \
             WHERE g.organization_id = ?2 AND r.key = 'org:admin' AND p.kind = 'user') \
          THEN 'org:user' ELSE 'org:admin' END \
        ON CONFLICT (id) DO NOTHING RETURNING id";
}

impl<M> Tenant<'_, M> {
    /// Everybody in it, in every state.
    pub async fn members(self) -> Result<Vec<User>, DbError> {
        let rows = self.exec.run(LIST, params![self.organization]).await?;
        rows.iter().map(users::user).collect()
    }
}

impl Tenant<'_, Write> {
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
