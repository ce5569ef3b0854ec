//! What the tests stand on: the native runtime, servers of both runtimes, seeded data, a small HTTP client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on stops"
)]

pub mod client;
pub mod in_process;
pub mod native;
pub mod seed;
pub mod server;

pub use client::{Client, Response};
pub use in_process::InProcess;
pub use seed::Seed;
pub use server::{Runtime, Server};
