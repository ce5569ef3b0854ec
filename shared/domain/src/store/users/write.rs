//! Making and changing users: one statement makes a row, one changes it, whichever API it is for.

use serde_json::Value as Json;

use super::read::UserRecord;
use crate::model::{Email, ImageName, Picture, PrincipalId, User, person_name_key};
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};
use crate::store::value::Value;

/// Whether nobody but ?1 has the telephone number ?6. Two users may have had one for long: that keeps neither from being
/// changed, as long as the number stays.
macro_rules! phone_is_free {
    () => {
        "(?6 IS NULL OR NOT EXISTS (SELECT 1 FROM user WHERE phone = ?6 AND id <> ?1))"
    };
}

statements! {
    /// No row when somebody has the telephone number.
    INSERT = concat!(
        "INSERT INTO user (id, username, username_key, email, email_key, phone, display_name, first_name, last_name, \
           name_key, avatar_image, avatar_url, custom_data, profile, identities, email_verified_at, account_role, role_scope, \
           sso_channel, joined_at) \
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20 WHERE ",
        phone_is_free!(), " RETURNING id"
    );
    /// No row when somebody else has the telephone number, and it is a new one.
    UPDATE = concat!(
        "UPDATE user SET username = ?2, username_key = ?3, email = ?4, email_key = ?5, phone = ?6, display_name = ?7, \
           first_name = ?8, last_name = ?9, name_key = ?10, avatar_image = ?11, avatar_url = ?12, custom_data = ?13, \
           profile = ?14, identities = ?15, email_verified_at = ?16, account_role = ?17, role_scope = ?18, \
           sso_channel = ?19, joined_at = ?20 \
         WHERE id = ?1 AND (phone IS ?6 OR ", phone_is_free!(), ") RETURNING id"
    );
    SET_CONFIG = "UPDATE user SET config = ?2 WHERE id = ?1";
    SET_PREFERENCES = "UPDATE user SET notification_preferences = ?2 WHERE id = ?1";
}

impl System<'_, Write> {
    /// Makes the row of a user, whose principal exists already; `false` when somebody has the telephone number.
    /// [`DbError::Unique`] on `user.email_key` or `user.username_key` when that is in use.
    pub async fn insert_user(self, user: &User<UserRecord>) -> Result<bool, DbError> {
        Ok(!self.exec.run(INSERT, columns(user)).await?.is_empty())
    }

    /// Stores a changed user; `false` when somebody else has the new telephone number. [`DbError::Unique`] as in
    /// [`System::insert_user`].
    pub async fn update_user(self, user: &User<UserRecord>) -> Result<bool, DbError> {
        Ok(!self.exec.run(UPDATE, columns(user)).await?.is_empty())
    }

    /// Stores settings, a JSON object.
    pub async fn set_config(self, id: PrincipalId, config: &Json) -> Result<(), DbError> {
        self.exec.run(SET_CONFIG, params![id, config.to_string()]).await.map(|_| ())
    }

    /// Stores notification preferences, a JSON object.
    pub async fn set_notification_preferences(self, id: PrincipalId, preferences: &Json) -> Result<(), DbError> {
        self.exec.run(SET_PREFERENCES, params![id, preferences.to_string()]).await.map(|_| ())
    }
}

/// The parameters of both statements.
fn columns(user: &User<UserRecord>) -> Vec<Value> {
    let (chosen, first, last) = (user.display_name.as_deref(), user.first_name.as_deref(), user.last_name.as_deref());
    let email = user.email.clone().map(Email::from_stored);
    let (image, url) = match &user.avatar {
        None => (None, None),
        Some(Picture::Stored(name)) => (Some(ImageName::as_str(name)), None),
        Some(Picture::Url(url)) => (None, Some(url.as_str())),
    };
    let (claims, access) = (&user.data.claims, &user.data.access);
    params![
        user.id,
        claims.username.as_deref(),
        claims.username.as_deref().map(str::to_lowercase),
        user.email.as_deref(),
        email.as_ref().map(Email::key),
        user.phone.as_deref(),
        chosen,
        first,
        last,
        person_name_key(chosen, first, last),
        image,
        url,
        &claims.custom_data,
        &claims.profile,
        &claims.identities,
        user.data.email_verified_at,
        access.given_role.map(crate::policy::AccountRole::as_str),
        &access.scope_rest,
        access.sso_channel.as_deref(),
        access.joined_at
    ]
}
