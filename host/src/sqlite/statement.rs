//! One statement: prepare, bind, step, and hand over rows in pieces.

use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::{Rows as Cursor, params_from_iter};
use tokio::sync::{mpsc, oneshot};

use super::value::{read_row, to_error};
use crate::bindings::spin::sqlite::sqlite::{Error, RowResult, Value};

/// Rows and bytes that travel in one piece; a result below both needs no second one.
const BATCH_ROWS: usize = 128;
const BATCH_BYTES: usize = 128 << 10;

/// Pieces that wait for a slow reader.
const BATCHES_AHEAD: usize = 2;

/// The outcome of one statement.
pub struct Executed {
    /// Names of the columns; none when the statement failed to start.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Rows,
}

/// Rows of a result.
pub enum Rows {
    /// All of them, and how the statement ended.
    Complete(Vec<RowResult>, Result<(), Error>),
    /// The first, the channel for the others in pieces that are never empty, and how the statement
    /// will have ended.
    Streaming(Vec<RowResult>, mpsc::Receiver<Vec<RowResult>>, oneshot::Receiver<Result<(), Error>>),
}

impl Executed {
    /// A statement that failed. As in Spin, the error shows where the end is awaited.
    pub(super) fn failed(error: Error) -> Self {
        Self { columns: Vec::new(), rows: Rows::Complete(Vec::new(), Err(error)) }
    }
}

/// Whether `sql` begins like a query; what it is in truth only the parser knows.
pub(super) fn may_be_query(sql: &str) -> bool {
    let word: &str = sql.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
    ["SELECT", "WITH", "VALUES"].iter().any(|start| word.eq_ignore_ascii_case(start))
}

/// Whether `sql` waits for SQLite's write lock before anything else. (Others may come to need it later, half-way through a
/// transaction: then it is too late to wait in order.)
pub(super) fn begins_to_write(sql: &str) -> bool {
    let mut words = sql.split_ascii_whitespace();
    let is = |word: Option<&str>, one_of: &[&str]| {
        word.is_some_and(|word| one_of.iter().any(|known| word.eq_ignore_ascii_case(known)))
    };
    let first = words.next();
    is(first, &["INSERT", "UPDATE", "DELETE", "REPLACE"])
        || is(first, &["BEGIN"]) && is(words.next(), &["IMMEDIATE", "EXCLUSIVE"])
}

/// Whether the whole of `sql` is one statement that changes nothing.
pub(super) fn is_query(db: &rusqlite::Connection, sql: &str) -> bool {
    db.prepare_cached(sql).is_ok_and(|statement| statement.readonly())
}

/// Runs a query whose rows fit into one piece. `None` if it writes, fails, or has more rows;
/// nothing has changed then.
pub(super) fn short_query(db: &rusqlite::Connection, sql: &str, parameters: &[Value]) -> Option<Executed> {
    let mut statement = db.prepare_cached(sql).ok()?;
    if !statement.readonly() {
        return None;
    }
    let columns = names(&statement);
    let mut rows = statement.query(params_from_iter(parameters)).ok()?;
    match batch(&mut rows, columns.len()) {
        (read, Some(Ok(()))) => Some(Executed { columns, rows: Rows::Complete(read, Ok(())) }),
        _ => None,
    }
}

/// Runs a statement. A short result is returned; a long one takes `reply` and streams.
pub(super) fn run(
    db: &rusqlite::Connection,
    sql: &str,
    parameters: &[Value],
    reply: &mut Option<oneshot::Sender<Executed>>,
) -> Result<Executed, Error> {
    match db.prepare_cached(sql) {
        Ok(mut statement) => step(&mut statement, parameters, reply),
        // Spin runs the first statement and drops the others; so must a stand-in.
        Err(rusqlite::Error::MultipleStatement) => {
            match rusqlite::Batch::new(db, sql).next().map_err(|error| to_error(&error))? {
                Some(mut statement) => step(&mut statement, parameters, reply),
                None => Ok(Executed { columns: Vec::new(), rows: Rows::Complete(Vec::new(), Ok(())) }),
            }
        }
        Err(error) => Err(to_error(&error)),
    }
}

fn step(
    statement: &mut rusqlite::Statement<'_>,
    parameters: &[Value],
    reply: &mut Option<oneshot::Sender<Executed>>,
) -> Result<Executed, Error> {
    let columns = names(statement);
    let width = columns.len();
    let mut rows = statement.query(params_from_iter(parameters)).map_err(|error| to_error(&error))?;
    let (first, end) = batch(&mut rows, width);
    if let Some(result) = end {
        return Ok(Executed { columns, rows: Rows::Complete(first, result) });
    }

    let (send_rows, receive_rows) = mpsc::channel(BATCHES_AHEAD);
    let (send_end, receive_end) = oneshot::channel();
    if let Some(reply) = reply.take() {
        let rows = Rows::Streaming(first, receive_rows, receive_end);
        let _ = reply.send(Executed { columns, rows });
    }
    let result = loop {
        let (more, end) = batch(&mut rows, width);
        // A piece that fills up with the last row leaves nothing for the next one, and nothing is
        // not worth a piece. A guest that drops the stream has seen enough.
        if !more.is_empty() && send_rows.blocking_send(more).is_err() {
            break Ok(());
        }
        if let Some(result) = end {
            break result;
        }
    };
    let _ = send_end.send(result);
    // Not read: `reply` is gone.
    Err(Error::InvalidConnection)
}

fn names(statement: &rusqlite::Statement<'_>) -> Vec<String> {
    statement.column_names().map(str::to_owned).collect()
}

/// Reads up to one piece of rows, and how the statement ended if it did. A piece that is full does
/// not ask for another row, which may be long in coming: only the next call, with no rows then, may
/// find out that there is none.
fn batch(rows: &mut Cursor<'_>, width: usize) -> (Vec<RowResult>, Option<Result<(), Error>>) {
    let mut read = Vec::new();
    let mut bytes = 0;
    while read.len() < BATCH_ROWS && bytes < BATCH_BYTES {
        match rows.next() {
            Ok(Some(row)) => match read_row(row, width) {
                Ok((row, size)) => {
                    bytes += size;
                    read.push(row);
                }
                Err(error) => return (read, Some(Err(error))),
            },
            Ok(None) => return (read, Some(Ok(()))),
            Err(error) => return (read, Some(Err(to_error(&error)))),
        }
    }
    (read, None)
}
