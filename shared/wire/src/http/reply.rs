//! A reply: status, headers, whole body. Always sent with `Content-Length`.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use iam_domain::error::{Error, Result};
use serde::Serialize;

/// What goes back to the client.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

impl Reply {
    /// Without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// A body of some content type.
    pub fn with_body(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut reply = Self::empty(status);
        reply.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        reply.body = body.into();
        reply
    }

    /// JSON.
    ///
    /// # Errors
    /// `Internal` if `value` does not serialise, which only a fault of ours can cause.
    pub fn json(status: StatusCode, value: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_vec(value).map_err(|error| Error::internal(format!("reply: {error}")))?;
        Ok(Self::with_body(status, "application/json", body))
    }

    /// Adds a header. A value that is no header text (which no caller of ours has) is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }
}
