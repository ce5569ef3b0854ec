//! What was measured, held against what the project aims at.

use std::fmt::Write as _;

use super::bars::{self, Bar, CONNECTIONS, FILES, Figure, Limit};
use super::{Note, Report, Row, number};
use crate::scenarios::{self, Scenario};

/// The runtime that is judged.
const JUDGED: &str = "wasm";
/// Memory is aimed at for a directory of this size, and growth begins at it.
const SMALL: u32 = 1000;
/// Where growth ends.
const LARGE: u32 = 1_000_000;
/// What a server may take beyond [`Figure::Swelling`] if that is less, in megabytes.
const ROOM_MB: f64 = 50.0;

/// A figure that was measured, and what it should be.
#[derive(Debug)]
struct Found {
    users: Option<u32>,
    scenario: &'static str,
    value: f64,
    limit: Limit,
}

/// The table: a row for each bar and size of the directory that was measured. `largest` is the largest component with
/// its size in bytes.
pub fn table(report: &Report, largest: Option<(&str, u64)>) -> String {
    let mut text = format!(
        "\nWhat the project aims at, for {JUDGED} at {CONNECTIONS} connections (logins at theirs):\n\n\
         | users | scenario | figure | bar | measured | |\n|---|---|---|---|---|---|\n"
    );
    let mut missing = Vec::new();
    for bar in bars::ALL {
        let found = find(bar, report, largest.map(|(_, size)| size));
        if found.is_empty() && !missing.contains(&bar.scenario) {
            missing.push(bar.scenario);
        }
        for Found { users, scenario, value, limit } in found {
            let users = users.map_or("–".to_owned(), |users| users.to_string());
            let figure = match largest {
                Some((name, _)) if bar.scenario == FILES => format!("{}: {name}", name_of(bar.figure)),
                _ => name_of(bar.figure),
            };
            let (wished, verdict) = (if bar.is_wish { " (wished)" } else { "" }, verdict(limit, value));
            let (bar, value) = (shown(limit), number(value));
            let _ = writeln!(text, "| {users} | {scenario} | {figure} | {bar}{wished} | {value} | {verdict} |");
        }
    }
    if !missing.is_empty() {
        let _ = writeln!(text, "\nNot measured in this run, or not all that is needed: {}.", missing.join(", "));
    }
    text
}

fn verdict(limit: Limit, value: f64) -> &'static str {
    let met = match limit {
        Limit::Below(most) => value < most,
        Limit::AtMost(most) => value <= most,
        Limit::AtLeast(least) => value >= least,
    };
    if met { "met" } else { "**missed**" }
}

fn shown(limit: Limit) -> String {
    match limit {
        Limit::Below(most) => format!("< {}", number(most)),
        Limit::AtMost(most) => format!("≤ {}", number(most)),
        Limit::AtLeast(least) => format!("≥ {}", number(least)),
    }
}

fn name_of(figure: Figure) -> String {
    match figure {
        Figure::Cpu => "CPU ms/req".to_owned(),
        Figure::CpuOver(other) => format!("CPU ÷ {other}"),
        Figure::Statements => "SQL statements".to_owned(),
        Figure::Speed(other) => format!("req/s ÷ {other}"),
        Figure::Latency(other) => format!("p50 ÷ {other}"),
        Figure::Growth => format!("p50 at {LARGE} users ÷ at {SMALL}"),
        Figure::Special(name) => name.to_owned(),
        Figure::Swelling => format!("memory: peak ÷ before (or + {ROOM_MB} MB)"),
        Figure::Component => "largest, bytes".to_owned(),
    }
}

