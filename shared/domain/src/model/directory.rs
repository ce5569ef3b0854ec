//! A user as whoever manages the whole directory sees them (contracts/logto.md, "Schemas").

use serde_json::{Map, Value as Json};

use super::id::PrincipalId;
use super::picture::Picture;
use super::principal::PrincipalState;
use crate::clock::Millis;

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
