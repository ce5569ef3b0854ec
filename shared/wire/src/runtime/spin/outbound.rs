//! Outgoing HTTP over `wasi:http`, to the hosts that spin.toml allows the component.

use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use iam_domain::store::LocalFuture;
use spin_sdk::wasip3::http::types::{Duration, RequestOptions};
use spin_sdk::wasip3::http_compat::RequestOptionsExtension;

use crate::runtime::outbound::{MAX_ANSWER, Outbound};

/// In nanoseconds, as WASI counts.
const SECOND: Duration = 1_000_000_000;
/// Time to reach the server.
const CONNECT: Duration = 5 * SECOND;
/// Time from there to its first byte.
const FIRST_BYTE: Duration = 10 * SECOND;
/// Longest silence within the answer.
const BETWEEN_BYTES: Duration = 5 * SECOND;

/// Sends through the runtime.
pub(super) struct SpinOutbound;

impl Outbound for SpinOutbound {
    fn send(&self, mut request: Request<Bytes>) -> LocalFuture<'_, Result<Response<Bytes>, String>> {
        Box::pin(async move {
            request.extensions_mut().insert(RequestOptionsExtension(patience()));
            let response = spin_sdk::http::send(request.map(Full::new)).await.map_err(|error| error.to_string())?;
            let (parts, mut incoming) = response.into_parts();
            let mut body = BytesMut::new();
            while let Some(frame) = incoming.frame().await {
                let Ok(data) = frame.map_err(|error| error.to_string())?.into_data() else { continue };
                if body.len() + data.len() > MAX_ANSWER {
                    return Err(format!("the answer is larger than {MAX_ANSWER} bytes"));
                }
                body.extend_from_slice(&data);
            }
            Ok(Response::from_parts(parts, body.freeze()))
        })
    }
}

/// How long to wait. A runtime that does not know one of the bounds goes by its own.
fn patience() -> RequestOptions {
    let options = RequestOptions::new();
    let _ = options.set_connect_timeout(Some(CONNECT));
    let _ = options.set_first_byte_timeout(Some(FIRST_BYTE));
    let _ = options.set_between_bytes_timeout(Some(BETWEEN_BYTES));
    options
}
