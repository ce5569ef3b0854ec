//! Connections that only read, shared by all guests.
//!
//! A guest's connection that has run nothing but queries cannot be told from a new one. So as long as that holds, it has
//! no SQLite connection of its own: each query borrows one for as long as it runs. There are then as many as run at the
//! same time, a handful, instead of one for each that a guest keeps open, and they outlive instances: schema, prepared
//! statements and pages are read once, not once more for every instance.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::budget::Budget;

/// Idle readers kept.
const KEPT: usize = 8;

/// Prepared statements kept by each connection.
const STATEMENTS: usize = 128;

/// The database file, its idle readers, and the order of its writers.
pub(super) struct Readers {
    path: PathBuf,
    /// Whether the file is in WAL mode, which only the application decides. Only then do readers never wait for writers.
    wal: AtomicBool,
    idle: Mutex<Vec<Reader>>,
    /// Whose turn it is to write.
    turns: Arc<Semaphore>,
}

/// A connection to the file, and what ends its queries.
pub(super) struct Reader {
    pub(super) db: rusqlite::Connection,
    pub(super) budget: Arc<Budget>,
}

impl Reader {
    /// Opens the file.
    pub(super) fn open(path: &Path, budget: Arc<Budget>) -> rusqlite::Result<Self> {
        let mut db = rusqlite::Connection::open(path)?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        // A kept statement keeps its plan. Without this, SQLite plans anew whenever a parameter changes that might
        // matter to the plan, and taking back a kept statement changes all: half of a short query's time.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        budget.watch(&mut db)?;
        Ok(Self { db, budget })
    }

    /// How long it waits for a lock (`PRAGMA busy_timeout`).
    pub(super) fn patience(&self) -> Duration {
        let milliseconds = self.db.pragma_query_value(None, "busy_timeout", |row| row.get::<_, u32>(0));
        Duration::from_millis(milliseconds.unwrap_or_default().into())
    }

    /// Lets another budget end the queries from now on.
    pub(super) fn watch_by(&mut self, budget: &Arc<Budget>) -> rusqlite::Result<()> {
        budget.watch(&mut self.db)?;
        self.budget = Arc::clone(budget);
        Ok(())
    }
}

impl Readers {
    /// Readers of the file at `path`; nothing is opened yet.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, wal: AtomicBool::new(false), idle: Mutex::default(), turns: Arc::new(Semaphore::new(1)) }
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file is known to be in WAL mode.
    pub(super) fn is_wal(&self) -> bool {
        self.wal.load(Ordering::Relaxed)
    }

    /// Notes that the file is in WAL mode, or is not.
    pub(super) fn set_wal(&self, is_wal: bool) {
        self.wal.store(is_wal, Ordering::Relaxed);
    }

    /// Waits for the turn to write, at most for `patience`. Turns go round in the order in which they were asked for;
    /// SQLite itself lets writers try again after pauses that grow, and some never get through. Other processes take no
    /// turns, so SQLite's lock is still to be had afterwards.
    pub(super) async fn turn(&self, patience: Duration) -> Option<OwnedSemaphorePermit> {
        tokio::time::timeout(patience, Arc::clone(&self.turns).acquire_owned()).await.ok()?.ok()
    }

    /// An idle reader, or a new one. Whoever borrows it runs queries with it and nothing else.
    pub(super) fn borrow(&self) -> rusqlite::Result<Borrowed<'_>> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => Reader::open(&self.path, Arc::default())?,
        };
        Ok(Borrowed { from: self, reader: Some(reader) })
    }

    /// Idle readers.
    #[cfg(test)]
    pub(super) fn idle(&self) -> usize {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn give_back(&self, reader: Reader) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(reader);
        } else {
            // Closing takes its time.
            drop(idle);
            drop(reader);
        }
    }
}

/// A reader that goes back when it is dropped.
pub(super) struct Borrowed<'a> {
    from: &'a Readers,
    /// There until it goes back.
    reader: Option<Reader>,
}

impl Borrowed<'_> {
    /// The reader, to be used until it is dropped.
    pub(super) fn reader(&mut self) -> rusqlite::Result<&mut Reader> {
        // Only `drop` takes it out.
        self.reader.as_mut().ok_or(rusqlite::Error::InvalidQuery)
    }

    /// Closes the reader instead of giving it back.
    pub(super) fn discard(mut self) {
        self.reader = None;
    }
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            self.from.give_back(reader);
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;
    use crate::bindings::spin::sqlite::sqlite::Value;
    use crate::sqlite::statement::short_query;

    fn readers() -> (Readers, tempfile::TempDir) {
        let dir = tempfile::tempdir().unwrap();
        let readers = Readers::new(dir.path().join("test.db"));
        let db = Reader::open(readers.path(), Arc::default()).unwrap().db;
        db.execute_batch("CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER); CREATE INDEX t_by_b ON t (b) WHERE b = 7")
            .unwrap();
        (readers, dir)
    }

    #[test]
    fn one_reader_serves_one_query_after_the_other() {
        let (readers, _dir) = readers();
        for _ in 0..3 {
            readers.borrow().unwrap().reader().unwrap();
            assert_eq!(readers.idle(), 1);
        }
        let borrowed: Vec<_> = (0..KEPT + 3).map(|_| readers.borrow().unwrap()).collect();
        assert_eq!(readers.idle(), 0);
        drop(borrowed);
        assert_eq!(readers.idle(), KEPT, "more are not kept");
        readers.borrow().unwrap().discard();
        assert_eq!(readers.idle(), KEPT - 1);
    }

    #[test]
    fn a_kept_statement_is_planned_once() {
        let (readers, _dir) = readers();
        let sql = "SELECT a FROM t WHERE b = ?1 AND a > ?2 LIMIT ?3";
        let mut borrowed = readers.borrow().unwrap();
        let db = &borrowed.reader().unwrap().db;
        for number in 0..4 {
            assert!(short_query(db, sql, &[Value::Integer(number), Value::Integer(7), Value::Integer(9)]).is_some());
        }
        let statement = db.prepare_cached(sql).unwrap();
        assert_eq!(statement.get_status(StatementStatus::Run), 4, "it was kept");
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
