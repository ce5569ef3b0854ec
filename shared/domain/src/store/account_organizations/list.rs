//! Pages of organizations, and single ones.

use super::table::ORGANIZATIONS;
use crate::model::{AccountOrganization, OrganizationId, json_list};
use crate::policy::Reach;
use crate::store::db::DbError;
use crate::store::query::{Selected, Selection, Sql};
use crate::store::tenant::System;
use crate::store::value::Row;

/// Columns of [`organization`], in its order. Table: `o` organization.
macro_rules! organization_columns {
    () => {
        "o.id, o.name, o.created_at, o.updated_at"
    };
}

/// Appends the condition that `o`, the organization, is within `reach`.
fn append(sql: &mut Sql, reach: &Reach) {
    match reach {
        Reach::All => {
            sql.push("true");
        }
        Reach::Organizations { ids, .. } => {
            sql.push("o.id IN (SELECT value FROM json_each(");
            sql.bind(json_list(ids)).push("))");
        }
        Reach::Acquainted { .. } | Reach::Own(_) | Reach::Nothing => {
            sql.push("false");
        }
    }
}

impl<M> System<'_, M> {
    /// A page of the organizations within `reach`.
    pub async fn account_organizations(
        self,
        reach: &Reach,
        selection: &Selection,
    ) -> Result<Selected<AccountOrganization>, DbError> {
        let details = "LEFT JOIN organization o ON o.id = page.id";
        let sql = match reach {
            Reach::All => selection.statement_of_all(&ORGANIZATIONS, organization_columns!(), details),
            _ => selection.statement(&ORGANIZATIONS, |sql| append(sql, reach), organization_columns!(), details),
        };
        let rows = self.exec.run_built(&sql).await?;
        selection.read(&rows, |row| organization(row, 1))
    }

    /// One organization, if it is within `reach`.
    pub async fn account_organization(
        self,
        reach: &Reach,
        id: OrganizationId,
    ) -> Result<Option<AccountOrganization>, DbError> {
        let mut sql = Sql::new(concat!("SELECT ", organization_columns!(), " FROM organization o WHERE o.id = "));
        sql.bind(id).push(" AND ");
        append(&mut sql, reach);
        self.exec.run_built(&sql).await?.first().map(|row| organization(row, 0)).transpose()
    }
}

/// Reads the columns of `organization_columns!` from `first` on.
fn organization(row: &Row, first: usize) -> Result<AccountOrganization, DbError> {
    Ok(AccountOrganization {
        id: OrganizationId::from_stored(row.integer(first)?),
        name: row.text(first + 1)?,
        created_at: row.integer(first + 2)?,
        updated_at: row.integer(first + 3)?,
    })
}
