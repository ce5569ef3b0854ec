//! The native application inside the test: no socket, a clock that the test sets, and its count of SQL statements.
#![allow(clippy::missing_panics_doc, clippy::indexing_slicing, reason = "a test that cannot go on stops")]

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use iam_domain::clock::{Clock, Millis};
use iam_domain::store::LocalFuture;
use iam_wire::App;
use iam_wire::http::request::{BodySource, Request};
use serde_json::Value;
use tempfile::TempDir;

use crate::client::{Response, encode};
use crate::native::{self, DATABASE, Given};
use crate::seed::Seed;
use crate::server::{ADMIN_EMAIL, CLIENT_ID, CLIENT_SECRET};

/// Where the application believes to be: issuer and audience of its tokens.
pub const ORIGIN: &str = "http://iam.test";

/// 2033-05-18T03:33:20Z, a whole second.
pub const START: Millis = 2_000_000_000_000;

/// A clock that moves only when told to.
pub struct TestClock(Cell<Millis>);

impl Clock for TestClock {
    fn now(&self) -> Millis {
        self.0.get()
    }
}

/// An application and its database.
pub struct InProcess {
    runtime: tokio::runtime::Runtime,
    app: App,
    clock: Rc<TestClock>,
    state: PathBuf,
    /// Removes the folder at the end, unless it is somebody else's.
    #[allow(dead_code, reason = "it is there to be dropped")]
    owned: Option<TempDir>,
}

impl Default for InProcess {
    fn default() -> Self {
        Self::new(&[])
    }
}

impl InProcess {
    /// Starts it at [`START`] on an empty database; `variables` override those of every test server.
    pub fn new(variables: &[(&'static str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let mut process = Self::on(folder.path(), START, variables);
        process.owned = Some(folder);
        process
    }

    /// Starts it at `now` on a state folder that outlives it.
    pub fn on(state: &Path, now: Millis, variables: &[(&'static str, &str)]) -> Self {
        let usual = [
            ("public_url", ORIGIN),
            ("bootstrap_admin_email", ADMIN_EMAIL),
            ("bootstrap_admin_password", "Test-only-1"),
            ("bootstrap_client_id", CLIENT_ID),
            ("bootstrap_client_secret", CLIENT_SECRET),
        ];
        // The first of a name counts.
        let given = variables.iter().chain(&usual).map(|(name, value)| (*name, (*value).to_owned())).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let clock = Rc::new(TestClock(Cell::new(now)));
        let app = runtime.block_on(native::app(state, &Given(given), clock.clone())).unwrap();
        Self { runtime, app, clock, state: state.to_owned(), owned: None }
    }

    /// Sets the clock.
    pub fn set_time(&self, now: Millis) {
        self.clock.0.set(now);
    }

    /// The clock.
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// SQL statements so far.
    pub fn statements(&self) -> u64 {
        self.app.services().pool.statements()
    }

    /// A connection of the test's own to the database.
    pub fn seed(&self) -> Seed {
        // The first request applies the migrations.
        self.token(CLIENT_ID, CLIENT_SECRET);
        Seed::open(&self.state.join(DATABASE))
    }

    /// Access token of a machine client, by `/oauth/v2/token`.
    pub fn token(&self, id: &str, secret: &str) -> String {
        let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        let answer = self.form("/oauth/v2/token", &form).expect(200);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// A request with `Authorization: Bearer <token>`.
    pub fn bearer(&self, token: &str, method: &str, path: &str, body: Option<&Value>) -> Response {
        let authorization = format!("Bearer {token}");
        let mut headers = vec![("authorization", authorization.as_str())];
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        self.send(method, path, &headers, body.map(ToString::to_string).unwrap_or_default().into_bytes())
    }

    /// POST of a form.
    pub fn form(&self, path: &str, pairs: &[(&str, &str)]) -> Response {
        let text: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        self.send("POST", path, &[("content-type", "application/x-www-form-urlencoded")], text.join("&").into_bytes())
    }

    /// Any request.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Response {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = Request::new(method, path.to_owned(), query.to_owned(), map, Box::new(Whole(Some(body.into()))));
        let reply = self.runtime.block_on(self.app.handle(&request));
        if self.app.has_afterwards() {
            self.runtime.block_on(self.app.afterwards());
        }
        let headers = reply.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let cookies = reply.headers.get_all(http::header::SET_COOKIE).iter();
        let cookies = cookies.map(|value| value.to_str().unwrap().to_owned()).collect();
        let body = String::from_utf8(reply.body.to_vec()).unwrap();
        Response { status: reply.status.as_u16(), headers: headers.collect(), cookies, body }
    }
}

/// A body in one piece.
struct Whole(Option<Bytes>);

impl BodySource for Whole {
    fn chunk(&mut self) -> LocalFuture<'_, Option<Result<Bytes, String>>> {
        let chunk = self.0.take().map(Ok);
        Box::pin(async { chunk })
    }
}
