//! Long lists, read page by page: each page begins behind the last row of the one before (keyset), so that no row is
//! skipped or given twice while others come and go.

use crate::clock::Millis;

/// Most rows that one statement returns.
pub const PAGE: i64 = 1000;

/// Where a list goes on: creation time and id of the last row.
pub type Cursor = (Millis, i64);

/// Before every row.
pub const START: Cursor = (Millis::MIN, 0);

/// Where the list goes on behind `page`; `None` when that was its end.
pub fn behind<T>(page: &[(T, Cursor)]) -> Option<Cursor> {
    let is_full = i64::try_from(page.len()).is_ok_and(|count| count == PAGE);
    page.last().map(|(_, cursor)| *cursor).filter(|_| is_full)
}
