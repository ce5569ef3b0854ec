//! `multipart/form-data` (RFC 7578): the one file part that an upload has.

use bytes::Bytes;
use futures_util::stream;
use iam_domain::error::{Error, FaultCode, Result};

use crate::http::request::Request;

/// What boundaries and part headers may add to the file, in bytes.
const OVERHEAD: usize = 16 * 1024;

/// Reads the part `field`. At most `limit` bytes of file are held in memory, and as little more as its frame needs.
///
/// # Errors
/// `TooLarge` when the file passes `limit`; `Invalid` at `field` when the part is missing or the body is no multipart.
pub async fn file(request: &Request, field: &'static str, limit: usize) -> Result<Bytes> {
    let content_type = request.header("content-type").unwrap_or_default();
    let boundary = multer::parse_boundary(content_type)
        .map_err(|_| Error::field(field, FaultCode::Missing, "The body must be multipart/form-data with this part."))?;
    let body = request.read_body(limit + OVERHEAD).await.map_err(|error| name_limit(error, limit))?;
    let body = stream::iter([Ok::<_, std::convert::Infallible>(body)]);
    let mut parts = multer::Multipart::new(body, boundary);
    while let Some(part) = parts.next_field().await.map_err(|error| malformed(field, &error))? {
        if part.name() != Some(field) {
            continue;
        }
        let bytes = part.bytes().await.map_err(|error| malformed(field, &error))?;
        return if bytes.len() > limit { Err(Error::too_large(limit)) } else { Ok(bytes) };
    }
    Err(Error::field(field, FaultCode::Missing, "Field required"))
}

/// The caller is told about the file's limit, not the frame's.
fn name_limit(error: Error, limit: usize) -> Error {
    match error.kind() {
        iam_domain::error::ErrorKind::TooLarge(_) => Error::too_large(limit),
        _ => error,
    }
}

fn malformed(field: &'static str, error: &multer::Error) -> Error {
    Error::field(field, FaultCode::Value, "The body is not well-formed multipart/form-data.").context(error.to_string())
}
