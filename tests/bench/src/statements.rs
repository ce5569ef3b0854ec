//! SQL statements a request takes, counted in the native application within this process: they are the same on every
//! runtime.

use anyhow::Result;
use iam_domain::clock::{Clock, SystemClock};
use iam_tests::InProcess;

use crate::access::{Access, Site};
use crate::door::Door;
use crate::request::Prepared;
use crate::runtimes::VARIABLES;
use crate::scenarios::Requests;
use crate::seed::Seeded;

/// Counts on a copy of a directory.
pub struct Counter {
    app: InProcess,
    access: Access,
    /// Removes the copy.
    _copy: tempfile::TempDir,
}

impl Counter {
    /// Copies the directory.
    pub fn new(seeded: &Seeded, work: &std::path::Path) -> Result<Self> {
        let copy = seeded.copy(work)?;
        let app = InProcess::on(copy.path(), SystemClock.now(), VARIABLES);
        Ok(Self { app, access: Access::default(), _copy: copy })
    }

    /// Statements of a request of a scenario, in the mean.
    pub fn count(&self, seeded: &Seeded, requests: Requests) -> Result<f64> {
        self.app.set_time(SystemClock.now());
        let requests = requests(&Site { door: &self.app, facts: &seeded.facts, access: &self.access });
        per_request(&self.app, &requests)
    }
}

/// Sends all of them to warm up, then again.
fn per_request(app: &InProcess, requests: &[Prepared]) -> Result<f64> {
    let mut before = app.statements();
    for round in ["s1", "s2"] {
        before = app.statements();
        for (number, request) in requests.iter().enumerate() {
            request.check(&Door::send(app, &request.filled(&format!("{round}-{number}"))))?;
        }
    }
    Ok((app.statements() - before) as f64 / requests.len() as f64)
}
