//! Audit events: who did what, written with the change itself.

use serde_json::Value as Json;

use super::db::DbError;
use super::pool::Exec;
use crate::clock::Millis;
use crate::params;

/// One event. `detail` holds no secret.
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
    /// `<noun>.<verb>`.
    pub action: &'static str,
    /// What it was done to.
    pub target_id: Option<i64>,
    /// Request in which it happened, as in the log and in error answers.
    pub request_id: String,
    /// More about it: a JSON object.
    pub detail: Json,
}

statements! {
    INSERT = "INSERT INTO audit_event \
        (id, at, actor_kind, actor_id, credential_id, organization_id, dialect, action, target_id, request_id, detail) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
}

pub(super) async fn insert(exec: &dyn Exec, event: AuditEvent) -> Result<(), DbError> {
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
            event.action,
            event.target_id,
            event.request_id,
            event.detail.to_string(),
        ],
    )
    .await?;
    Ok(())
}
