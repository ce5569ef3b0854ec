//! Sessions as the IDAH API lists, refreshes and ends them, whichever API they began in.

use super::db::DbError;
use super::query::{Filter, Kind, Selected, Selection, Sort, Sql, Table};
use super::tenant::{System, Write};
use super::value::Row;
use crate::clock::Millis;
use crate::model::{AccountSession, PrincipalId, SessionId};
use crate::params;
use crate::policy::Reach;

statements! {
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

/// What lists of sessions can be asked (contracts/idah.md, "Operations"). The counters of refreshes are not
/// shown, but can be asked for.
pub static SESSIONS: Table = Table {
    name: "account_sessions",
    from: "session s",
    from_joined: "session s",
    id: "s.id",
    alone: None,
    filters: &[
        Filter::equal("id", Kind::Integer, "s.id"),
        Filter::equal("account_id", Kind::Integer, "s.user_id"),
        Filter::equal("refresh_seq", Kind::Integer, "s.refresh_seq"),
        Filter::equal("nonce", Kind::Integer, "s.nonce"),
        Filter::equal("user_agent", Kind::Text, "s.user_agent"),
        Filter::equal("ip", Kind::Text, "s.ip"),
    ],
    sorts: &[
        Sort::by("id", "s.id"),
        Sort::by("account_id", "s.user_id"),
        Sort::by("user_agent", "s.user_agent").nullable(),
        Sort::by("ip", "s.ip").nullable(),
        Sort::by("created_at", "s.created_at"),
        Sort::by("updated_at", "s.updated_at"),
    ],
};

const COLUMNS: &str = "s.id, s.user_id, s.user_agent, s.ip, s.created_at, s.updated_at";

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

impl<M> System<'_, M> {
    /// A page of the sessions within `reach` that go on.
    pub async fn account_sessions(
        self,
        reach: &Reach,
        selection: &Selection,
        now: Millis,
    ) -> Result<Selected<AccountSession>, DbError> {
        let condition = |sql: &mut Sql| {
            sql.push("s.revoked_at IS NULL AND s.expires_at > ").bind(now);
            match reach {
                Reach::All => {}
                Reach::Own(user) => {
                    sql.push(" AND s.user_id = ").bind(*user);
                }
                Reach::Organizations { .. } | Reach::Acquainted { .. } | Reach::Nothing => {
                    sql.push(" AND false");
                }
            }
        };
        let sql = selection.statement(&SESSIONS, condition, COLUMNS, "LEFT JOIN session s ON s.id = page.id");
        let rows = self.exec.run_built(&sql).await?;
        selection.read(&rows, session)
    }
}

impl System<'_, Write> {
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

fn session(row: &Row) -> Result<AccountSession, DbError> {
    Ok(AccountSession {
        id: SessionId::from_stored(row.integer(1)?),
        account: PrincipalId::from_stored(row.integer(2)?),
        user_agent: row.text_opt(3)?,
        ip: row.text_opt(4)?,
        created_at: row.integer(5)?,
        updated_at: row.integer(6)?,
    })
}
