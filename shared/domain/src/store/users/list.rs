//! Lists of users: all of an organization from one end to the other, pages of all, and pages as the caller filters and
//! sorts them.

use super::columns::{CORE, access_columns, claims_columns, user, user_columns, with_access};
use super::reach::append;
use super::read::{ManagedUser, has_password, managed};
use super::search::{UserFilter, user_is_wanted, wanted};
use super::table::USERS;
use crate::model::{OrganizationId, User, UserAccess};
use crate::params;
use crate::policy::Reach;
use crate::store::db::DbError;
use crate::store::paging::{Cursor, PAGE, Page, Window};
use crate::store::query::{Selected, Selection, Sql};
use crate::store::tenant::System;

/// Whether the user `u` matches ?4: the text, in lower case, is part of id, name, e-mail address, login name, or telephone
/// number without its plus sign. All of these are in the index `user_search`.
macro_rules! user_matches {
    () => {
        "(instr(u.name_key, ?4) OR instr(u.email_key, ?4) OR instr(u.username_key, ?4) OR instr(substr(u.phone, 2), ?4) \
          OR instr(u.id, ?4))"
    };
}
pub(in crate::store) use user_matches;

/// A page of users, newest first: ?1 offset, ?2 limit. The first argument comes before, the second counts all, the
/// third finds those of the page.
macro_rules! page {
    ($with:expr, $total:expr, $page:expr) => {
        concat!(
            $with,
            "SELECT t.total, ",
            user_columns!(),
            ", ",
            claims_columns!(),
            ", ",
            has_password!(),
            " \
             FROM (",
            $total,
            ") t \
             LEFT JOIN (",
            $page,
            " ORDER BY p.created_at DESC, p.id DESC LIMIT ?2 OFFSET ?1) page ON true \
             LEFT JOIN principal p ON p.id = page.id LEFT JOIN user u ON u.id = page.id \
             ORDER BY page.created_at DESC, page.id DESC"
        )
    };
}

statements! {
    /// Those of an organization after (?2, ?3) in order of joining.
    OF_ORGANIZATION = concat!(
        "SELECT ", user_columns!(), ", m.created_at \
         FROM membership m JOIN principal p ON p.id = m.principal_id JOIN user u ON u.id = m.principal_id \
         WHERE m.organization_id = ?1 AND m.kind = 'user' AND (m.created_at, m.principal_id) > (?2, ?3) \
         ORDER BY m.created_at, m.principal_id LIMIT ?4"
    );
    ALL = page!(
        "",
        "SELECT number AS total FROM tally WHERE what = 'user'",
        "SELECT p.id, p.created_at FROM principal p WHERE p.kind = 'user'"
    );
    SEARCH = page!(
        wanted!(),
        concat!("SELECT count(*) AS total FROM user u WHERE ", user_is_wanted!()),
        concat!(
            "SELECT p.id, p.created_at FROM principal p JOIN user u ON u.id = p.id WHERE p.kind = 'user' AND ",
            user_is_wanted!()
        )
    );
}

impl<M> System<'_, M> {
    /// The next users of an organization after `after`, in every state; at most [`PAGE`].
    pub async fn users_of(self, organization: OrganizationId, after: Cursor) -> Result<Vec<(User, Cursor)>, DbError> {
        let rows = self.exec.run(OF_ORGANIZATION, params![organization, after.0, after.1, PAGE]).await?;
        rows.iter()
            .map(|row| {
                let user = user(row, 0)?;
                let cursor = (row.integer(CORE)?, user.id.get());
                Ok((user, cursor))
            })
            .collect()
    }

    /// A page of all users, newest first.
    pub async fn managed_users(self, window: Window, filter: &UserFilter) -> Result<Page<ManagedUser>, DbError> {
        let Window { offset, limit } = window;
        let rows = if filter.is_empty() {
            self.exec.run(ALL, params![offset, limit]).await?
        } else {
            let params = params![offset, limit, filter.json(), filter.least(), filter.outside];
            self.exec.run(SEARCH, params).await?
        };
        Page::read(&rows, |row| managed(row, 1))
    }

    /// A page of the users within `reach`, as the caller filters and sorts them.
    pub async fn selected_users(
        self,
        reach: &Reach,
        selection: &Selection,
    ) -> Result<Selected<User<UserAccess>>, DbError> {
        let rows = self.exec.run_built(&selected(reach, selection)).await?;
        selection.read(&rows, |row| with_access(row, 1))
    }
}

/// The statement that reads a page.
fn selected(reach: &Reach, selection: &Selection) -> Sql {
    let columns = concat!(user_columns!(), ", ", access_columns!());
    let details = "LEFT JOIN user u ON u.id = page.id LEFT JOIN principal p ON p.id = page.id";
    match reach {
        Reach::All => selection.statement_of_all(&USERS, columns, details),
        _ => selection.statement(&USERS, |sql| append(sql, reach), columns, details),
    }
}

#[cfg(test)]
#[cfg(feature = "native")]
#[path = "list_tests.rs"]
mod tests;
