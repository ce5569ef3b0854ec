//! The driver over rusqlite: for the native runtime and for fast tests.

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::types::{Value as SqlValue, ValueRef};

use super::db::{Connection, Database, DbError, LocalFuture};
pub use super::native_blobs::NativeBlobs;
use super::value::{Row, Value};

/// A database file. An in-memory database would be empty at every open, so there is none.
#[derive(Debug, Clone)]
pub struct NativeDatabase {
    path: PathBuf,
}

impl NativeDatabase {
    /// The database at `path`; made when first opened.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_owned() }
    }

    /// Opens a connection without a future around it.
    pub fn connect(&self) -> Result<NativeConnection, DbError> {
        let connection = rusqlite::Connection::open(&self.path).map_err(error)?;
        connection.set_prepared_statement_cache_capacity(64);
        // A statement keeps its plan: without this, SQLite plans anew after every change of a parameter that might
        // matter to the plan, which is half of the time that a request takes.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(error)?;
        Ok(NativeConnection(connection))
    }
}

impl Database for NativeDatabase {
    fn open(&self) -> LocalFuture<'_, Result<Box<dyn Connection>, DbError>> {
        Box::pin(async { Ok(Box::new(self.connect()?) as Box<dyn Connection>) })
    }
}

/// One rusqlite connection.
pub struct NativeConnection(rusqlite::Connection);

impl NativeConnection {
    /// Runs one statement.
    pub fn run(&self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, DbError> {
        let mut statement = self.0.prepare_cached(sql).map_err(error)?;
        let width = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(params.into_iter().map(to_sql))).map_err(error)?;
        let mut result = Vec::new();
        while let Some(row) = rows.next().map_err(error)? {
            let values = (0..width).map(|column| row.get_ref(column).map(from_sql).map_err(error));
            result.push(Row(values.collect::<Result<_, _>>()?));
        }
        Ok(result)
    }
}

impl Connection for NativeConnection {
    fn execute<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> LocalFuture<'a, Result<Vec<Row>, DbError>> {
        Box::pin(async move { self.run(sql, params) })
    }
}

fn to_sql(value: Value) -> SqlValue {
    match value {
        Value::Null => SqlValue::Null,
        Value::Integer(value) => SqlValue::Integer(value),
        Value::Real(value) => SqlValue::Real(value),
        Value::Text(value) => SqlValue::Text(value),
        Value::Blob(value) => SqlValue::Blob(value),
    }
}

fn from_sql(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Integer(value),
        ValueRef::Real(value) => Value::Real(value),
        ValueRef::Text(value) => Value::Text(String::from_utf8_lossy(value).into_owned()),
        ValueRef::Blob(value) => Value::Blob(value.to_vec()),
    }
}

#[allow(clippy::needless_pass_by_value, reason = "used as a function for map_err")]
fn error(error: rusqlite::Error) -> DbError {
    if let Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) = error.sqlite_error_code() {
        return DbError::Busy;
    }
    DbError::from_message(&error.to_string())
}

#[cfg(test)]
#[path = "native_tests.rs"]
mod tests;
