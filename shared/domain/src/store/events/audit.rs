//! Audit events: who did what, written with the change itself.

use crate::clock::Millis;
use crate::model::Event;
use crate::params;
use crate::store::db::DbError;
use crate::store::pool::Exec;

/// One event, with who, when, where and how. It holds no secret.
#[derive(Debug, Clone)]
pub struct AuditEvent {
    /// ULID.
    pub id: String,
    /// When.
    pub at: Millis,
    /// `user`, `service_account`, `system` or `anonymous`.
    pub actor_kind: &'static str,
    /// Who, unless `system` or `anonymous`.
    pub actor_id: Option<i64>,
    /// The credential the actor came with, where one row stands for it.
    pub credential_id: Option<i64>,
    /// In which organization; `None` = the whole installation.
    pub organization_id: Option<i64>,
    /// Through which API.
    pub dialect: &'static str,
    /// Request in which it happened, as in the log and in error answers.
    pub request_id: String,
    /// What happened.
    pub event: Event,
}

statements! {
    INSERT = "INSERT INTO audit_event \
        (id, at, actor_kind, actor_id, credential_id, organization_id, dialect, action, target_id, request_id, detail) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
}

pub(in crate::store) async fn insert(exec: &dyn Exec, event: AuditEvent) -> Result<(), DbError> {
    exec.run(
        INSERT,
        params![
            event.id,
            event.at,
            event.actor_kind,
            event.actor_id,
            event.credential_id,
            event.organization_id,
            event.dialect,
            event.event.kind().as_str(),
            event.event.target(),
            event.request_id,
            event.event.into_detail().to_string(),
        ],
    )
    .await?;
    Ok(())
}
