//! Requests in both directions.

use http_body_util::BodyExt as _;
use spin_sdk::http::{BoxBody, Request, Response, box_body};

use crate::Outcome;

/// Sends the body back as it comes in, without holding it.
pub fn echo(request: Request) -> Response<BoxBody> {
    Response::new(box_body(request.into_body()))
}

/// Method, URI and headers as the guest sees them.
pub fn headers(request: &Request) -> String {
    let mut lines: Vec<String> = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    lines.sort();
    format!("{} {}\n{}", request.method(), request.uri(), lines.join("\n"))
}

/// Calls the address in the query.
pub async fn fetch(url: &str) -> Outcome {
    let response = spin_sdk::http::get(url).await.map_err(|error| format!("{error:?}"))?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.map_err(|error| format!("{error:?}"))?;
    Ok(format!("{status} {}", String::from_utf8_lossy(&body.to_bytes())))
}
