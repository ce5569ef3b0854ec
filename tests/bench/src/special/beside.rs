//! Reads beside logins: whether work that takes all of a core holds up what takes next to nothing.

use anyhow::Result;

use super::{Figures, wrk_failures};
use crate::plan::{Place, Stage, prove};
use crate::scenarios::{LOGIN, ME};
use crate::wrk;

/// Connections that read.
const READING: u32 = 16;
/// Connections that log in without pause.
const LOGGING_IN: u32 = 8;

pub fn measure(stage: &Stage<'_>, place: &Place) -> Result<Figures> {
    let server = stage.launcher().start(place.runtime, place.state(), None)?.server;
    let client = server.client();
    let site = stage.site(place, &client);
    let (me, logins) = (ME(&site), LOGIN(&site));
    prove(&client, &me)?;
    let seconds = stage.options.seconds;
    wrk::run(server.base(), &me, READING, 1)?;
    let alone = wrk::run(server.base(), &me, READING, seconds)?;
    // Logins begin a second before and end a second after, so that there is no moment without them.
    let beside = wrk::start(server.base(), &logins, LOGGING_IN, seconds + 2)?;
    wrk::run(server.base(), &me, READING, 1)?;
    let meanwhile = wrk::run(server.base(), &me, READING, seconds)?;
    let logged_in = beside.wait()?;
    Ok(vec![
        ("me_alone_requests_per_second", alone.per_second()),
        ("me_alone_p50_ms", alone.p50_us / 1000.0),
        ("me_alone_p99_ms", alone.p99_us / 1000.0),
        ("me_beside_requests_per_second", meanwhile.per_second()),
        ("me_beside_p50_ms", meanwhile.p50_us / 1000.0),
        ("me_beside_p99_ms", meanwhile.p99_us / 1000.0),
        ("logins_per_second", logged_in.per_second()),
        ("login_p50_ms", logged_in.p50_us / 1000.0),
        ("unexpected_answers_to_me", wrk_failures(&alone) + wrk_failures(&meanwhile)),
        ("unexpected_answers_to_logins", wrk_failures(&logged_in)),
    ])
}
