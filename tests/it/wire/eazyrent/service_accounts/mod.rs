//! Component `service-accounts`.

pub mod service_accounts;
mod service_accounts_delete;
