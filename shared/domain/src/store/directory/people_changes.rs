//! All people: making and changing them.

use crate::clock::Millis;
use crate::model::{Email, ImageName, Person, Picture, PrincipalId, person_name_key};
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};
use crate::store::value::Value;

statements! {
    INSERT = "INSERT INTO user (id, username, username_key, email, email_key, phone, display_name, first_name, last_name, \
        name_key, avatar_image, avatar_url, custom_data, profile, joined_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    /// A new address is not verified; the old one's verification goes with it.
    UPDATE = "UPDATE user SET username = ?2, username_key = ?3, email = ?4, \
        email_verified_at = CASE WHEN email_key = ?5 THEN email_verified_at END, email_key = ?5, phone = ?6, \
        display_name = ?7, first_name = ?8, last_name = ?9, name_key = ?10, avatar_image = ?11, avatar_url = ?12, \
        custom_data = ?13, profile = ?14 WHERE id = ?1";
    HAS_PHONE = "SELECT EXISTS (SELECT 1 FROM user WHERE phone = ?1 AND id IS NOT ?2)";
}

impl<M> System<'_, M> {
    /// Whether anybody but `except` has this telephone number.
    pub async fn has_phone(self, phone: &str, except: Option<PrincipalId>) -> Result<bool, DbError> {
        let rows = self.exec.run(HAS_PHONE, params![phone, except]).await?;
        rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?.boolean(0)
    }
}

impl System<'_, Write> {
    /// Makes the row of a person who came in at `joined_at`; the principal exists already. [`DbError::Unique`] on
    /// `user.email_key` or `user.username_key` when that is in use.
    pub async fn insert_person(self, person: &Person, joined_at: Millis) -> Result<(), DbError> {
        let mut params = columns(person);
        params.push(joined_at.into());
        self.exec.run(INSERT, params).await.map(|_| ())
    }

    /// Stores an edited person. [`DbError::Unique`] as in [`System::insert_person`].
    pub async fn update_person(self, person: &Person) -> Result<(), DbError> {
        self.exec.run(UPDATE, columns(person)).await.map(|_| ())
    }
}

/// What both statements begin with.
fn columns(person: &Person) -> Vec<Value> {
    let (chosen, first, last) =
        (person.display_name.as_deref(), person.first_name.as_deref(), person.last_name.as_deref());
    let email = person.email.clone().map(Email::from_stored);
    let (image, url) = match &person.avatar {
        None => (None, None),
        Some(Picture::Stored(name)) => (Some(ImageName::as_str(name)), None),
        Some(Picture::Url(url)) => (None, Some(url.as_str())),
    };
    params![
        person.id,
        person.username.as_deref(),
        person.username.as_deref().map(str::to_lowercase),
        person.email.as_deref(),
        email.as_ref().map(Email::key),
        person.phone.as_deref(),
        chosen,
        first,
        last,
        person_name_key(chosen, first, last),
        image,
        url,
        &person.custom_data,
        &person.profile
    ]
}
