//! Scenarios that are no closed loop of one kind of request.

mod arrivals;
mod beside;
mod overload;
mod starts;

use anyhow::Result;

use crate::plan::{Place, Stage};
use crate::report::{Note, Report};
use crate::scenarios::{Scenario, Special};

/// Measures one of them on one runtime, as often as asked for, and notes the medians.
pub fn measure(
    kind: Special,
    scenario: &Scenario,
    stage: &Stage<'_>,
    place: &Place,
    report: &mut Report,
) -> Result<()> {
    let mut runs: Vec<Figures> = Vec::new();
    for _ in 0..stage.options.runs {
        runs.push(match kind {
            Special::LoginBesideMe => beside::measure(stage, place)?,
            Special::ColdStart => starts::cold(stage, place)?,
            Special::IdleComponent => starts::idle(stage, place)?,
            Special::InstanceStart => starts::instances(stage, place)?,
            Special::Overload => overload::measure(stage, place)?,
        });
    }
    for (number, (figure, _)) in runs[0].iter().enumerate() {
        let values: Vec<f64> = runs.iter().map(|run| run[number].1).collect();
        let value =
            if figure.starts_with(Note::UNEXPECTED) { values.iter().sum() } else { crate::measure::median(&values) };
        let (users, runtime) = (stage.users, place.runtime.name());
        report.note(Note {
            scenario: scenario.name,
            users,
            runtime,
            figure: (*figure).to_owned(),
            value,
            runs: values,
        });
    }
    Ok(())
}

/// Names with their units, and values. Each run of a scenario has the same names.
type Figures = Vec<(&'static str, f64)>;

/// Answers that were not as expected, or not there.
fn wrk_failures(counted: &crate::wrk::Counted) -> f64 {
    (counted.bad_status + counted.socket_errors()) as f64
}
