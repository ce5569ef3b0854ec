//! How people are shown.

use iam_domain::model::{Person, PrincipalState, display_name};
use iam_domain::ops::memberships::MemberUser;
use iam_domain::store::directory::people::FoundPerson;
use iam_domain::store::organizations::pages::FeaturedUser;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::views::RoleRefView;
use crate::dialect::picture::address;

/// A user, without what only some answers add.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    id: String,
    username: Option<String>,
    primary_email: Option<String>,
    primary_phone: Option<String>,
    name: Option<String>,
    avatar: Option<String>,
    custom_data: Map<String, Value>,
    identities: Map<String, Value>,
    last_sign_in_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
    profile: Map<String, Value>,
    application_id: Option<String>,
    is_suspended: bool,
}

impl PersonView {
    /// `origin` is where stored pictures are to be had.
    pub fn of(person: Person, origin: &str) -> Self {
        let (first, last) = (person.first_name.as_deref(), person.last_name.as_deref());
        let name = display_name(person.display_name.as_deref(), first, last);
        let profile = profile(&person);
        let identities = person.identities.into_iter().map(|(issuer, subject)| (issuer, json!({ "userId": subject })));
        Self {
            id: person.id.to_string(),
            username: person.username,
            primary_email: person.email,
            // Digits only; the directory keeps the form of E.164.
            primary_phone: person.phone.map(|phone| phone.trim_start_matches('+').to_owned()),
            name,
            avatar: person.avatar.map(|avatar| address(avatar, origin)),
            custom_data: person.custom_data,
            identities: identities.collect(),
            last_sign_in_at: person.last_sign_in_at,
            created_at: person.created_at,
            updated_at: person.updated_at,
            profile,
            application_id: None,
            is_suspended: matches!(person.state, PrincipalState::Locked | PrincipalState::Inactive),
        }
    }
}

/// `UserWithOrganizationRoles`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberView {
    #[serde(flatten)]
    person: PersonView,
    organization_roles: Vec<RoleRefView>,
}

impl MemberView {
    /// `origin` is where stored pictures are to be had.
    pub fn of(member: MemberUser, origin: &str) -> Self {
        let organization_roles = member.roles.into_iter().map(Into::into).collect();
        Self { person: PersonView::of(member.user, origin), organization_roles }
    }
}

/// A user as the operations on users answer it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    #[serde(flatten)]
    person: PersonView,
    has_password: bool,
}

impl UserView {
    /// As [`PersonView::of`].
    pub fn of(found: FoundPerson, origin: &str) -> Self {
        Self { person: PersonView::of(found.person, origin), has_password: found.has_password }
    }
}

/// `UserProfile`: the two names stand in it.
pub fn profile(person: &Person) -> Map<String, Value> {
    let mut profile = person.profile.clone();
    for (key, value) in [("givenName", &person.first_name), ("familyName", &person.last_name)] {
        profile.extend(value.as_deref().map(|value| (key.to_owned(), Value::from(value))));
    }
    profile
}

/// `FeaturedUser`.
#[derive(Debug, Serialize)]
pub struct FeaturedUserView {
    id: String,
    avatar: Option<String>,
    name: Option<String>,
}

impl FeaturedUserView {
    /// `origin` is where stored pictures are to be had.
    pub fn of(person: FeaturedUser, origin: &str) -> Self {
        let avatar = person.avatar.map(|picture| address(picture, origin));
        Self { id: person.id.to_string(), avatar, name: person.name }
    }
}
