//! Long lists, read page by page: each page begins behind the last row of the one before (keyset), so that no row is
//! skipped or given twice while others come and go.

use super::db::DbError;
use super::value::Row;
use crate::clock::Millis;

/// Most rows that one statement returns.
pub const PAGE: i64 = 1000;

/// Where a list goes on: creation time and id of the last row.
pub type Cursor = (Millis, i64);

/// Before every row.
pub const START: Cursor = (Millis::MIN, 0);

/// Behind every row: where lists begin that run backwards.
pub const END: Cursor = (Millis::MAX, i64::MAX);

/// Where the list goes on behind `page`; `None` when that was its end.
pub fn behind<T>(page: &[(T, Cursor)]) -> Option<Cursor> {
    let is_full = i64::try_from(page.len()).is_ok_and(|count| count == PAGE);
    page.last().map(|(_, cursor)| *cursor).filter(|_| is_full)
}

/// Which rows of a list to read, where the caller names a page: the offset is bounded by the length of the list, and what
/// is skipped is index entries only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Rows to skip.
    pub offset: i64,
    /// Most rows to read; SQLite reads all for a negative number.
    pub limit: i64,
}

impl Window {
    /// Everything, of lists that are short by their nature.
    pub const ALL: Self = Self { offset: 0, limit: -1 };

    /// `limit` rows behind the first `offset`.
    pub const fn new(offset: i64, limit: i64) -> Self {
        Self { offset, limit }
    }
}

/// The rows of a window, and how many the whole list has.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// Rows of the whole list, after filters.
    pub total: i64,
    /// Rows of the window.
    pub items: Vec<T>,
}

impl<T> Page<T> {
    /// Reads what a statement gives that puts the total in the first column of every row, and the columns of the items,
    /// which begin with an id, behind it: one row without id when the window is empty.
    pub(super) fn read(rows: &[Row], item: impl Fn(&Row) -> Result<T, DbError>) -> Result<Self, DbError> {
        let total = rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row with the total" })?.integer(0)?;
        let present = rows.iter().filter(|row| !matches!(row.integer_opt(1), Ok(None)));
        Ok(Self { total, items: present.map(item).collect::<Result<_, _>>()? })
    }
}