/// All that was measured of it.
fn find(bar: &Bar, report: &Report, largest: Option<u64>) -> Vec<Found> {
    let Bar { scenario, limit, .. } = *bar;
    match bar.figure {
        Figure::Component => {
            largest.map(|size| Found { users: None, scenario, value: size as f64, limit }).into_iter().collect()
        }
        Figure::Special(name) => {
            let of_size = |note: &&Note| scenario != "memory" || note.users == SMALL;
            // The latency of nothing is 0, and no merit.
            let is_there = |note: &&Note| !(name.ends_with("_ms") && note.value == 0.0);
            let notes = notes(report, scenario, name).filter(of_size).filter(is_there);
            notes.map(|note| Found { users: Some(note.users), scenario, value: note.value, limit }).collect()
        }
        Figure::Swelling => swelling(report, scenario, limit),
        Figure::Growth => {
            let rows = report.rows.iter().filter(|row| row.reads && row.users == SMALL && is_judged(row));
            rows.filter_map(|row| {
                let large = report.rows.iter().find(|other| {
                    other.users == LARGE
                        && (other.scenario, other.runtime) == (row.scenario, row.runtime)
                        && is_judged(other)
                })?;
                let value = quotient(large.figures.p50_ms, row.figures.p50_ms)?;
                Some(Found { users: None, scenario: row.scenario, value, limit })
            })
            .collect()
        }
        Figure::Cpu | Figure::CpuOver(_) | Figure::Statements | Figure::Speed(_) | Figure::Latency(_) => {
            let rows = report.rows.iter().filter(|row| row.scenario == scenario && is_judged(row));
            rows.filter_map(|row| {
                let value = of_load(bar.figure, row, report)?;
                Some(Found { users: Some(row.users), scenario, value, limit })
            })
            .collect()
        }
    }
}

/// Whether bars are for this row.
fn is_judged(row: &Row) -> bool {
    let own = scenarios::ALL.iter().find(|scenario| scenario.name == row.scenario).and_then(Scenario::connections);
    let wanted = own.map_or(CONNECTIONS == row.connections, |own| own.contains(&row.connections));
    row.runtime == JUDGED && wanted
}

/// A figure of a plain load.
fn of_load(figure: Figure, row: &Row, report: &Report) -> Option<f64> {
    let beside = |runtime: &str, scenario: &str| {
        let row = report.rows.iter().find(|other| {
            (other.runtime, other.scenario) == (runtime, scenario)
                && (other.users, other.connections) == (row.users, row.connections)
        });
        row.map(|row| &row.figures)
    };
    let own = &row.figures;
    match figure {
        Figure::Cpu => Some(own.cpu_ms_per_request),
        Figure::CpuOver(scenario) => {
            quotient(own.cpu_ms_per_request, beside(row.runtime, scenario)?.cpu_ms_per_request)
        }
        Figure::Statements => row.statements,
        Figure::Speed(other) => {
            let scenario = if other == "hello" { other } else { row.scenario };
            quotient(own.requests_per_second, beside(other, scenario)?.requests_per_second)
        }
        Figure::Latency(other) => quotient(own.p50_ms, beside(other, row.scenario)?.p50_ms),
        Figure::Growth | Figure::Special(_) | Figure::Swelling | Figure::Component => None,
    }
}

fn swelling(report: &Report, scenario: &'static str, limit: Limit) -> Vec<Found> {
    let Limit::AtMost(factor) = limit else { return Vec::new() };
    let peaks = notes(report, scenario, "resident_peak_mb");
    peaks
        .filter_map(|peak| {
            let before = notes(report, scenario, "resident_before_mb").find(|note| note.users == peak.users)?.value;
            let limit = Limit::AtMost(factor.max(quotient(before + ROOM_MB, before)?));
            Some(Found { users: Some(peak.users), scenario, value: quotient(peak.value, before)?, limit })
        })
        .collect()
}

fn notes<'a>(report: &'a Report, scenario: &'a str, figure: &'a str) -> impl Iterator<Item = &'a Note> {
    report.notes.iter().filter(move |note| (note.runtime, note.scenario, &*note.figure) == (JUDGED, scenario, figure))
}

fn quotient(above: f64, below: f64) -> Option<f64> {
    (below > 0.0).then(|| above / below)
}

#[cfg(test)]
mod tests {
    use super::super::tests::row;
    use super::*;

