//! Users: people who can log in.

use serde_json::{Map, Value as Json};

use super::event::Audited;
use super::id::{OrganizationId, PrincipalId};
use super::organization::Organization;
use super::picture::Picture;
use super::principal::PrincipalState;
use super::text::{display_name, parted_name};
use crate::clock::Millis;
use crate::policy::AccountRole;

/// A user. All readers fill these fields; `D` is what one of them reads beyond, so that long lists carry no more than they
/// show.
#[derive(Debug, Clone)]
pub struct User<D = ()> {
    /// Id.
    pub id: PrincipalId,
    /// State.
    pub state: PrincipalState,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Name to be shown, where it is set apart from the two names.
    pub display_name: Option<String>,
    /// E-mail address as typed.
    pub email: Option<String>,
    /// Telephone number, with a plus sign.
    pub phone: Option<String>,
    /// Picture.
    pub avatar: Option<Picture>,
    /// Creation.
    pub created_at: Millis,
    /// Last change.
    pub updated_at: Millis,
    /// What else was read.
    pub data: D,
}

impl<D: Default> User<D> {
    /// One of whom nothing is known yet.
    pub fn blank(id: PrincipalId, state: PrincipalState, now: Millis) -> Self {
        Self {
            id,
            state,
            first_name: None,
            last_name: None,
            display_name: None,
            email: None,
            phone: None,
            avatar: None,
            created_at: now,
            updated_at: now,
            data: D::default(),
        }
    }
}

impl<D> User<D> {
    /// What the user is called; `None` when there is no name.
    pub fn name(&self) -> Option<String> {
        display_name(self.display_name.as_deref(), self.first_name.as_deref(), self.last_name.as_deref())
    }

    /// First and last name, for whoever has no other name; where there are none, the parts of the name apart.
    pub fn first_and_last(&self) -> (Option<String>, Option<String>) {
        match (&self.first_name, &self.last_name, &self.display_name) {
            (None, None, Some(name)) => parted_name(name),
            (first, last, _) => (first.clone(), last.clone()),
        }
    }

    /// The same user with other data, and the data it had.
    pub fn replace<E>(self, data: E) -> (User<E>, D) {
        let user = User {
            id: self.id,
            state: self.state,
            first_name: self.first_name,
            last_name: self.last_name,
            display_name: self.display_name,
            email: self.email,
            phone: self.phone,
            avatar: self.avatar,
            created_at: self.created_at,
            updated_at: self.updated_at,
            data,
        };
        (user, self.data)
    }

    /// The same user with what is made of the data.
    pub fn map<E>(self, make: impl FnOnce(D) -> E) -> User<E> {
        let (user, data) = self.replace(());
        user.replace(make(data)).0
    }
}

/// What clients store about a user, and who the user is elsewhere.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UserClaims {
    /// Login name.
    pub username: Option<String>,
    /// Last login.
    pub last_sign_in_at: Option<Millis>,
    /// Data of the manager's own.
    pub custom_data: Map<String, Json>,
    /// Subjects at upstream login services, by issuer.
    pub identities: Map<String, Json>,
    /// Other claims of the profile (OpenID Connect Core §5.1), in camel case.
    pub profile: Map<String, Json>,
}

/// How a user comes in, and what the account role reaches.
#[derive(Debug, Clone, Default)]
pub struct UserAccess {
    /// Upstream login service, as the inviter named it.
    pub sso_channel: Option<String>,
    /// The account role that was given; `None` = none ever was.
    pub given_role: Option<AccountRole>,
    /// Parts of the role scope other than organizations.
    pub scope_rest: Map<String, Json>,
    /// Organizations the user is in, by id.
    pub organizations: Vec<OrganizationId>,
    /// First acceptance of an invitation; `None` = pending.
    pub joined_at: Option<Millis>,
    /// Until when a pending invitation is good.
    pub invitation_expires_at: Option<Millis>,
}

impl UserAccess {
    /// The account role that counts.
    pub fn role(&self) -> AccountRole {
        self.given_role.unwrap_or(AccountRole::User)
    }
}

/// The settings of a user, and where the user is at home.
#[derive(Debug, Clone, Default)]
pub struct UserHome {
    /// Stored settings; `None` = never saved, all defaults.
    pub config: Option<Json>,
    /// Home organization.
    pub organization: Option<Organization>,
}

impl Audited for AccountRole {
    fn audited(&self) -> Json {
        self.as_str().into()
    }
}

impl Audited for Picture {
    fn audited(&self) -> Json {
        match self {
            Self::Url(url) => url.as_str().into(),
            Self::Stored(name) => name.as_str().into(),
        }
    }
}
