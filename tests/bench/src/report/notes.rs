//! The table of figures that are no plain load.

use std::fmt::Write as _;

use super::{Note, number};

/// The table; empty without figures.
pub fn table(notes: &[Note]) -> String {
    let mut text = String::new();
    if !notes.is_empty() {
        text.push_str("\n| users | scenario | runtime | figure | value |\n|---|---|---|---|---|\n");
    }
    for note in notes {
        let value = if note.is_failure() { format!("**{} BAD**", number(note.value)) } else { number(note.value) };
        let _ = writeln!(text, "| {} | {} | {} | {} | {value} |", note.users, note.scenario, note.runtime, note.figure);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_figure_is_a_row() {
        let note = |figure: &str| Note {
            scenario: "cold-start",
            users: 1000,
            runtime: "wasm",
            figure: figure.to_owned(),
            value: 12.5,
            runs: Vec::new(),
        };
        let text = table(&[note("serving_ms"), note("unexpected_statuses")]);
        assert!(text.contains("| 1000 | cold-start | wasm | serving_ms | 12.5 |"));
        assert!(text.contains("| **12.5 BAD** |"));
        assert_eq!(table(&[]), "");
    }
}
