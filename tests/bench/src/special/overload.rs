//! Ten times as many logins as can be done: what becomes of them, of memory, and of whoever only reads.

use anyhow::Result;

use super::arrivals::{self, Arrival};
use super::{Figures, wrk_failures};
use crate::measure::percentile;
use crate::plan::{Place, Stage, prove};
use crate::processes::Tree;
use crate::scenarios::{LOGIN, ME};
use crate::wrk;

/// How many times more than can be done.
const FACTOR: f64 = 10.0;

pub fn measure(stage: &Stage<'_>, place: &Place) -> Result<Figures> {
    let server = stage.launcher().start(place.runtime, place.state(), None)?.server;
    let client = server.client();
    let site = stage.site(place, &client);
    let (me, logins, seconds) = (ME(&site), LOGIN(&site), stage.options.seconds);
    prove(&client, &me)?;
    prove(&client, &logins)?;
    let possible = wrk::run(server.base(), &logins, 2, seconds)?.per_second();
    let tree = Tree(server.pid());
    let before = tree.memory().resident;
    tree.forget_peak();
    let reading = wrk::start(server.base(), &me, 4, seconds)?;
    let arrivals = arrivals::run(server.base(), &logins, possible * FACTOR, seconds)?;
    let reading = reading.wait()?;
    let memory = tree.memory();
    let of = |status: u16| arrivals.iter().filter(move |arrival| arrival.status == status);
    let refused = || arrivals.iter().filter(|arrival| [429, 503].contains(&arrival.status));
    let other = arrivals.iter().filter(|arrival| ![200, 429, 503].contains(&arrival.status)).count();
    Ok(vec![
        ("logins_possible_per_second", possible),
        ("logins_sent_per_second", arrivals.len() as f64 / f64::from(seconds)),
        ("status_200", of(200).count() as f64),
        ("status_200_p50_ms", latency(of(200), 50.0)),
        ("status_200_p99_ms", latency(of(200), 99.0)),
        ("status_429", of(429).count() as f64),
        ("status_429_p50_ms", latency(of(429), 50.0)),
        ("status_429_p99_ms", latency(of(429), 99.0)),
        ("status_503", of(503).count() as f64),
        ("status_503_p50_ms", latency(of(503), 50.0)),
        ("status_503_p99_ms", latency(of(503), 99.0)),
        ("unexpected_refusals_without_retry_after", refused().filter(|it| !it.has_retry_after).count() as f64),
        ("unexpected_other_statuses", other as f64 - of(0).count() as f64),
        ("unexpected_requests_without_answer", of(0).count() as f64),
        ("resident_before_mb", before as f64 / 1e6),
        ("resident_peak_mb", memory.peak as f64 / 1e6),
        ("resident_after_mb", memory.resident as f64 / 1e6),
        ("me_meanwhile_requests_per_second", reading.per_second()),
        ("me_meanwhile_p50_ms", reading.p50_us / 1000.0),
        ("me_meanwhile_p99_ms", reading.p99_us / 1000.0),
        ("unexpected_answers_to_me", wrk_failures(&reading)),
    ])
}

fn latency<'a>(arrivals: impl Iterator<Item = &'a Arrival>, percent: f64) -> f64 {
    percentile(&arrivals.map(|arrival| arrival.latency_ms).collect::<Vec<_>>(), percent)
}
