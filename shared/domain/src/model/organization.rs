//! Organizations: the tenants.

use serde_json::{Map, Value as Json};

use super::event::Changes;
use super::id::OrganizationId;
use super::patch::Patch;
use super::picture::Picture;
use super::stored::stored_enum;
use crate::clock::Millis;

stored_enum! {
    /// Place of an organization in a network.
    AccountType {
        /// Ordinary agency or landlord.
        Default = "default",
        /// Head of a network.
        Organization = "organization",
        /// Rent-guarantee insurer.
        Insurance = "insurance",
    }
}

/// An organization.
#[derive(Debug, Clone)]
pub struct Organization {
    /// Id.
    pub id: OrganizationId,
    /// Name; empty where it has none.
    pub name: String,
    /// Place in the network.
    pub account_type: AccountType,
    /// Head of the network it belongs to.
    pub parent_id: Option<OrganizationId>,
    /// Its insurer.
    pub insurer_id: Option<OrganizationId>,
    /// Logo.
    pub logo: Option<Picture>,
    /// Company number.
    pub registration_number: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Creation.
    pub created_at: Millis,
    /// Last change.
    pub updated_at: Millis,
    /// What is read only where it is shown or changed.
    pub data: Option<Box<OrganizationData>>,
}

/// What an organization has that can be large.
#[derive(Debug, Clone, Default)]
pub struct OrganizationData {
    /// What it is.
    pub description: Option<String>,
    /// Data of its manager's own.
    pub custom_data: Map<String, Json>,
    /// Whether users need a second factor for tokens of this organization.
    pub is_mfa_required: bool,
    /// Colours of its pages.
    pub color: Map<String, Json>,
    /// Addresses of its logos.
    pub branding: Map<String, Json>,
    /// Style sheet of its pages.
    pub custom_css: Option<String>,
}

impl Organization {
    /// Nothing but id, name and type: for those who only meet one of its users.
    #[must_use]
    pub fn name_only(self) -> Self {
        let (parent_id, insurer_id, logo, registration_number, address) = (None, None, None, None, None);
        Self { parent_id, insurer_id, logo, registration_number, address, ..self }
    }
}

/// What is shown of an organization that another one points at.
#[derive(Debug, Clone)]
pub struct OrganizationRef {
    /// Id.
    pub id: OrganizationId,
    /// Name; empty where it has none.
    pub name: String,
    /// Logo.
    pub logo: Option<Picture>,
}

/// An organization with the two it may be linked to.
#[derive(Debug, Clone)]
pub struct OrganizationDetails {
    /// The organization.
    pub organization: Organization,
    /// Head of its network.
    pub parent: Option<OrganizationRef>,
    /// Its insurer.
    pub insurer: Option<OrganizationRef>,
}

/// An organization to be made.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    /// Name; empty for none.
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
    /// What can be large.
    pub data: OrganizationData,
}

impl NewOrganization {
    /// One that is called `name` and linked to nothing.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            account_type: AccountType::Default,
            parent: None,
            insurer: None,
            logo_url: None,
            registration_number: None,
            address: None,
            data: OrganizationData::default(),
        }
    }
}

/// What is to change about an organization; what is `Keep` or `None` stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OrganizationChange {
    /// Name; cleared: it has none.
    pub name: Patch<String>,
    /// Company number.
    pub registration_number: Patch<String>,
    /// Postal address.
    pub address: Patch<String>,
    /// What it is.
    pub description: Patch<String>,
    /// Data of its manager's own, replaced as a whole.
    pub custom_data: Option<Map<String, Json>>,
    /// Whether users need a second factor for its tokens.
    pub is_mfa_required: Option<bool>,
    /// Colours, replaced as a whole.
    pub color: Option<Map<String, Json>>,
    /// Addresses of logos, replaced as a whole.
    pub branding: Option<Map<String, Json>>,
    /// Style sheet.
    pub custom_css: Patch<String>,
}

impl OrganizationChange {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Makes the change, and notes under the names of their columns which values are different now.
    pub fn apply(self, organization: &mut Organization) -> Changes {
        let mut changes = Changes::default();
        let Organization { name, registration_number, address, data, .. } = organization;
        match self.name {
            Patch::Keep => {}
            Patch::Clear => changes.set("name", name, Some(String::new())),
            Patch::Set(new) => changes.set("name", name, Some(new)),
        }
        changes.patch("registration_number", registration_number, self.registration_number);
        changes.patch("address", address, self.address);
        if let Some(data) = data {
            changes.patch("description", &mut data.description, self.description);
            changes.set("custom_data", &mut data.custom_data, self.custom_data);
            changes.set("is_mfa_required", &mut data.is_mfa_required, self.is_mfa_required);
            changes.set("color", &mut data.color, self.color);
            changes.set("branding", &mut data.branding, self.branding);
            changes.patch("custom_css", &mut data.custom_css, self.custom_css);
        }
        changes
    }
}
