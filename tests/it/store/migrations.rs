//! Rules of migrations/README.md, and what applying them promises.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use iam_domain::clock::SystemClock;
use iam_domain::error::ErrorKind;
use iam_domain::params;
use iam_domain::store::migrations::{self as history, ALL, Migration};
use iam_domain::store::native::NativeConnection;
use iam_domain::store::{Connection, DbError, LocalFuture, Row, Value};

use super::{Scratch, ready};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations")
}

#[test]
fn the_list_is_the_folder_without_gaps() {
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "sql"))
        .collect();
    files.sort();
    let listed: Vec<String> =
        ALL.iter().map(|migration| format!("{:04}_{}.sql", migration.version, migration.name)).collect();
    assert_eq!(files, listed);
    let versions: Vec<i64> = ALL.iter().map(|migration| migration.version).collect();
    assert_eq!(versions, (1..=i64::try_from(ALL.len()).unwrap()).collect::<Vec<_>>());
    for (migration, file) in ALL.iter().zip(files) {
        let text = bare(&std::fs::read_to_string(folder().join(&file)).unwrap());
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(migration.sql), words(&text), "{file} is embedded");
    }
}

const TRIGGER: &str = "CREATE TRIGGER ";

/// The text without comments. No literal of ours holds two dashes.
fn bare(sql: &str) -> String {
    sql.lines().map(|line| line.split("--").next().unwrap_or_default().trim_end()).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_file_splits_into_its_statements() {
    for migration in ALL {
        assert!(migration.sql.ends_with(";\n"), "{} ends with a statement and a line break", migration.name);
        // A trigger holds semicolons of its own, so it stands on a line.
        let ends = |line: &str| if line.starts_with(TRIGGER) { 1 } else { line.matches(';').count() };
        let wanted = bare(migration.sql).lines().map(ends).sum::<usize>();
        let statements: Vec<&str> = history::statements(migration.sql).collect();
        assert_eq!(statements.len(), wanted, "{}", migration.name);
        for statement in statements {
            let statement = bare(statement);
            let body =
                statement.trim().strip_prefix(TRIGGER).map(|rest| (rest.contains('\n'), rest.ends_with("; END")));
            assert!(
                !statement.contains(';') || body == Some((false, true)),
                "the runtime runs only the first of these: {statement}"
            );
            let verbs = [
                "CREATE TABLE ",
                "CREATE INDEX ",
                "CREATE UNIQUE INDEX ",
                TRIGGER,
                "DROP INDEX ",
                "INSERT INTO ",
                "ALTER TABLE ",
                "UPDATE ",
            ];
            let is_known = verbs.iter().any(|verb| statement.trim_start().starts_with(verb));
            assert!(is_known, "a new kind of statement, is it split well? {statement}");
        }
    }
}

/// Counts statements.
struct Counting<'a>(&'a NativeConnection, Cell<u32>);

impl Connection for Counting<'_> {
    fn execute<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> LocalFuture<'a, Result<Vec<Row>, DbError>> {
        self.1.set(self.1.get() + 1);
        self.0.execute(sql, params)
    }
}

#[test]
fn applying_twice_is_one_question_and_no_change() {
    let scratch = Scratch::migrated();
    let before = (scratch.content(), scratch.rows("SELECT * FROM schema_migration"));
    let counting = Counting(&scratch.connection, Cell::new(0));
    ready(history::apply(&counting, &SystemClock)).unwrap();
    assert_eq!(counting.1.get(), 1, "statements of an upgrade that has nothing to do");
    assert_eq!((scratch.content(), scratch.rows("SELECT * FROM schema_migration")), before);
    assert_eq!(scratch.rows("PRAGMA journal_mode"), [Row(vec![Value::Text("wal".into())])]);
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let scratch = Scratch::migrated();
    let (known, newer) = (ALL.len(), i64::try_from(ALL.len()).unwrap() + 3);
    let insert = "INSERT INTO schema_migration (version, name, applied_at) VALUES (?1, 'of_the_future', 0)";
    scratch.connection.run(insert, params![newer]).unwrap();
    // Whatever the future did to the tables must not matter.
    scratch.rows("ALTER TABLE outbox RENAME TO mail");
    let before = scratch.content();
    let error = scratch.migrate(ALL).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Internal);
    assert_eq!(error.message(), "Internal error.", "the client learns nothing");
    let line = error.log_line();
    for part in [&format!("schema version {newer}"), &format!("up to {known}"), "run the newer release"] {
        assert!(line.contains(part), "{line}");
    }
    assert_eq!(scratch.content(), before);
    scratch.rows("BEGIN IMMEDIATE");
}

