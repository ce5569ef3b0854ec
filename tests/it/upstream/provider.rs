//! The provider's process.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// A running provider. It ends when its standard input closes: at the latest with this process.
pub struct Provider {
    node: Child,
    /// `http://127.0.0.1:<port>`.
    pub issuer: String,
    /// Access tokens for the userinfo endpoint, by subject.
    tokens: BTreeMap<String, String>,
}

impl Provider {
    /// The one that tests share: it keeps nothing between requests.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Provider> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Starts one on a port of the system's choice.
    pub fn start() -> Self {
        let folder = std::env::var_os("EDGE_IAM_UPSTREAM_DIR");
        let folder =
            PathBuf::from(folder.expect("EDGE_IAM_UPSTREAM_DIR is not set: run the tests by `cargo xtask test`"));
        let mut command = Command::new("node");
        command.arg("provider.mjs").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        // It warns of keeping everything in memory, which is what is wanted.
        let mut node = command.stderr(Stdio::null()).spawn().expect("node");
        let mut line = String::new();
        BufReader::new(node.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).expect("the provider ended before it was ready");
        let tokens = ready["tokens"].as_object().unwrap().iter();
        let tokens = tokens.map(|(subject, token)| (subject.clone(), token.as_str().unwrap().to_owned()));
        Self { node, issuer: ready["issuer"].as_str().unwrap().to_owned(), tokens: tokens.collect() }
    }

    /// An access token of an account's own.
    pub fn token(&self, subject: &str) -> &str {
        &self.tokens[subject]
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.node.stdin.take());
        let _ = self.node.wait();
    }
}
