//! Service accounts: machines that act for themselves or for those who use them.

use serde_json::{Map, Value as Json};

use super::event::Changes;
use super::id::{OrganizationId, PrincipalId};
use super::organization::Organization;
use super::patch::Patch;
use super::stored::stored_enum;
use crate::clock::Millis;

stored_enum! {
    /// What a service account is as an OAuth client.
    ApplicationType {
        /// Runs on a device of its user.
        Native = "Native",
        /// Runs in a browser.
        Spa = "SPA",
        /// A web server with pages of its own.
        Traditional = "Traditional",
        /// Acts for itself: the only type that has secrets, roles and organizations.
        MachineToMachine = "MachineToMachine",
        /// Behind a proxy that logs users in.
        Protected = "Protected",
        /// Logs users in by SAML.
        Saml = "SAML",
    }
}

/// A service account.
#[derive(Debug, Clone)]
pub struct ServiceAccount {
    /// Id; also its OAuth client id.
    pub id: PrincipalId,
    /// Name.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// What it is by its nature; never changes.
    pub kind: ApplicationType,
    /// Home organization, whose administrators manage it.
    pub home: Option<OrganizationId>,
    /// Creation.
    pub created_at: Millis,
    /// Last change.
    pub updated_at: Millis,
    /// What is read only where it is shown or changed.
    pub data: Option<Box<ServiceAccountData>>,
}

/// What a service account has that can be large.
#[derive(Debug, Clone, Default)]
pub struct ServiceAccountData {
    /// Where it sends users after login and logout.
    pub oidc_client_metadata: Map<String, Json>,
    /// Data of its manager's own.
    pub custom_data: Map<String, Json>,
}

/// A service account with its home organization.
#[derive(Debug, Clone)]
pub struct ServiceAccountDetails {
    /// The service account.
    pub account: ServiceAccount,
    /// Its home organization.
    pub organization: Option<Organization>,
}

/// A service account to be made.
#[derive(Debug, Clone)]
pub struct NewServiceAccount {
    /// Name; without one it is called after its id.
    pub name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// What it is by its nature.
    pub kind: ApplicationType,
    /// What can be large.
    pub data: ServiceAccountData,
}

/// What is to change about a service account; what is `Keep` or `None` stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ServiceAccountChange {
    /// Name.
    pub name: Option<String>,
    /// What it is.
    pub description: Patch<String>,
    /// Where it sends users, replaced as a whole.
    pub oidc_client_metadata: Option<Map<String, Json>>,
    /// Data of the manager's own, replaced as a whole.
    pub custom_data: Option<Map<String, Json>>,
}

impl ServiceAccountChange {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Makes the change, and notes which values are different now.
    pub fn apply(self, account: &mut ServiceAccount) -> Changes {
        let mut changes = Changes::default();
        changes.set("name", &mut account.name, self.name);
        changes.patch("description", &mut account.description, self.description);
        if let Some(data) = &mut account.data {
            changes.set("oidc_client_metadata", &mut data.oidc_client_metadata, self.oidc_client_metadata);
            changes.set("custom_data", &mut data.custom_data, self.custom_data);
        }
        changes
    }
}
