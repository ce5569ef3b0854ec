//! People as accounts of the IDAH API, whoever made them: what their lists can be asked, and how a page is read.

pub mod changes;
pub mod list;
mod table;

pub use table::ACCOUNTS;
