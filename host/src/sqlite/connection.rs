//! A connection that a guest holds, and which thread its statements run on.
//!
//! A hop to a blocking thread and back costs several times what a short query does. So a query
//! first runs where it is asked for, within a small budget; when it turns out to be long, to
//! write, or to wait, it runs again, or from the start, on a blocking thread.
//!
//! Queries [borrow a reader](Readers) as long as the guest has asked for nothing else: a pragma, a
//! transaction or a change gives the connection a state of its own, and with it one of its own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::budget::Budget;
use super::readers::{Reader, Readers};
use super::statement::{self, Executed};
use super::value::to_error;
use crate::bindings::spin::sqlite::sqlite::{Error, Value};

/// What rusqlite sets for a new connection.
const DEFAULT_PATIENCE: Duration = Duration::from_secs(5);

/// SQLite's words for a write lock that was not to be had in time.
const LOCKED: &str = "database is locked";

/// A connection that a guest holds. Clones are the same connection; when the last one is gone,
/// what still runs on it is interrupted and the database is closed.
#[derive(Clone)]
pub struct Connection(Arc<Hold>);

struct Hold(Arc<Shared>);

struct Shared {
    readers: Arc<Readers>,
    /// Opened by the first statement that is no query.
    own: Mutex<Option<Reader>>,
    /// Ends what runs for the guest when it is gone.
    budget: Arc<Budget>,
    /// Held while the own connection may have the write lock. Below `own`, so that it is given up only when that is closed.
    turn: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Connection {
    /// A connection to the file of `readers`, not opened yet.
    pub(super) fn new(readers: Arc<Readers>) -> Self {
        let shared = Shared { readers, own: Mutex::new(None), budget: Arc::default(), turn: Mutex::default() };
        Self(Arc::new(Hold(Arc::new(shared))))
    }

    /// Runs the first statement of `sql`.
    pub async fn execute(&self, sql: String, parameters: Vec<Value>) -> Result<Executed, Error> {
        let shared = &self.0.0;
        if let Some(executed) = shared.query_here(&sql, &parameters) {
            return Ok(executed);
        }
        if !shared.wait_for_turn(&sql).await {
            return Ok(Executed::failed(Error::Io(LOCKED.to_owned())));
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

    async fn ask<R: Default + Send + 'static>(&self, question: fn(&rusqlite::Connection) -> R) -> Result<R, Error> {
        // Without a connection of its own it is like a new one.
        let answer = move |own: &Option<Reader>| own.as_ref().map(|own| question(&own.db)).unwrap_or_default();
        if let Ok(own) = self.0.0.own.try_lock() {
            return Ok(answer(&own));
        }
        let shared = self.0.0.clone();
        let asked = tokio::task::spawn_blocking(move || answer(&shared.lock()));
        asked.await.map_err(|error| Error::Io(error.to_string()))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.budget.cancel();
        // Closing may write, if this is the last connection to the file or has a transaction open.
        let nothing_to_write = self
            .0
            .own
            .try_lock()
            .is_ok_and(|own| own.as_ref().is_none_or(|own| self.0.readers.is_wal() && own.db.is_autocommit()));
        if !nothing_to_write && let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let shared = self.0.clone();
            runtime.spawn_blocking(move || drop(shared));
        }
    }
}

impl Shared {
    /// The connection's own, if it has one; waits until it is free.
    fn lock(&self) -> MutexGuard<'_, Option<Reader>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody else of this process writes, if `sql` begins to. False: it took longer than the guest wants to
    /// wait.
    async fn wait_for_turn(&self, sql: &str) -> bool {
        if !statement::begins_to_write(sql) {
            return true;
        }
        let patience = match self.own.try_lock().as_deref() {
            // The pragma of the guest's own, or SQLite's default for its kind of connection.
            Ok(Some(own)) if own.db.is_autocommit() => own.patience(),
            Ok(None) => DEFAULT_PATIENCE,
            // It has begun already, or runs another statement right now.
            Ok(Some(_)) | Err(_) => return true,
        };
        let Some(turn) = self.readers.turn(patience).await else { return false };
        *self.turn.lock().unwrap_or_else(PoisonError::into_inner) = Some(turn);
        true
    }

    /// Lets the next one write, unless a transaction is open.
    fn end_turn(&self) {
        if self.lock().as_ref().is_none_or(|own| own.db.is_autocommit()) {
            *self.turn.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// Runs a short query on this thread. `None` if it is none, or fails: the other way then
    /// runs it anew and tells its error.
    fn query_here(&self, sql: &str, parameters: &[Value]) -> Option<Executed> {
        if !self.readers.is_wal() || !statement::may_be_query(sql) {
            return None;
        }
        let within = |reader: &Reader| {
            let _within = reader.budget.start();
            statement::short_query(&reader.db, sql, parameters)
        };
        let own = self.own.try_lock().ok()?;
        if let Some(own) = &*own {
            return within(own);
        }
        drop(own);
        within(self.readers.borrow().ok()?.reader().ok()?)
    }

    fn execute(&self, sql: &str, parameters: &[Value], reply: oneshot::Sender<Executed>) {
        let mut reply = Some(reply);
        let done = match self.query(sql, parameters, &mut reply) {
            Some(done) => done,
            None => self.run(sql, parameters, &mut reply),
        };
        self.end_turn();
        // Here the connection is free again, so that the guest's next call does not wait for it.
        if let Some(reply) = reply {
            // The guest may be gone; then nobody misses the answer.
            let _ = reply.send(done.unwrap_or_else(Executed::failed));
        }
    }

    /// Runs a query on a borrowed reader, to its end. `None` if it is none, or the guest's connection has a state of
    /// its own.
    fn query(
        &self,
        sql: &str,
        parameters: &[Value],
        reply: &mut Option<oneshot::Sender<Executed>>,
    ) -> Option<Result<Executed, Error>> {
        if !self.readers.is_wal() || !statement::may_be_query(sql) || self.lock().is_some() {
            return None;
        }
        let mut borrowed = self.readers.borrow().ok()?;
        let reader = borrowed.reader().ok()?;
        if !statement::is_query(&reader.db, sql) {
            return None;
        }
        reader.watch_by(&self.budget).ok()?;
        let done = statement::run(&reader.db, sql, parameters, reply);
        // The next one to borrow it must not be ended along with this guest.
        let fresh = reader.watch_by(&Arc::default());
        if fresh.is_err() {
            borrowed.discard();
        }
        Some(done)
    }

    /// Runs a statement on the connection's own, opened if this is the first time.
    fn run(
        &self,
        sql: &str,
        parameters: &[Value],
        reply: &mut Option<oneshot::Sender<Executed>>,
    ) -> Result<Executed, Error> {
        let mut own = self.lock();
        let own = match &mut *own {
            Some(own) => own,
            empty => {
                let opened = Reader::open(self.readers.path(), Arc::clone(&self.budget));
                empty.insert(opened.map_err(|error| to_error(&error))?)
            }
        };
        statement::run(&own.db, sql, parameters, reply)
    }
}
