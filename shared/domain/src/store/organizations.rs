//! Organizations.

use super::db::DbError;
use super::ids::insert_new;
use super::tenant::{System, Tenant, Write};
use super::value::Row;
use crate::clock::Millis;
use crate::model::{
    AccountType, ImageName, Organization, OrganizationDetails, OrganizationId, OrganizationRef, Picture, name_key,
};
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
            ".logo_image, ",
            $alias,
            ".registration_number, ",
            $alias,
            ".address"
        )
    };
}
pub(super) use organization_columns;

/// Number of columns in `organization_columns!`.
pub(super) const WIDTH: usize = 9;

/// Number of columns of an organization that is only referred to.
const REFERENCE_WIDTH: usize = 4;

/// An organization to be made.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    /// Name.
    pub name: String,
    /// Place in a network.
    pub account_type: AccountType,
    /// Head of its network.
    pub parent: Option<OrganizationId>,
    /// Its insurer.
    pub insurer: Option<OrganizationId>,
    /// Address of a logo elsewhere.
    pub logo_url: Option<String>,
    /// Company number.
    pub registration_number: Option<String>,
    /// Postal address.
    pub address: Option<String>,
}

impl NewOrganization {
    /// One that is called `name` and linked to nothing.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            account_type: AccountType::Default,
            parent: None,
            insurer: None,
            logo_url: None,
            registration_number: None,
            address: None,
        }
    }
}

statements! {
    INSERT = "INSERT INTO organization (id, name, account_type, parent_id, insurer_id, logo_url, registration_number, \
        address, pairing_code, created_at, updated_at, name_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11) \
        ON CONFLICT (id) DO NOTHING RETURNING id";
    UPDATE = "UPDATE organization SET name = ?2, registration_number = ?3, address = ?4, updated_at = ?5, \
        name_key = ?6 WHERE id = ?1";
    SET_LOGO = "UPDATE organization SET logo_image = ?2, logo_url = NULL, updated_at = ?3 WHERE id = ?1";
    DETAILS = concat!(
        "SELECT ", organization_columns!("o"), ", parent.id, parent.name, parent.logo_url, parent.logo_image, \
         insurer.id, insurer.name, insurer.logo_url, insurer.logo_image FROM organization o \
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

impl Tenant<'_, Write> {
    /// Stores name, company number and address. [`DbError::Unique`] on `registration_number` when the number is taken at
    /// the same parent.
    pub async fn update_organization(self, organization: &Organization, now: Millis) -> Result<(), DbError> {
        let Organization { name, registration_number, address, .. } = organization;
        let (number, address) = (registration_number.as_deref(), address.as_deref());
        let params = params![self.organization, name, number, address, now, name_key(name)];
        self.exec.run(UPDATE, params).await.map(|_| ())
    }

    /// Sets or clears the logo.
    pub async fn set_logo(self, image: Option<&ImageName>, now: Millis) -> Result<(), DbError> {
        let image = image.map(ImageName::as_str);
        self.exec.run(SET_LOGO, params![self.organization, image, now]).await.map(|_| ())
    }
}

impl<M> System<'_, M> {
    /// An organization with the ones it is linked to.
    pub async fn organization_details(self, id: OrganizationId) -> Result<Option<OrganizationDetails>, DbError> {
        let rows = self.exec.run(DETAILS, params![id]).await?;
        rows.first().map(details).transpose()
    }
}

impl System<'_, Write> {
    /// Makes an organization. [`DbError::Unique`] on `registration_number` when the company number is taken at the same
    /// parent or insurer.
    pub async fn insert_organization(
        self,
        new: &NewOrganization,
        pairing_code: &str,
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<OrganizationId, DbError> {
        let params = |id| {
            params![
                id,
                &new.name,
                new.account_type.as_str(),
                new.parent,
                new.insurer,
                new.logo_url.as_deref(),
                new.registration_number.as_deref(),
                new.address.as_deref(),
                pairing_code,
                now,
                name_key(&new.name),
            ]
        };
        insert_new(self.exec, INSERT, rng, OrganizationId::random, params).await
    }
}

fn details(row: &Row) -> Result<OrganizationDetails, DbError> {
    Ok(OrganizationDetails {
        organization: organization_opt(row, 0)?.ok_or(DbError::Shape { column: 0, wanted: "organization.id" })?,
        parent: reference(row, WIDTH)?,
        insurer: reference(row, WIDTH + REFERENCE_WIDTH)?,
    })
}

fn reference(row: &Row, first: usize) -> Result<Option<OrganizationRef>, DbError> {
    let Some(id) = row.integer_opt(first)? else { return Ok(None) };
    Ok(Some(OrganizationRef {
        id: OrganizationId::from_stored(id),
        name: row.text(first + 1)?,
        logo: Picture::from_stored(row.text_opt(first + 3)?, row.text_opt(first + 2)?),
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
        logo: Picture::from_stored(row.text_opt(first + 6)?, row.text_opt(first + 5)?),
        registration_number: row.text_opt(first + 7)?,
        address: row.text_opt(first + 8)?,
    }))
}
