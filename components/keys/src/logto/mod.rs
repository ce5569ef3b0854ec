//! Logto: secrets of applications.

pub mod applications_secrets;
