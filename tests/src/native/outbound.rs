//! Outgoing HTTP of the native runtime: plain, to wherever the settings say.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use iam_domain::store::LocalFuture;
use iam_wire::runtime::outbound::{MAX_ANSWER, Outbound};

/// Sends on a thread of its own.
pub(super) struct NativeOutbound;

impl Outbound for NativeOutbound {
    fn send(&self, request: Request<Bytes>) -> LocalFuture<'_, Result<Response<Bytes>, String>> {
        Box::pin(async move {
            let sent = tokio::task::spawn_blocking(move || exchange(request));
            sent.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
        })
    }
}

fn exchange(request: Request<Bytes>) -> Result<Response<Bytes>, ureq::Error> {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_secs(10)))
        .build();
    let agent: ureq::Agent = config.into();
    let mut answer = agent.run(request.map(|body| body.to_vec()))?;
    let limit = u64::try_from(MAX_ANSWER).unwrap_or(u64::MAX);
    let body = answer.body_mut().with_config().limit(limit).read_to_vec()?;
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    Ok(response)
}
