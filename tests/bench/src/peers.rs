//! Services that a user might run instead, measured beside ours with the same generator and meter.

use std::path::Path;

use anyhow::Result;
use iam_tests::Server;

use crate::measure::Load;

/// A service of somebody else.
pub trait Peer {
    /// Its name in tables.
    fn name(&self) -> &'static str;

    /// Starts it with its data, in a folder of its own below `work`.
    fn start(&self, work: &Path) -> Result<Running>;
}

/// A peer that serves.
pub struct Running {
    /// The process, ended with this value: `iam_tests::server::kept` makes its command, `Server::launch` starts it.
    pub server: Server,
    /// What can be compared.
    pub cases: Vec<Case>,
}

/// A load on a peer.
pub struct Case {
    /// Our scenario that it is comparable with.
    pub scenario: &'static str,
    /// Address, process, and requests with their expected answers.
    pub load: Load,
}

/// All that are known.
pub fn all() -> Vec<Box<dyn Peer>> {
    Vec::new()
}
