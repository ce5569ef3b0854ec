//! What a dialect has to say for itself.

use std::future::ready;
use std::rc::Rc;

use bytes::Bytes;
use http::StatusCode;
use iam_domain::error::{AuthFault, Error, Result};
use iam_domain::ops::{Acting, AuthoritySource, Bearer, ByRoles, Services};
use iam_domain::store::LocalFuture;

use crate::auth::Authorization;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::settings::Settings;

/// Which access tokens a dialect takes.
#[derive(Debug, Clone)]
pub struct AcceptedTokens {
    /// `iss` must be this.
    pub issuer: String,
    /// `aud` must name one of these.
    pub audiences: Vec<String>,
}

/// The conventions of one dialect.
pub trait Kit: Sync {
    /// Name in settings, log and audit.
    fn name(&self) -> &'static str;

    /// How its paths begin: where several dialects answer in one component, the longest tells whose a path is.
    fn base_paths(&self) -> &'static [&'static str];

    /// Under which prefixes its routes are served.
    fn prefixes(&self) -> &'static [&'static str] {
        &[""]
    }

    /// Whether a body must be well formed before it matters who is calling.
    fn checks_syntax_first(&self) -> bool {
        false
    }

    /// Fails when a body is not what its headers say: asked only of dialects that check that first.
    fn check_syntax(&self, request: &Request, body: &Bytes) -> Result<()> {
        let _ = (request, body);
        Ok(())
    }

    /// Whether a slash at the end of a path may be there or not.
    fn takes_either_slash(&self) -> bool;

    /// The answer to an error.
    fn error(&self, error: &Error) -> Reply;

    /// The answer to a path or method that does not exist.
    fn plain_error(&self, status: StatusCode, text: &'static str) -> Reply;

    /// Reads the credential of a request. A kit whose routes are all public has none to read.
    fn authorization<'r>(&self, request: &'r Request) -> Authorization<'r> {
        let _ = request;
        Authorization::Unknown
    }

    /// Reads a token of a form that is this dialect's alone ([`Authorization::OwnToken`]).
    fn own_token<'r>(&self, services: &'r Services, token: &'r str) -> LocalFuture<'r, Result<Bearer>> {
        let _ = (services, token);
        Box::pin(ready(Err(Error::unauthenticated(AuthFault::Scheme))))
    }

    /// Tokens to be taken by a server that clients reach under `origin`.
    fn accepted_tokens(&self, origin: &str, settings: &Settings) -> AcceptedTokens {
        let _ = settings;
        AcceptedTokens { issuer: origin.to_owned(), audiences: vec![origin.to_owned()] }
    }

    /// What an access token with these scopes (RFC 8693 §4.2) allows.
    fn authority(&self, scope: &str, settings: &Settings) -> Rc<dyn AuthoritySource> {
        let _ = (scope, settings);
        Rc::new(ByRoles)
    }

    /// Finishes the answer of a handler, or to its error, the way this dialect has it.
    fn finish(&self, request: &Request, reply: Reply) -> Reply {
        let _ = request;
        reply
    }

    /// Whether a request is refused that asks to act for an organization out of the caller's reach; otherwise it acts at home.
    fn is_strict(&self, settings: &Settings) -> bool {
        let _ = settings;
        false
    }

    /// The organization that the request asks to act for.
    fn acting(&self, request: &Request) -> Acting {
        let _ = request;
        Acting::Home
    }
}
