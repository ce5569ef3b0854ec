//! Everything that was measured, and the tables made of it.

mod bars;
mod growth;
mod notes;
mod table;
mod verdict;

use serde::Serialize;

use crate::measure::{Figures, median};

pub use verdict::table as verdict;

/// Results in the order in which they came.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Loads.
    rows: Vec<Row>,
    /// What was measured in ways of its own.
    notes: Vec<Note>,
}

/// One load at one number of connections on one runtime.
#[derive(Debug, Serialize)]
pub struct Row {
    /// Scenario.
    pub scenario: &'static str,
    /// People as asked for.
    pub users: u32,
    /// People there are.
    pub people: u32,
    /// Runtime, or peer.
    pub runtime: &'static str,
    /// Connections.
    pub connections: u32,
    /// SQL statements a request.
    pub statements: Option<f64>,
    /// Whether it leaves the database as it is.
    pub reads: bool,
    /// Medians of the runs.
    #[serde(rename = "median")]
    pub figures: Figures,
    /// Each run.
    pub runs: Vec<Figures>,
}

/// One figure of a scenario that is no plain load.
#[derive(Debug, Serialize)]
pub struct Note {
    /// Scenario.
    pub scenario: &'static str,
    /// People as asked for.
    pub users: u32,
    /// Runtime.
    pub runtime: &'static str,
    /// What it is, with its unit.
    pub figure: String,
    /// How much: the median of the runs.
    pub value: f64,
    /// Each run.
    pub runs: Vec<f64>,
}

impl Report {
    /// Adds a load.
    pub fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Adds a figure.
    pub fn note(&mut self, note: Note) {
        self.notes.push(note);
    }

    /// Whether anything was answered otherwise than expected.
    pub fn has_failures(&self) -> bool {
        self.rows.iter().any(Row::has_failures) || self.notes.iter().any(Note::is_failure)
    }
}

impl Row {
    fn has_failures(&self) -> bool {
        self.figures.bad_statuses > 0.0 || self.figures.socket_errors > 0.0 || self.figures.requests < 1.0
    }
}

impl Note {
    /// Begins the names of figures that must be 0.
    pub const UNEXPECTED: &'static str = "unexpected_";

    /// One value of those of several runs: the median, but the sum where one must not get lost.
    pub fn together(figure: &str, runs: &[f64]) -> f64 {
        if figure.starts_with(Self::UNEXPECTED) { runs.iter().sum() } else { median(runs) }
    }

    fn is_failure(&self) -> bool {
        self.figure.starts_with(Self::UNEXPECTED) && self.value > 0.0
    }
}

/// All tables.
pub fn markdown(report: &Report) -> String {
    let mut text = table::table(&report.rows);
    text.push_str(&notes::table(&report.notes));
    text.push_str(&growth::table(&report.rows));
    if report.has_failures() {
        text.push_str("\n**SOME ANSWERS WERE NOT AS EXPECTED: their rows are marked, and measure something else.**\n");
    }
    text
}

/// A number with as many digits as say something.
fn number(value: f64) -> String {
    match value {
        _ if value >= 100.0 => format!("{value:.0}"),
        _ if value >= 10.0 => format!("{value:.1}"),
        _ if value == 0.0 => "0".to_owned(),
        _ if value >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::tests::figures;

    /// A row without failures.
    pub fn row(scenario: &'static str, users: u32, runtime: &'static str, per_second: f64) -> Row {
        let figures = Figures { bad_statuses: 0.0, ..figures(per_second) };
        Row {
            scenario,
            users,
            people: users,
            runtime,
            connections: 16,
            statements: Some(2.0),
            reads: true,
            figures,
            runs: Vec::new(),
        }
    }

    #[test]
    fn numbers_have_three_digits_or_so() {
        for (value, text) in [(0.0, "0"), (0.0123, "0.012"), (1.234, "1.23"), (12.34, "12.3"), (12345.6, "12346")] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn bad_answers_fail_the_run_and_are_marked() {
        let mut report = Report::default();
        report.add(row("me-jwt", 1000, "wasm", 10.0));
        assert!(!report.has_failures());
        let mut bad = row("login", 1000, "wasm", 10.0);
        bad.figures.bad_statuses = 3.0;
        report.add(bad);
        assert!(report.has_failures());
        let text = markdown(&report);
        assert!(text.contains("**3 BAD**") && text.contains("**SOME ANSWERS"), "{text}");
    }

    #[test]
    fn figures_that_must_be_zero_fail_the_run() {
        let mut report = Report::default();
        let note = |figure: &str, value| Note {
            scenario: "overload",
            users: 1,
            runtime: "wasm",
            figure: figure.to_owned(),
            value,
            runs: Vec::new(),
        };
        report.note(note("status_429", 5.0));
        report.note(note("unexpected_statuses", 0.0));
        assert!(!report.has_failures());
        report.note(note("unexpected_statuses", 1.0));
        assert!(report.has_failures());
    }

    #[test]
    fn units_are_in_the_names_of_the_json() {
        let mut report = Report::default();
        report.add(row("me-jwt", 1000, "wasm", 10.0));
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["rows"][0]["median"]["p50_ms"], 1.0);
        assert_eq!(json["rows"][0]["median"]["resident_bytes"], 1e6);
    }
}
