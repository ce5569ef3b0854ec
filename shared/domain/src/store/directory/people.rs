//! All people: who they are.

use super::people_search::{PeopleFilter, person_is_wanted, wanted};
use crate::model::{OrganizationId, Person, Picture, PrincipalId, PrincipalState};
use crate::params;
use crate::policy::Rights;
use crate::store::callers::{self, grants};
use crate::store::db::DbError;
use crate::store::paging::{Page, Window};
use crate::store::tenant::System;
use crate::store::value::Row;

/// Columns of [`person`], in its order. Tables: `u` user, `p` principal.
macro_rules! person_columns {
    () => {
        "u.id, p.state, u.username, u.email, u.phone, u.display_name, u.first_name, u.last_name, u.avatar_image, \
         u.avatar_url, u.custom_data, u.identities, u.profile, u.last_sign_in_at, p.created_at, p.updated_at"
    };
}
pub(in crate::store) use person_columns;

/// Number of columns in `person_columns!`.
pub(in crate::store) const WIDTH: usize = 16;

/// Whether the person `u` matches ?4: the text, in lower case, is part of id, name, e-mail address, login name, or telephone
/// number without its plus sign. All of these are in the index `user_search`.
macro_rules! person_matches {
    () => {
        "(instr(u.name_key, ?4) OR instr(u.email_key, ?4) OR instr(u.username_key, ?4) OR instr(substr(u.phone, 2), ?4) \
          OR instr(u.id, ?4))"
    };
}
pub(in crate::store) use person_matches;

/// Columns of [`found`], in its order.
macro_rules! found_columns {
    () => {
        concat!(
            person_columns!(),
            ", EXISTS (SELECT 1 FROM credential WHERE principal_id = u.id AND kind = 'password')"
        )
    };
}

/// A page of people, newest first: ?1 offset, ?2 limit. The first argument comes before, the second counts all, the
/// third finds those of the page.
macro_rules! list {
    ($with:expr, $total:expr, $page:expr) => {
        concat!(
            $with,
            "SELECT t.total, ",
            found_columns!(),
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
    FIND = concat!("SELECT ", found_columns!(), " FROM user u JOIN principal p ON p.id = u.id WHERE u.id = ?1");
    /// The same with everything that decides who may change the person.
    FIND_TO_CHANGE = concat!(
        "SELECT ", found_columns!(), ", p.organization_id, ", grants!(""),
        " FROM user u JOIN principal p ON p.id = u.id WHERE u.id = ?1"
    );
    LIST = list!(
        "",
        "SELECT number AS total FROM tally WHERE what = 'user'",
        "SELECT p.id, p.created_at FROM principal p WHERE p.kind = 'user'"
    );
    SEARCH = list!(
        wanted!(),
        concat!("SELECT count(*) AS total FROM user u WHERE ", person_is_wanted!()),
        concat!(
            "SELECT p.id, p.created_at FROM principal p JOIN user u ON u.id = p.id WHERE p.kind = 'user' AND ",
            person_is_wanted!()
        )
    );
}

/// A person, and whether there is a password.
#[derive(Debug, Clone)]
pub struct FoundPerson {
    /// The person.
    pub person: Person,
    /// Whether a password is set.
    pub has_password: bool,
}

/// A person who is to be changed, and what decides who may do that.
#[derive(Debug, Clone)]
pub struct ChangingPerson {
    /// The person.
    pub found: FoundPerson,
    /// Home organization.
    pub home: Option<OrganizationId>,
    /// Roles held, in every organization and on the platform.
    pub rights: Rights,
}

impl<M> System<'_, M> {
    /// One person.
    pub async fn person(self, id: PrincipalId) -> Result<Option<FoundPerson>, DbError> {
        self.exec.run(FIND, params![id]).await?.first().map(|row| found(row, 0)).transpose()
    }

    /// One person who is to be changed.
    pub async fn person_to_change(self, id: PrincipalId) -> Result<Option<ChangingPerson>, DbError> {
        let rows = self.exec.run(FIND_TO_CHANGE, params![id]).await?;
        let changing = |row: &Row| {
            Ok(ChangingPerson {
                found: found(row, 0)?,
                home: row.integer_opt(WIDTH + 1)?.map(OrganizationId::from_stored),
                rights: Rights::new(callers::roles(&row.text(WIDTH + 2)?)?),
            })
        };
        rows.first().map(changing).transpose()
    }

    /// People, newest first.
    pub async fn people(self, window: Window, filter: &PeopleFilter) -> Result<Page<FoundPerson>, DbError> {
        let Window { offset, limit } = window;
        let rows = if filter.is_empty() {
            self.exec.run(LIST, params![offset, limit]).await?
        } else {
            let params = params![offset, limit, filter.json(), filter.least(), filter.outside];
            self.exec.run(SEARCH, params).await?
        };
        Page::read(&rows, |row| found(row, 1))
    }
}

/// Reads the columns of `person_columns!` and the password behind them, from `first` on.
pub(super) fn found(row: &Row, first: usize) -> Result<FoundPerson, DbError> {
    Ok(FoundPerson { person: person(row, first)?, has_password: row.boolean(first + WIDTH)? })
}

/// Reads the columns of `person_columns!` from `first` on.
pub(in crate::store) fn person(row: &Row, first: usize) -> Result<Person, DbError> {
    Ok(Person {
        id: PrincipalId::from_stored(row.integer(first)?),
        state: PrincipalState::from_stored(&row.text(first + 1)?)
            .ok_or(DbError::Shape { column: first + 1, wanted: "principal.state" })?,
        username: row.text_opt(first + 2)?,
        email: row.text_opt(first + 3)?,
        phone: row.text_opt(first + 4)?,
        display_name: row.text_opt(first + 5)?,
        first_name: row.text_opt(first + 6)?,
        last_name: row.text_opt(first + 7)?,
        avatar: Picture::from_stored(row.text_opt(first + 8)?, row.text_opt(first + 9)?),
        custom_data: row.object(first + 10)?,
        identities: row.object(first + 11)?,
        profile: row.object(first + 12)?,
        last_sign_in_at: row.integer_opt(first + 13)?,
        created_at: row.integer(first + 14)?,
        updated_at: row.integer(first + 15)?,
    })
}
