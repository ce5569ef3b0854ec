//! Sessions.

pub mod list;
pub mod write;

pub use list::SESSIONS;
pub use write::{NewSession, Refreshed, SessionMark};
