//! Pages of API keys, and single ones.

use super::table::API_KEYS;
use crate::clock::Millis;
use crate::model::{ApiKey, CredentialId, KeyLimits, PrincipalId};
use crate::policy::{ApiPermission, KeyScope, Reach};
use crate::store::db::DbError;
use crate::store::query::{Selected, Selection, Sql};
use crate::store::tenant::System;
use crate::store::value::Row;

/// Columns of [`key`], in its order. Table: `c` credential.
macro_rules! key_columns {
    () => {
        "c.id, c.principal_id, c.name, c.label, c.permissions, c.scope_type, c.scope_value, c.expires_at, c.revoked_at, \
         c.last_used_at, c.created_at, c.updated_at"
    };
}
pub(super) use key_columns;

/// Number of columns in `key_columns!`.
pub(super) const WIDTH: usize = 12;

/// Appends the condition that `c`, the credential, is an API key within `reach`: of organizations, one that is limited to
/// some of them. The first parameter is now, as what keys can be asked needs.
fn append(sql: &mut Sql, reach: &Reach, now: Millis) {
    sql.bind(now).push(" IS NOT NULL AND c.kind = 'api_key'");
    match reach {
        Reach::All => {}
        Reach::Organizations { ids, .. } => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            sql.push(" AND c.scope_type = 'org' AND c.scope_value <> '[]' AND NOT EXISTS (SELECT 1 ");
            sql.push("FROM json_each(c.scope_value) listed WHERE listed.value NOT IN (SELECT value FROM json_each(");
            sql.bind(serde_json::Value::from(ids).to_string()).push(")))");
        }
        Reach::Acquainted { .. } | Reach::Own(_) | Reach::Nothing => {
            sql.push(" AND false");
        }
    }
}

impl<M> System<'_, M> {
    /// A page of the keys within `reach`, as they are at the moment `now`.
    pub async fn api_keys(
        self,
        reach: &Reach,
        selection: &Selection,
        now: Millis,
    ) -> Result<Selected<ApiKey>, DbError> {
        let details = "LEFT JOIN credential c ON c.id = page.id";
        let sql = selection.statement(&API_KEYS, |sql| append(sql, reach, now), key_columns!(), details);
        let rows = self.exec.run_built(&sql).await?;
        selection.read(&rows, |row| key(row, 1))
    }

    /// One key, if it is within `reach`.
    pub async fn api_key(self, reach: &Reach, id: CredentialId, now: Millis) -> Result<Option<ApiKey>, DbError> {
        let mut sql = Sql::new(concat!("SELECT ", key_columns!(), " FROM credential c WHERE "));
        append(&mut sql, reach, now);
        sql.push(" AND c.id = ").bind(id);
        self.exec.run_built(&sql).await?.first().map(|row| key(row, 0)).transpose()
    }
}

/// Reads the columns of `key_columns!` from `first` on.
pub(super) fn key(row: &Row, first: usize) -> Result<ApiKey, DbError> {
    let limits = key_limits(row, first + 4)?;
    let limits = limits.ok_or(DbError::Shape { column: first + 4, wanted: "limits of an API key" })?;
    Ok(ApiKey {
        id: CredentialId::from_stored(row.integer(first)?),
        account: PrincipalId::from_stored(row.integer(first + 1)?),
        name: row.text_opt(first + 2)?,
        label: row.text_opt(first + 3)?.unwrap_or_default(),
        limits,
        expires_at: row.integer_opt(first + 7)?,
        revoked_at: row.integer_opt(first + 8)?,
        last_used_at: row.integer_opt(first + 9)?,
        created_at: row.integer(first + 10)?,
        updated_at: row.integer(first + 11)?,
    })
}

/// Reads permissions, kind and values of a key's scope, from `first` on; `None` where there is no key.
pub(in crate::store) fn key_limits(row: &Row, first: usize) -> Result<Option<KeyLimits>, DbError> {
    if row.text_opt(first)?.is_none() {
        return Ok(None);
    }
    let names: Vec<String> = row.list(first)?;
    let permissions = names.iter().map(|name| ApiPermission::from_stored(name)).collect::<Option<_>>();
    Ok(Some(KeyLimits {
        permissions: permissions.ok_or(DbError::Shape { column: first, wanted: "API permissions" })?,
        scope: KeyScope::from_stored(&row.text(first + 1)?)
            .ok_or(DbError::Shape { column: first + 1, wanted: "credential.scope_type" })?,
        values: row.list(first + 2)?,
    }))
}
