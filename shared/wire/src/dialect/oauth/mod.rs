//! OAuth 2 endpoints as Zitadel has them under `/oauth/v2`, and the OpenID discovery document.

pub mod client;

use http::StatusCode;
use http::header::WWW_AUTHENTICATE;
use iam_domain::error::{Error, ErrorKind};
use serde_json::{Value, json};

use crate::http::reply::Reply;
use crate::kit::Kit;

/// A refused OAuth request (RFC 6749 §5.2): status, `error`, `error_description`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Status.
    pub status: StatusCode,
    /// Error code of the RFC.
    pub error: &'static str,
    /// Sentence for developers.
    pub description: String,
}

impl Refusal {
    /// Status 400.
    pub fn bad_request(error: &'static str, description: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error, description: description.into() }
    }

    /// Status 401 `invalid_client`.
    pub fn invalid_client(description: impl Into<String>) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, error: "invalid_client", description: description.into() }
    }

    /// What a domain error means at an OAuth endpoint.
    pub fn of(error: &Error) -> Self {
        let (status, code) = match error.kind() {
            ErrorKind::Invalid(_) => (StatusCode::BAD_REQUEST, "invalid_request"),
            ErrorKind::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "invalid_request"),
            ErrorKind::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "invalid_client"),
            ErrorKind::Forbidden => (StatusCode::FORBIDDEN, "access_denied"),
            ErrorKind::NotFound | ErrorKind::WrongState | ErrorKind::Conflict => {
                (StatusCode::BAD_REQUEST, "invalid_grant")
            }
            ErrorKind::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable"),
            ErrorKind::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
            ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
        };
        Self { status, error: code, description: error.message().to_owned() }
    }

    /// The answer with `body`. A 401 says how clients authenticate (RFC 9110 §15.5.2).
    pub fn answer(&self, body: &Value) -> Reply {
        let reply = Reply::with_body(self.status, "application/json", body.to_string());
        if self.status == StatusCode::UNAUTHORIZED {
            return reply.header(WWW_AUTHENTICATE, "Basic realm=\"edge-iam\"");
        }
        reply
    }
}

/// The kit.
pub struct OAuth;

impl OAuth {
    /// `{error, error_description}`.
    pub fn refuse(refusal: &Refusal) -> Reply {
        refusal.answer(&json!({ "error": refusal.error, "error_description": refusal.description }))
    }
}

impl Kit for OAuth {
    fn name(&self) -> &'static str {
        "oauth"
    }

    fn base_paths(&self) -> &'static [&'static str] {
        &["/oauth/v2"]
    }

    fn takes_either_slash(&self) -> bool {
        false
    }

    fn error(&self, error: &Error) -> Reply {
        Self::refuse(&Refusal::of(error))
    }

    fn plain_error(&self, status: StatusCode, text: &'static str) -> Reply {
        Self::refuse(&Refusal { status, error: "invalid_request", description: text.to_owned() })
    }
}
