//! What can go wrong between us and a database.

use std::fmt;

use crate::error::Error;

/// What a statement or a connection can fail with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DbError {
    /// A UNIQUE or PRIMARY KEY rule; the text is SQLite's list of columns (`table.column, …`) or the index name.
    Unique(String),
    /// A FOREIGN KEY rule: something referred to is not there.
    ForeignKey,
    /// A CHECK or NOT NULL rule: a fault of ours, since input was validated.
    Constraint(String),
    /// Another writer held the database for too long.
    Busy,
    /// A row does not look as the code expects.
    Shape {
        /// Position in the row, from 0.
        column: usize,
        /// What was expected there.
        wanted: &'static str,
    },
    /// Anything else, with the driver's text.
    Other(String),
}

impl DbError {
    /// Reads SQLite's message. Drivers give no more than text (Spin) or have the same text (rusqlite), so the
    /// knowledge of its wording stands here and nowhere else.
    pub fn from_message(message: &str) -> Self {
        if let Some((_, what)) = message.split_once("UNIQUE constraint failed: ") {
            let what = what.split(" in ").next().unwrap_or(what);
            return Self::Unique(what.trim_end_matches(')').trim().to_owned());
        }
        if message.contains("FOREIGN KEY constraint failed") {
            return Self::ForeignKey;
        }
        if message.contains("constraint failed") {
            return Self::Constraint(message.to_owned());
        }
        if message.contains("database is locked") || message.contains("database table is locked") {
            return Self::Busy;
        }
        Self::Other(message.to_owned())
    }
}

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unique(what) => write!(f, "already taken: {what}"),
            Self::ForeignKey => f.write_str("something referred to does not exist"),
            Self::Constraint(text) => write!(f, "constraint: {text}"),
            Self::Busy => f.write_str("the database is locked by another writer"),
            Self::Shape { column, wanted } => write!(f, "column {column} of a result row is not {wanted}"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl From<DbError> for Error {
    /// What an operation does not handle itself is a fault of ours, but for a busy store.
    fn from(error: DbError) -> Self {
        match error {
            DbError::Busy => Self::unavailable(1).context("the database stayed locked by another writer"),
            other => Self::internal(format!("database: {other}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_both_drivers_are_understood() {
        for (text, wanted) in [
            ("UNIQUE constraint failed: user.email_key", DbError::Unique("user.email_key".into())),
            (
                "UNIQUE constraint failed: membership.organization_id, membership.principal_id",
                DbError::Unique("membership.organization_id, membership.principal_id".into()),
            ),
            ("UNIQUE constraint failed: index 'role_name'", DbError::Unique("index 'role_name'".into())),
            ("FOREIGN KEY constraint failed", DbError::ForeignKey),
            ("database is locked", DbError::Busy),
            ("no such table: x", DbError::Other("no such table: x".into())),
        ] {
            assert_eq!(DbError::from_message(text), wanted, "{text}");
        }
        assert!(matches!(DbError::from_message("NOT NULL constraint failed: user.id"), DbError::Constraint(_)));
    }
}
