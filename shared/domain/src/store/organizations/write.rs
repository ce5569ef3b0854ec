//! Organizations made, changed and removed.

use crate::clock::Millis;
use crate::model::{Changes, ImageName, NewOrganization, Organization, OrganizationId, Picture, name_key};
use crate::params;
use crate::rng::Rng;
use crate::store::db::DbError;
use crate::store::ids::insert_new;
use crate::store::query::Sql;
use crate::store::tenant::{System, Write};
use crate::store::value::Value;

statements! {
    INSERT = "INSERT INTO organization (id, name, name_key, account_type, parent_id, insurer_id, logo_url, \
        registration_number, address, description, custom_data, is_mfa_required, color, branding, custom_css, \
        pairing_code, created_at, updated_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?17) \
        ON CONFLICT (id) DO NOTHING RETURNING id";
    SET_LOGO = "UPDATE organization SET logo_image = ?2, logo_url = NULL, updated_at = ?3 WHERE id = ?1";
    /// Gives the name of the logo in our own store, which nothing points at any more.
    DELETE = "DELETE FROM organization WHERE id = ?1 RETURNING logo_image";
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
        // The store has an empty text for no name.
        let name = new.name.as_deref().unwrap_or_default();
        let params = |id| {
            params![
                id,
                name,
                name_key(name),
                new.account_type.as_str(),
                new.parent,
                new.insurer,
                new.logo_url.as_deref(),
                new.registration_number.as_deref(),
                new.address.as_deref(),
                new.data.description.as_deref(),
                &new.data.custom_data,
                new.data.is_mfa_required,
                &new.data.color,
                &new.data.branding,
                new.data.custom_css.as_deref(),
                pairing_code,
                now,
            ]
        };
        insert_new(self.exec, INSERT, rng, OrganizationId::random, params).await
    }

    /// Stores what is different in an organization. [`DbError::Unique`] on `registration_number` when the number is taken
    /// at the same parent.
    pub async fn update_organization(
        self,
        organization: &Organization,
        changes: &Changes,
        now: Millis,
    ) -> Result<(), DbError> {
        let mut sql = Sql::new("UPDATE organization SET updated_at = ");
        sql.bind(now);
        let mut set = |name: &str, column: &'static str, value: Value| {
            if changes.has(name) {
                sql.push(column).bind(value);
            }
        };
        let Organization { name, registration_number, address, .. } = organization;
        let name = name.as_deref().unwrap_or_default();
        set("name", ", name = ", name.into());
        set("name", ", name_key = ", name_key(name).into());
        set("registration_number", ", registration_number = ", registration_number.as_deref().into());
        set("address", ", address = ", address.as_deref().into());
        if let Some(data) = &organization.data {
            set("description", ", description = ", data.description.as_deref().into());
            set("custom_data", ", custom_data = ", (&data.custom_data).into());
            set("is_mfa_required", ", is_mfa_required = ", data.is_mfa_required.into());
            set("color", ", color = ", (&data.color).into());
            set("branding", ", branding = ", (&data.branding).into());
            set("custom_css", ", custom_css = ", data.custom_css.as_deref().into());
        }
        sql.push(" WHERE id = ").bind(organization.id);
        self.exec.run_built(&sql).await.map(|_| ())
    }

    /// Sets or clears the logo.
    pub async fn set_logo(self, id: OrganizationId, image: Option<&ImageName>, now: Millis) -> Result<(), DbError> {
        self.exec.run(SET_LOGO, params![id, image.map(ImageName::as_str), now]).await.map(|_| ())
    }

    /// Removes an organization with everything in it; users and service accounts stay. `None`: there is none. Else its
    /// logo, if that is in our own store.
    pub async fn delete_organization(self, id: OrganizationId) -> Result<Option<Option<Picture>>, DbError> {
        let rows = self.exec.run(DELETE, params![id]).await?;
        rows.first().map(|row| Ok(Picture::from_stored(row.text_opt(0)?, None))).transpose()
    }
}
