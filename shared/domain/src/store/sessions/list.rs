//! Pages of sessions that go on.

use crate::clock::Millis;
use crate::model::{PrincipalId, Session, SessionId};
use crate::policy::Reach;
use crate::store::db::DbError;
use crate::store::query::{Filter, Kind, Selected, Selection, Sort, Sql, Table};
use crate::store::tenant::System;
use crate::store::value::Row;

/// What lists of sessions can be asked. The counters of refreshes are not
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

impl<M> System<'_, M> {
    /// A page of the sessions within `reach` that go on.
    pub async fn sessions(
        self,
        reach: &Reach,
        selection: &Selection,
        now: Millis,
    ) -> Result<Selected<Session>, DbError> {
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

fn session(row: &Row) -> Result<Session, DbError> {
    Ok(Session {
        id: SessionId::from_stored(row.integer(1)?),
        user: PrincipalId::from_stored(row.integer(2)?),
        user_agent: row.text_opt(3)?,
        ip: row.text_opt(4)?,
        created_at: row.integer(5)?,
        updated_at: row.integer(6)?,
    })
}
