//! Where requests can be sent one by one: a server that listens, or the application within this process.

use iam_tests::{Client, InProcess, Response};

use crate::request::Prepared;

/// Something that answers.
pub trait Door {
    /// Sends one request and waits for the answer.
    fn send(&self, request: &Prepared) -> Response;
}

impl Door for Client {
    fn send(&self, request: &Prepared) -> Response {
        let headers = request.headers.iter();
        let client = headers.fold(self.clone(), |client, (name, value)| client.with(name, value));
        Self::send(&client, request.method, &request.path, None, request.body.as_bytes())
    }
}

impl Door for InProcess {
    fn send(&self, request: &Prepared) -> Response {
        let headers: Vec<_> = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Self::send(self, request.method, &request.path, &headers, request.body.clone().into_bytes())
    }
}
