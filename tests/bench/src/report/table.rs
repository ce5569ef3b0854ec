//! The table of loads: a row for each runtime, with how it compares.

use std::fmt::Write as _;

use super::{Row, number};

/// Runtimes of ours that are compared with the others.
const OURS: [&str; 2] = ["wasm", "spin"];
/// What they are compared with beside peers.
const BASES: [&str; 2] = ["native", "hello"];

/// The table, grouped by users and scenario; empty without rows.
pub fn table(rows: &[Row]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let peers = peers(rows);
    let mut text = String::new();
    head(&mut text, &peers);
    let mut last = None;
    for row in rows {
        // What stands above is not said again.
        let group = (row.users, row.scenario);
        let (users, scenario) = if last == Some(group) { (String::new(), "") } else { (people(row), row.scenario) };
        last = Some(group);
        let figures = &row.figures;
        let memory = format!("{:.0} / {:.0}", figures.resident_bytes / 1e6, figures.peak_bytes / 1e6);
        let statements = row.statements.map_or("–".to_owned(), number);
        let cells = [
            users,
            scenario.to_owned(),
            row.runtime.to_owned(),
            row.connections.to_string(),
            number(figures.requests_per_second),
            number(figures.p50_ms),
            number(figures.p99_ms),
            number(figures.p999_ms),
            number(figures.cpu_ms_per_request),
            memory,
            statements,
            errors(row),
        ];
        let _ = writeln!(text, "| {} | {} |", cells.join(" | "), ratios(row, rows, &peers).join(" | "));
    }
    text
}

fn head(text: &mut String, peers: &[&str]) {
    let mut heads: Vec<String> = "users,scenario,runtime,conn.,req/s,p50 ms,p99 ms,p99.9 ms,CPU ms/req,\
        memory/peak MB,SQL,errors"
        .split(',')
        .map(str::to_owned)
        .collect();
    for base in BASES.iter().chain(peers) {
        heads.push(format!("req/s ÷ {base}"));
    }
    for base in std::iter::once(&BASES[0]).chain(peers) {
        heads.push(format!("CPU ÷ {base}"));
    }
    let _ = writeln!(text, "\n| {} |\n|{}", heads.join(" | "), "---|".repeat(heads.len()));
}

/// Names of other services, in the order in which they come.
fn peers(rows: &[Row]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for row in rows {
        if !OURS.contains(&row.runtime) && !BASES.contains(&row.runtime) && !names.contains(&row.runtime) {
            names.push(row.runtime);
        }
    }
    names
}

fn people(row: &Row) -> String {
    if row.people == row.users { row.users.to_string() } else { format!("{} ({} people)", row.users, row.people) }
}

fn errors(row: &Row) -> String {
    let bad = row.figures.bad_statuses + row.figures.socket_errors;
    match row.figures.requests {
        answered if answered < 1.0 => "**NO ANSWER**".to_owned(),
        _ if bad > 0.0 => format!("**{bad} BAD**"),
        _ => "0".to_owned(),
    }
}

/// First of requests per second, then of CPU time.
fn ratios(row: &Row, rows: &[Row], peers: &[&str]) -> Vec<String> {
    let other = |base: &str| {
        // The floor has a scenario of its own.
        let scenario = if base == "hello" { base } else { row.scenario };
        rows.iter().find(|other| {
            (other.runtime, other.users, other.connections) == (base, row.users, row.connections)
                && other.scenario == scenario
        })
    };
    let ratio = |base: &str, figure: fn(&Row) -> f64| match other(base) {
        Some(other) if OURS.contains(&row.runtime) && figure(other) > 0.0 => number(figure(row) / figure(other)),
        _ => String::new(),
    };
    let per_second = BASES.iter().chain(peers).map(|base| ratio(base, |row| row.figures.requests_per_second));
    let cpu = std::iter::once(&BASES[0]).chain(peers).map(|base| ratio(base, |row| row.figures.cpu_ms_per_request));
    per_second.chain(cpu).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::row;
    use super::*;

    #[test]
    fn runtimes_are_compared_with_each_other_the_floor_and_peers() {
        let rows = [
            row("hello", 1000, "hello", 1000.0),
            row("me-jwt", 1000, "wasm", 100.0),
            row("me-jwt", 1000, "native", 400.0),
            row("me-jwt", 1000, "better-auth", 50.0),
            row("me-jwt", 2000, "native", 1.0),
        ];
        let text = table(&rows);
        let lines: Vec<_> = text.trim().lines().collect();
        assert!(
            lines[0]
                .ends_with("req/s ÷ native | req/s ÷ hello | req/s ÷ better-auth | CPU ÷ native | CPU ÷ better-auth |")
        );
        assert!(
            lines[3].starts_with("| 1000 | me-jwt | wasm | 16 | 100 | 1.00 | 2.00 | 3.00 | 0.500 | 1 / 2 | 2.00 |")
        );
        assert!(lines[3].ends_with("| 0.250 | 0.100 | 2.00 | 1.00 | 1.00 |"), "{}", lines[3]);
        assert!(lines[4].starts_with("|  |  | native |"), "what stands above is not said again: {}", lines[4]);
        let cells = |line: &str| line.matches('|').count();
        assert!(lines.iter().all(|line| cells(line) == cells(lines[0])), "{text}");
    }

    #[test]
    fn nothing_measured_is_no_table() {
        assert_eq!(table(&[]), "");
    }
}
