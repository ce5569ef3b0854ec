//! Logto: all users, and new ones.

pub mod users;
mod users_search;
