//! The installation as a whole.

pub mod bootstrap;
pub mod health;
pub(in crate::ops) mod management;
