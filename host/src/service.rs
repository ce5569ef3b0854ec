//! One request: find its component, hand it over, answer in its place when it fails.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::sync::{AcquireError, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};
use wasmtime::PoolConcurrencyLimitError;
use wasmtime_wasi_http::WasiBody;
use wasmtime_wasi_http::handler::{ExpirationError, InstantiationError};

use crate::answer::{HostBody, Place};
use crate::app::{App, Running};
use crate::cli::Limits;
use crate::connection::Connection;
use crate::headers;
use crate::instance::one_line;

const HEALTH: &str = "/.well-known/spin/health";

/// How long the check of health waits for a free place.
const HEALTH_PATIENCE: Duration = Duration::from_secs(1);

/// Pause before asking again for an instance while all places are taken.
const POOL_RETRY: Duration = Duration::from_millis(20);

/// Answers requests.
pub struct Service {
    app: App,
    limits: Limits,
    server: SocketAddr,
    /// Bounds the requests that are with guests: instances are finite, and so is memory.
    places: Arc<Semaphore>,
}

/// Who is to be blamed in the log.
struct Subject<'a> {
    component: &'a str,
    route: &'a str,
    method: &'a Method,
    path: &'a str,
}

impl Service {
    /// The service of `app`, which may have `places` requests with guests at the same time.
    pub fn new(app: App, limits: Limits, places: usize, server: SocketAddr) -> Self {
        let places = Arc::new(Semaphore::new(places));
        Self { app, limits, server, places }
    }

    /// Answers one request.
    pub async fn answer(&self, request: Request<Incoming>, connection: &Arc<Connection>) -> Response<HostBody> {
        let begun = Instant::now();
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        if path == HEALTH {
            return self.health().await;
        }
        let Some(found) = self.app.router.find(&path) else {
            tracing::debug!(method = %parts.method, path, "no route");
            return plain(StatusCode::NOT_FOUND, "no route for this path");
        };
        let Some(running) = self.app.components.get(found.route.component) else {
            return plain(StatusCode::NOT_FOUND, "no route for this path");
        };
        if let Err(bad) = headers::prepare(&mut parts, &found, connection.peer, self.server) {
            return plain(StatusCode::BAD_REQUEST, bad.0);
        }
        let method = parts.method.clone();
        let subject = Subject { component: &running.id, route: &found.route.raw, method: &method, path: &path };
        let body = body.map_err(wasmtime_wasi_http::Error::from).boxed_unsync();
        let deadline = begun + self.limits.request_timeout;
        let response = self.run(running, Request::from_parts(parts, body), deadline, connection, &subject).await;
        tracing::debug!(
            component = subject.component,
            %method,
            path,
            status = response.status().as_u16(),
            micros = begun.elapsed().as_micros(),
            "request"
        );
        response
    }

    /// Whether a request would be given to a guest now. It takes no place of those that clients have.
    async fn health(&self) -> Response<HostBody> {
        match timeout(HEALTH_PATIENCE, self.places.acquire()).await {
            Ok(Ok(_)) => plain(StatusCode::OK, "OK"),
            Ok(Err(_)) | Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "no free place for a request"),
        }
    }

    /// A place for a request of the client, of those that it may have and of all.
    async fn place(&self, connection: &Connection) -> Result<Place, AcquireError> {
        let of_client = connection.client().places.clone().acquire_owned().await?;
        let of_all = self.places.clone().acquire_owned().await?;
        Ok(Place::new(of_all, of_client))
    }

    async fn run(
        &self,
        running: &Running,
        request: Request<WasiBody>,
        deadline: Instant,
        connection: &Arc<Connection>,
        subject: &Subject<'_>,
    ) -> Response<HostBody> {
        if connection.client().is_full() {
            subject.warn("the client leaves its answers untaken");
            return busy();
        }
        let Ok(Ok(place)) = timeout_at(deadline, self.place(connection)).await else {
            subject.warn("no free place within the request's time");
            return busy();
        };
        let mut request = request;
        loop {
            // The worker ends late requests itself, but not while the guest keeps it busy.
            let Ok(handled) = timeout_at(deadline, running.pool.pick().handle(deadline, request)).await else {
                subject.warn("no answer within the request's time");
                return plain(StatusCode::GATEWAY_TIMEOUT, "the component took too long to answer");
            };
            let error = match handled {
                Ok(response) => {
                    let patience = self.limits.request_timeout;
                    return response.map(|body| HostBody::fetch(body, place, connection, patience));
                }
                Err(error) => error,
            };
            match error.downcast::<InstantiationError<Instant>>() {
                Ok(failed) if failed.error.is::<PoolConcurrencyLimitError>() => {
                    if deadline.saturating_duration_since(Instant::now()) < POOL_RETRY {
                        subject.warn("no free instance within the request's time");
                        return busy();
                    }
                    tokio::time::sleep(POOL_RETRY).await;
                    request = failed.request.into_inner().unwrap_or_else(PoisonError::into_inner);
                }
                Ok(failed) => {
                    subject.error(&format!("the instance did not start: {}", one_line(&failed.error)));
                    return failure();
                }
                Err(error) if error.is::<ExpirationError>() => {
                    subject.warn("no answer within the request's time");
                    return plain(StatusCode::GATEWAY_TIMEOUT, "the component took too long to answer");
                }
                Err(error) => {
                    subject.error(&one_line(&error));
                    return failure();
                }
            }
        }
    }
}

impl Subject<'_> {
    fn warn(&self, cause: &str) {
        let Self { component, route, method, path } = self;
        tracing::warn!(component, route, %method, path, "request failed: {cause}");
    }

    fn error(&self, cause: &str) {
        let Self { component, route, method, path } = self;
        tracing::error!(component, route, %method, path, "request failed: {cause}");
    }
}

fn failure() -> Response<HostBody> {
    plain(StatusCode::INTERNAL_SERVER_ERROR, "the component failed")
}

fn busy() -> Response<HostBody> {
    let mut response = plain(StatusCode::SERVICE_UNAVAILABLE, "too many requests at the moment");
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<HostBody> {
    let mut response = Response::new(HostBody::Own(Some(Bytes::from_static(text.as_bytes()))));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(text.len()));
    response
}
