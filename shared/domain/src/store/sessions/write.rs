//! Sessions that begin, are refreshed, and end, whichever API they began in.

use crate::clock::Millis;
use crate::model::{PrincipalId, SessionId};
use crate::params;
use crate::rng::Rng;
use crate::store::db::DbError;
use crate::store::ids::insert_new;
use crate::store::tenant::{System, Write};
use crate::store::value::Row;

statements! {
    INSERT_SESSION = "INSERT INTO session \
        (id, user_id, dialect, created_at, updated_at, expires_at, ip, user_agent, refresh_seq) \
        VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?4 / 1000) ON CONFLICT (id) DO NOTHING RETURNING id";
    /// ?2 the session that goes on, or NULL.
    END_SESSIONS = "UPDATE session SET revoked_at = ?3 WHERE user_id = ?1 AND revoked_at IS NULL AND id IS NOT ?2";
    /// Some that are over.
    SWEEP_SESSIONS = "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE expires_at < ?1 LIMIT 100)";
    SIGNED_IN = "UPDATE user SET last_sign_in_at = ?2 WHERE id = ?1";
    /// What a refresh token names is found as it was when the token was issued, or not at all: of refreshes with the same
    /// token at the same moment the first one changes the nonce.
    ROTATE = "UPDATE session SET nonce = nonce + 1, refresh_seq = ?5 / 1000, updated_at = ?5, expires_at = ?6, \
        ip = ?7, user_agent = ?8 \
        WHERE id = ?1 AND user_id = ?2 AND nonce = ?3 AND refresh_seq = ?4 AND revoked_at IS NULL AND expires_at > ?5 \
        RETURNING nonce, refresh_seq";
    DELETE = "DELETE FROM session WHERE id = ?1 RETURNING user_id";
    /// ?3 another one, or NULL.
    DELETE_OF = "DELETE FROM session WHERE user_id = ?1 AND id IN (?2, ?3) RETURNING id";
}

/// A session as a refresh token names it: each refresh changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionMark {
    /// The session.
    pub id: SessionId,
    /// Refreshes so far, counted from 1.
    pub nonce: i64,
    /// When the last one was, in seconds.
    pub refreshed_at: i64,
}

/// What a refresh makes of a session.
#[derive(Debug, Clone, Copy)]
pub struct Refreshed<'a> {
    /// When it ends now.
    pub expires_at: Millis,
    /// Address of the client.
    pub ip: Option<&'a str>,
    /// What the client calls itself.
    pub user_agent: Option<&'a str>,
}

/// A session that begins.
#[derive(Debug, Clone, Copy)]
pub struct NewSession<'a> {
    /// Whose.
    pub user: PrincipalId,
    /// API through which it begins.
    pub dialect: &'static str,
    /// When it ends.
    pub expires_at: Millis,
    /// Address of the client.
    pub ip: Option<&'a str>,
    /// What the client calls itself.
    pub user_agent: Option<&'a str>,
}

impl System<'_, Write> {
    /// Begins a session.
    pub async fn begin_session(
        self,
        session: NewSession<'_>,
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<SessionId, DbError> {
        let NewSession { user, dialect, expires_at, ip, user_agent } = session;
        self.exec.run(SWEEP_SESSIONS, params![now]).await?;
        self.exec.run(SIGNED_IN, params![user, now]).await?;
        let params = |id| params![id, user, dialect, now, expires_at, ip, user_agent];
        insert_new(self.exec, INSERT_SESSION, rng, SessionId::random, params).await
    }

    /// Ends the sessions of somebody, but for `except`.
    pub async fn end_sessions(self, user: PrincipalId, except: Option<SessionId>, now: Millis) -> Result<(), DbError> {
        self.exec.run(END_SESSIONS, params![user, except, now]).await.map(|_| ())
    }

    /// Refreshes the session of `account` that `mark` names. `None`: there is no such session any more.
    pub async fn rotate_session(
        self,
        account: PrincipalId,
        mark: SessionMark,
        refreshed: Refreshed<'_>,
        now: Millis,
    ) -> Result<Option<SessionMark>, DbError> {
        let Refreshed { expires_at, ip, user_agent } = refreshed;
        let params = params![mark.id, account, mark.nonce, mark.refreshed_at, now, expires_at, ip, user_agent];
        let rows = self.exec.run(ROTATE, params).await?;
        let mark = |row: &Row| Ok(SessionMark { id: mark.id, nonce: row.integer(0)?, refreshed_at: row.integer(1)? });
        rows.first().map(mark).transpose()
    }

    /// Removes a session, whosoever it is; whose it was.
    pub async fn delete_session(self, id: SessionId) -> Result<Option<PrincipalId>, DbError> {
        let rows = self.exec.run(DELETE, params![id]).await?;
        rows.first().map(|row| row.integer(0).map(PrincipalId::from_stored)).transpose()
    }

    /// Removes sessions of an account; those that were there.
    pub async fn delete_sessions_of(
        self,
        account: PrincipalId,
        session: Option<SessionId>,
        other: Option<SessionId>,
    ) -> Result<Vec<SessionId>, DbError> {
        let rows = self.exec.run(DELETE_OF, params![account, session, other]).await?;
        rows.iter().map(|row| row.integer(0).map(SessionId::from_stored)).collect()
    }
}
