//! Values between the guest's interface and `SQLite`.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::bindings::spin::sqlite::sqlite::{Error, RowResult, Value};

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(integer) => ValueRef::Integer(*integer),
            Self::Real(real) => ValueRef::Real(*real),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(blob) => ValueRef::Blob(blob),
        }))
    }
}

/// Copies one row, and says about how many bytes it has.
pub(super) fn read_row(row: &rusqlite::Row<'_>, columns: usize) -> Result<(RowResult, usize), Error> {
    let mut size = 0;
    let mut values = Vec::with_capacity(columns);
    for column in 0..columns {
        let value = match row.get_ref(column).map_err(|error| to_error(&error))? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(integer) => Value::Integer(integer),
            ValueRef::Real(real) => Value::Real(real),
            ValueRef::Text(text) => match std::str::from_utf8(text) {
                Ok(text) => Value::Text(text.to_owned()),
                Err(_) => return Err(Error::Io(format!("text in column {column} is not UTF-8"))),
            },
            ValueRef::Blob(blob) => Value::Blob(blob.to_vec()),
        };
        size += size_of::<Value>() + heap(&value);
        values.push(value);
    }
    Ok((RowResult { values }, size))
}

fn heap(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Blob(blob) => blob.len(),
        Value::Integer(_) | Value::Real(_) | Value::Null => 0,
    }
}

/// The interface's error for one of `SQLite`.
pub(super) fn to_error(error: &rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => Error::DatabaseFull,
        _ => Error::Io(error.to_string()),
    }
}
