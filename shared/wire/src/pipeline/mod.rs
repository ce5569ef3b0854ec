//! The only caller of handlers: match, authenticate, check the need, run, answer.

pub mod app;
mod call;
pub mod route;
pub mod startup;

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{Method, StatusCode};
use iam_domain::error::{Error, ErrorKind, Result};
use iam_domain::ops::{Acting, Ctx};

use crate::auth;
use crate::http::body::MAX_BODY;
use crate::http::client_address;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::kit::Kit;
use crate::pipeline::app::App;
use crate::pipeline::route::{Match, Need, Route};
pub use call::Call;

/// Header that carries the request id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

impl App {
    /// Answers one request. Never fails: every fault becomes an answer in the shape of the dialect.
    pub async fn handle(&self, request: &Request) -> Reply {
        let id = self.services().ulid();
        let mut reply = self.answer(request, &id).await;
        request.discard_body().await;
        finish(request, &mut reply, &id);
        reply
    }

    async fn answer(&self, request: &Request, id: &str) -> Reply {
        match self.router().find(request.method(), request.path()) {
            Match::Route(kit, ..) | Match::Method(kit, _) if self.disables(kit) => {
                kit.plain_error(StatusCode::NOT_FOUND, "Not Found")
            }
            Match::Route(kit, route, params) => {
                let result = self.run(request, id, kit, route, params).await;
                let reply = result.unwrap_or_else(|error| {
                    crate::log::failure(id, route.op, &error);
                    refusal(kit, &error)
                });
                kit.finish(request, reply)
            }
            Match::Method(kit, allow) => {
                kit.plain_error(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed").header(ALLOW, &allow)
            }
            Match::None(Some(kit)) => kit.plain_error(StatusCode::NOT_FOUND, "Not Found"),
            Match::None(None) => Reply::empty(StatusCode::NOT_FOUND),
        }
    }

    fn disables(&self, kit: &dyn Kit) -> bool {
        self.settings().is_ok_and(|settings| settings.disables(kit.name()))
    }

    async fn run(
        &self,
        request: &Request,
        id: &str,
        kit: &'static dyn Kit,
        route: &'static Route,
        params: Vec<(&str, String)>,
    ) -> Result<Reply> {
        let settings = self.settings()?;
        let Some(origin) = settings.public_url.clone().or_else(|| request.loopback_origin()) else {
            let (_, host) = request.called_as().unwrap_or_default();
            crate::log::line(&format!("level=error request={id} called as {host:?}: set the variable public_url"));
            let text = "This server does not know the name it was called by; its variable public_url must be set.";
            return Ok(kit.plain_error(StatusCode::MISDIRECTED_REQUEST, text));
        };
        let body = if kit.checks_syntax_first() {
            let body = request.read_body(MAX_BODY).await?;
            kit.check_syntax(request, &body)?;
            Some(body)
        } else {
            None
        };
        self.prepare(settings).await?;
        let info = client_address::info(request, id, kit.name(), settings.client_address_header.as_deref());
        let ctx = match route.need {
            Need::Public => Ctx::anonymous(self.services(), &info),
            Need::Caller | Need::Home(_) | Need::Platform(_) | Need::Installation | Need::Effective(_) => {
                let acting = match route.need {
                    Need::Effective(_) => kit.acting(request),
                    Need::Public | Need::Caller | Need::Home(_) | Need::Platform(_) | Need::Installation => {
                        Acting::Home
                    }
                };
                let caller = auth::caller(self.services(), settings, kit, request, &origin, acting).await?;
                let organization = caller.effective_organization(acting, kit.is_strict(settings))?;
                Ctx::of(self.services(), &info, caller, organization)
            }
        };
        match route.need {
            Need::Home(permission) | Need::Effective(permission) => {
                ctx.authorize(permission)?;
            }
            Need::Platform(permission) => ctx.authorize_on_platform(permission)?,
            Need::Installation => ctx.authorize_installation()?,
            Need::Public | Need::Caller => {}
        }
        let params = params.into_iter().collect();
        let call = Call {
            ctx,
            request,
            params,
            body,
            services: self.services(),
            outbound: self.outbound(),
            settings,
            origin: &origin,
        };
        (route.handler)(&call).await
    }
}

/// The kit's answer to an error, with the headers that HTTP wants whatever the dialect.
fn refusal(kit: &dyn Kit, error: &Error) -> Reply {
    let reply = kit.error(error);
    match error.kind() {
        ErrorKind::Unauthenticated(fault) => reply.header(WWW_AUTHENTICATE, auth::challenge(*fault)),
        ErrorKind::TooMany(seconds) | ErrorKind::Unavailable(seconds) => {
            reply.header(RETRY_AFTER, &seconds.to_string())
        }
        ErrorKind::Invalid(_)
        | ErrorKind::Forbidden
        | ErrorKind::NotFound
        | ErrorKind::WrongState
        | ErrorKind::Conflict
        | ErrorKind::TooLarge(_)
        | ErrorKind::Internal => reply,
    }
}

/// Headers that every answer carries. The length above all: without it the runtime sends the body in chunks, and the
/// last one may wait for the client's delayed acknowledgement (40 ms).
fn finish(request: &Request, reply: &mut Reply, id: &str) {
    let length = reply.body.len();
    reply.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    if matches!(reply.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        reply.headers.remove(CONTENT_LENGTH);
    }
    reply.headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    reply.headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::from_str(id) {
        reply.headers.insert(REQUEST_ID, id);
    }
    if request.method() == Method::HEAD {
        reply.body = Bytes::new();
    }
}
