//! First answers: of a process, of a component after a pause, and how long an instance takes.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use iam_tests::Client;

use super::Figures;
use crate::door::Door;
use crate::host_log;
use crate::measure::{median, percentile};
use crate::plan::{Place, Stage, prove};
use crate::request::Prepared;
use crate::runtimes::Runtime;
use crate::scenarios::ME;
use crate::wrk;

const COLD_STARTS: usize = 9;
const PAUSES: usize = 15;

/// Longer than instances are kept without work, which is a second.
const PAUSE: Duration = Duration::from_millis(1500);

/// A request that any instance answers.
fn request(stage: &Stage<'_>, place: &Place, client: &Client) -> Prepared {
    match place.runtime {
        Runtime::Hello => Prepared::get("/").expecting(200, "hello"),
        _ => ME(&stage.site(place, client)).swap_remove(0),
    }
}

/// Sends a request and gives the time to its answer in milliseconds.
fn time(client: &Client, request: &Prepared) -> Result<f64> {
    let begun = Instant::now();
    let answer = Door::send(client, request);
    let taken = begun.elapsed().as_secs_f64() * 1000.0;
    request.check(&answer)?;
    Ok(taken)
}

/// Components are compiled before, and the token is there; the shell that keeps the server takes about a millisecond.
pub fn cold(stage: &Stage<'_>, place: &Place) -> Result<Figures> {
    let first = stage.launcher().start(place.runtime, place.state(), None)?.server;
    let request = request(stage, place, &first.client());
    drop(first);
    let (mut serving, mut answered) = (Vec::new(), Vec::new());
    for _ in 0..COLD_STARTS {
        let started = stage.launcher().start(place.runtime, place.state(), None)?;
        serving.push(started.serving_ms);
        answered.push(time(&started.server.client(), &request)?);
    }
    let both: Vec<f64> = serving.iter().zip(&answered).map(|(serving, answered)| serving + answered).collect();
    Ok(vec![
        ("start_to_serving_ms", median(&serving)),
        ("serving_to_first_answer_ms", median(&answered)),
        ("start_to_first_answer_ms", median(&both)),
    ])
}

#[allow(clippy::disallowed_methods, reason = "the pause is what is measured")]
pub fn idle(stage: &Stage<'_>, place: &Place) -> Result<Figures> {
    let server = stage.launcher().start(place.runtime, place.state(), None)?.server;
    let client = server.client();
    let request = request(stage, place, &client);
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for _ in 0..PAUSES {
        std::thread::sleep(PAUSE);
        first.push(time(&client, &request)?);
        second.push(time(&client, &request)?);
    }
    Ok(vec![("first_answer_ms", median(&first)), ("second_answer_ms", median(&second))])
}

/// Under load, since instances end after 128 requests and then are made anew.
pub fn instances(stage: &Stage<'_>, place: &Place) -> Result<Figures> {
    let log = place.state().join("instances");
    let server = stage.launcher().start(place.runtime, place.state(), Some(&log))?.server;
    let client = server.client();
    let requests = ME(&stage.site(place, &client));
    prove(&client, &requests)?;
    wrk::run(server.base(), &requests, 16, stage.options.seconds)?;
    drop(server);
    let text = std::fs::read_to_string(&log)?;
    std::fs::remove_file(&log)?;
    let micros = host_log::starts(&text);
    ensure!(!micros.is_empty(), "{} has no start of an instance", log.display());
    Ok(vec![
        ("instances", micros.len() as f64),
        ("instance_start_p50_us", median(&micros)),
        ("instance_start_p95_us", percentile(&micros, 95.0)),
    ])
}
