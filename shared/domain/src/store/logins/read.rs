//! Logins by password, and the sessions that they begin.

use crate::clock::Millis;
use crate::crypto::Sensitive;
use crate::model::{OrganizationId, PrincipalId, PrincipalState};
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};
use crate::store::value::Row;

macro_rules! login_columns {
    () => {
        "SELECT p.id, p.state, c.password_hash, u.email, u.email_key, u.first_name, p.organization_id \
         FROM user u JOIN principal p ON p.id = u.id \
         LEFT JOIN credential c ON c.principal_id = u.id AND c.kind = 'password' "
    };
}

/// Whether people of the domain of the address join an organization once it is proven.
macro_rules! is_of_jit_domain {
    () => {
        "EXISTS (SELECT 1 FROM organization_jit_domain WHERE domain = substr(email_key, instr(email_key, '@') + 1))"
    };
}

statements! {
    BY_EMAIL = concat!(login_columns!(), "WHERE u.email_key = ?1");
    BY_ID = concat!(login_columns!(), "WHERE u.id = ?1");
    /// A first password was set: the invitation is accepted and its address proven.
    ACTIVATE = "UPDATE principal SET state = 'active', updated_at = ?2 WHERE id = ?1";
    ACCEPT = concat!(
        "UPDATE user SET joined_at = ifnull(joined_at, ?2), email_verified_at = ifnull(email_verified_at, ?2), \
         invitation_expires_at = NULL WHERE id = ?1 RETURNING email_verified_at = ?2 AND ", is_of_jit_domain!()
    );
    /// Whoever was still to come in, and has set a password otherwise than by accepting an invitation.
    LET_IN = "UPDATE principal SET state = 'active', updated_at = ?2 WHERE id = ?1 AND state = 'initial'";
    /// One row when the address was not proven before.
    PROVE_ADDRESS = concat!(
        "UPDATE user SET email_verified_at = ?2 WHERE id = ?1 AND email_verified_at IS NULL RETURNING ",
        is_of_jit_domain!()
    );
    ACCEPT_MEMBERSHIPS = "UPDATE membership SET state = 'active', updated_at = ?2 \
        WHERE principal_id = ?1 AND state = 'invited'";
    SET_INVITATION_END = "UPDATE user SET invitation_expires_at = ?2 WHERE id = ?1";
}

/// What a login by password needs to know.
#[derive(Debug, Clone)]
pub struct Login {
    /// Who.
    pub id: PrincipalId,
    /// State.
    pub state: PrincipalState,
    /// Argon2id PHC string; `None` = no password was ever set.
    pub password_hash: Option<Sensitive<String>>,
    /// E-mail address as typed.
    pub email: Option<String>,
    /// Form of it that is compared.
    pub email_key: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Home organization.
    pub organization: Option<OrganizationId>,
}

impl<M> System<'_, M> {
    /// The person with this address.
    pub async fn login_by_email(self, email_key: &str) -> Result<Option<Login>, DbError> {
        self.exec.run(BY_EMAIL, params![email_key]).await?.first().map(login).transpose()
    }

    /// The person `id`.
    pub async fn login_by_id(self, id: PrincipalId) -> Result<Option<Login>, DbError> {
        self.exec.run(BY_ID, params![id]).await?.first().map(login).transpose()
    }
}

impl System<'_, Write> {
    /// Notes until when a pending invitation is good.
    pub async fn set_invitation_end(self, id: PrincipalId, expires_at: Millis) -> Result<(), DbError> {
        self.exec.run(SET_INVITATION_END, params![id, expires_at]).await.map(|_| ())
    }

    /// Makes an invited person active: the first password was set with a code from the mail. Whether the address, proven
    /// for the first time by that, is of a domain whose people join an organization.
    pub async fn accept_invitation(self, id: PrincipalId, now: Millis) -> Result<bool, DbError> {
        self.exec.run(ACTIVATE, params![id, now]).await?;
        let accepted = self.exec.run(ACCEPT, params![id, now]).await?;
        self.exec.run(ACCEPT_MEMBERSHIPS, params![id, now]).await?;
        accepted.first().map_or(Ok(false), |row| row.boolean(0))
    }

    /// Makes somebody active who was still to come in; the invitation stays as it is.
    pub async fn let_in(self, id: PrincipalId, now: Millis) -> Result<(), DbError> {
        self.exec.run(LET_IN, params![id, now]).await.map(|_| ())
    }

    /// Notes that somebody has read a mail to the address. The answer is that of [`System::accept_invitation`].
    pub async fn prove_address(self, id: PrincipalId, now: Millis) -> Result<bool, DbError> {
        let proven = self.exec.run(PROVE_ADDRESS, params![id, now]).await?;
        proven.first().map_or(Ok(false), |row| row.boolean(0))
    }
}

fn login(row: &Row) -> Result<Login, DbError> {
    Ok(Login {
        id: PrincipalId::from_stored(row.integer(0)?),
        state: PrincipalState::from_stored(&row.text(1)?)
            .ok_or(DbError::Shape { column: 1, wanted: "principal.state" })?,
        password_hash: row.text_opt(2)?.map(Sensitive::new),
        email: row.text_opt(3)?,
        email_key: row.text_opt(4)?,
        first_name: row.text_opt(5)?,
        organization: row.integer_opt(6)?.map(OrganizationId::from_stored),
    })
}
