//! A connection that a guest holds, and which thread its statements run on.
//!
//! A hop to a blocking thread and back costs several times what a short query does. So a query
//! first runs where it is asked for, within a small budget; when it turns out to be long, to
//! write, or to wait, it runs again, or from the start, on a blocking thread.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::budget::Budget;
use super::statement::{self, Executed};
use super::value::to_error;
use crate::bindings::spin::sqlite::sqlite::{Error, Value};

/// Prepared statements kept by each connection.
const STATEMENTS: usize = 64;

/// A connection that a guest holds. Clones are the same connection; when the last one is gone,
/// what still runs on it is interrupted and the database is closed.
#[derive(Clone)]
pub struct Connection(Arc<Hold>);

struct Hold(Arc<Shared>);

struct Shared {
    path: PathBuf,
    /// Whether readers never wait for writers, so that a query may run on an async thread.
    wal: Arc<AtomicBool>,
    /// Opened by the first statement.
    db: Mutex<Option<rusqlite::Connection>>,
    budget: Arc<Budget>,
}

impl Connection {
    /// A connection to the database file at `path`, not opened yet; `wal` says whether the file
    /// is known to be in WAL mode.
    pub fn new(path: PathBuf, wal: Arc<AtomicBool>) -> Self {
        let shared = Shared { path, wal, db: Mutex::new(None), budget: Arc::default() };
        Self(Arc::new(Hold(Arc::new(shared))))
    }

    /// Runs the first statement of `sql`.
    pub async fn execute(&self, sql: String, parameters: Vec<Value>) -> Result<Executed, Error> {
        let shared = &self.0.0;
        if let Some(executed) = shared.query_here(&sql, &parameters) {
            return Ok(executed);
        }
        let (reply, executed) = oneshot::channel();
        let shared = shared.clone();
        tokio::task::spawn_blocking(move || shared.execute(&sql, &parameters, reply));
        executed.await.map_err(|_| Error::Io("the statement was given up".to_owned()))
    }

    /// `sqlite3_last_insert_rowid`.
    pub async fn last_insert_rowid(&self) -> Result<i64, Error> {
        self.ask(rusqlite::Connection::last_insert_rowid).await
    }

    /// `sqlite3_changes`.
    pub async fn changes(&self) -> Result<u64, Error> {
        self.ask(rusqlite::Connection::changes).await
    }

    async fn ask<R: Send + 'static>(&self, question: fn(&rusqlite::Connection) -> R) -> Result<R, Error> {
        if let Ok(db) = self.0.0.db.try_lock()
            && let Some(db) = &*db
        {
            return Ok(question(db));
        }
        let shared = self.0.0.clone();
        let answer = tokio::task::spawn_blocking(move || shared.open().map(|db| db.as_ref().map(question)));
        let answer = answer.await.map_err(|error| Error::Io(error.to_string()))??;
        answer.ok_or(Error::InvalidConnection)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.budget.cancel();
        // Closing may write, if this is the last connection to the file or has a transaction open.
        let idle_reader = self.0.wal.load(Ordering::Relaxed)
            && self.0.db.try_lock().is_ok_and(|db| db.as_ref().is_none_or(rusqlite::Connection::is_autocommit));
        if !idle_reader && let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let shared = self.0.clone();
            runtime.spawn_blocking(move || drop(shared));
        }
    }
}

impl Shared {
    /// The connection, opened if this is the first time; waits until it is free.
    fn open(&self) -> Result<MutexGuard<'_, Option<rusqlite::Connection>>, Error> {
        let mut db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        self.open_in(&mut db).map_err(|error| to_error(&error))?;
        Ok(db)
    }

    fn open_in(&self, db: &mut Option<rusqlite::Connection>) -> rusqlite::Result<()> {
        if db.is_none() {
            let mut opened = rusqlite::Connection::open(&self.path)?;
            opened.set_prepared_statement_cache_capacity(STATEMENTS);
            self.budget.watch(&mut opened)?;
            *db = Some(opened);
        }
        Ok(())
    }

    /// Runs a short query on this thread. `None` if it is none, or fails: the other way then
    /// runs it anew and tells its error.
    fn query_here(&self, sql: &str, parameters: &[Value]) -> Option<Executed> {
        if !self.wal.load(Ordering::Relaxed) || !statement::may_be_query(sql) {
            return None;
        }
        let mut db = self.db.try_lock().ok()?;
        self.open_in(&mut db).ok()?;
        let db = db.as_ref()?;
        let _within = self.budget.start();
        statement::short_query(db, sql, parameters)
    }

    fn execute(&self, sql: &str, parameters: &[Value], reply: oneshot::Sender<Executed>) {
        let mut reply = Some(reply);
        let done = self.open().and_then(|db| match &*db {
            Some(db) => statement::run(db, sql, parameters, &mut reply),
            None => Err(Error::InvalidConnection),
        });
        // Here the connection is free again, so that the guest's next call does not wait for it.
        if let Some(reply) = reply {
            // The guest may be gone; then nobody misses the answer.
            let _ = reply.send(done.unwrap_or_else(Executed::failed));
        }
    }
}
