//! Component `users`.

pub mod users;
mod users_change;
mod users_delete;
