//! Wire tests: status, headers and body of each operation, one case per line of the contract.

/// Makes two tests out of `fn name(runtime: Runtime)`, which starts servers of its own.
macro_rules! on_own_servers {
    ($($name:ident),* $(,)?) => {
        mod own_native { $(#[test] fn $name() { super::$name(iam_tests::Runtime::Native); })* }
        mod own_wasm { $(#[test] fn $name() { super::$name(iam_tests::Runtime::Wasm); })* }
    };
}
pub(crate) use on_own_servers;

mod eazyrent;
pub mod idah;
pub mod jwt;
mod logto;
mod oauth;
mod settings;
pub mod shape;
pub mod tenant;
