//! People of an organization.

use super::callers::{self, grants};
use super::db::DbError;
use super::ids::insert_new;
use super::organizations::{self, organization_columns};
use super::paging::{Cursor, PAGE};
use super::tenant::{Tenant, Write};
use super::users::{self, user_columns};
use super::value::Row;
use crate::clock::Millis;
use crate::model::{OrganizationId, PrincipalId, RoleGrantId, User, UserDetails};
use crate::params;
use crate::policy::Rights;
use crate::rng::Rng;

statements! {
    /// Those after (?2, ?3) in order of joining.
    LIST = concat!(
        "SELECT ", user_columns!(), ", m.created_at \
         FROM membership m JOIN principal p ON p.id = m.principal_id JOIN user u ON u.id = m.principal_id \
         WHERE m.organization_id = ?1 AND m.kind = 'user' AND (m.created_at, m.principal_id) > (?2, ?3) \
         ORDER BY m.created_at, m.principal_id LIMIT ?4"
    );
    /// One of them, with home organization and everything that decides who may change the person.
    FIND = concat!(
        "SELECT ", user_columns!(), ", u.config, ", organization_columns!("o"), ", \
           EXISTS (SELECT 1 FROM credential WHERE principal_id = p.id AND kind = 'password'), ", grants!(""), " \
         FROM membership m JOIN principal p ON p.id = m.principal_id JOIN user u ON u.id = m.principal_id \
         LEFT JOIN organization o ON o.id = p.organization_id \
         WHERE m.organization_id = ?1 AND m.principal_id = ?2 AND m.kind = 'user'"
    );
    REMOVE = "DELETE FROM membership WHERE organization_id = ?1 AND principal_id = ?2";
    /// `org:admin` while no person of the organization holds it and ?5 is true, else `org:user`.
    GRANT_FIRST_ROLE = "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) \
        SELECT ?1, ?2, ?3, id, ?4 FROM role WHERE key = CASE WHEN NOT ?5 OR EXISTS ( \
            SELECT 1 FROM role_grant g JOIN role r ON r.id = g.role_id JOIN principal p ON p.id = g.principal_id \
             WHERE g.organization_id = ?2 AND r.key = 'org:admin' AND p.kind = 'user') \
          THEN 'org:user' ELSE 'org:admin' END \
        ON CONFLICT (id) DO NOTHING RETURNING id";
    /// Whether an active person other than ?2 holds `org:admin`.
    OTHER_ADMIN = "SELECT EXISTS (SELECT 1 FROM role_grant g JOIN role r ON r.id = g.role_id \
        JOIN principal p ON p.id = g.principal_id WHERE g.organization_id = ?1 AND r.key = 'org:admin' \
        AND p.kind = 'user' AND p.id <> ?2 AND p.state = 'active')";
}

/// A member, and what decides who may change the person.
#[derive(Debug, Clone)]
pub struct Member {
    /// Profile.
    pub details: UserDetails,
    /// Home organization.
    pub home: Option<OrganizationId>,
    /// Whether a password was ever set.
    pub has_password: bool,
    /// Roles held, in every organization and on the platform.
    pub rights: Rights,
}

impl<M> Tenant<'_, M> {
    /// The next people after `after`, in every state; at most [`PAGE`].
    pub async fn members(self, after: Cursor) -> Result<Vec<(User, Cursor)>, DbError> {
        let rows = self.exec.run(LIST, params![self.organization, after.0, after.1, PAGE]).await?;
        rows.iter()
            .map(|row| {
                let user = users::user(row)?;
                let cursor = (row.integer(users::WIDTH)?, user.id.get());
                Ok((user, cursor))
            })
            .collect()
    }

    /// The member `id`.
    pub async fn member(self, id: PrincipalId) -> Result<Option<Member>, DbError> {
        let rows = self.exec.run(FIND, params![self.organization, id]).await?;
        rows.first().map(member).transpose()
    }

    /// Whether an active person other than `id` holds `org:admin` here.
    pub async fn has_other_admin(self, id: PrincipalId) -> Result<bool, DbError> {
        let rows = self.exec.run(OTHER_ADMIN, params![self.organization, id]).await?;
        rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?.boolean(0)
    }
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

fn member(row: &Row) -> Result<Member, DbError> {
    let details = users::details(row)?;
    let after = users::WIDTH + 1 + organizations::WIDTH;
    Ok(Member {
        home: details.organization.as_ref().map(|organization| organization.id),
        has_password: row.boolean(after)?,
        rights: Rights::new(callers::roles(&row.text(after + 1)?)?),
        details,
    })
}
