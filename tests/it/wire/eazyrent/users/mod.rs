//! Component `users`.

mod avatar;
mod config;
mod images;
mod me;
mod me_change;
mod notification_preferences;
