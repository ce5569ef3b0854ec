//! Connections kept open between requests, and the reading side of the store.
//!
//! Opening a connection and each statement are hops to the host, so an instance keeps a few connections. A connection
//! is lent to one statement or one unit of work at a time: on one connection a second statement must not start before
//! the first one's rows are drained.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::db::{Connection, Database, DbError, LocalFuture};
use super::migrations;
use super::query::Sql;
use super::value::{Row, Value};
use crate::clock::Clock;
use crate::error::Result;

/// Idle connections kept of each kind: one for each request that the runtimes let an instance serve at a time. A new
/// connection parses the whole schema before its first row, so closing one that is needed again soon is dear. Waiting
/// for one instead is no way out: in a component, one request's task cannot wake another's.
const KEEP_IDLE: usize = 16;

/// Runs statements: the pool (each on its own, autocommit) or a unit of work (all in one transaction).
pub trait Exec {
    /// Runs one statement and returns its rows.
    fn run<'a>(&'a self, sql: &'static str, params: Vec<Value>) -> LocalFuture<'a, Result<Vec<Row>, DbError>>;

    /// Runs a statement that was put together.
    fn run_built<'a>(&'a self, sql: &'a Sql) -> LocalFuture<'a, Result<Vec<Row>, DbError>>;
}

/// The database of an instance.
pub struct Pool {
    database: Rc<dyn Database>,
    readers: RefCell<Vec<Box<dyn Connection>>>,
    writers: RefCell<Vec<Box<dyn Connection>>>,
    is_migrated: Cell<bool>,
    statements: Cell<u64>,
}

impl Pool {
    /// A pool over `database`; nothing is opened yet.
    pub fn new(database: Rc<dyn Database>) -> Self {
        Self {
            database,
            readers: RefCell::default(),
            writers: RefCell::default(),
            is_migrated: Cell::new(false),
            statements: Cell::new(0),
        }
    }

    /// Applies missing migrations, once per instance. Concurrent first requests are safe: see [`migrations::apply`].
    pub async fn prepare(&self, clock: &dyn Clock) -> Result<()> {
        if !self.is_migrated.get() {
            // A connection of its own: migrations run with other pragmas than requests.
            let connection = self.database.open().await?;
            migrations::apply(connection.as_ref(), clock).await?;
            self.is_migrated.set(true);
        }
        Ok(())
    }

    /// Statements run through this pool so far (transaction control included).
    pub fn statements(&self) -> u64 {
        self.statements.get()
    }

    pub(super) fn count_statement(&self) {
        self.statements.set(self.statements.get().saturating_add(1));
    }

    /// A writer kept from an earlier request.
    pub(super) fn idle_writer(&self) -> Option<Box<dyn Connection>> {
        self.writers.borrow_mut().pop()
    }

    /// A new connection for writing, with the pragmas that the rules of the graph rest on.
    pub(super) async fn new_writer(&self) -> Result<Box<dyn Connection>, DbError> {
        let connection = self.database.open().await?;
        // Without foreign keys the cascades of the schema would silently not happen, so this one must succeed.
        connection.execute("PRAGMA foreign_keys = ON", Vec::new()).await?;
        // libSQL refuses these; there the server decides.
        let _ = connection.execute("PRAGMA busy_timeout = 2000", Vec::new()).await;
        let _ = connection.execute("PRAGMA synchronous = FULL", Vec::new()).await;
        Ok(connection)
    }

    /// Takes back a writer whose transaction has ended. (One with an open transaction is dropped instead.)
    pub(super) fn give_back_writer(&self, connection: Box<dyn Connection>) {
        keep(&self.writers, connection);
    }
}

fn keep(idle: &RefCell<Vec<Box<dyn Connection>>>, connection: Box<dyn Connection>) {
    let mut idle = idle.borrow_mut();
    if idle.len() < KEEP_IDLE {
        idle.push(connection);
    }
}

impl Pool {
    async fn read(&self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, DbError> {
        let idle = self.readers.borrow_mut().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.database.open().await?,
        };
        self.count_statement();
        let rows = connection.execute(sql, params).await?;
        // One that failed may be broken for good, so only the good ones come back.
        keep(&self.readers, connection);
        Ok(rows)
    }
}

impl Exec for Pool {
    fn run<'a>(&'a self, sql: &'static str, params: Vec<Value>) -> LocalFuture<'a, Result<Vec<Row>, DbError>> {
        Box::pin(self.read(sql, params))
    }

    fn run_built<'a>(&'a self, sql: &'a Sql) -> LocalFuture<'a, Result<Vec<Row>, DbError>> {
        Box::pin(self.read(sql.text(), sql.params().to_vec()))
    }
}

#[cfg(test)]
#[cfg(feature = "native")]
#[path = "pool_tests.rs"]
mod tests;
