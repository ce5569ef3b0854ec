//! Component `service-accounts`.

pub mod applications;
