//! Values that cross the border to SQLite, and rows read by position.

use super::error::DbError;

/// A value of SQLite (the five storage classes).
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// 64-bit integer.
    Integer(i64),
    /// Double.
    Real(f64),
    /// UTF-8 text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// Converts parameters to [`Value`] without ceremony: `params![id, name, None::<i64>]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::Value::from($value)),*] };
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}
impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Blob(value.to_vec())
    }
}
impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Integer(i64::from(value))
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}
impl From<&serde_json::Map<String, serde_json::Value>> for Value {
    fn from(object: &serde_json::Map<String, serde_json::Value>) -> Self {
        // Writing an object with texts for keys cannot fail.
        Self::Text(serde_json::to_string(object).unwrap_or_default())
    }
}
impl From<[u8; 32]> for Value {
    fn from(value: [u8; 32]) -> Self {
        Self::Blob(value.to_vec())
    }
}
impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One row of a result. Columns are read by position, as the runtime gives no better; a wrong type or a missing column
/// is a [`DbError::Shape`] that names the position.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub Vec<Value>);

impl Row {
    fn at(&self, column: usize) -> Result<&Value, DbError> {
        self.0.get(column).ok_or(DbError::Shape { column, wanted: "a column" })
    }

    /// Integer at `column`.
    pub fn integer(&self, column: usize) -> Result<i64, DbError> {
        match self.at(column)? {
            Value::Integer(value) => Ok(*value),
            _ => Err(DbError::Shape { column, wanted: "integer" }),
        }
    }

    /// Integer or NULL at `column`.
    pub fn integer_opt(&self, column: usize) -> Result<Option<i64>, DbError> {
        match self.at(column)? {
            Value::Null => Ok(None),
            _ => self.integer(column).map(Some),
        }
    }

    /// A number of things at `column`.
    pub fn count(&self, column: usize) -> Result<usize, DbError> {
        usize::try_from(self.integer(column)?).map_err(|_| DbError::Shape { column, wanted: "a count" })
    }

    /// Boolean stored as 0 or 1 at `column`.
    pub fn boolean(&self, column: usize) -> Result<bool, DbError> {
        self.integer(column).map(|value| value != 0)
    }

    /// Number or NULL at `column`; a whole one may be stored as an integer.
    #[allow(clippy::cast_precision_loss, reason = "numbers of this schema are small")]
    pub fn real_opt(&self, column: usize) -> Result<Option<f64>, DbError> {
        match self.at(column)? {
            Value::Null => Ok(None),
            Value::Real(value) => Ok(Some(*value)),
            Value::Integer(value) => Ok(Some(*value as f64)),
            _ => Err(DbError::Shape { column, wanted: "number" }),
        }
    }

    /// Text at `column`.
    pub fn text(&self, column: usize) -> Result<String, DbError> {
        match self.at(column)? {
            Value::Text(value) => Ok(value.clone()),
            _ => Err(DbError::Shape { column, wanted: "text" }),
        }
    }

    /// Text or NULL at `column`.
    pub fn text_opt(&self, column: usize) -> Result<Option<String>, DbError> {
        match self.at(column)? {
            Value::Null => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    /// Bytes or NULL at `column`.
    pub fn bytes_opt(&self, column: usize) -> Result<Option<Vec<u8>>, DbError> {
        match self.at(column)? {
            Value::Null => Ok(None),
            Value::Blob(value) => Ok(Some(value.clone())),
            _ => Err(DbError::Shape { column, wanted: "bytes" }),
        }
    }

    /// JSON document stored as text at `column`.
    pub fn json(&self, column: usize) -> Result<serde_json::Value, DbError> {
        let text = self.text(column)?;
        serde_json::from_str(&text).map_err(|_| DbError::Shape { column, wanted: "JSON" })
    }

    /// JSON object stored as text at `column`.
    pub fn object(&self, column: usize) -> Result<serde_json::Map<String, serde_json::Value>, DbError> {
        let wanted = "a JSON object";
        serde_json::from_str(&self.text(column)?).map_err(|_| DbError::Shape { column, wanted })
    }

    /// JSON list stored as text at `column`.
    pub fn list<T: serde::de::DeserializeOwned>(&self, column: usize) -> Result<Vec<T>, DbError> {
        serde_json::from_str(&self.text(column)?).map_err(|_| DbError::Shape { column, wanted: "a JSON list" })
    }

    /// JSON document or NULL at `column`.
    pub fn json_opt(&self, column: usize) -> Result<Option<serde_json::Value>, DbError> {
        match self.at(column)? {
            Value::Null => Ok(None),
            _ => self.json(column).map(Some),
        }
    }
}
