//! The border to other servers: mail providers and the upstream login service.

use bytes::Bytes;
use http::{Request, Response};
use iam_domain::store::LocalFuture;

/// Largest answer that is read, in bytes.
pub const MAX_ANSWER: usize = 256 * 1024;

/// Sends HTTP requests. Answers are bounded in size, and an exchange in time; what goes wrong comes back as a text for
/// the operator, without the request's headers or body.
pub trait Outbound {
    /// Sends one request and reads the whole answer.
    fn send(&self, request: Request<Bytes>) -> LocalFuture<'_, Result<Response<Bytes>, String>>;
}
