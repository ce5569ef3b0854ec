//! One-time codes that are sent by mail. Only their SHA-256 is stored.

use crate::clock::Millis;
use crate::crypto::Digest;
use crate::model::{CodePurpose, OrganizationId, PrincipalId, PrincipalState};
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};
use crate::store::value::Row;

statements! {
    INSERT = "INSERT INTO one_time_code (hash, purpose, principal_id, organization_id, expires_at, created_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    FIND = "SELECT p.id, p.state, c.expires_at FROM one_time_code c JOIN principal p ON p.id = c.principal_id \
        WHERE c.hash = ?1 AND c.purpose = ?2";
    FORGET = "DELETE FROM one_time_code WHERE principal_id = ?1 AND purpose = ?2";
}

/// A code to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewCode {
    /// SHA-256 of the code.
    pub hash: Digest,
    /// What it is good for.
    pub purpose: CodePurpose,
    /// For whom.
    pub principal: PrincipalId,
    /// Organization in which it was asked for.
    pub organization: Option<OrganizationId>,
    /// End of validity.
    pub expires_at: Millis,
}

/// Whom a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeOwner {
    /// Who.
    pub id: PrincipalId,
    /// State right now.
    pub state: PrincipalState,
    /// When the code runs out, or did: it is good before that moment.
    pub expires_at: Millis,
}

impl<M> System<'_, M> {
    /// The owner of a code, whether or not it has run out.
    pub async fn code_owner(self, hash: Digest, purpose: CodePurpose) -> Result<Option<CodeOwner>, DbError> {
        let rows = self.exec.run(FIND, params![hash, purpose.as_str()]).await?;
        rows.first().map(owner).transpose()
    }
}

impl System<'_, Write> {
    /// Stores a code in place of earlier ones for the same purpose: of several mails only the newest is good.
    pub async fn replace_code(self, code: NewCode, now: Millis) -> Result<(), DbError> {
        self.forget_codes(code.principal, code.purpose).await?;
        let NewCode { hash, purpose, principal, organization, expires_at } = code;
        let params = params![hash, purpose.as_str(), principal, organization, expires_at, now];
        self.exec.run(INSERT, params).await.map(|_| ())
    }

    /// Makes the codes of somebody for `purpose` worthless.
    pub async fn forget_codes(self, principal: PrincipalId, purpose: CodePurpose) -> Result<(), DbError> {
        self.exec.run(FORGET, params![principal, purpose.as_str()]).await.map(|_| ())
    }
}

fn owner(row: &Row) -> Result<CodeOwner, DbError> {
    Ok(CodeOwner {
        id: PrincipalId::from_stored(row.integer(0)?),
        state: PrincipalState::from_stored(&row.text(1)?)
            .ok_or(DbError::Shape { column: 1, wanted: "principal.state" })?,
        expires_at: row.integer(2)?,
    })
}
