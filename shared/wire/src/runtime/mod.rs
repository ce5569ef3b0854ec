//! What a runtime gives: on Spin requests, databases, blobs and variables; everywhere a way to other servers.

pub mod outbound;
#[cfg(all(feature = "spin", target_arch = "wasm32"))]
pub mod spin;
