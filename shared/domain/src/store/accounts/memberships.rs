//! Organizations of one account, all at once: what other APIs change one by one.

use crate::clock::Millis;
use crate::model::{IdSet, OrganizationId, PrincipalId};
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};

statements! {
    /// How many of the listed ones there are.
    COUNT = "SELECT count(*) FROM json_each(?1) listed JOIN organization o ON o.id = listed.value";
    /// Where the account is in already, it stays as it is.
    ADD = "INSERT INTO membership (organization_id, principal_id, kind, state, created_at, updated_at) \
        SELECT value, ?1, 'user', ?3, ?4, ?4 FROM json_each(?2) WHERE true \
        ON CONFLICT (organization_id, principal_id) DO NOTHING";
    /// Roles that were held there go along.
    KEEP_ONLY = "DELETE FROM membership WHERE principal_id = ?1 \
        AND organization_id NOT IN (SELECT value FROM json_each(?2))";
    SET_OWNED = "UPDATE membership SET is_owner = NOT is_owner, updated_at = ?3 WHERE principal_id = ?1 \
        AND is_owner <> (organization_id IN (SELECT value FROM json_each(?2)))";
    /// Nobody is at home in an organization without being in it.
    SETTLE = "UPDATE principal SET updated_at = ?2, organization_id = CASE WHEN EXISTS (SELECT 1 FROM membership m \
          WHERE m.principal_id = ?1 AND m.organization_id = principal.organization_id) THEN organization_id END \
        WHERE id = ?1";
}

impl<M> System<'_, M> {
    /// How many of these organizations there are.
    pub async fn count_organizations(self, listed: &IdSet<OrganizationId>) -> Result<usize, DbError> {
        let rows = self.exec.run(COUNT, params![listed.json()]).await?;
        rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?.count(0)
    }
}

impl System<'_, Write> {
    /// Puts an account into organizations that exist. Who `has_joined` is active there at once.
    pub async fn add_memberships(
        self,
        id: PrincipalId,
        listed: &IdSet<OrganizationId>,
        has_joined: bool,
        now: Millis,
    ) -> Result<(), DbError> {
        let state = if has_joined { "active" } else { "invited" };
        self.exec.run(ADD, params![id, listed.json(), state, now]).await.map(|_| ())
    }

    /// Takes an account out of all organizations but these.
    pub async fn keep_only_memberships(self, id: PrincipalId, listed: &IdSet<OrganizationId>) -> Result<(), DbError> {
        self.exec.run(KEEP_ONLY, params![id, listed.json()]).await.map(|_| ())
    }

    /// Makes the organizations that an account owns be these of those it is in.
    pub async fn set_owned(self, id: PrincipalId, owned: &IdSet<OrganizationId>, now: Millis) -> Result<(), DbError> {
        self.exec.run(SET_OWNED, params![id, owned.json(), now]).await.map(|_| ())
    }

    /// Notes that an account was changed; nobody stays at home where they are not in any more.
    pub async fn settle_account(self, id: PrincipalId, now: Millis) -> Result<(), DbError> {
        self.exec.run(SETTLE, params![id, now]).await.map(|_| ())
    }
}
