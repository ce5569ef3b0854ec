//! Lists that callers filter, sort and page as they like: each resource declares what it can be asked, and a selection is
//! compiled to one statement with parameters.

mod compile;
pub(in crate::store) mod json;
mod sql;
mod table;

pub use compile::{Condition, Counted, Selected, Selection};
pub use sql::{Name, Sql};
pub use table::{Alone, Filter, Kind, Operand, Side, Sort, Table, Test};
