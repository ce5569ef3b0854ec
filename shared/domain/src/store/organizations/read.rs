//! Organizations one by one, and pages of those that a caller reaches.

use super::table::ORGANIZATIONS;
use crate::model::{
    AccountType, Organization, OrganizationData, OrganizationDetails, OrganizationId, OrganizationRef, Picture,
    json_list,
};
use crate::params;
use crate::policy::Reach;
use crate::store::db::DbError;
use crate::store::query::{Selected, Selection, Sql};
use crate::store::tenant::System;
use crate::store::value::Row;

/// Columns of the table under the given alias.
macro_rules! columns {
    ($alias:literal: $first:literal $(, $more:literal)*) => {
        concat!($alias, ".", $first $(, ", ", $alias, ".", $more)*)
    };
}

/// Columns of [`organization`], in its order, of the table under the given alias.
macro_rules! organization_columns {
    ($alias:literal) => {
        $crate::store::organizations::read::columns!(
            $alias: "id", "name", "account_type", "parent_id", "insurer_id", "logo_url", "logo_image",
            "registration_number", "address", "created_at", "updated_at"
        )
    };
}
pub(in crate::store) use {columns, organization_columns};

/// Number of columns in `organization_columns!`.
pub(in crate::store) const WIDTH: usize = 11;

/// Columns of [`whole`], in its order, of the table `o`: those of [`organization`] and what can be large.
macro_rules! whole_columns {
    () => {
        concat!(
            $crate::store::organizations::organization_columns!("o"),
            ", o.description, o.custom_data, o.is_mfa_required, o.color, o.branding, o.custom_css"
        )
    };
}
pub(in crate::store) use whole_columns;

/// Number of columns in `whole_columns!`.
pub(in crate::store) const WHOLE_WIDTH: usize = WIDTH + 6;

/// Number of columns of an organization that is only referred to.
const REFERENCE_WIDTH: usize = 4;

statements! {
    FIND = concat!(
        "SELECT ", whole_columns!(), ", parent.id, parent.name, parent.logo_url, parent.logo_image, \
         insurer.id, insurer.name, insurer.logo_url, insurer.logo_image FROM organization o \
         LEFT JOIN organization parent ON parent.id = o.parent_id \
         LEFT JOIN organization insurer ON insurer.id = o.insurer_id WHERE o.id = ?1"
    );
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
    /// An organization with all it has, and the ones it is linked to.
    pub async fn organization(self, id: OrganizationId) -> Result<Option<OrganizationDetails>, DbError> {
        let rows = self.exec.run(FIND, params![id]).await?;
        let details = rows.first().map(|row| {
            Ok(OrganizationDetails {
                organization: whole(row, 0)?,
                parent: reference(row, WHOLE_WIDTH)?,
                insurer: reference(row, WHOLE_WIDTH + REFERENCE_WIDTH)?,
            })
        });
        details.transpose()
    }

    /// A page of the organizations within `reach`.
    pub async fn organizations(self, reach: &Reach, selection: &Selection) -> Result<Selected<Organization>, DbError> {
        let details = "LEFT JOIN organization o ON o.id = page.id";
        let columns = organization_columns!("o");
        let sql = match reach {
            Reach::All => selection.statement_of_all(&ORGANIZATIONS, columns, details),
            _ => selection.statement(&ORGANIZATIONS, |sql| append(sql, reach), columns, details),
        };
        let rows = self.exec.run_built(&sql).await?;
        selection.read(&rows, |row| organization(row, 1))
    }
}

fn reference(row: &Row, first: usize) -> Result<Option<OrganizationRef>, DbError> {
    let Some(id) = row.integer_opt(first)? else { return Ok(None) };
    Ok(Some(OrganizationRef {
        id: OrganizationId::from_stored(id),
        name: name(row, first + 1)?,
        logo: Picture::from_stored(row.text_opt(first + 3)?, row.text_opt(first + 2)?),
    }))
}

/// Reads the columns of `organization_columns!` from `first` on; `None` when the outer join found no row.
pub(in crate::store) fn organization_opt(row: &Row, first: usize) -> Result<Option<Organization>, DbError> {
    if row.integer_opt(first)?.is_none() {
        return Ok(None);
    }
    organization(row, first).map(Some)
}

/// As [`organization_opt`], where there is a row.
pub(super) fn organization(row: &Row, first: usize) -> Result<Organization, DbError> {
    Ok(Organization {
        id: OrganizationId::from_stored(row.integer(first)?),
        name: name(row, first + 1)?,
        account_type: account_type(row, first + 2)?,
        parent_id: row.integer_opt(first + 3)?.map(OrganizationId::from_stored),
        insurer_id: row.integer_opt(first + 4)?.map(OrganizationId::from_stored),
        logo: Picture::from_stored(row.text_opt(first + 6)?, row.text_opt(first + 5)?),
        registration_number: row.text_opt(first + 7)?,
        address: row.text_opt(first + 8)?,
        created_at: row.integer(first + 9)?,
        updated_at: row.integer(first + 10)?,
        data: None,
    })
}

/// A name, which is empty in the store where there is none.
fn name(row: &Row, column: usize) -> Result<Option<String>, DbError> {
    Ok(Some(row.text(column)?).filter(|name| !name.is_empty()))
}

pub(super) fn account_type(row: &Row, column: usize) -> Result<AccountType, DbError> {
    let known = AccountType::from_stored(&row.text(column)?);
    known.ok_or(DbError::Shape { column, wanted: "organization.account_type" })
}

/// Reads the columns of `whole_columns!` from `first` on.
pub(in crate::store) fn whole(row: &Row, first: usize) -> Result<Organization, DbError> {
    let large = first + WIDTH;
    let data = OrganizationData {
        description: row.text_opt(large)?,
        custom_data: row.object(large + 1)?,
        is_mfa_required: row.boolean(large + 2)?,
        color: row.object(large + 3)?,
        branding: row.object(large + 4)?,
        custom_css: row.text_opt(large + 5)?,
    };
    Ok(Organization { data: Some(Box::new(data)), ..organization(row, first)? })
}
