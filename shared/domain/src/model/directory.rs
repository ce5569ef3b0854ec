//! The nouns as whoever manages the whole directory sees them (contracts/logto.md, "Schemas").

use serde_json::{Map, Value as Json};

use super::id::{OrganizationId, PrincipalId};
use super::picture::Picture;
use super::principal::{PrincipalState, stored_enum};
use crate::clock::Millis;

/// An organization.
#[derive(Debug, Clone)]
pub struct OrganizationEntry {
    /// Id.
    pub id: OrganizationId,
    /// Name.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// Data of its manager's own.
    pub custom_data: Map<String, Json>,
    /// Whether people need a second factor for tokens of this organization.
    pub is_mfa_required: bool,
    /// Colours of its pages.
    pub color: Map<String, Json>,
    /// Addresses of its logos.
    pub branding: Map<String, Json>,
    /// Style sheet of its pages.
    pub custom_css: Option<String>,
    /// When it was made.
    pub created_at: Millis,
}

/// A person.
#[derive(Debug, Clone)]
pub struct Person {
    /// Id.
    pub id: PrincipalId,
    /// State.
    pub state: PrincipalState,
    /// Login name.
    pub username: Option<String>,
    /// E-mail address as typed.
    pub email: Option<String>,
    /// Telephone number, with a plus sign.
    pub phone: Option<String>,
    /// Name to be shown, where it is set apart from the two names.
    pub display_name: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Picture.
    pub avatar: Option<Picture>,
    /// Data of the manager's own.
    pub custom_data: Map<String, Json>,
    /// Subjects at upstream login services, by issuer.
    pub identities: Map<String, Json>,
    /// Other claims of the profile (OpenID Connect Core §5.1), in Logto's names.
    pub profile: Map<String, Json>,
    /// Last login.
    pub last_sign_in_at: Option<Millis>,
    /// When the person was made.
    pub created_at: Millis,
    /// Last change.
    pub updated_at: Millis,
}

stored_enum! {
    /// What a machine is, in the words of Logto; in the store as well.
    ApplicationType {
        /// Runs on a device of its user.
        Native = "Native",
        /// Runs in a browser.
        Spa = "SPA",
        /// A web server with pages of its own.
        Traditional = "Traditional",
        /// Acts for itself: the only type that has secrets, roles and organizations.
        MachineToMachine = "MachineToMachine",
        /// Behind a proxy that logs people in.
        Protected = "Protected",
        /// Logs people in by SAML.
        Saml = "SAML",
    }
}

/// A machine.
#[derive(Debug, Clone)]
pub struct Application {
    /// Id.
    pub id: PrincipalId,
    /// Name.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// What it is by its nature; never changes.
    pub kind: ApplicationType,
    /// Where it sends people after login and logout.
    pub oidc_client_metadata: Map<String, Json>,
    /// Data of its manager's own.
    pub custom_data: Map<String, Json>,
    /// When it was made.
    pub created_at: Millis,
}
