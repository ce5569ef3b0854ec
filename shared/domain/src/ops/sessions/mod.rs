//! Sessions: seen, refreshed, ended.

pub mod end;
pub mod list;
pub mod refresh;
