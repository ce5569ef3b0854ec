//! `/iam/v1/service-accounts` (contracts/eazyrent.md, Service accounts).

pub mod service_accounts;
