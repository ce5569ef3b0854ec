//! Rules that hold for every table.

use std::collections::BTreeMap;

use super::Scratch;

/// Columns of an index or key, in order; `None` stands for an expression.
type Columns = Vec<Option<String>>;

#[test]
fn a_new_database_is_sound() {
    Scratch::migrated().assert_sound();
}

#[test]
fn every_table_is_strict() {
    let scratch = Scratch::migrated();
    let lax = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 \
               AND name NOT LIKE 'sqlite_%'";
    assert_eq!(scratch.texts(lax, 0), Vec::<String>::new(), "not STRICT");
    assert!(scratch.tables().len() > 20, "{:?}", scratch.tables());
}

/// Without an index the deletion of one parent row reads the whole child table.
#[test]
fn every_foreign_key_has_an_index_on_the_side_of_the_child() {
    let scratch = Scratch::migrated();
    let mut keys = 0;
    let mut bare = Vec::new();
    for table in scratch.tables() {
        let indexes = indexes(&scratch, &table);
        for (columns, parent) in foreign_keys(&scratch, &table) {
            keys += 1;
            // The order within the prefix does not matter: all of its columns are compared for equality.
            let covers = |index: &Columns| {
                index.len() >= columns.len()
                    && columns.iter().all(|column| index[..columns.len()].contains(&Some(column.clone())))
            };
            if !indexes.iter().any(covers) {
                bare.push(format!("{table} ({}) -> {parent}", columns.join(", ")));
            }
        }
    }
    assert!(keys > 20, "only {keys} foreign keys found");
    assert_eq!(bare, Vec::<String>::new(), "foreign keys without an index");
}

/// The same as `SQLite` sees it: what the deletion of one parent row makes it read.
#[test]
fn deleting_a_parent_reads_no_whole_table() {
    let scratch = Scratch::migrated();
    let mut scans = Vec::new();
    for table in scratch.tables() {
        let key = scratch.texts(&format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0"), 0);
        let one = key.iter().map(|column| format!("{column} = 1")).collect::<Vec<_>>().join(" AND ");
        let plan = scratch.texts(&format!("EXPLAIN QUERY PLAN DELETE FROM {table} WHERE {one}"), 3);
        scans.extend(plan.iter().filter(|step| step.starts_with("SCAN")).map(|step| format!("{table}: {step}")));
    }
    assert_eq!(scans, Vec::<String>::new());
}

fn foreign_keys(scratch: &Scratch, table: &str) -> Vec<(Vec<String>, String)> {
    let mut keys: BTreeMap<i64, (Vec<String>, String)> = BTreeMap::new();
    // Columns: id, seq, table, from, …
    for row in scratch.rows(&format!("PRAGMA foreign_key_list({table})")) {
        let entry = keys.entry(row.integer(0).unwrap()).or_insert((Vec::new(), row.text(2).unwrap()));
        entry.0.push(row.text(3).unwrap());
    }
    keys.into_values().collect()
}

fn indexes(scratch: &Scratch, table: &str) -> Vec<Columns> {
    let names = scratch.texts(&format!("PRAGMA index_list({table})"), 1);
    let columns = |index: &String| {
        scratch.rows(&format!("PRAGMA index_info({index})")).iter().map(|row| row.text_opt(2).unwrap()).collect()
    };
    // An INTEGER PRIMARY KEY is the table itself and has no index of its own.
    let key = format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk");
    let key = scratch.texts(&key, 0).into_iter().map(Some).collect();
    names.iter().map(columns).chain([key]).collect()
}

/// Tallies against what they count, after rows came and went in every way there is.
#[test]
fn tallies_follow_the_rows_that_they_count() {
    let scratch = Scratch::migrated();
    let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)";
    for sql in [
        format!(
            "INSERT INTO organization (id, name, name_key, pairing_code, created_at, updated_at) \
             {numbers} SELECT i, 'o' || i, 'o' || i, 'c' || i, 0, 0 FROM n"
        ),
        format!(
            "INSERT INTO principal (id, kind, organization_id, state, created_at, updated_at) \
             {numbers} SELECT 100 + i, iif(i % 3, 'user', 'service_account'), 1 + i % 5, 'active', 0, 0 FROM n"
        ),
        "INSERT INTO membership (organization_id, principal_id, kind, created_at, updated_at) \
         SELECT o.id, p.id, p.kind, 0, 0 FROM organization o JOIN principal p ON (o.id + p.id) % 4 = 0"
            .to_owned(),
        // One of them is there already.
        "INSERT INTO membership (organization_id, principal_id, kind, created_at, updated_at) \
         SELECT 1, id, kind, 0, 0 FROM principal WHERE true ON CONFLICT (organization_id, principal_id) DO NOTHING"
            .to_owned(),
        "DELETE FROM membership WHERE organization_id = 2 AND kind = 'user'".to_owned(),
        // Cascades take memberships along.
        "DELETE FROM principal WHERE id % 7 = 0".to_owned(),
        "DELETE FROM organization WHERE id IN (1, 8, 9)".to_owned(),
        "DELETE FROM organization".to_owned(),
    ] {
        scratch.rows(&sql);
        let members =
            "SELECT json_array(organization_id, kind, members) FROM member_tally WHERE members <> 0 ORDER BY 1";
        let counted = "SELECT json_array(organization_id, kind, count(*)) FROM membership GROUP BY organization_id, kind \
             ORDER BY 1";
        assert_eq!(scratch.texts(members, 0), scratch.texts(counted, 0), "{sql}");
        for (what, rows) in [
            ("organization", "organization"),
            ("user", "principal WHERE kind = 'user'"),
            ("service_account", "principal WHERE kind = 'service_account'"),
        ] {
            let tally = scratch.number(&format!("SELECT number FROM tally WHERE what = '{what}'"));
            assert_eq!(tally, scratch.number(&format!("SELECT count(*) FROM {rows}")), "{what} after {sql}");
        }
    }
    scratch.assert_sound();
}
