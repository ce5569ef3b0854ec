//! The installation as a whole.

pub mod bootstrap;
pub mod health;
