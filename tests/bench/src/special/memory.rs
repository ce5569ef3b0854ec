//! What a server holds that has done a bit of everything.

use anyhow::Result;

use super::{Figures, wrk_failures};
use crate::plan::{Place, Stage, prove};
use crate::processes::Tree;
use crate::scenarios;
use crate::wrk;

/// Connections, where a load has no number of its own.
const CONNECTIONS: u32 = 16;
/// Length of each load.
const SECONDS: u32 = 2;

/// One server through all ordinary loads, as memory of a component stays when the next one is asked for.
pub fn measure(stage: &Stage<'_>, place: &Place) -> Result<Figures> {
    let server = stage.launcher().start(place.runtime, place.state(), None)?.server;
    let (client, tree) = (server.client(), Tree(server.pid()));
    let started = tree.memory().resident;
    let mut unexpected = 0.0;
    for scenario in scenarios::ALL {
        let Some(requests) = scenario.requests() else { continue };
        let requests = requests(&stage.site(place, &client));
        prove(&client, &requests)?;
        let connections = scenario.connections().map_or(CONNECTIONS, |own| own[0]);
        unexpected += wrk_failures(&wrk::run(server.base(), &requests, connections, SECONDS)?);
    }
    let memory = tree.memory();
    Ok(vec![
        ("resident_at_start_mb", started as f64 / 1e6),
        ("resident_mb", memory.resident as f64 / 1e6),
        ("resident_peak_mb", memory.peak as f64 / 1e6),
        ("unexpected_answers", unexpected),
    ])
}
