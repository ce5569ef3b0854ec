//! The database files of an application.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Connection;
use super::readers::Readers;
use crate::error::{Result, fail};

/// The databases of the application.
pub struct Databases {
    default: Arc<Readers>,
    /// Held open so that no guest's connection is ever the last one: closing that one would copy the
    /// log into the database each time. It is also the only way in which this file is looked at:
    /// closing any other handle on it would drop this process's POSIX locks ("How To Corrupt An
    /// `SQLite` Database File", 2.2), and another process could then delete the log.
    keeper: Mutex<rusqlite::Connection>,
}

impl Databases {
    /// Databases whose default one is the file `default`, made if needed.
    pub fn new(default: PathBuf) -> Result<Self> {
        match reader(&default) {
            Ok(keeper) => Ok(Self { default: Arc::new(Readers::new(default)), keeper: Mutex::new(keeper) }),
            Err(error) => fail!(
                "cannot use the database {}: {error}; repair or restore the file, or choose another \
                 folder with --state-dir",
                default.display()
            ),
        }
    }

    /// A new connection to the database called `name`, if there is one.
    pub fn connect(&self, name: &str) -> Option<Connection> {
        if name != crate::manifest::DEFAULT_STORE {
            return None;
        }
        if !self.default.is_wal() {
            self.default.set_wal(self.is_wal());
        }
        Some(Connection::new(Arc::clone(&self.default)))
    }

    /// Asks the keeper, which by reading also joins the log as soon as there is one.
    fn is_wal(&self) -> bool {
        let keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        if read(&keeper).is_err() {
            // Only means that this is tried again at the next connection.
            return false;
        }
        let mode = keeper.query_row("PRAGMA journal_mode", [], |row| row.get::<_, String>(0));
        mode.is_ok_and(|mode| mode == "wal")
    }
}

/// A connection that has read, and so shares the write-ahead log if there is one.
fn reader(path: &Path) -> rusqlite::Result<rusqlite::Connection> {
    let db = rusqlite::Connection::open(path)?;
    read(&db)?;
    // From now on it is asked on async threads, where it must not wait for a writer.
    db.busy_timeout(Duration::ZERO)?;
    Ok(db)
}

fn read(db: &rusqlite::Connection) -> rusqlite::Result<i64> {
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
}
