//! Answer schemas. Every field is always sent.

use iam_domain::model::{
    AccountType, Organization, OrganizationDetails, OrganizationRef, PrincipalState, ServiceAccount, User, UserDetails,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::time::rfc3339;

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

impl From<Organization> for ListOrganization {
    fn from(organization: Organization) -> Self {
        Self {
            name: organization.name,
            organization_id: organization.parent_id.map(|id| id.to_string()),
            insurance_id: organization.insurer_id.map(|id| id.to_string()),
            logo: organization.logo_url,
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

impl From<OrganizationRef> for ParentOrganization {
    fn from(organization: OrganizationRef) -> Self {
        Self { id: organization.id.to_string(), name: organization.name, logo: organization.logo_url }
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

impl From<OrganizationDetails> for OrganizationView {
    fn from(details: OrganizationDetails) -> Self {
        Self {
            base: details.organization.into(),
            organization: details.parent.map(Into::into),
            insurance: details.insurer.map(Into::into),
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

impl From<User> for ListUser {
    fn from(user: User) -> Self {
        Self {
            user_type: "Human",
            first_name: user.first_name,
            last_name: user.last_name,
            email: user.email,
            phone: user.phone,
            id: user.id.to_string(),
            avatar: user.avatar_url,
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

impl From<UserDetails> for UserView {
    fn from(details: UserDetails) -> Self {
        Self {
            updated_at: rfc3339(details.user.updated_at),
            base: details.user.into(),
            config: details.config.unwrap_or_else(default_config),
            organization: details.organization.map(Into::into),
        }
    }
}

/// `UserConfig` that was never saved.
fn default_config() -> Value {
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

impl From<ServiceAccount> for ServiceAccountView {
    fn from(account: ServiceAccount) -> Self {
        Self {
            user_type: "Machine",
            name: account.name,
            updated_at: rfc3339(account.updated_at),
            id: account.id.to_string(),
            organization: account.organization.map(Into::into),
        }
    }
}
