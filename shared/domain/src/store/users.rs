//! People: their rows and profiles.

use super::db::DbError;
use super::organizations;
use super::tenant::{System, Write};
use super::value::Row;
use crate::clock::Millis;
use crate::model::{Email, Picture, PrincipalId, PrincipalState, User, UserDetails, person_name_key};
use crate::params;

statements! {
    INSERT = "INSERT INTO user (id, email, email_key, first_name, last_name, phone, joined_at, name_key) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    /// A person with home organization, wherever that is.
    DETAILS = concat!(
        "SELECT ", user_columns!(), ", u.config, ", organization_columns!("o"),
        " FROM user u JOIN principal p ON p.id = u.id LEFT JOIN organization o ON o.id = p.organization_id \
         WHERE u.id = ?1"
    );
}

/// Columns of [`user`], in its order. Tables: `u` user, `p` principal.
macro_rules! user_columns {
    () => {
        "u.id, p.state, u.first_name, u.last_name, u.email, u.phone, u.avatar_url, u.avatar_image, p.updated_at"
    };
}
use organizations::organization_columns;
pub(super) use user_columns;

/// Number of columns in `user_columns!`.
pub(super) const WIDTH: usize = 9;

/// A person to be made; the principal row exists already.
#[derive(Debug, Clone)]
pub struct NewUser<'a> {
    /// Login.
    pub email: &'a Email,
    /// First name.
    pub first_name: Option<&'a str>,
    /// Last name.
    pub last_name: Option<&'a str>,
    /// Telephone number.
    pub phone: Option<&'a str>,
    /// When an invitation was accepted; for people made without one, now.
    pub joined_at: Option<Millis>,
}

impl<M> System<'_, M> {
    /// Profile of the person `id`.
    pub async fn user_details(self, id: PrincipalId) -> Result<Option<UserDetails>, DbError> {
        let rows = self.exec.run(DETAILS, params![id]).await?;
        rows.first().map(details).transpose()
    }
}

impl System<'_, Write> {
    /// Makes the row of a person. [`DbError::Unique`] on `user.email_key` when the address is in use.
    pub async fn insert_user(self, id: PrincipalId, new: NewUser<'_>) -> Result<(), DbError> {
        let (email, key) = (new.email.text(), new.email.key());
        let name_key = person_name_key(None, new.first_name, new.last_name);
        let params = params![id, email, key, new.first_name, new.last_name, new.phone, new.joined_at, name_key];
        self.exec.run(INSERT, params).await.map(|_| ())
    }
}

pub(super) fn details(row: &Row) -> Result<UserDetails, DbError> {
    Ok(UserDetails {
        user: user(row)?,
        config: row.json_opt(WIDTH)?,
        organization: organizations::organization_opt(row, WIDTH + 1)?,
    })
}

/// Reads the columns of `user_columns!`, which come first.
pub(super) fn user(row: &Row) -> Result<User, DbError> {
    Ok(User {
        id: PrincipalId::from_stored(row.integer(0)?),
        state: PrincipalState::from_stored(&row.text(1)?)
            .ok_or(DbError::Shape { column: 1, wanted: "principal.state" })?,
        first_name: row.text_opt(2)?,
        last_name: row.text_opt(3)?,
        email: row.text_opt(4)?,
        phone: row.text_opt(5)?,
        avatar: Picture::from_stored(row.text_opt(7)?, row.text_opt(6)?),
        updated_at: row.integer(8)?,
    })
}
