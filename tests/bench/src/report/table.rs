//! The table of loads: a row for each runtime, with how it compares.

use std::fmt::Write as _;

use super::{Row, number};

/// Runtimes of ours that are compared with the others.
const OURS: [&str; 2] = ["wasm", "spin"];
/// What they are compared with, in their own rows.
const BASES: [&str; 2] = ["native", "hello"];
/// Which of ours peers are compared with, in the rows of the peers.
const MEASURE: &str = "wasm";

/// The table, grouped by users and scenario; empty without rows.
pub fn table(rows: &[Row]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let has_peers = rows.iter().any(is_peer);
    let mut text = String::new();
    head(&mut text, has_peers);
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
        let mut ratios = ratios(row, rows);
        if has_peers {
            ratios.extend(peer_ratios(row, rows));
        }
        let _ = writeln!(text, "| {} | {} |", cells.join(" | "), ratios.join(" | "));
    }
    text
}

fn head(text: &mut String, has_peers: bool) {
    let mut heads: Vec<&str> = "users,scenario,runtime,conn.,req/s,p50 ms,p99 ms,p99.9 ms,CPU ms/req,\
        memory/peak MB,SQL,errors,req/s ÷ native,req/s ÷ hello,CPU ÷ native"
        .split(',')
        .collect();
    if has_peers {
        heads.extend(["req/s: wasm ÷ peer", "CPU: peer ÷ wasm"]);
    }
    let _ = writeln!(text, "\n| {} |\n|{}", heads.join(" | "), "---|".repeat(heads.len()));
}

/// Whether it is a row of another service.
fn is_peer(row: &Row) -> bool {
    !OURS.contains(&row.runtime) && !BASES.contains(&row.runtime)
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
fn ratios(row: &Row, rows: &[Row]) -> Vec<String> {
    let ratio = |base: &str, figure: fn(&Row) -> f64| {
        // The floor has a scenario of its own.
        let scenario = if base == "hello" { base } else { row.scenario };
        let other = beside(row, rows, base, scenario).filter(|_| OURS.contains(&row.runtime));
        quotient(Some(figure(row)), other.map(figure))
    };
    let per_second = BASES.iter().map(|base| ratio(base, |row| row.figures.requests_per_second));
    per_second.chain([ratio(BASES[0], |row| row.figures.cpu_ms_per_request)]).collect()
}

/// In the row of a peer: how many times more ours answers, and how many times less of the processor it takes.
fn peer_ratios(row: &Row, rows: &[Row]) -> [String; 2] {
    let ours = beside(row, rows, MEASURE, row.scenario).filter(|_| is_peer(row)).map(|row| &row.figures);
    [
        quotient(ours.map(|ours| ours.requests_per_second), Some(row.figures.requests_per_second)),
        quotient(Some(row.figures.cpu_ms_per_request), ours.map(|ours| ours.cpu_ms_per_request)),
    ]
}

/// The row of another runtime under the same load.
fn beside<'a>(row: &Row, rows: &'a [Row], runtime: &str, scenario: &str) -> Option<&'a Row> {
    rows.iter().find(|other| {
        (other.runtime, other.scenario) == (runtime, scenario)
            && (other.users, other.connections) == (row.users, row.connections)
    })
}

fn quotient(above: Option<f64>, below: Option<f64>) -> String {
    match (above, below) {
        (Some(above), Some(below)) if below > 0.0 => number(above / below),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::row;
    use super::*;

    #[test]
    fn runtimes_are_compared_with_each_other_and_the_floor() {
        let rows = [
            row("hello", 1000, "hello", 1000.0),
            row("me-jwt", 1000, "wasm", 100.0),
            row("me-jwt", 1000, "native", 400.0),
            row("me-jwt", 2000, "native", 1.0),
        ];
        let text = table(&rows);
        let lines: Vec<_> = text.trim().lines().collect();
        assert!(lines[0].ends_with("| req/s ÷ native | req/s ÷ hello | CPU ÷ native |"));
        assert!(
            lines[3].starts_with("| 1000 | me-jwt | wasm | 16 | 100 | 1.00 | 2.00 | 3.00 | 0.500 | 1 / 2 | 2.00 |")
        );
        assert!(lines[3].ends_with("| 0.250 | 0.100 | 1.00 |"), "{}", lines[3]);
        assert!(lines[4].starts_with("|  |  | native |"), "what stands above is not said again: {}", lines[4]);
    }

    #[test]
    fn the_row_of_a_peer_tells_how_ours_compares() {
        let mut peer = row("me-jwt", 1000, "better-auth", 50.0);
        peer.figures.cpu_ms_per_request = 4.0;
        let other = Row { connections: 1, ..row("me-jwt", 1000, "better-auth", 1.0) };
        let text = table(&[row("me-jwt", 1000, "wasm", 100.0), peer, other]);
        let lines: Vec<_> = text.trim().lines().collect();
        assert!(lines[0].ends_with("| req/s: wasm ÷ peer | CPU: peer ÷ wasm |"));
        assert!(lines[2].ends_with("|  |  |  |  |  |"), "{}", lines[2]);
        assert!(lines[3].ends_with("|  |  |  | 2.00 | 8.00 |"), "{}", lines[3]);
        assert!(lines[4].ends_with("|  |  |  |  |  |"), "ours was not measured at one connection: {}", lines[4]);
        let cells = |line: &str| line.matches('|').count();
        assert!(lines.iter().all(|line| cells(line) == cells(lines[0])), "{text}");
    }

    #[test]
    fn nothing_measured_is_no_table() {
        assert_eq!(table(&[]), "");
    }
}
