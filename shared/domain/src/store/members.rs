//! People of an organization.

use super::callers::{self, grants};
use super::db::DbError;
use super::organizations::{self, organization_columns};
use super::paging::{Cursor, PAGE};
use super::tenant::Tenant;
use super::users::{self, user_columns};
use super::value::Row;
use crate::model::{OrganizationId, PrincipalId, User, UserDetails};
use crate::params;
use crate::policy::Rights;

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
