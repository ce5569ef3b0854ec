//! Requests that arrive at their own pace, whether earlier ones are answered or not: an open loop, which wrk is not.

use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{LocalSet, spawn_local};

use crate::request::Prepared;

/// Connections open at a time. Who comes when there are as many waits, and the wait counts.
const CONNECTIONS: usize = 256;

/// What came of a request.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// Status; 0 when there was no answer.
    pub status: u16,
    /// Whether it said when to come again.
    pub has_retry_after: bool,
    /// From the moment at which it was due, in milliseconds.
    pub latency_ms: f64,
}

/// Sends `per_second` requests for some seconds, each on a connection of its own, and waits for all answers.
pub fn run(base: &str, requests: &[Prepared], per_second: f64, seconds: u32) -> Result<Vec<Arrival>> {
    let authority: Rc<str> = base.strip_prefix("http://").context("a base URL")?.into();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(LocalSet::new().run_until(async {
        let (sender, mut results) = mpsc::unbounded_channel();
        let slots = Rc::new(Semaphore::new(CONNECTIONS));
        let begun = Instant::now();
        let count = (per_second * f64::from(seconds)) as usize;
        for (number, request) in requests.iter().cycle().take(count).enumerate() {
            let due = begun + Duration::from_secs_f64(number as f64 / per_second);
            tokio::time::sleep_until(due.into()).await;
            let (request, authority, slots, sender) =
                (build(request, &authority)?, Rc::clone(&authority), Rc::clone(&slots), sender.clone());
            spawn_local(async move {
                let Ok(_slot) = slots.acquire().await else { return };
                let (status, has_retry_after) = exchange(&authority, request).await.unwrap_or((0, false));
                let latency_ms = due.elapsed().as_secs_f64() * 1000.0;
                let _ = sender.send(Arrival { status, has_retry_after, latency_ms });
            });
        }
        drop(sender);
        let mut arrivals = Vec::with_capacity(count);
        while let Some(arrival) = results.recv().await {
            arrivals.push(arrival);
        }
        Ok(arrivals)
    }))
}

fn build(request: &Prepared, authority: &str) -> Result<http::Request<Full<Bytes>>> {
    let mut builder = http::Request::builder().method(request.method).uri(&request.path).header("host", authority);
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    Ok(builder.header("connection", "close").body(Full::new(request.body.clone().into()))?)
}

async fn exchange(authority: &str, request: http::Request<Full<Bytes>>) -> Result<(u16, bool)> {
    let stream = TcpStream::connect(authority).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    spawn_local(connection);
    let work = async {
        let answer = sender.send_request(request).await?;
        let told = (answer.status().as_u16(), answer.headers().contains_key("retry-after"));
        answer.into_body().collect().await?;
        anyhow::Ok(told)
    };
    tokio::time::timeout(Duration::from_mins(1), work).await?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_not_there_is_no_answer_and_no_end() {
        let arrivals = run("http://127.0.0.1:1", &[Prepared::get("/")], 50.0, 1).unwrap();
        assert_eq!(arrivals.len(), 50);
        assert!(arrivals.iter().all(|arrival| arrival.status == 0));
    }
}
