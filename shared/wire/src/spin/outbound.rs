//! Outgoing HTTP over `wasi:http`, to the hosts that spin.toml allows the component.

use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use iam_domain::store::LocalFuture;

use crate::outbound::{MAX_ANSWER, Outbound};

/// Sends through the runtime.
pub(super) struct SpinOutbound;

impl Outbound for SpinOutbound {
    fn send(&self, request: Request<Bytes>) -> LocalFuture<'_, Result<Response<Bytes>, String>> {
        Box::pin(async move {
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
