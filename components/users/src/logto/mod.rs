//! Logto: one user at a time. The list of users and new ones are in the component `logins`.

pub mod custom_data;
pub mod users;
