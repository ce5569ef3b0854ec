//! Logins by password: whose they are, and what holds guessing back.

pub mod admission;
pub mod read;
pub mod throttle;