const BROKEN: Migration = Migration {
    version: 2,
    name: "broken",
    sql: "CREATE TABLE half_made (id INTEGER PRIMARY KEY) STRICT;\n\
          INSERT INTO half_made (id) VALUES (1);\n\
          DELETE FROM organization;\n\
          INSERT INTO not_there (id) VALUES (1);\n\
          INSERT INTO half_made (id) VALUES (2);\n",
};

#[test]
fn a_failing_migration_leaves_nothing_behind() {
    let scratch = Scratch::empty();
    scratch.migrate(&ALL[..1]).unwrap();
    scratch.rows("INSERT INTO organization (id, name, created_at, updated_at) VALUES (100000000001, 'Kept', 1, 2)");
    let before = scratch.content();
    let error = scratch.migrate(&[ALL[0], BROKEN]).unwrap_err();
    assert!(error.log_line().contains("migration 2 broken: no such table: not_there"), "{error:?}");
    assert_eq!(scratch.content(), before);
    // No transaction is left open, and the mended release goes on from here.
    scratch.migrate(ALL).unwrap();
    assert_eq!(scratch.number("SELECT count(*) FROM organization WHERE name = 'Kept'"), 1);
    scratch.assert_sound();
}

#[test]
fn a_failing_first_start_leaves_an_empty_database() {
    let scratch = Scratch::empty();
    scratch.migrate(&[ALL[0], BROKEN]).unwrap_err();
    assert_eq!(scratch.tables(), Vec::<String>::new());
    scratch.migrate(ALL).unwrap();
}

/// All migrations and one more, made up.
fn with(name: &'static str, sql: &'static str) -> Vec<Migration> {
    let version = i64::try_from(ALL.len()).unwrap() + 1;
    ALL.iter().copied().chain([Migration { version, name, sql }]).collect()
}

fn with_a_member() -> Scratch {
    let scratch = Scratch::migrated();
    for sql in [
        "INSERT INTO organization (id, name, created_at, updated_at) VALUES (1, 'One', 0, 0)",
        "INSERT INTO principal (id, kind, state, organization_id, created_at, updated_at) \
         VALUES (2, 'user', 'active', 1, 0, 0)",
        "INSERT INTO membership (organization_id, principal_id, kind, created_at, updated_at) \
         VALUES (1, 2, 'user', 0, 0)",
    ] {
        scratch.rows(sql);
    }
    scratch
}

/// `SQLite` changes most of a table by making a new one and dropping the old.
#[test]
fn rebuilding_a_table_keeps_its_children() {
    let scratch = with_a_member();
    let sql = "CREATE TABLE principal_new AS SELECT * FROM principal;\n\
               DROP TABLE principal;\n\
               CREATE TABLE principal (id INTEGER PRIMARY KEY, kind TEXT, state TEXT, organization_id INTEGER) STRICT;\n\
               INSERT INTO principal SELECT id, kind, state, organization_id FROM principal_new;\n\
               DROP TABLE principal_new;\n";
    scratch.migrate(&with("rebuild", sql)).unwrap();
    assert_eq!(scratch.number("SELECT count(*) FROM membership WHERE principal_id = 2"), 1);
    scratch.assert_sound();
}

#[test]
fn a_migration_that_breaks_a_reference_is_refused() {
    let scratch = with_a_member();
    let before = scratch.content();
    let error = scratch.migrate(&with("orphans", "DELETE FROM principal;\n")).unwrap_err();
    assert!(error.log_line().contains("rows of membership that refer to nothing"), "{error:?}");
    assert_eq!(scratch.content(), before);
    scratch.assert_sound();
}
