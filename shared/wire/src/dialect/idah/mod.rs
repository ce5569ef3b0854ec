//! IDAH (contract: contracts/idah.md; quirks: docs/dialects/idah.md): JSON:API documents, cookies, both prefixes.

pub mod choices;
mod cookies;
mod errors;
mod inputs;
mod key_views;
pub mod logins;
mod organization_views;
mod rights;
mod tokens;
mod views;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap};
use iam_domain::error::{Error, Result};
use iam_domain::ops::{Bearer, Services};
use iam_domain::store::LocalFuture;

use crate::auth::Authorization;
use crate::http::body;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::kit::Kit;

pub use choices::KEY_FORMAT;
pub use cookies::{CookiePlan, REFRESH, cookie};
pub use errors::{in_attributes, no_account, plain_not_found, refused};
pub use inputs::{account_id, document, input, name, path_id};
pub use key_views::{api_key, api_permission};
pub use organization_views::organization;
pub use rights::{AccountRights, compound_role};
pub use tokens::{Granted, SESSION_LIFETIME, TokenPlan, grant, grant_key, read_refresh, refresh_token};
pub use views::{account, login, session, time};

/// Resource types (contract, "Resource documents").
pub mod kinds {
    /// An account.
    pub const ACCOUNTS: &str = "iam:accounts";
    /// A session.
    pub const SESSIONS: &str = "iam:account_sessions";
    /// An organization.
    pub const ORGANIZATIONS: &str = "iam:organizations";
    /// Somebody who has logged in.
    pub const AUTHS: &str = "iam:account_auths";
    /// An API key.
    pub const API_KEYS: &str = "iam:api_keys";
    /// A permission that API keys can have.
    pub const API_PERMISSIONS: &str = "api_permissions";
}

/// The kit.
pub struct Idah;

impl Kit for Idah {
    fn name(&self) -> &'static str {
        "idah"
    }

    fn base_paths(&self) -> &'static [&'static str] {
        &[
            "/api/v1/iam",
            "/account",
            "/account_sessions",
            "/accounts",
            "/api_keys",
            "/auth",
            "/healthcheck",
            "/organizations",
            "/_service",
        ]
    }

    fn prefixes(&self) -> &'static [&'static str] {
        &["", "/api/v1/iam"]
    }

    fn takes_either_slash(&self) -> bool {
        false
    }

    fn checks_syntax_first(&self) -> bool {
        true
    }

    fn check_syntax(&self, request: &Request, body: &Bytes) -> Result<()> {
        if inputs::is_json(request.headers()) { body::json(body).map(|_| ()) } else { Ok(()) }
    }

    fn error(&self, error: &Error) -> Reply {
        errors::reply(error)
    }

    /// What does not exist is not found, whatever the method.
    fn plain_error(&self, status: StatusCode, text: &'static str) -> Reply {
        errors::bare(status, text)
    }

    /// A bearer token, or else the cookie, but for what a page of another site has the browser write.
    fn authorization<'r>(&self, request: &'r Request) -> Authorization<'r> {
        let bearer = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let sent = || cookie(request, cookies::ACCESS).filter(|_| !is_write_of_another_site(request));
        match bearer.or_else(sent) {
            Some(token) => Authorization::OwnToken(token),
            None => Authorization::Absent,
        }
    }

    fn own_token<'r>(&self, services: &'r Services, token: &'r str) -> LocalFuture<'r, Result<Bearer>> {
        Box::pin(tokens::bearer(services, token))
    }
}

/// Whether a browser says that a page of another site makes it write something. The cookies have no `SameSite` (contract,
/// "Cookies"), and a body needs no media type here, so browsers would send both unasked.
fn is_write_of_another_site(request: &Request) -> bool {
    !request.method().is_safe() && request.header("sec-fetch-site") == Some("cross-site")
}

/// Media type of a body, without parameters, in lower case; `None` when it is not said.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()).filter(|kind| !kind.is_empty())
}
