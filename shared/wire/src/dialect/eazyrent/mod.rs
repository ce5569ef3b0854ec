//! EazyRent IAM API v1 (contract: contracts/eazyrent.md; quirks: docs/dialects/eazyrent.md).

pub mod choices;
mod claims;
mod errors;
mod inputs;
mod service_accounts;
mod views;

use http::StatusCode;
use iam_domain::error::Error;
use iam_domain::ops::Acting;

use crate::auth::Authorization;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::kit::Kit;
use crate::settings::Settings;

pub use claims::ScopeRequest;
pub use errors::no_member;
pub use inputs::{create_user, partial_update_user, postal_address, short_text};
pub use service_accounts::{optional_name, service_account_id};
pub use views::{
    ListOrganization, ListUser, OrganizationView, ParentOrganization, ServiceAccountView, UserView, default_config,
    organization_name,
};

/// Header that chooses the effective organization.
const ACTING_ACCOUNT: &str = "x-eaz-account-id";

/// The kit.
pub struct EazyRent;

impl Kit for EazyRent {
    fn name(&self) -> &'static str {
        "eazyrent"
    }

    fn base_paths(&self) -> &'static [&'static str] {
        &["/iam/v1"]
    }

    fn takes_either_slash(&self) -> bool {
        true
    }

    fn error(&self, error: &Error) -> Reply {
        errors::reply(error)
    }

    fn plain_error(&self, status: StatusCode, text: &'static str) -> Reply {
        errors::detail(status, text)
    }

    /// `Bearer <access token>`, `Token <key>`, or the bare key that the client sends when no prefix is configured.
    fn authorization<'r>(&self, request: &'r Request) -> Authorization<'r> {
        let Some(value) = request.header("authorization") else { return Authorization::Absent };
        match Authorization::scheme(value) {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Authorization::bearer(token),
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("token") => Authorization::ApiToken(token),
            Some(_) => Authorization::Unknown,
            None => Authorization::ApiToken(value.trim()),
        }
    }

    fn is_strict(&self, settings: &Settings) -> bool {
        settings.eazyrent_strict_acting_account
    }

    fn acting(&self, request: &Request) -> Acting {
        match request.headers().get(ACTING_ACCOUNT) {
            None => Acting::Home,
            Some(value) => Acting::Named(value.to_str().ok().and_then(|id| id.trim().parse().ok())),
        }
    }
}
