//! The smallest component there is: the floor that every other request is measured against.

#![cfg(target_arch = "wasm32")]

use spin_sdk::http::{FullBody, IntoResponse, Request, Response};
use spin_sdk::http_service;

#[http_service]
async fn hello(_request: Request) -> impl IntoResponse {
    let body = "hello";
    // Without Content-Length the answer goes out chunked, which costs a delayed acknowledgement.
    Response::builder()
        .header("content-type", "text/plain")
        .header("content-length", body.len())
        .body(FullBody::new(body.as_bytes()))
}
