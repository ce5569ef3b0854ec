//! Who people are at the upstream login service.

use serde_json::{Map, Value as Json};

use super::db::DbError;
use super::tenant::{System, Tenant, Write};
use super::value::Row;
use crate::clock::Millis;
use crate::model::{Email, PrincipalId};
use crate::params;

statements! {
    OF_MEMBER = "SELECT u.email, u.email_verified_at, u.joined_at, u.identities \
        FROM membership m JOIN user u ON u.id = m.principal_id \
        WHERE m.organization_id = ?1 AND m.principal_id = ?2";
    ANYWHERE = "SELECT email, email_verified_at, joined_at, identities FROM user WHERE id = ?1";
    VERIFY_EMAIL = "UPDATE user SET email_verified_at = ?2 WHERE id = ?1";
    SET_IDENTITIES = "UPDATE user SET identities = ?2 WHERE id = ?1";
}

/// What tells who a person is elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// E-mail address.
    pub email: Option<Email>,
    /// When it was proven that the person reads mail sent there.
    pub email_verified_at: Option<Millis>,
    /// When the person first came in; `None` while an invitation is pending.
    pub joined_at: Option<Millis>,
    identities: Map<String, Json>,
}

impl Identity {
    /// Subject at an upstream provider.
    pub fn subject_at(&self, issuer: &str) -> Option<&str> {
        self.identities.get(issuer)?.as_str()
    }

    fn of(row: &Row) -> Result<Self, DbError> {
        let Json::Object(identities) = row.json(3)? else {
            return Err(DbError::Shape { column: 3, wanted: "a JSON object" });
        };
        Ok(Self {
            email: row.text_opt(0)?.map(Email::from_stored),
            email_verified_at: row.integer_opt(1)?,
            joined_at: row.integer_opt(2)?,
            identities,
        })
    }
}

impl<M> Tenant<'_, M> {
    /// Of a person who is a member; `None` for machines and strangers.
    pub async fn identity(self, id: PrincipalId) -> Result<Option<Identity>, DbError> {
        let rows = self.exec.run(OF_MEMBER, params![self.organization, id]).await?;
        rows.first().map(Identity::of).transpose()
    }
}

impl<M> System<'_, M> {
    /// Of a person, wherever they belong: for the person itself.
    pub async fn identity(self, id: PrincipalId) -> Result<Option<Identity>, DbError> {
        let rows = self.exec.run(ANYWHERE, params![id]).await?;
        rows.first().map(Identity::of).transpose()
    }
}

impl System<'_, Write> {
    /// Notes that the address of a person is proven.
    pub async fn verify_email(self, id: PrincipalId, now: Millis) -> Result<(), DbError> {
        self.exec.run(VERIFY_EMAIL, params![id, now]).await.map(|_| ())
    }

    /// Adds the subject of a person at an upstream provider to those in `known`.
    pub async fn add_identity(
        self,
        id: PrincipalId,
        known: Identity,
        issuer: &str,
        subject: &str,
    ) -> Result<(), DbError> {
        let mut identities = known.identities;
        identities.insert(issuer.to_owned(), subject.into());
        self.exec.run(SET_IDENTITIES, params![id, Json::Object(identities).to_string()]).await.map(|_| ())
    }
}
