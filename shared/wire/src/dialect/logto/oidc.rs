//! The endpoints under `/oidc`.

use http::StatusCode;
use iam_domain::error::Error;
use serde_json::json;

use crate::dialect::oauth::Refusal;
use crate::http::reply::Reply;
use crate::kit::Kit;

/// The kit of `/oidc`.
pub struct LogtoOidc;

impl LogtoOidc {
    /// `{code: "oidc.<error>", message, error, error_description}`.
    pub fn refuse(refusal: &Refusal) -> Reply {
        refusal.answer(&json!({
            "code": format!("oidc.{}", refusal.error),
            "message": refusal.description,
            "error": refusal.error,
            "error_description": refusal.description,
        }))
    }

    /// `iss` of tokens for the server that clients reach under `origin`.
    pub fn issuer(origin: &str) -> String {
        format!("{origin}/oidc")
    }
}

impl Kit for LogtoOidc {
    fn name(&self) -> &'static str {
        "logto"
    }

    fn base_paths(&self) -> &'static [&'static str] {
        &["/oidc"]
    }

    fn takes_either_slash(&self) -> bool {
        true
    }

    fn error(&self, error: &Error) -> Reply {
        Self::refuse(&Refusal::of(error))
    }

    fn plain_error(&self, status: StatusCode, text: &'static str) -> Reply {
        Reply::with_body(status, "text/plain; charset=utf-8", text)
    }
}
