//! Changes to people, wherever they belong: by themselves, or by an administrator of their home.

use serde_json::Value as Json;

use super::db::DbError;
use super::tenant::{System, Write};
use crate::clock::Millis;
use crate::model::{Email, ImageName, PrincipalId, PrincipalState, person_name_key};
use crate::params;

statements! {
    /// A new address is not verified; the old one's verification goes with it.
    UPDATE = "UPDATE user SET first_name = ?2, last_name = ?3, email = ?4, email_key = ?5, phone = ?6, \
        email_verified_at = CASE WHEN email_key = ?5 THEN email_verified_at END, \
        name_key = CASE WHEN display_name IS NULL THEN ?7 ELSE name_key END WHERE id = ?1";
    SET_STATE = "UPDATE principal SET state = ?2, updated_at = ?3 WHERE id = ?1";
    TOUCH = "UPDATE principal SET updated_at = ?2 WHERE id = ?1";
    DELETE = "DELETE FROM principal WHERE id = ?1";
    SET_CONFIG = "UPDATE user SET config = ?2 WHERE id = ?1";
    PREFERENCES = "SELECT notification_preferences FROM user WHERE id = ?1";
    SET_PREFERENCES = "UPDATE user SET notification_preferences = ?2 WHERE id = ?1";
    SET_AVATAR = "UPDATE user SET avatar_image = ?2, avatar_url = NULL WHERE id = ?1";
    /// Whether ?1 holds `org:admin` in an organization where no other active person does; or the role `admin`
    /// of the platform, which nobody else holds who is active.
    IS_LAST_ADMIN = "SELECT EXISTS (SELECT 1 FROM role_grant g JOIN role r ON r.id = g.role_id \
          WHERE g.principal_id = ?1 AND r.key = 'org:admin' AND g.organization_id IS NOT NULL AND NOT EXISTS ( \
            SELECT 1 FROM role_grant other JOIN principal p ON p.id = other.principal_id \
            WHERE other.organization_id = g.organization_id AND other.role_id = g.role_id AND other.principal_id <> ?1 \
              AND p.kind = 'user' AND p.state = 'active')) \
        OR EXISTS (SELECT 1 FROM role_grant g JOIN role r ON r.id = g.role_id \
          WHERE g.principal_id = ?1 AND r.key = 'admin' AND g.organization_id IS NULL AND NOT EXISTS ( \
            SELECT 1 FROM role_grant other JOIN principal p ON p.id = other.principal_id \
            WHERE other.role_id = g.role_id AND other.organization_id IS NULL AND other.principal_id <> ?1 \
              AND p.state = 'active'))";
}

/// The values of a profile that can be edited, as they are to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Login.
    pub email: Option<Email>,
    /// Telephone number (E.164).
    pub phone: Option<String>,
}

impl<M> System<'_, M> {
    /// Stored notification preferences. `None`: no such person; `Some(None)`: never saved.
    pub async fn notification_preferences(self, id: PrincipalId) -> Result<Option<Option<Json>>, DbError> {
        let rows = self.exec.run(PREFERENCES, params![id]).await?;
        rows.first().map(|row| row.json_opt(0)).transpose()
    }

    /// Whether an organization, or the platform, would be left without administrator if `id` went away.
    pub async fn is_last_admin(self, id: PrincipalId) -> Result<bool, DbError> {
        let rows = self.exec.run(IS_LAST_ADMIN, params![id]).await?;
        rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?.boolean(0)
    }
}

impl System<'_, Write> {
    /// Stores an edited profile. [`DbError::Unique`] on `user.email_key` when the address is in use.
    pub async fn update_profile(self, id: PrincipalId, profile: &Profile) -> Result<(), DbError> {
        let (first, last, email) = (profile.first_name.as_deref(), profile.last_name.as_deref(), &profile.email);
        let (text, key) = (email.as_ref().map(Email::text), email.as_ref().map(Email::key));
        let name_key = person_name_key(None, first, last);
        self.exec.run(UPDATE, params![id, first, last, text, key, profile.phone.as_deref(), name_key]).await.map(|_| ())
    }

    /// Sets the state of a person.
    pub async fn set_person_state(self, id: PrincipalId, state: PrincipalState, now: Millis) -> Result<(), DbError> {
        self.exec.run(SET_STATE, params![id, state.as_str(), now]).await.map(|_| ())
    }

    /// Notes that a principal was changed.
    pub async fn touch(self, id: PrincipalId, now: Millis) -> Result<(), DbError> {
        self.exec.run(TOUCH, params![id, now]).await.map(|_| ())
    }

    /// Removes somebody for good, with all that hangs on them.
    pub async fn delete_principal(self, id: PrincipalId) -> Result<(), DbError> {
        self.exec.run(DELETE, params![id]).await.map(|_| ())
    }

    /// Stores settings, a JSON object.
    pub async fn set_config(self, id: PrincipalId, config: &Json) -> Result<(), DbError> {
        self.exec.run(SET_CONFIG, params![id, config.to_string()]).await.map(|_| ())
    }

    /// Stores notification preferences, a JSON object.
    pub async fn set_notification_preferences(self, id: PrincipalId, preferences: &Json) -> Result<(), DbError> {
        self.exec.run(SET_PREFERENCES, params![id, preferences.to_string()]).await.map(|_| ())
    }

    /// Sets or clears the picture.
    pub async fn set_avatar(self, id: PrincipalId, image: Option<&ImageName>) -> Result<(), DbError> {
        self.exec.run(SET_AVATAR, params![id, image.map(ImageName::as_str)]).await.map(|_| ())
    }
}
