//! One binary for all black-box tests. Each runs on the native and on the wasm runtime unless it says otherwise.
#![allow(clippy::module_inception, reason = "a folder is named by the component, a file by the resource")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

/// Makes two tests out of `fn name(server: &Server)`: on the shared native server and on the shared wasm one.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod native {
            $(#[test] fn $name() { super::$name(iam_tests::Server::shared(iam_tests::Runtime::Native)); })*
        }
        mod wasm {
            $(#[test] fn $name() { super::$name(iam_tests::Server::shared(iam_tests::Runtime::Wasm)); })*
        }
    };
}

mod bounds;
mod concurrency;
mod coverage;
mod durability;
mod escalation;
mod invariants;
mod isolation;
mod mail;
mod manifest;
mod password_checks;
mod rights;
mod scenarios;
mod startup;
mod statements;
mod store;
mod time;
mod time_accounts;
mod time_logins;
mod time_networks;
mod time_taken;
mod upstream;
mod wire;
