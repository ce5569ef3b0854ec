//! The first moments of a server: first requests at once, a second server on the folder, wrong settings, the log.

mod first_requests;
pub mod logged;
mod second_server;
mod secrets;
mod wrong_settings;
