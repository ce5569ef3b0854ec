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
    /// Name; `None` = it has none.
    pub name: Option<String>,
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

/// The name of an organization, or else its id: for APIs that cannot do without a name.
pub fn name_or_id(name: Option<String>, id: OrganizationId) -> String {
    name.unwrap_or_else(|| id.to_string())
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
    /// Name; `None` = it has none.
    pub name: Option<String>,
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
    /// Name; `None` for none.
    pub name: Option<String>,
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
        Self { name: Some(name.into()), ..Self::nameless() }
    }

    /// One without a name that is linked to nothing.
    pub fn nameless() -> Self {
        Self {
            name: None,
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
    /// Whether a value that is sent back as it was shown changes nothing, not even the time of the last change: also the
    /// id as the name of an organization without one, which APIs show that cannot do without a name.
    pub takes_echo: bool,
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
        *self == Self { takes_echo: self.takes_echo, ..Self::default() }
    }

    /// Makes the change, and notes under the names of their columns which values are different now.
    pub fn apply(self, organization: &mut Organization) -> Changes {
        let mut changes = Changes::default();
        let Organization { id, name, registration_number, address, data, .. } = organization;
        let is_echo = |new: &str| match name.as_deref().map(str::trim) {
            None | Some("") => new == id.to_string(),
            Some(name) => new == name,
        };
        match self.name {
            Patch::Set(new) if self.takes_echo && is_echo(&new) => {}
            change => changes.patch("name", name, change),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn nameless() -> Organization {
        Organization {
            id: OrganizationId::from_stored(100_000_000_001),
            name: None,
            account_type: AccountType::Default,
            parent_id: None,
            insurer_id: None,
            logo: None,
            registration_number: None,
            address: None,
            created_at: 0,
            updated_at: 0,
            data: None,
        }
    }

    fn renamed(organization: &mut Organization, name: &str, takes_echo: bool) -> bool {
        let name = Patch::Set(name.to_owned());
        let change = OrganizationChange { name, takes_echo, ..OrganizationChange::default() };
        !change.apply(organization).is_empty()
    }

    #[test]
    fn what_stands_in_for_a_name_is_no_name() {
        let mut organization = nameless();
        assert!(!renamed(&mut organization, "100000000001", true) && organization.name.is_none());
        assert!(renamed(&mut organization, "Engines", true));
        // One that has a name can be called by its id.
        assert!(renamed(&mut organization, "100000000001", true));
        assert_eq!(organization.name.as_deref(), Some("100000000001"));
        // An API that does without names takes it for one.
        let mut organization = nameless();
        assert!(renamed(&mut organization, "100000000001", false));
    }

    #[test]
    fn a_change_that_says_nothing_is_empty() {
        assert!(OrganizationChange { takes_echo: true, ..OrganizationChange::default() }.is_empty());
        assert!(!OrganizationChange { is_mfa_required: Some(false), ..OrganizationChange::default() }.is_empty());
    }
}
