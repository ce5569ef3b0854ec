//! Machines of an organization.

use super::db::DbError;
use super::organizations::{self, organization_columns};
use super::tenant::{System, Tenant, Write};
use super::value::Row;
use crate::model::{OrganizationId, PrincipalId, ServiceAccount, search_key};
use crate::params;

macro_rules! columns {
    () => {
        concat!("s.id, s.name, p.organization_id, p.updated_at, ", organization_columns!("o"))
    };
}

statements! {
    INSERT = "INSERT INTO service_account (id, name, search_key) VALUES (?1, ?2, ?3)";
    /// Oldest first.
    LIST = concat!(
        "SELECT ", columns!(), " FROM principal p JOIN service_account s ON s.id = p.id \
         JOIN organization o ON o.id = p.organization_id \
         WHERE p.organization_id = ?1 AND p.kind = 'service_account' ORDER BY p.created_at, p.id"
    );
    FIND = concat!(
        "SELECT ", columns!(), " FROM principal p JOIN service_account s ON s.id = p.id \
         JOIN organization o ON o.id = p.organization_id WHERE p.id = ?2 AND p.organization_id = ?1"
    );
    FIND_ANYWHERE = concat!(
        "SELECT ", columns!(), " FROM service_account s JOIN principal p ON p.id = s.id \
         LEFT JOIN organization o ON o.id = p.organization_id WHERE s.id = ?1"
    );
    DELETE = "DELETE FROM principal WHERE id = ?2 AND organization_id = ?1 AND kind = 'service_account' RETURNING id";
}

impl<M> Tenant<'_, M> {
    /// All of them.
    pub async fn service_accounts(self) -> Result<Vec<ServiceAccount>, DbError> {
        let rows = self.exec.run(LIST, params![self.organization]).await?;
        rows.iter().map(service_account).collect()
    }

    /// One of them.
    pub async fn service_account(self, id: PrincipalId) -> Result<Option<ServiceAccount>, DbError> {
        let rows = self.exec.run(FIND, params![self.organization, id]).await?;
        rows.first().map(service_account).transpose()
    }
}

impl Tenant<'_, Write> {
    /// Removes one with all that hangs on it; `false` when there is none.
    pub async fn delete_service_account(self, id: PrincipalId) -> Result<bool, DbError> {
        Ok(!self.exec.run(DELETE, params![self.organization, id]).await?.is_empty())
    }
}

impl<M> System<'_, M> {
    /// One, wherever it belongs: for the account itself.
    pub async fn service_account_anywhere(self, id: PrincipalId) -> Result<Option<ServiceAccount>, DbError> {
        let rows = self.exec.run(FIND_ANYWHERE, params![id]).await?;
        rows.first().map(service_account).transpose()
    }
}

impl System<'_, Write> {
    /// Makes the row of a machine; the principal row exists already.
    pub async fn insert_service_account(self, id: PrincipalId, name: &str) -> Result<(), DbError> {
        self.exec.run(INSERT, params![id, name, search_key(name, None)]).await.map(|_| ())
    }
}

fn service_account(row: &Row) -> Result<ServiceAccount, DbError> {
    Ok(ServiceAccount {
        id: PrincipalId::from_stored(row.integer(0)?),
        name: row.text(1)?,
        organization_id: row.integer_opt(2)?.map(OrganizationId::from_stored),
        updated_at: row.integer(3)?,
        organization: organizations::organization_opt(row, 4)?,
    })
}
