//! Every SQL constant against the schema: it prepares, and its plan reads no table that grows.

use std::collections::BTreeMap;

use iam_domain::store::{STATEMENTS, Value};

use super::Scratch;

/// Steps of query plans that read a whole table, or sort, and why that is all right: what they read is bounded by
/// something other than the size of the installation. A new entry is reviewed, and [`MOST_ALLOWED`] raised
/// with it; an entry that no plan needs any more fails the test.
const ALLOWED: &[(&str, &str, &str)] = &[
    ("callers.BY_TOKEN", "SCAN above", "the recursive walk up the organizations, at most 16 rows"),
    ("callers.BY_SECRET", "SCAN above", "the same"),
    ("callers.BY_CLIENT", "SCAN above", "the same"),
    ("callers.BY_KEY", "SCAN above", "the same"),
    ("callers.BY_TOKEN", "SCAN g", "the caller's own grants and those of its groups, found by index first"),
    ("callers.BY_SECRET", "SCAN g", "the same"),
    ("callers.BY_CLIENT", "SCAN g", "the same"),
    ("callers.BY_KEY", "SCAN g", "the same"),
    (
        "forgotten.ANY",
        "SCAN password_request",
        "rows live until the request that made them is answered; the first is enough",
    ),
    ("forgotten.TAKE", "SCAN password_request", "the first twenty by key"),
    ("installation.DONE", "SCAN installation", "what was done once: a handful"),
    ("links.LINKED", "SCAN (subquery-1)", "at most a page of ids, found by index first"),
    ("links.LINKED", "SCAN (subquery-3)", "the same"),
    ("links.LINKED", "SCAN linked", "the same"),
    ("links.LINKED", "USE TEMP B-TREE FOR ORDER BY", "the same: two pages of ids are merged"),
    ("links.STANDING", "SCAN above", "the recursive walk up the organizations, at most 16 rows"),
    ("links.CHAIN", "SCAN above", "the same"),
    ("links.CHAIN", "USE TEMP B-TREE FOR ORDER BY", "the same"),
    (
        "links.IS_ABOVE",
        "SCAN above",
        "everything above one organization, at most 16 levels of parents and their insurers",
    ),
    ("links.HEIGHT", "SCAN below", "everything below the organization that joins another one, which is rare"),
    ("members.FIND", "SCAN g", "the grants of one member"),
    ("oauth.RESOURCE_GRANT", "USE TEMP B-TREE FOR json_group_array(DISTINCT)", "scopes of one client"),
    ("oauth.RESOURCE_GRANT_IN_ORGANIZATION", "USE TEMP B-TREE FOR json_group_array(DISTINCT)", "scopes of one client"),
    ("oauth.ORGANIZATION_GRANT", "USE TEMP B-TREE FOR json_group_array(DISTINCT)", "scopes of one client"),
    ("org_settings.ALERTS", "SCAN k", "the catalogue of alerts: a handful"),
    ("org_settings.ALERTS", "USE TEMP B-TREE FOR ORDER BY", "the same"),
    ("org_settings.SET_ALERTS", "SCAN json_each VIRTUAL TABLE INDEX 1:", "the parameter"),
    ("roles.ROLES_OF", "SCAN g", "the grants of one principal"),
    ("roles.ROLES_OF", "USE TEMP B-TREE FOR json_group_array(ORDER BY)", "the same"),
    ("roles.TAKE_BUILTINS", "SCAN json_each VIRTUAL TABLE INDEX 1:", "the parameter"),
    ("roles.GIVE_BUILTINS", "SCAN wanted VIRTUAL TABLE INDEX 1:", "the parameter"),
    ("signing_keys.PUBLIC", "SCAN signing_key", "a row per rotation and algorithm"),
    ("signing_keys.PUBLIC", "USE TEMP B-TREE FOR ORDER BY", "the same"),
];

/// Length of [`ALLOWED`] when it was last reviewed.
const MOST_ALLOWED: usize = 33;

/// Name and text of every statement.
fn statements() -> Vec<(String, &'static str)> {
    let of = |(file, list): &(&'static str, &'static [(&'static str, &'static str)])| {
        let file = *file;
        list.iter().map(move |(name, sql)| (format!("{file}.{name}"), *sql)).collect::<Vec<_>>()
    };
    STATEMENTS.iter().flat_map(of).collect()
}

/// Highest `?n` of a statement. No text of ours holds a question mark for another purpose.
fn parameters(sql: &str) -> usize {
    let numbers = sql.split('?').skip(1).map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or_else(|_| panic!("a parameter without number: {sql}"))
    });
    numbers.max().unwrap_or(0)
}

fn plan(scratch: &Scratch, name: &str, sql: &str) -> Vec<String> {
    let params = vec![Value::Null; parameters(sql)];
    let rows = scratch.connection.run(&format!("EXPLAIN QUERY PLAN {sql}"), params);
    rows.unwrap_or_else(|error| panic!("{name}: {error}\n{sql}")).iter().map(|row| row.text(3).unwrap()).collect()
}

#[test]
fn every_statement_prepares_against_the_schema() {
    let scratch = Scratch::migrated();
    let all = statements();
    for (name, sql) in &all {
        plan(&scratch, name, sql);
    }
    assert!(all.len() >= 40, "only {} statements are listed", all.len());
}

#[test]
fn every_file_with_statements_is_listed() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/domain/src/store");
    let declares = |path: &std::path::Path| std::fs::read_to_string(path).unwrap().contains("\nstatements! {");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && declares(path))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    files.sort();
    let listed: Vec<&str> = STATEMENTS.iter().map(|(file, _)| *file).collect();
    assert_eq!(files, listed);
}

#[test]
fn names_are_unique() {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _) in statements() {
        *times.entry(name).or_default() += 1;
    }
    times.retain(|_, times| *times > 1);
    assert_eq!(times, BTreeMap::new());
}

#[test]
fn no_plan_reads_a_table_that_grows() {
    let scratch = Scratch::migrated();
    let mut found = Vec::new();
    for (name, sql) in statements() {
        for step in plan(&scratch, &name, sql) {
            // `SCAN CONSTANT ROW` reads nothing; a scan over an index reads all of it just the same.
            let is_scan = step.starts_with("SCAN ") && step != "SCAN CONSTANT ROW";
            if is_scan || step.starts_with("USE TEMP B-TREE") {
                found.push((name.clone(), step));
            }
        }
    }
    let is_allowed = |(name, step): &&(String, String)| ALLOWED.iter().any(|(of, is, _)| of == name && is == step);
    let forbidden: Vec<_> = found.iter().filter(|step| !is_allowed(step)).collect();
    assert!(forbidden.is_empty(), "{forbidden:#?}");
    let is_needed = |(of, is, _): &&(&str, &str, &str)| found.iter().any(|(name, step)| of == name && is == step);
    let stale: Vec<_> = ALLOWED.iter().filter(|entry| !is_needed(entry)).collect();
    assert!(stale.is_empty(), "take these out of the list: {stale:#?}");
    assert_eq!(ALLOWED.len(), MOST_ALLOWED, "review the list, and this number with it");
}
