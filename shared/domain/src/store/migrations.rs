//! Schema migrations: embedded files, applied by the application on first use.

use super::db::{Connection, DbError};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::params;

/// One migration file.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Position in the order, from 1.
    pub version: i64,
    /// File name without number and ending.
    pub name: &'static str,
    /// Text of the file, without comments and indentation.
    pub sql: &'static str,
}

macro_rules! migrations {
    ($($version:literal $name:literal $file:literal),* $(,)?) => {
        &[$(Migration { version: $version, name: $name, sql: include_str!(concat!(env!("OUT_DIR"), "/", $file)) }),*]
    };
}

/// All migrations, oldest first.
pub const ALL: &[Migration] = migrations![
    1 "identity_graph" "0001_identity_graph.sql",
    2 "credentials" "0002_credentials.sql",
    3 "operations" "0003_operations.sql",
    4 "builtin_roles" "0004_builtin_roles.sql",
    5 "eazyrent" "0005_eazyrent.sql",
    6 "logto" "0006_logto.sql",
    7 "idah" "0007_idah.sql",
    8 "load" "0008_load.sql",
    9 "adopted_keys" "0009_adopted_keys.sql",
];

const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration \
     (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT";
const NEWEST: &str = "SELECT ifnull(max(version), 0) FROM schema_migration";
const RECORD: &str = "INSERT INTO schema_migration (version, name, applied_at) VALUES (?1, ?2, ?3)";

/// Brings the database up to date, on a connection that serves nothing else: foreign keys stay off on it. One statement
/// when there is nothing to do. Concurrent callers are safe: the first
/// takes the write lock, the others wait for it and then find the work done.
///
/// # Errors
/// [`crate::error::ErrorKind::Internal`] when the database is newer than this code or a migration fails;
/// nothing is changed then.
pub async fn apply(connection: &dyn Connection, clock: &dyn Clock) -> Result<()> {
    apply_all(connection, clock, ALL).await
}

/// [`apply`] with a list of migrations of the caller's (tests replay history with it).
pub async fn apply_all(connection: &dyn Connection, clock: &dyn Clock, all: &[Migration]) -> Result<()> {
    let known = all.last().map_or(0, |last| last.version);
    // On a fresh database the table is missing and the query fails: that is version 0.
    if let Ok(version) = newest(connection).await {
        refuse_newer(version, known)?;
        if version == known {
            return Ok(());
        }
    }
    // Persistent and not allowed inside a transaction; libSQL decides for itself and may refuse.
    let _ = connection.execute("PRAGMA journal_mode = WAL", Vec::new()).await;
    let _ = connection.execute("PRAGMA busy_timeout = 5000", Vec::new()).await;
    // SQLite changes most of a table by rebuilding it; with foreign keys on, dropping the old one would cascade to its
    // children. It is a no-op inside a transaction, hence here.
    let _ = connection.execute("PRAGMA foreign_keys = OFF", Vec::new()).await;
    begin(connection).await?;
    match upgrade(connection, clock, all, known).await {
        Ok(()) => {
            connection.execute("COMMIT", Vec::new()).await?;
            Ok(())
        }
        Err(error) => {
            // SQLite may have rolled back already; the first error is the one to tell.
            let _ = connection.execute("ROLLBACK", Vec::new()).await;
            Err(error)
        }
    }
}

/// Takes the write lock. Another first request may be at it for longer than one busy time-out.
async fn begin(connection: &dyn Connection) -> Result<(), DbError> {
    let mut tries_left = 5;
    loop {
        match connection.execute("BEGIN IMMEDIATE", Vec::new()).await {
            Err(DbError::Busy) if tries_left > 0 => tries_left -= 1,
            other => return other.map(|_| ()),
        }
    }
}

async fn upgrade(connection: &dyn Connection, clock: &dyn Clock, all: &[Migration], known: i64) -> Result<()> {
    connection.execute(CREATE_TABLE, Vec::new()).await?;
    let version = newest(connection).await?;
    refuse_newer(version, known)?;
    for migration in all.iter().filter(|migration| migration.version > version) {
        for statement in statements(migration.sql) {
            connection.execute(statement, Vec::new()).await.map_err(|error| {
                Error::internal(format!("migration {} {}: {error}", migration.version, migration.name))
            })?;
        }
        connection.execute(RECORD, params![migration.version, migration.name, clock.now()]).await?;
    }
    if let Some(row) = connection.execute("PRAGMA foreign_key_check", Vec::new()).await?.first() {
        let table = row.text(0).unwrap_or_default();
        return Err(Error::internal(format!("the migrations leave rows of {table} that refer to nothing")));
    }
    Ok(())
}

async fn newest(connection: &dyn Connection) -> Result<i64, DbError> {
    let rows = connection.execute(NEWEST, Vec::new()).await?;
    rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?.integer(0)
}

fn refuse_newer(version: i64, known: i64) -> Result<()> {
    if version > known {
        return Err(Error::internal(format!(
            "the database is at schema version {version}, this release knows up to {known}: \
             run the newer release of edge-iam, or restore a backup made before its upgrade"
        )));
    }
    Ok(())
}

/// Splits a migration file at each `;` that ends a line (the rule that migrations/README.md states), since the
/// runtime runs only the first statement of a text.
pub fn statements(sql: &'static str) -> impl Iterator<Item = &'static str> {
    sql.split(";\n").map(str::trim).filter(|text| {
        text.lines().any(|line| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with("--")
        })
    })
}
