//! Changes to accounts.

use serde_json::{Map, Value as Json};

use crate::model::{Email, PrincipalId, person_name_key};
use crate::params;
use crate::policy::AccountRole;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};

statements! {
    INSERT = "INSERT INTO user (id, email, email_key, display_name, name_key, sso_channel, avatar_url, account_role, \
        role_scope) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    SET_ROLE = "UPDATE user SET account_role = ?2 WHERE id = ?1";
    /// Whoever has first and last name and is to be called nothing here keeps both, for other APIs.
    SET_NAME = "UPDATE user SET name_key = ?3, display_name = CASE WHEN ?2 IS NULL \
          AND (first_name IS NOT NULL OR last_name IS NOT NULL) THEN '' ELSE ?2 END WHERE id = ?1";
    SET_SCOPE = "UPDATE user SET role_scope = ?2 WHERE id = ?1";
    /// Whether anybody but ?1 administers accounts who can act now.
    HAS_OTHER_ADMIN = "SELECT EXISTS (SELECT 1 FROM user u JOIN principal p ON p.id = u.id \
        WHERE ifnull(u.account_role, 'user') IN ('admin', 'system') AND u.id <> ?1 AND p.state = 'active')";
}

/// An account to be made; the principal row exists already.
#[derive(Debug, Clone)]
pub struct NewAccountRow<'a> {
    /// Login.
    pub email: &'a Email,
    /// What the person is called.
    pub name: Option<&'a str>,
    /// Upstream login service.
    pub sso_channel: Option<&'a str>,
    /// Address of a picture.
    pub picture_url: Option<&'a str>,
    /// Role.
    pub role: AccountRole,
    /// Role scope without organizations.
    pub scope_rest: &'a Map<String, Json>,
}

impl<M> System<'_, M> {
    /// Whether anybody but `id` administers accounts who can act now.
    pub async fn has_other_account_admin(self, id: PrincipalId) -> Result<bool, DbError> {
        let rows = self.exec.run(HAS_OTHER_ADMIN, params![id]).await?;
        rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?.boolean(0)
    }
}

impl System<'_, Write> {
    /// Makes the row of an account that nobody has joined yet.
    pub async fn insert_account(self, id: PrincipalId, new: &NewAccountRow<'_>) -> Result<(), DbError> {
        let params = params![
            id,
            new.email.text(),
            new.email.key(),
            new.name,
            person_name_key(new.name, None, None),
            new.sso_channel,
            new.picture_url,
            new.role.as_str(),
            new.scope_rest
        ];
        self.exec.run(INSERT, params).await.map(|_| ())
    }

    /// Gives a person a role.
    pub async fn set_account_role(self, id: PrincipalId, role: AccountRole) -> Result<(), DbError> {
        self.exec.run(SET_ROLE, params![id, role.as_str()]).await.map(|_| ())
    }

    /// Sets what a person is called.
    pub async fn set_account_name(self, id: PrincipalId, name: Option<&str>) -> Result<(), DbError> {
        self.exec.run(SET_NAME, params![id, name, person_name_key(name, None, None)]).await.map(|_| ())
    }

    /// Sets the parts of a role scope other than organizations.
    pub async fn set_scope_rest(self, id: PrincipalId, rest: &Map<String, Json>) -> Result<(), DbError> {
        self.exec.run(SET_SCOPE, params![id, rest]).await.map(|_| ())
    }
}
