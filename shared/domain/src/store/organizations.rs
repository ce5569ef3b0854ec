//! Organizations.

use super::db::DbError;
use super::ids::insert_new;
use super::tenant::{System, Tenant, Write};
use super::value::Row;
use crate::clock::Millis;
use crate::model::{AccountType, Organization, OrganizationDetails, OrganizationId, OrganizationRef};
use crate::params;
use crate::rng::Rng;

/// Columns of [`organization`], in its order, of the table under the given alias.
macro_rules! organization_columns {
    ($alias:literal) => {
        concat!(
            $alias,
            ".id, ",
            $alias,
            ".name, ",
            $alias,
            ".account_type, ",
            $alias,
            ".parent_id, ",
            $alias,
            ".insurer_id, ",
            $alias,
            ".logo_url, ",
            $alias,
            ".registration_number, ",
            $alias,
            ".address"
        )
    };
}
pub(super) use organization_columns;

/// Number of columns in `organization_columns!`.
const WIDTH: usize = 8;

statements! {
    INSERT = "INSERT INTO organization (id, name, created_at, updated_at) VALUES (?1, ?2, ?3, ?3) \
        ON CONFLICT (id) DO NOTHING RETURNING id";
    DETAILS = concat!(
        "SELECT ", organization_columns!("o"), ", parent.id, parent.name, parent.logo_url, \
         insurer.id, insurer.name, insurer.logo_url FROM organization o \
         LEFT JOIN organization parent ON parent.id = o.parent_id \
         LEFT JOIN organization insurer ON insurer.id = o.insurer_id WHERE o.id = ?1"
    );
}

impl<M> Tenant<'_, M> {
    /// This organization with the ones it is linked to.
    pub async fn organization_details(self) -> Result<Option<OrganizationDetails>, DbError> {
        let rows = self.exec.run(DETAILS, params![self.organization]).await?;
        rows.first().map(details).transpose()
    }
}

impl System<'_, Write> {
    /// Makes an organization.
    pub async fn insert_organization(self, name: &str, rng: &dyn Rng, now: Millis) -> Result<OrganizationId, DbError> {
        insert_new(self.exec, INSERT, rng, OrganizationId::random, |id| params![id, name, now]).await
    }
}

fn details(row: &Row) -> Result<OrganizationDetails, DbError> {
    Ok(OrganizationDetails {
        organization: organization_opt(row, 0)?.ok_or(DbError::Shape { column: 0, wanted: "organization.id" })?,
        parent: reference(row, WIDTH)?,
        insurer: reference(row, WIDTH + 3)?,
    })
}

fn reference(row: &Row, first: usize) -> Result<Option<OrganizationRef>, DbError> {
    let Some(id) = row.integer_opt(first)? else { return Ok(None) };
    Ok(Some(OrganizationRef {
        id: OrganizationId::from_stored(id),
        name: row.text(first + 1)?,
        logo_url: row.text_opt(first + 2)?,
    }))
}

/// Reads the columns of `organization_columns!` from `first` on; `None` when the outer join found no row.
pub(super) fn organization_opt(row: &Row, first: usize) -> Result<Option<Organization>, DbError> {
    let Some(id) = row.integer_opt(first)? else { return Ok(None) };
    Ok(Some(Organization {
        id: OrganizationId::from_stored(id),
        name: row.text(first + 1)?,
        account_type: AccountType::from_stored(&row.text(first + 2)?)
            .ok_or(DbError::Shape { column: first + 2, wanted: "organization.account_type" })?,
        parent_id: row.integer_opt(first + 3)?.map(OrganizationId::from_stored),
        insurer_id: row.integer_opt(first + 4)?.map(OrganizationId::from_stored),
        logo_url: row.text_opt(first + 5)?,
        registration_number: row.text_opt(first + 6)?,
        address: row.text_opt(first + 7)?,
    }))
}
