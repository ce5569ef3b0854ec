//! The order of things: sizes, then scenarios, then connections, and the runtimes in turn.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::access::{Access, Site};
use crate::cli::Options;
use crate::door::Door;
use crate::measure::{Figures, Load, measure, medians};
use crate::peers::{self, Ready};
use crate::report::{Report, Row};
use crate::request::{Prepared, fresh_stem};
use crate::runtimes::{Launcher, Runtime};
use crate::scenarios::{Kind, Scenario};
use crate::seed::{self, Seeded};
use crate::statements::Counter;
use crate::{runtimes, say, special, wrk};

/// A runtime with its copy of the data.
pub struct Place {
    /// Which.
    pub runtime: Runtime,
    /// Removes the copy.
    folder: tempfile::TempDir,
    /// Tokens that are good on this copy.
    pub access: Access,
}

impl Place {
    /// State folder.
    pub fn state(&self) -> &Path {
        self.folder.path()
    }
}

/// All that one size needs.
pub struct Stage<'a> {
    /// What was asked for.
    pub options: &'a Options,
    /// The data that was copied.
    pub seeded: Seeded,
    /// The runtimes.
    pub places: Vec<Place>,
    counter: Option<Counter>,
    /// People as asked for.
    pub users: u32,
}

/// Measures all of it.
pub fn run(options: &Options) -> Result<Report> {
    if !wrk::is_there() {
        bail!("there is no `wrk` on PATH; the Debian package `wrk` has it");
    }
    let work = &options.paths.work;
    std::fs::create_dir_all(work).with_context(|| format!("work folder {}", work.display()))?;
    let lock = File::create(work.join("lock"))?;
    lock.try_lock().context("another run is at work in the same folder")?;
    seed::sweep(work)?;
    runtimes::forget_logs(work)?;
    let mut peers = Vec::new();
    for peer in peers::ALL.iter().filter(|_| options.peers) {
        // Only what is asked for gets its data.
        if options.scenarios.iter().any(|scenario| peer.has(scenario.name)) {
            say(format_args!("data of {}", peer.name));
            peers.push(peer.ready(work).with_context(|| format!("peer {}", peer.name))?);
        }
    }
    let mut report = Report::default();
    for users in &options.users {
        let stage = Stage::new(options, *users)?;
        for scenario in &options.scenarios {
            stage.measure(scenario, &peers, &mut report).with_context(|| scenario.name)?;
        }
    }
    if report.has_failures() {
        say(format_args!("what the servers said is in {}", work.display()));
    }
    Ok(report)
}

impl<'a> Stage<'a> {
    fn new(options: &'a Options, users: u32) -> Result<Self> {
        say(format_args!("{users} users"));
        let work = &options.paths.work;
        let seeded = Seeded::find_or_make(work, users)?;
        let place = |runtime: Runtime| {
            let folder = if runtime.has_state() { seeded.copy(work)? } else { tempfile::tempdir_in(work)? };
            Ok(Place { runtime, folder, access: Access::default() })
        };
        let wanted = options.runtimes.clone().unwrap_or_else(Runtime::present);
        let suits = |runtime: &Runtime| options.scenarios.iter().any(|scenario| scenario.suits(*runtime));
        let places = wanted.into_iter().filter(suits).map(place).collect::<Result<Vec<_>>>()?;
        let has_load = options.scenarios.iter().any(|scenario| scenario.requests().is_some());
        let counter = if has_load { Some(Counter::new(&seeded, work)?) } else { None };
        let stage = Self { options, seeded, places, counter, users };
        // Whatever a first start has to compile must not be seen in the memory of a server that is measured.
        for place in &stage.places {
            stage.launcher().start(place.runtime, place.state(), None)?;
        }
        Ok(stage)
    }

    /// Starts servers for this stage.
    pub fn launcher(&self) -> Launcher<'a> {
        Launcher { paths: &self.options.paths }
    }

    fn measure(&self, scenario: &Scenario, peers: &[Ready], report: &mut Report) -> Result<()> {
        match scenario.kind {
            Kind::Special(kind) => special::measure(kind, scenario, self, report),
            Kind::Floor | Kind::Load { .. } => self.load(scenario, peers, report),
        }
    }

    fn load(&self, scenario: &Scenario, peers: &[Ready], report: &mut Report) -> Result<()> {
        let requests = scenario.requests();
        let statements = match (requests, &self.counter) {
            (Some(requests), Some(counter)) => Some(counter.count(&self.seeded, requests)?),
            _ => None,
        };
        // A fresh server each, so that memory tells of this scenario alone.
        let (mut servers, mut loads) = (Vec::new(), Vec::new());
        for place in self.places.iter().filter(|place| scenario.suits(place.runtime)) {
            let server = self.launcher().start(place.runtime, place.state(), None)?.server;
            let requests = match requests {
                Some(requests) => requests(&self.site(place, &server.client())),
                None => vec![Prepared::get("/").expecting(200, "hello")],
            };
            prove(&server.client(), &requests)?;
            loads.push((place.runtime.name(), Load { base: server.base().to_owned(), pid: server.pid(), requests }));
            servers.push(server);
        }
        for ready in peers.iter().filter(|ready| ready.peer.has(scenario.name)) {
            let name = ready.peer.name;
            let peers::Running { server, requests } = ready.start(scenario.name).with_context(|| name)?;
            prove(&server.client(), &requests).with_context(|| name)?;
            loads.push((name, Load { base: server.base().to_owned(), pid: server.pid(), requests }));
            servers.push(server);
        }
        for count in scenario.connections().unwrap_or(&self.options.connections) {
            for (name, runs) in self.in_turn(scenario, &loads, *count)? {
                let figures = medians(&runs);
                report.add(Row {
                    scenario: scenario.name,
                    users: self.users,
                    people: self.seeded.facts.people,
                    runtime: name,
                    connections: *count,
                    // What peers do with their databases is not known.
                    statements: statements.filter(|_| Runtime::named(name).is_ok()),
                    reads: scenario.reads,
                    figures,
                    runs,
                });
            }
        }
        Ok(())
    }

    /// The server of a place, its data and tokens.
    pub fn site<'b>(&'b self, place: &'b Place, door: &'b dyn Door) -> Site<'b> {
        Site { door, facts: &self.seeded.facts, access: &place.access }
    }

    /// All runs of each load.
    fn in_turn(
        &self,
        scenario: &Scenario,
        loads: &[(&'static str, Load)],
        connections: u32,
    ) -> Result<Vec<(&'static str, Vec<Figures>)>> {
        let mut all: Vec<_> = loads.iter().map(|(name, _)| (*name, Vec::new())).collect();
        for _ in 0..self.options.runs {
            for ((name, load), (_, runs)) in loads.iter().zip(&mut all) {
                let figures = measure(load, connections, self.options.seconds)?;
                say(format_args!(
                    "{} on {name}, {connections} connections: {:.0} requests/s",
                    scenario.name, figures.requests_per_second
                ));
                runs.push(figures);
            }
        }
        Ok(all)
    }
}

/// Sends some of the requests and looks at the answers, so that nothing measures an error page.
pub fn prove(door: &dyn Door, requests: &[Prepared]) -> Result<()> {
    let step = (requests.len() / 4).max(1);
    for request in requests.iter().step_by(step) {
        request.check(&door.send(&request.filled(&fresh_stem())))?;
    }
    Ok(())
}
