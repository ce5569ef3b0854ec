//! Helpers of the unit tests that need a database.

use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use tempfile::TempDir;

use super::native::{NativeBlobs, NativeConnection, NativeDatabase};
use super::{Blobs, Connection, Database, DbError, LocalFuture, Pool, Row, Value};
use crate::clock::{Clock, Millis};

/// The time of every test.
pub(crate) const NOW: Millis = 2_000_000_000_000;

/// A clock that stands at [`NOW`].
pub(crate) struct Still;

impl Clock for Still {
    fn now(&self) -> Millis {
        NOW
    }
}

/// Runs a future of the native driver, which never waits.
pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the native driver waited"),
    }
}

/// A database file of the test's own, with the whole schema.
pub(crate) struct Scratch {
    folder: TempDir,
    /// Beside whatever the test opens.
    pub(crate) connection: NativeConnection,
}

impl Scratch {
    pub(crate) fn migrated() -> Self {
        let folder = TempDir::new().unwrap();
        let connection = NativeDatabase::new(folder.path().join("test.db")).connect().unwrap();
        connection.run("PRAGMA foreign_keys = ON", vec![]).unwrap();
        let scratch = Self { folder, connection };
        ready(Pool::new(scratch.database()).prepare(&Still)).unwrap();
        scratch
    }

    /// The database, with connections that do not wait for other writers.
    pub(crate) fn database(&self) -> Rc<dyn Database> {
        Rc::new(Impatient(NativeDatabase::new(self.folder.path().join("test.db"))))
    }

    /// A folder of blobs beside the database.
    pub(crate) fn blobs(&self) -> Rc<dyn Blobs> {
        Rc::new(NativeBlobs::new(self.folder.path().join("blobs")))
    }

    /// First column of the first row, an integer.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        self.connection.run(sql, vec![]).unwrap().first().unwrap().integer(0).unwrap()
    }

    /// Rows of the tables that an operation could have written to.
    pub(crate) fn rows(&self) -> i64 {
        let tables = ["organization", "principal", "user", "service_account", "membership", "credential"];
        let more = ["role_grant", "resource", "scope", "role_scope", "outbox", "audit_event", "installation"];
        tables.iter().chain(&more).map(|table| self.number(&format!("SELECT count(*) FROM {table}"))).sum()
    }
}

struct Impatient(NativeDatabase);

impl Database for Impatient {
    fn open(&self) -> LocalFuture<'_, Result<Box<dyn Connection>, DbError>> {
        let connection = self.0.connect().map(|connection| Box::new(NoWait(connection)) as Box<dyn Connection>);
        Box::pin(async { connection })
    }
}

struct NoWait(NativeConnection);

impl Connection for NoWait {
    fn execute<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> LocalFuture<'a, Result<Vec<Row>, DbError>> {
        let sql = if sql.starts_with("PRAGMA busy_timeout") { "PRAGMA busy_timeout = 0" } else { sql };
        self.0.execute(sql, params)
    }
}
