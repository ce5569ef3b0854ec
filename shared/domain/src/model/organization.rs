//! Tenants.

use super::id::OrganizationId;
use super::picture::Picture;
use super::stored::stored_enum;

stored_enum! {
    /// Place of an organization in a network (EazyRent account type).
    AccountType {
        /// Ordinary agency or landlord.
        Default = "default",
        /// Head of a network.
        Organization = "organization",
        /// Rent-guarantee insurer.
        Insurance = "insurance",
    }
}

/// An organization, as lists show it.
#[derive(Debug, Clone)]
pub struct Organization {
    /// Id.
    pub id: OrganizationId,
    /// Name.
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
}

impl Organization {
    /// Nothing but id, name and type: for those who only meet one of its people.
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
    /// Name.
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
