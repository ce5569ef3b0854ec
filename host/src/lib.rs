//! The embedded host: runs a `spin.toml` (manifest version 2) and its `WASIp3` components on
//! wasmtime, for people without the Spin CLI, for tests and for benchmarks.
//!
//! It is a stand-in for `spin up`, not a fork: the same manifest, the same `.wasm` files, the same
//! flags and state folder, and no feature that Spin lacks. Where Spin is weak it is stricter: it
//! strips forged `spin-*` headers, bounds memory and time of every guest, and lets busy guests
//! yield so that they cannot freeze their neighbours.

pub mod answer;
pub mod app;
pub mod bindings;
pub mod cache;
pub mod cli;
pub mod clients;
pub mod connection;
pub mod engine;
pub mod error;
pub mod guest_log;
pub mod headers;
pub mod instance;
pub mod key_value;
mod late;
pub mod limits;
pub mod logging;
pub mod manifest;
pub mod outbound;
pub mod pool;
pub mod private;
pub mod router;
pub mod server;
pub mod service;
pub mod sqlite;
pub mod state;
pub mod variables;
