//! Logto (contract: contracts/logto.md; quirks: docs/dialects/logto.md): the management API under `/api`, and the token
//! server under `/oidc`.

mod application;
pub mod choices;
mod errors;
mod inputs;
mod oidc;
mod paging;
mod rights;
mod urls;
mod user_inputs;
mod user_views;
mod views;

use std::rc::Rc;

use http::header::{CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use http::{Method, StatusCode};
use iam_domain::crypto::secret;
use iam_domain::error::Error;
use iam_domain::ops::AuthoritySource;

use crate::auth::Authorization;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::kit::{AcceptedTokens, Kit};
use crate::settings::Settings;
use rights::Management;

pub use application::{ApplicationView, no_application};
pub use errors::{not_exists, not_exists_with_id, nothing_to_change, operators};
pub use inputs::{
    any_url, assigned_roles, body, cleared_when_empty, description, ids, is_yes, line, name, optional_ids, query,
    search, search_pattern, text, url, user_id,
};
pub use oidc::LogtoOidc;
pub use paging::{Pages, list};
pub use user_inputs::{check_lengths, check_update, custom_data, new_user, profile_merge, user_update};
pub use user_views::{FeaturedUserView, MemberView, UserView, profile};
pub use views::{JoinedView, OrganizationView, RoleRefView, RoleView, ScopeView, TENANT, TenantRoleView};

/// The kit of `/api`.
pub struct LogtoApi;

impl Kit for LogtoApi {
    fn name(&self) -> &'static str {
        "logto"
    }

    fn base_paths(&self) -> &'static [&'static str] {
        &["/api"]
    }

    fn takes_either_slash(&self) -> bool {
        true
    }

    fn error(&self, error: &Error) -> Reply {
        errors::reply(error)
    }

    fn plain_error(&self, status: StatusCode, text: &'static str) -> Reply {
        Reply::with_body(status, "text/plain; charset=utf-8", text)
    }

    /// `Bearer`, written so, one space, and a token that we signed.
    fn authorization<'r>(&self, request: &'r Request) -> Authorization<'r> {
        match request.headers().get("authorization") {
            None => Authorization::Absent,
            Some(value) if value.is_empty() => Authorization::Absent,
            Some(value) => match value.to_str().ok().and_then(|value| value.strip_prefix("Bearer")) {
                Some("") => Authorization::AccessToken(""),
                Some(rest) => rest.strip_prefix(' ').map_or(Authorization::Unknown, Authorization::AccessToken),
                None => Authorization::Unknown,
            },
        }
    }

    fn accepted_tokens(&self, origin: &str, settings: &Settings) -> AcceptedTokens {
        let resource = settings.logto_management_resource.clone();
        AcceptedTokens { issuer: LogtoOidc::issuer(origin), audiences: vec![resource] }
    }

    fn authority(&self, scope: &str, settings: &Settings) -> Rc<dyn AuthoritySource> {
        Rc::new(Management::of(settings.logto_management_resource.clone(), scope))
    }

    /// JSON says its charset, and what was read has an `ETag` over its body.
    fn finish(&self, request: &Request, mut reply: Reply) -> Reply {
        if reply.headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json") {
            reply.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        }
        let is_read = request.method() == Method::GET || request.method() == Method::HEAD;
        if !is_read || reply.status != StatusCode::OK {
            return reply;
        }
        let digest = secret::hex(&secret::sha256(&reply.body));
        let tag = format!("\"{}\"", digest.get(..32).unwrap_or(&digest));
        if request.header(IF_NONE_MATCH.as_str()).is_some_and(|known| names(known, &tag)) {
            reply = Reply { status: StatusCode::NOT_MODIFIED, body: bytes::Bytes::new(), ..reply };
            reply.headers.remove(CONTENT_TYPE);
        }
        reply.header(ETAG, &tag)
    }
}

/// Whether `If-None-Match` names `tag`, compared weakly (RFC 9110 §13.1.2).
fn names(header: &str, tag: &str) -> bool {
    header.trim() == "*" || header.split(',').any(|known| known.trim().trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly() {
        for header in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert!(names(header, "\"a\""), "{header}");
        }
        assert!(!names("\"ab\"", "\"a\""));
    }
}
