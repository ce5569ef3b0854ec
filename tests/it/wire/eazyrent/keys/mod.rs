//! Component `keys`.

mod service_accounts_keys;
mod service_accounts_secrets;
