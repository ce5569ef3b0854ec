//! Scenarios that are no closed loop of one kind of request.

mod arrivals;
mod beside;
mod memory;
mod overload;
mod starts;

use anyhow::Result;

use crate::plan::{Place, Stage};
use crate::report::{Note, Report};
use crate::say;
use crate::scenarios::{Scenario, Special};

/// Measures one of them as often as asked for, on the runtimes in turn, and notes the medians.
pub fn measure(kind: Special, scenario: &Scenario, stage: &Stage<'_>, report: &mut Report) -> Result<()> {
    let places: Vec<&Place> = stage.places.iter().filter(|place| scenario.suits(place.runtime)).collect();
    let mut runs: Vec<Vec<Figures>> = vec![Vec::new(); places.len()];
    for _ in 0..stage.options.runs {
        for (place, runs) in places.iter().zip(&mut runs) {
            say(format_args!("{} on {}", scenario.name, place.runtime.name()));
            runs.push(match kind {
                Special::LoginBesideMe => beside::measure(stage, place)?,
                Special::ColdStart => starts::cold(stage, place)?,
                Special::IdleComponent => starts::idle(stage, place)?,
                Special::InstanceStart => starts::instances(stage, place)?,
                Special::Memory => memory::measure(stage, place)?,
                Special::Overload => overload::measure(stage, place)?,
            });
        }
    }
    for (place, runs) in places.into_iter().zip(runs) {
        for (number, (figure, _)) in runs[0].iter().enumerate() {
            let values: Vec<f64> = runs.iter().map(|run| run[number].1).collect();
            report.note(Note {
                scenario: scenario.name,
                users: stage.users,
                runtime: place.runtime.name(),
                figure: (*figure).to_owned(),
                value: Note::together(figure, &values),
                runs: values,
            });
        }
    }
    Ok(())
}

/// Names with their units, and values. Each run of a scenario has the same names.
type Figures = Vec<(&'static str, f64)>;

/// Answers that were not as expected, or not there.
fn wrk_failures(counted: &crate::wrk::Counted) -> f64 {
    (counted.bad_status + counted.socket_errors()) as f64
}
