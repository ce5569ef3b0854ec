//! Each table is written to in one place: whatever API makes a user, one statement inserts it.

use super::ratchet::{Counts, Ratchet};
use super::source;

const RATCHET: Ratchet = Ratchet {
    list: "insert_sites.txt",
    advice: "Statements that insert into a table, counted in shared/domain/src. Call the operation that has the statement \
             already; what differs between APIs is an argument of it.",
};

/// Tables that are inserted into, once for each statement.
fn inserts(text: &str) -> Vec<String> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let words: Vec<&str> = text.split(|letter| !is_part(letter)).filter(|word| !word.is_empty()).collect();
    let mut tables = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let table = match (*word, words.get(at + 1..).unwrap_or_default()) {
            ("INSERT", ["INTO", table, ..] | ["OR", _, "INTO", table, ..]) => table,
            ("REPLACE", ["INTO", table, ..]) if at == 0 || words[at - 1] != "OR" => table,
            _ => continue,
        };
        tables.push((*table).to_owned());
    }
    tables
}

#[test]
fn every_table_has_one_writer() {
    let mut found = Counts::new();
    for file in source::product("shared/domain/src") {
        for table in inserts(&file.text) {
            *found.entry(table).or_default() += 1;
        }
    }
    // One is as it should be, and so needs no line.
    found.retain(|_, sites| *sites > 1);
    RATCHET.check(&found);
}

#[test]
fn a_second_statement_is_found_however_it_is_written() {
    let text = r#"
        "INSERT INTO user (id) VALUES (?1)";
        "INSERT OR REPLACE INTO membership (a, b, c) VALUES (1, 2, 3)";
        "INSERT \
             INTO user SELECT id FROM other LIMIT 1"; "REPLACE INTO t"
    "#;
    assert_eq!(inserts(text), ["user", "membership", "user", "t"]);
}
