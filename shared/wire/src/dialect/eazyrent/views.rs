//! Answer schemas. Every field is always sent.

use iam_domain::model::{
    AccountType, Organization, OrganizationDetails, OrganizationId, OrganizationRef, PrincipalState,
    ServiceAccountDetails, User, UserHome, name_or_id,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::http::time::rfc3339;
use crate::shapes::picture::address;

/// What an organization is called: one without a name, or with blanks for one, which other APIs allow, goes by its id.
pub fn organization_name(name: Option<String>, id: OrganizationId) -> String {
    name_or_id(name.filter(|name| !name.trim().is_empty()), id)
}

/// `ListOrganization`.
#[derive(Debug, Serialize)]
pub struct ListOrganization {
    name: String,
    organization_id: Option<String>,
    insurance_id: Option<String>,
    logo: Option<String>,
    registration_number: Option<String>,
    address: Option<String>,
    account_type: &'static str,
    id: String,
}

impl ListOrganization {
    /// `origin` is where clients reach us.
    pub fn new(organization: Organization, origin: &str) -> Self {
        Self {
            name: organization_name(organization.name, organization.id),
            organization_id: organization.parent_id.map(|id| id.to_string()),
            insurance_id: organization.insurer_id.map(|id| id.to_string()),
            logo: organization.logo.map(|logo| address(logo, origin)),
            registration_number: organization.registration_number,
            address: organization.address,
            account_type: match organization.account_type {
                AccountType::Default => "DEFAULT",
                AccountType::Organization => "ORGANIZATION",
                AccountType::Insurance => "INSURANCE",
            },
            id: organization.id.to_string(),
        }
    }
}

/// `ParentOrganization`.
#[derive(Debug, Serialize)]
pub struct ParentOrganization {
    id: String,
    name: String,
    logo: Option<String>,
}

impl ParentOrganization {
    fn new(organization: OrganizationRef, origin: &str) -> Self {
        let logo = organization.logo.map(|logo| address(logo, origin));
        Self { id: organization.id.to_string(), name: organization_name(organization.name, organization.id), logo }
    }
}

/// `Organization`: the fields of `ListOrganization`, and the two parents.
#[derive(Debug, Serialize)]
pub struct OrganizationView {
    #[serde(flatten)]
    base: ListOrganization,
    organization: Option<ParentOrganization>,
    insurance: Option<ParentOrganization>,
}

impl OrganizationView {
    /// `origin` is where clients reach us.
    pub fn new(details: OrganizationDetails, origin: &str) -> Self {
        Self {
            base: ListOrganization::new(details.organization, origin),
            organization: details.parent.map(|parent| ParentOrganization::new(parent, origin)),
            insurance: details.insurer.map(|insurer| ParentOrganization::new(insurer, origin)),
        }
    }
}

/// `ListUser`.
#[derive(Debug, Serialize)]
pub struct ListUser {
    user_type: &'static str,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    id: String,
    avatar: Option<String>,
    state: &'static str,
}

impl ListUser {
    /// `origin` is where clients reach us.
    pub fn new<D>(user: User<D>, origin: &str) -> Self {
        let (first_name, last_name) = user.first_and_last();
        Self {
            user_type: "Human",
            first_name,
            last_name,
            email: user.email,
            phone: user.phone,
            id: user.id.to_string(),
            avatar: user.avatar.map(|avatar| address(avatar, origin)),
            state: match user.state {
                PrincipalState::Initial => "USER_STATE_INITIAL",
                PrincipalState::Active => "USER_STATE_ACTIVE",
                PrincipalState::Inactive => "USER_STATE_INACTIVE",
                PrincipalState::Locked => "USER_STATE_LOCKED",
            },
        }
    }
}

/// `User`.
#[derive(Debug, Serialize)]
pub struct UserView {
    #[serde(flatten)]
    base: ListUser,
    config: Value,
    organization: Option<ListOrganization>,
    updated_at: String,
}

impl UserView {
    /// `origin` is where clients reach us.
    pub fn new(user: User<UserHome>, origin: &str) -> Self {
        let (base, UserHome { config, organization }) = user.replace(());
        Self {
            updated_at: rfc3339(base.updated_at),
            base: ListUser::new(base, origin),
            config: config.unwrap_or_else(default_config),
            organization: organization.map(|organization| ListOrganization::new(organization, origin)),
        }
    }
}

/// `UserConfig` that was never saved.
pub fn default_config() -> Value {
    json!({
        "email_signature": "",
        "dark_mode": false,
        "property_rent_subscriptions": [],
        "send_notification_by_mail": false,
        "raw_html_email": false,
        "interface_config": null,
    })
}

/// `ServiceAccount`.
#[derive(Debug, Serialize)]
pub struct ServiceAccountView {
    user_type: &'static str,
    name: String,
    updated_at: String,
    id: String,
    organization: Option<ListOrganization>,
}

impl ServiceAccountView {
    /// `origin` is where clients reach us.
    pub fn new(details: ServiceAccountDetails, origin: &str) -> Self {
        let ServiceAccountDetails { account, organization } = details;
        Self {
            user_type: "Machine",
            name: account.name,
            updated_at: rfc3339(account.updated_at),
            id: account.id.to_string(),
            organization: organization.map(|organization| ListOrganization::new(organization, origin)),
        }
    }
}
