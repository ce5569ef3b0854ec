//! The runtime's side on Spin: requests in, replies out, SQLite, key-value store, outgoing requests, variables.

mod blobs;
mod database;
mod outbound;
mod variables;

use std::cell::OnceCell;
use std::rc::Rc;

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use http_body_util::{BodyExt, Full};
use iam_domain::clock::SystemClock;
use iam_domain::error::Result;
use iam_domain::ops::{Pause, Services};
use iam_domain::rng::SystemRng;
use iam_domain::store::LocalFuture;
use spin_sdk::http::{IncomingMessage, Request as SpinRequest, Response as SpinResponse};

use crate::http::reply::Reply;
use crate::http::request::{BodySource, Request};
use crate::pipeline::app::{App, Component};

/// What a handler of Spin returns.
pub type SpinReply = SpinResponse<Full<Bytes>>;

thread_local! {
    /// The instance's application. It outlives requests and holds nothing of theirs.
    static APP: OnceCell<Rc<App>> = const { OnceCell::new() };
}

/// Serves one request with `component`.
pub async fn serve(component: &'static Component, request: SpinRequest) -> SpinReply {
    let (parts, body) = request.into_parts();
    let request = Request::new(
        parts.method,
        parts.uri.path().to_owned(),
        parts.uri.query().unwrap_or_default().to_owned(),
        parts.headers,
        Box::new(Body(Box::pin(body))),
    );
    let reply = match app(component).await {
        Ok(app) => {
            let reply = app.handle(&request).await;
            if app.has_afterwards() {
                // Runs on after the answer has gone out, as part of this request's task.
                spin_sdk::wasip3::spawn(async move { app.afterwards().await });
            }
            reply
        }
        Err(error) => {
            crate::log::failure("-", component.name, &error);
            Reply::with_body(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", "Internal error.")
                .header(http::header::CONTENT_LENGTH, "15")
        }
    };
    respond(reply)
}

/// The instance's application, made by its first request. Requests that arrive while it is being made make their own;
/// the first to finish is kept.
async fn app(component: &'static Component) -> Result<Rc<App>> {
    if let Some(app) = APP.with(|cell| cell.get().map(Rc::clone)) {
        return Ok(app);
    }
    let services = Services::new(
        Rc::new(database::SpinDatabase),
        Rc::new(blobs::SpinBlobs),
        Rc::new(SystemClock),
        Rc::new(SystemRng),
        Rc::new(GiveWay),
    );
    let outbound = Rc::new(outbound::SpinOutbound);
    let app = Rc::new(App::new(&[component], services, outbound, &variables::SpinVariables).await?);
    Ok(APP.with(|cell| Rc::clone(cell.get_or_init(|| app))))
}

fn respond(reply: Reply) -> SpinReply {
    let mut response = SpinResponse::new(Full::new(reply.body));
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response.headers_mut().entry(http::header::SERVER).or_insert(HeaderValue::from_static("edge-iam"));
    response
}

/// Lets the runtime run other tasks of this instance.
struct GiveWay;

impl Pause for GiveWay {
    fn pause(&self) -> LocalFuture<'_, ()> {
        Box::pin(spin_sdk::wit_bindgen::yield_async())
    }
}

struct Body<B>(std::pin::Pin<Box<B>>);

impl<T: IncomingMessage> BodySource for Body<wasip3_body::IncomingBody<T>> {
    fn chunk(&mut self) -> LocalFuture<'_, Option<std::result::Result<Bytes, String>>> {
        Box::pin(async move {
            loop {
                match self.0.frame().await? {
                    Ok(frame) => {
                        // Trailers carry nothing that we read.
                        if let Ok(data) = frame.into_data() {
                            return Some(Ok(data));
                        }
                    }
                    Err(error) => return Some(Err(error.to_string())),
                }
            }
        })
    }
}

use spin_sdk::wasip3::http_compat as wasip3_body;