    fn report(rows: Vec<Row>, notes: &[(&'static str, &str, f64)]) -> Report {
        let note = |(scenario, figure, value): &(&'static str, &str, f64)| Note {
            scenario,
            users: 1000,
            runtime: "wasm",
            figure: (*figure).to_owned(),
            value: *value,
            runs: Vec::new(),
        };
        Report { rows, notes: notes.iter().map(note).collect() }
    }

    /// Lines of the table that are about `scenario`, without the head.
    fn lines(text: &str, scenario: &str) -> Vec<String> {
        let about = format!(" | {scenario} | ");
        text.lines().filter(|line| line.contains(&about)).map(str::to_owned).collect()
    }

    #[test]
    fn bars_are_about_scenarios_that_are_there() {
        for bar in bars::ALL {
            let is_there = scenarios::ALL.iter().any(|scenario| scenario.name == bar.scenario);
            assert!(is_there || [bars::READS, FILES].contains(&bar.scenario), "{}", bar.scenario);
        }
    }

    #[test]
    fn loads_are_compared_with_what_was_measured_beside_them() {
        let mut slow = row("me-jwt", 1000, "wasm", 100.0);
        slow.connections = 64;
        let rows = vec![
            row("hello", 1000, "hello", 1000.0),
            row("me-jwt", 1000, "wasm", 300.0),
            row("me-jwt", 1000, "native", 500.0),
            slow,
        ];
        let text = table(&report(rows, &[]), None);
        let lines = lines(&text, "me-jwt");
        let expected = [
            "| 1000 | me-jwt | CPU ms/req | < 0.500 | 0.500 | **missed** |",
            "| 1000 | me-jwt | req/s ÷ native | ≥ 0.500 | 0.600 | met |",
            "| 1000 | me-jwt | req/s ÷ hello | ≥ 0.400 | 0.300 | **missed** |",
            "| 1000 | me-jwt | SQL statements | ≤ 2.00 | 2.00 | met |",
        ];
        assert_eq!(lines, expected);
        assert!(text.contains("Not measured in this run, or not all that is needed: api-key-verification, "), "{text}");
    }

    #[test]
    fn logins_are_judged_at_their_own_number_of_connections() {
        let login = |runtime, per_second, p50_ms| {
            let mut row = Row { connections: 2, ..row("login", 1000, runtime, per_second) };
            row.figures.p50_ms = p50_ms;
            row
        };
        let rows = vec![login("wasm", 50.0, 30.0), login("native", 80.0, 20.0), login("better-auth", 10.0, 99.0)];
        let found = lines(&table(&report(rows, &[]), None), "login");
        assert!(found[0].ends_with("| p50 ÷ native | ≤ 1.60 | 1.50 | met |"), "{found:?}");
        assert!(found[1].ends_with("| req/s ÷ better-auth | ≥ 3.00 | 5.00 | met |"), "{found:?}");
    }

    #[test]
    fn memory_under_overload_may_swell_by_a_factor_or_by_some_megabytes() {
        let swollen = |before, peak| {
            let notes = [("overload", "resident_before_mb", before), ("overload", "resident_peak_mb", peak)];
            lines(&table(&report(Vec::new(), &notes), None), "overload").swap_remove(0)
        };
        assert!(swollen(100.0, 140.0).ends_with("| ≤ 1.50 | 1.40 | met |"));
        assert!(swollen(1000.0, 1100.0).ends_with("| ≤ 1.20 | 1.10 | met |"));
        assert!(swollen(1000.0, 1300.0).ends_with("| ≤ 1.20 | 1.30 | **missed** |"));
    }

    #[test]
    fn refusals_that_did_not_happen_were_not_in_time() {
        let judged = |count, p99| {
            let notes = [("overload", "status_429", count), ("overload", "status_429_p99_ms", p99)];
            lines(&table(&report(Vec::new(), &notes), None), "overload")
        };
        let [many] = &judged(0.0, 0.0)[..] else { panic!("two lines") };
        assert!(many.ends_with("| status_429 | ≥ 1.00 | 0 | **missed** |"), "{many}");
        assert!(judged(9.0, 12.0)[1].ends_with("| status_429_p99_ms | < 50.0 | 12.0 | met |"));
    }

    #[test]
    fn growth_is_judged_from_a_thousand_to_a_million() {
        let mut large = row("me-jwt", LARGE, "wasm", 1.0);
        large.figures.p50_ms = 1.6;
        let text = table(&report(vec![row("me-jwt", SMALL, "wasm", 1.0), large], &[]), None);
        assert!(
            text.contains("| – | me-jwt | p50 at 1000000 users ÷ at 1000 | < 1.50 | 1.60 | **missed** |"),
            "{text}"
        );
    }

    #[test]
    fn the_largest_component_is_named() {
        let text = table(&report(Vec::new(), &[]), Some(("iam_auth.wasm", 1_985_532)));
        assert!(
            text.contains("| – | components | largest, bytes: iam_auth.wasm | < 2000000 | 1985532 | met |"),
            "{text}"
        );
    }
}
