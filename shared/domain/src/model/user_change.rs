//! What is to be set of a user, new or known.

use super::patch::{ObjectPatch, Patch};
use super::picture::Picture;
use super::text::{Email, Phone};
use crate::error::Error;
use crate::policy::AccountRole;

/// What is to be set of a user. What is kept has its default in a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserChange {
    /// Login name.
    pub username: Patch<String>,
    /// E-mail address.
    pub email: Patch<Email>,
    /// Whether that address is proven to be the user's.
    pub is_email_proven: bool,
    /// Telephone number.
    pub phone: Patch<Phone>,
    /// What is wrong with the number, unless it is the one that is stored: what does not change is never refused.
    pub phone_fault: Option<Error>,
    /// Name to be shown, apart from the two names. The empty one takes the place of first and last name, where there are
    /// such, and so hides them without removing them.
    pub display_name: Patch<String>,
    /// First name.
    pub first_name: Patch<String>,
    /// Last name.
    pub last_name: Patch<String>,
    /// Whether first and last name are all the name there is for whoever changes them: they are meant as
    /// [`User::first_and_last`](super::User::first_and_last) gives them, and new ones take the place of a name apart.
    pub is_name_in_parts: bool,
    /// Picture. The address under which a stored picture is shown stands for that picture.
    pub avatar: Patch<Picture>,
    /// What is wrong with the address, unless it is the one that is stored.
    pub avatar_fault: Option<Error>,
    /// Data of the manager's own.
    pub custom_data: ObjectPatch,
    /// Other claims of the profile.
    pub profile: ObjectPatch,
    /// Subjects at upstream login services, by issuer.
    pub identities: ObjectPatch,
    /// Upstream login service, as the inviter names it.
    pub sso_channel: Patch<String>,
    /// Account role.
    pub account_role: Patch<AccountRole>,
    /// Parts of the role scope other than organizations.
    pub role_scope: ObjectPatch,
}

impl UserChange {
    /// Whether nothing is to be set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
