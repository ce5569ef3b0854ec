//! Sessions: begun, seen, refreshed, ended.

pub mod begin;
pub mod end;
pub mod list;
pub mod refresh;
