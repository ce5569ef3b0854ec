//! What has been done once for this installation.

use super::db::DbError;
use super::tenant::{System, Write};
use crate::clock::Millis;
use crate::model::{ResourceId, RoleId, ScopeId};
use crate::params;

statements! {
    /// The account that owns API keys is as good as never made once it is gone: it has no credential that could have leaked.
    DONE = "SELECT name, subject_id FROM installation WHERE name <> 'bootstrap_api_service' \
        OR EXISTS (SELECT 1 FROM user WHERE id = subject_id)";
    /// Of the resource with the indicator ?1: its id, that of its scope `all`, a role for service accounts alone that has no
    /// other scope, and whether a role outside organizations has the name ?2.
    MANAGEMENT = "SELECT (SELECT id FROM resource WHERE indicator = ?1), \
        (SELECT s.id FROM resource res JOIN scope s ON s.resource_id = res.id WHERE res.indicator = ?1 AND s.name = 'all'), \
        (SELECT min(r.id) FROM resource res JOIN scope s ON s.resource_id = res.id \
          JOIN role_scope rs ON rs.scope_id = s.id JOIN role r ON r.id = rs.role_id \
          WHERE res.indicator = ?1 AND s.name = 'all' AND r.family = 'tenant' AND r.principal_kind = 'service_account' \
            AND (SELECT count(*) FROM role_scope WHERE role_id = r.id) = 1), \
        EXISTS (SELECT 1 FROM role WHERE family IN ('template', 'tenant', 'policy') AND family = 'tenant' \
          AND ifnull(organization_id, 0) = 0 AND name = ?2)";
    RECORD = "INSERT INTO installation (name, subject_id, created_at) VALUES (?1, ?2, ?3) \
        ON CONFLICT (name) DO UPDATE SET subject_id = excluded.subject_id, created_at = excluded.created_at";
}

/// What there is already of that which makes a service account a manager.
#[derive(Debug, Clone, Copy)]
pub struct Management {
    /// The management resource.
    pub resource: Option<ResourceId>,
    /// Its scope `all`.
    pub scope: Option<ScopeId>,
    /// A role with this scope alone.
    pub role: Option<RoleId>,
    /// Whether another role has its name.
    pub is_name_taken: bool,
}

impl<M> System<'_, M> {
    /// Everything that is recorded: name and what was made. A handful of rows.
    pub async fn installation(&self) -> Result<Vec<(String, Option<i64>)>, DbError> {
        let rows = self.exec.run(DONE, Vec::new()).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.integer_opt(1)?))).collect()
    }

    /// What there is of the management resource `indicator`, and of the role called `name`.
    pub async fn management(&self, indicator: &str, name: &str) -> Result<Management, DbError> {
        let rows = self.exec.run(MANAGEMENT, params![indicator, name]).await?;
        let row = rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?;
        Ok(Management {
            resource: row.integer_opt(0)?.map(ResourceId::from_stored),
            scope: row.integer_opt(1)?.map(ScopeId::from_stored),
            role: row.integer_opt(2)?.map(RoleId::from_stored),
            is_name_taken: row.boolean(3)?,
        })
    }
}

impl System<'_, Write> {
    /// Records that `name` has been done.
    pub async fn record_installation(&self, name: &'static str, subject: i64, now: Millis) -> Result<(), DbError> {
        self.exec.run(RECORD, params![name, subject, now]).await.map(|_| ())
    }
}
