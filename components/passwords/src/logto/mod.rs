//! Logto: all users, and new ones.

mod search;
pub mod users;
