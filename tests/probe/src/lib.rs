//! A component that uses and abuses every part of the host. Each path is one experiment; the
//! host's end-to-end tests call them.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::panic, clippy::expect_used, reason = "failing is what many of these paths are for")]

mod abuse;
mod http;
mod store;

use spin_sdk::http::{BoxBody, FullBody, Request, Response, box_body};
use spin_sdk::http_service;

/// What an experiment found, or how it failed.
type Outcome = Result<String, String>;

#[http_service]
async fn probe(request: Request) -> Response<BoxBody> {
    // The path under the route, so that every route of the component has all experiments.
    let path = request.headers().get("spin-path-info").and_then(|info| info.to_str().ok());
    let path = path.unwrap_or_default().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let outcome = match path.as_str() {
        "/echo" => return http::echo(request),
        "/headers" => Ok(http::headers(&request)),
        "/fetch" => http::fetch(&query).await,
        "/trap" => abuse::trap(),
        "/loop" => abuse::forever(),
        "/late-loop" => abuse::late_forever(&query).await,
        "/late-burn" => abuse::late_burn(&query).await,
        "/alloc" => abuse::allocate(),
        "/burn" => Ok(abuse::burn(&query)),
        "/sleep" => abuse::sleep(&query).await,
        "/print" => Ok(abuse::print(&query)),
        "/env" => Ok(abuse::environment()),
        "/file" => std::fs::read_to_string(&query).map_err(|error| error.to_string()),
        "/variable" => store::variable(&query).await,
        "/kv" => store::key_value().await,
        "/kv/keys" => store::keys().await,
        "/kv/open" => store::open_store(&query).await,
        "/sql/types" => store::types().await,
        "/sql/rows" => store::rows(&query).await,
        "/sql/sized" => store::sized(&query).await,
        "/sql/peek" => store::peek().await,
        "/sql/error" => store::error().await,
        "/sql/open" => store::open_database(&query).await,
        "/sql/first" => store::first_statement_only().await,
        "/sql/fresh" => store::one_fresh().await,
        "/sql/kept" => store::one_kept().await,
        "/sql/insert" => store::insert().await,
        "/sql/count" => store::increment().await,
        _ => Err(format!("no experiment {path}")),
    };
    match outcome {
        Ok(text) => answer(200, text),
        Err(text) => answer(599, text),
    }
}

fn answer(status: u16, text: String) -> Response<BoxBody> {
    let mut response = Response::builder().status(status).header("content-length", text.len());
    response = response.header("content-type", "text/plain");
    response.body(box_body(FullBody::new(text.into()))).expect("valid parts")
}

/// A number after `=` or alone in the query.
fn number(query: &str) -> u64 {
    query.rsplit('=').next().and_then(|text| text.parse().ok()).unwrap_or(0)
}
