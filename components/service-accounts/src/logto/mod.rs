//! Logto: applications.

pub mod applications;
