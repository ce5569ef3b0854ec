//! Organizations as the IDAH API has them: what their lists can be asked, and how a page is read.

pub mod changes;
pub mod list;
mod table;

pub use table::ORGANIZATIONS;
