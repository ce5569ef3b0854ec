//! The file behind the key-value stores.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{OptionalExtension as _, params};

use crate::bindings::spin::key_value::key_value::Error;

const CREATE: &str = "CREATE TABLE IF NOT EXISTS spin_key_value (
    store TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (store, key)
)";

/// One connection for all stores, opened at first use: operations are linearizable, as in Spin.
#[derive(Debug)]
pub struct KeyValueDb {
    path: PathBuf,
    db: Mutex<Option<rusqlite::Connection>>,
}

impl KeyValueDb {
    /// Stores in the file at `path`.
    pub fn new(path: PathBuf) -> Self {
        Self { path, db: Mutex::new(None) }
    }

    /// The value of a key.
    pub async fn get(self: &Arc<Self>, store: String, key: String) -> Result<Option<Vec<u8>>, Error> {
        self.run(move |db| {
            db.prepare_cached("SELECT value FROM spin_key_value WHERE store = ?1 AND key = ?2")?
                .query_row([store, key], |row| row.get(0))
                .optional()
        })
        .await
    }

    /// Sets a key.
    pub async fn set(self: &Arc<Self>, store: String, key: String, value: Vec<u8>) -> Result<(), Error> {
        self.run(move |db| {
            db.prepare_cached(
                "INSERT INTO spin_key_value (store, key, value) VALUES (?1, ?2, ?3)
                 ON CONFLICT (store, key) DO UPDATE SET value = excluded.value",
            )?
            .execute(params![store, key, value])
            .map(|_| ())
        })
        .await
    }

    /// Removes a key if it is there.
    pub async fn delete(self: &Arc<Self>, store: String, key: String) -> Result<(), Error> {
        self.run(move |db| {
            db.prepare_cached("DELETE FROM spin_key_value WHERE store = ?1 AND key = ?2")?
                .execute([store, key])
                .map(|_| ())
        })
        .await
    }

    /// Whether a key is there.
    pub async fn exists(self: &Arc<Self>, store: String, key: String) -> Result<bool, Error> {
        self.run(move |db| {
            db.prepare_cached("SELECT 1 FROM spin_key_value WHERE store = ?1 AND key = ?2")?.exists([store, key])
        })
        .await
    }

    /// Up to `limit` keys after `after`, in order.
    pub async fn keys(
        self: &Arc<Self>,
        store: String,
        after: Option<String>,
        limit: u32,
    ) -> Result<Vec<String>, Error> {
        self.run(move |db| {
            let mut statement = db.prepare_cached(
                "SELECT key FROM spin_key_value
                 WHERE store = ?1 AND (?2 IS NULL OR key > ?2) ORDER BY key LIMIT ?3",
            )?;
            let keys = statement.query_map(params![store, after, limit], |row| row.get(0))?;
            keys.collect()
        })
        .await
    }

    async fn run<R: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<R> + Send + 'static,
    ) -> Result<R, Error> {
        let this = self.clone();
        let done = tokio::task::spawn_blocking(move || this.with(work)).await;
        done.map_err(|error| Error::Other(error.to_string()))?.map_err(|error| Error::Other(error.to_string()))
    }

    fn with<R>(&self, work: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<R>) -> rusqlite::Result<R> {
        let mut db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        let db = match &mut *db {
            Some(db) => db,
            none => {
                let opened = rusqlite::Connection::open(&self.path)?;
                opened.execute_batch(CREATE)?;
                none.insert(opened)
            }
        };
        work(db)
    }
}
