//! The database driver over `spin:sqlite`.

use iam_domain::store::{Connection, Database, DbError, LocalFuture, Row, Value};
use spin_sdk::sqlite;

/// The database `default` of the component.
pub(super) struct SpinDatabase;

impl Database for SpinDatabase {
    fn open(&self) -> LocalFuture<'_, Result<Box<dyn Connection>, DbError>> {
        Box::pin(async {
            let connection = sqlite::Connection::open_default().await.map_err(error)?;
            Ok(Box::new(SpinConnection(connection)) as Box<dyn Connection>)
        })
    }
}

struct SpinConnection(sqlite::Connection);

impl Connection for SpinConnection {
    /// Rows are always drained and the result always awaited: only then does the error of a bad statement show, and
    /// only then may the connection run the next one.
    fn execute<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> LocalFuture<'a, Result<Vec<Row>, DbError>> {
        Box::pin(async move {
            let params = params.into_iter().map(to_spin);
            let result = self.0.execute(sql, params).await.map_err(error)?;
            let rows = result.collect().await.map_err(error)?;
            Ok(rows.into_iter().map(|row| Row(row.values.into_iter().map(from_spin).collect())).collect())
        })
    }
}

fn to_spin(value: Value) -> sqlite::Value {
    match value {
        Value::Null => sqlite::Value::Null,
        Value::Integer(value) => sqlite::Value::Integer(value),
        Value::Real(value) => sqlite::Value::Real(value),
        Value::Text(value) => sqlite::Value::Text(value),
        Value::Blob(value) => sqlite::Value::Blob(value),
    }
}

fn from_spin(value: sqlite::Value) -> Value {
    match value {
        sqlite::Value::Null => Value::Null,
        sqlite::Value::Integer(value) => Value::Integer(value),
        sqlite::Value::Real(value) => Value::Real(value),
        sqlite::Value::Text(value) => Value::Text(value),
        sqlite::Value::Blob(value) => Value::Blob(value),
    }
}

#[allow(clippy::needless_pass_by_value, reason = "used as a function for map_err")]
fn error(error: sqlite::Error) -> DbError {
    match error {
        sqlite::Error::Io(text) => DbError::from_message(&text),
        other => DbError::Other(other.to_string()),
    }
}
