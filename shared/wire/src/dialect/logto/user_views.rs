//! How users are shown.

use iam_domain::model::{User, UserClaims};
use iam_domain::ops::memberships::MemberUser;
use iam_domain::store::organizations::pages::FeaturedUser;
use iam_domain::store::users::read::ManagedUser;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::views::RoleRefView;
use crate::shapes::picture::address;

/// A user, without what only some answers add.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BaseView {
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

impl BaseView {
    /// `origin` is where stored pictures are to be had.
    pub fn of(user: User<UserClaims>, origin: &str) -> Self {
        let (name, profile) = (user.name(), profile(&user));
        let (user, claims) = user.replace(());
        let identities = claims.identities.into_iter().map(|(issuer, subject)| (issuer, json!({ "userId": subject })));
        Self {
            id: user.id.to_string(),
            username: claims.username,
            primary_email: user.email,
            // Digits only; the store keeps the form of E.164.
            primary_phone: user.phone.map(|phone| phone.trim_start_matches('+').to_owned()),
            name,
            avatar: user.avatar.map(|avatar| address(avatar, origin)),
            custom_data: claims.custom_data,
            identities: identities.collect(),
            last_sign_in_at: claims.last_sign_in_at,
            created_at: user.created_at,
            updated_at: user.updated_at,
            profile,
            application_id: None,
            is_suspended: !user.state.may_use_code(),
        }
    }
}

/// `UserWithOrganizationRoles`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberView {
    #[serde(flatten)]
    user: BaseView,
    organization_roles: Vec<RoleRefView>,
}

impl MemberView {
    /// `origin` is where stored pictures are to be had.
    pub fn of(member: MemberUser, origin: &str) -> Self {
        let organization_roles = member.roles.into_iter().map(Into::into).collect();
        Self { user: BaseView::of(member.user, origin), organization_roles }
    }
}

/// A user as the operations on users answer it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    #[serde(flatten)]
    user: BaseView,
    has_password: bool,
}

impl UserView {
    /// As [`BaseView::of`].
    pub fn of(found: ManagedUser, origin: &str) -> Self {
        Self { user: BaseView::of(found.user, origin), has_password: found.has_password }
    }
}

/// `UserProfile`: the two names stand in it.
pub fn profile(user: &User<UserClaims>) -> Map<String, Value> {
    let mut profile = user.data.profile.clone();
    for (key, value) in [("givenName", &user.first_name), ("familyName", &user.last_name)] {
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
