//! How latency of reads grows with the directory.

use std::fmt::Write as _;

use super::{Row, number};

/// Median latency in the largest directory over that in the smallest; empty when there is only one size.
pub fn table(rows: &[Row]) -> String {
    let sizes = || rows.iter().map(|row| row.users);
    let (Some(least), Some(most)) = (sizes().min(), sizes().max()) else { return String::new() };
    if least == most {
        return String::new();
    }
    let mut text = format!(
        "\n| growth of p50 | runtime | conn. | {least} users, ms | {most} users, ms | ratio |\n|---|---|---|---|---|---|\n"
    );
    for small in rows.iter().filter(|row| row.reads && row.users == least) {
        let same = |row: &&Row| {
            row.users == most
                && (row.scenario, row.runtime, row.connections) == (small.scenario, small.runtime, small.connections)
        };
        let Some(large) = rows.iter().find(same) else { continue };
        let (before, after) = (small.figures.p50_ms, large.figures.p50_ms);
        let Row { scenario, runtime, connections, .. } = small;
        let ratio = if before > 0.0 { number(after / before) } else { "–".to_owned() };
        let _ = writeln!(
            text,
            "| {scenario} | {runtime} | {connections} | {} | {} | {ratio} |",
            number(before),
            number(after)
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::tests::row;
    use super::*;

    #[test]
    fn reads_are_compared_over_sizes_and_writes_are_not() {
        let mut large = row("me-jwt", 9000, "wasm", 1.0);
        large.figures.p50_ms = 3.0;
        let mut write = row("login", 1000, "wasm", 1.0);
        write.reads = false;
        let text = table(&[row("me-jwt", 1000, "wasm", 1.0), write, large]);
        assert!(text.contains("| me-jwt | wasm | 16 | 1.00 | 3.00 | 3.00 |"), "{text}");
        assert!(!text.contains("login"));
    }

    #[test]
    fn one_size_has_no_growth() {
        assert_eq!(table(&[row("me-jwt", 1000, "wasm", 1.0)]), "");
    }
}
