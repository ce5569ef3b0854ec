//! Logto: one user at a time. The list of users and new ones are in the component of passwords.

pub mod data;
pub mod organizations;
pub mod users;
