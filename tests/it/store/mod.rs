//! The schema, its history, and every SQL constant against it.

mod concurrent_migration;
mod migrations;
mod replay;
mod schema;
mod sql;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use iam_domain::clock::SystemClock;
use iam_domain::error::Result;
use iam_domain::store::migrations::{self as schema_history, Migration};
use iam_domain::store::native::{NativeConnection, NativeDatabase};
use iam_domain::store::{Row, Value};
use tempfile::TempDir;

/// Runs a future of the native driver, which never waits.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the native driver waited"),
    }
}

/// A database file of the test's own.
struct Scratch {
    folder: TempDir,
    connection: NativeConnection,
}

impl Scratch {
    /// Without any table.
    fn empty() -> Self {
        let folder = TempDir::new().unwrap();
        let connection = connect(&folder);
        Self { folder, connection }
    }

    /// With the whole schema.
    fn migrated() -> Self {
        let scratch = Self::empty();
        scratch.migrate(schema_history::ALL).unwrap();
        scratch
    }

    /// Applies migrations. They leave foreign keys off, which is not how the tables are used.
    fn migrate(&self, all: &[Migration]) -> Result<()> {
        let result = ready(schema_history::apply_all(&self.connection, &SystemClock, all));
        self.rows("PRAGMA foreign_keys = ON");
        result
    }

    /// Rows of any statement.
    fn rows(&self, sql: &str) -> Vec<Row> {
        self.connection.run(sql, vec![]).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Column `column` of all rows, as text.
    fn texts(&self, sql: &str, column: usize) -> Vec<String> {
        self.rows(sql).iter().map(|row| row.text(column).unwrap()).collect()
    }

    /// First column of the first row, an integer.
    fn number(&self, sql: &str) -> i64 {
        self.rows(sql)[0].integer(0).unwrap()
    }

    /// Tables of the application, in the order of their names.
    fn tables(&self) -> Vec<String> {
        self.texts("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name", 0)
    }

    /// Every row of every table, but for the times at which migrations ran.
    fn content(&self) -> Vec<(String, Vec<Row>)> {
        let select = |table: &str| match table {
            "schema_migration" => "SELECT version, name FROM schema_migration ORDER BY 1".to_owned(),
            _ => format!("SELECT * FROM {table} ORDER BY 1, 2"),
        };
        self.tables().into_iter().map(|table| (table.clone(), self.rows(&select(&table)))).collect()
    }

    /// Asserts that neither a page nor a reference is broken.
    #[track_caller]
    fn assert_sound(&self) {
        assert_eq!(self.rows("PRAGMA foreign_key_check"), []);
        assert_eq!(self.rows("PRAGMA integrity_check"), [Row(vec![Value::Text("ok".into())])]);
    }
}

fn connect(folder: &TempDir) -> NativeConnection {
    let connection = NativeDatabase::new(folder.path().join("test.db")).connect().unwrap();
    connection.run("PRAGMA foreign_keys = ON", vec![]).unwrap();
    connection
}
