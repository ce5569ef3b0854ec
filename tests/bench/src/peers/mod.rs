//! Services that a user might run instead, measured beside ours with the same generator and meter. What they are, and
//! how they differ from ours, stands in `tests/bench/peers/README.md`.

mod better_auth;
mod oidc_provider;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use iam_tests::server::kept;
use iam_tests::{Client, Server};
use serde_json::Value;

use crate::request::Prepared;
use crate::runtimes::free_address;

/// Folder of their programs and packages below the work folder, filled by `cargo xtask bench --peers`.
const FOLDER: &str = "peers";

/// A service of somebody else.
#[derive(Debug)]
pub struct Peer {
    /// Its name in tables.
    pub name: &'static str,
    /// Folder of its program.
    folder: &'static str,
    /// Environment of its program beside that of all.
    variables: &'static [(&'static str, &'static str)],
    /// Whether it keeps data, made by its `seed.mjs`.
    is_seeded: bool,
    /// Our scenarios that something of it is comparable with.
    cases: &'static [(&'static str, Requests)],
}

/// Makes the requests of a case, sent in turn.
type Requests = fn(&Site<'_>) -> Vec<Prepared>;

/// A peer that serves, and what its `seed.mjs` told.
struct Site<'a> {
    client: &'a Client,
    seeded: &'a Value,
}

/// All that are known.
pub const ALL: &[Peer] = &[better_auth::PEER, oidc_provider::ES256, oidc_provider::EDDSA];

/// A peer with its data.
pub struct Ready {
    /// Which.
    pub peer: &'static Peer,
    program: PathBuf,
    log: PathBuf,
    /// Removes its data.
    state: tempfile::TempDir,
    seeded: Value,
}

/// A peer that serves, and what is sent to it.
pub struct Running {
    /// The process, ended with this value.
    pub server: Server,
    /// Requests with their expected answers.
    pub requests: Vec<Prepared>,
}

impl Peer {
    /// Whether it has a counterpart of one of our scenarios.
    pub fn has(&self, scenario: &str) -> bool {
        self.case(scenario).is_some()
    }

    fn case(&self, scenario: &str) -> Option<Requests> {
        self.cases.iter().find(|(name, _)| *name == scenario).map(|(_, requests)| *requests)
    }

    /// Makes its data in a new folder below `work`.
    pub fn ready(&'static self, work: &Path) -> Result<Ready> {
        let program = std::path::absolute(work.join(FOLDER).join(self.folder))?;
        if !program.join("node_modules").is_dir() {
            bail!("{} has no packages: `cargo xtask bench --peers` installs them", program.display());
        }
        let state = tempfile::Builder::new().prefix("run-").tempdir_in(work)?;
        let log = work.join(format!("{}.log", self.name));
        let mut ready = Ready { peer: self, program, log, state, seeded: Value::Null };
        if self.is_seeded {
            ready.seeded = ready.seed()?;
        }
        Ok(ready)
    }
}

impl Ready {
    /// Starts it for one of our scenarios that it has a counterpart of.
    pub fn start(&self, scenario: &str) -> Result<Running> {
        let requests = self.peer.case(scenario).context("no counterpart")?;
        let mut command = kept(&["node".into(), self.program.join("server.mjs")], &[]);
        let address = free_address()?;
        let port = address.rsplit(':').next().unwrap_or_default();
        command.env("PORT", port).stderr(File::options().create(true).append(true).open(&self.log)?);
        self.environment(&mut command);
        // It says where it serves, as ours do.
        let server = Server::launch(command, self.state.path(), None);
        let requests = requests(&Site { client: &server.client(), seeded: &self.seeded });
        Ok(Running { server, requests })
    }

    fn environment(&self, command: &mut Command) {
        command.env("NODE_ENV", "production").env("DB", self.state.path().join("peer.db"));
        command.envs(self.peer.variables.iter().copied());
    }

    fn seed(&self) -> Result<Value> {
        let mut command = Command::new("node");
        command.arg(self.program.join("seed.mjs")).env("BASE_URL", "http://127.0.0.1");
        self.environment(&mut command);
        let output = command.output().context("`node` cannot be started")?;
        if !output.status.success() {
            bail!("its data cannot be made: {}", String::from_utf8_lossy(&output.stderr));
        }
        serde_json::from_slice(&output.stdout).context("what its seed.mjs told")
    }
}

impl Site<'_> {
    /// A text of what was told.
    fn text(&self, name: &str) -> &str {
        self.seeded[name].as_str().unwrap_or_else(|| panic!("its seed.mjs tells no `{name}`"))
    }

    /// A list of them.
    fn texts(&self, name: &str) -> Vec<&str> {
        let list = self.seeded[name].as_array().filter(|list| !list.is_empty());
        let list = list.unwrap_or_else(|| panic!("its seed.mjs tells no `{name}`"));
        list.iter().filter_map(Value::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios;

    #[test]
    fn every_case_is_the_counterpart_of_a_load_of_ours() {
        for peer in ALL {
            for (name, _) in peer.cases {
                let scenario = scenarios::ALL.iter().find(|scenario| scenario.name == *name);
                assert!(scenario.is_some_and(|scenario| scenario.requests().is_some()), "{} {name}", peer.name);
            }
        }
        assert!(ALL[0].has("me-jwt") && !ALL[0].has("member-add"));
    }

    #[test]
    fn every_peer_has_a_name_of_its_own_and_a_program_with_a_lockfile() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
        for (number, peer) in ALL.iter().enumerate() {
            assert!(ALL.iter().skip(number + 1).all(|other| other.name != peer.name));
            let mut files = vec!["server.mjs", "package.json", "package-lock.json"];
            files.extend(peer.is_seeded.then_some("seed.mjs"));
            for file in files {
                assert!(folder.join(peer.folder).join(file).is_file(), "{} has no {file}", peer.name);
            }
        }
    }

    #[test]
    fn without_packages_the_command_that_installs_them_is_named() {
        let work = tempfile::tempdir().unwrap();
        let error = ALL[0].ready(work.path()).err().unwrap().to_string();
        assert!(error.contains("better-auth has no packages: `cargo xtask bench --peers`"), "{error}");
    }

    #[test]
    fn requests_are_made_of_what_was_told() {
        let seeded = serde_json::json!({
            "password": "p", "emails": ["a@example.org", "b@example.org"], "tokens": ["t"], "organization": "o",
            "keys": ["k"],
        });
        let client = Client::new("http://127.0.0.1:1");
        let told = Site { client: &client, seeded: &seeded };
        let requests = |scenario| ALL[0].case(scenario).unwrap()(&told);
        assert_eq!(requests("login").len(), 2);
        assert!(requests("members-20-of-50")[0].path.contains("organizationId=o&limit=20"));
        assert_eq!(requests("api-key-verification")[0].body, r#"{"key":"k"}"#);
    }

    #[test]
    #[should_panic(expected = "its seed.mjs tells no `password`")]
    fn what_was_not_told_is_named() {
        let client = Client::new("http://127.0.0.1:1");
        ALL[0].case("login").unwrap()(&Site { client: &client, seeded: &Value::Null });
    }
}
