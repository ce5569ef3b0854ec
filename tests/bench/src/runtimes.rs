//! The runtimes that are measured, each as a process on a state folder of its own.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use iam_tests::server::{Server, kept};
use serde::Serialize;

use crate::cli::Paths;
use crate::wrk::is_program;

/// The name under which all servers are reached, whatever their port: tokens and assertions hold it.
pub const ORIGIN: &str = "http://iam.test";

/// Settings of every server: those of production, but for tokens that outlive a long run.
pub const VARIABLES: &[(&str, &str)] =
    &[("public_url", ORIGIN), ("logto_access_token_ttl", "43200"), ("idah_secure_cookies", "false")];

/// What runs the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Runtime {
    /// The components as WebAssembly in the embedded host.
    Wasm,
    /// The components as native code.
    Native,
    /// The smallest component there is, in the embedded host: what a request costs before the service does anything.
    Hello,
    /// The components in Spin.
    Spin,
}

impl Runtime {
    /// In the order in which they take turns.
    pub const ALL: [Self; 4] = [Self::Wasm, Self::Native, Self::Hello, Self::Spin];

    /// Its name in options and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wasm => "wasm",
            Self::Native => "native",
            Self::Hello => "hello",
            Self::Spin => "spin",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|runtime| runtime.name() == name);
        found.with_context(|| format!("no runtime `{name}`: there are wasm, native, hello and spin"))
    }

    /// Those that can be started here.
    pub fn present() -> Vec<Self> {
        Self::ALL.into_iter().filter(|runtime| *runtime != Self::Spin || spin().is_some()).collect()
    }

    /// Whether it serves the service, on seeded data.
    pub fn has_state(self) -> bool {
        self != Self::Hello
    }
}

fn spin() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| is_program(folder, "spin")).map(|folder| folder.join("spin"))
}

/// Starts servers.
#[derive(Debug)]
pub struct Launcher<'a> {
    /// Where the programs are.
    pub paths: &'a Paths,
}

/// How a server was started.
pub struct Started {
    /// The server.
    pub server: Server,
    /// Time until it said that it serves, in milliseconds; for Spin, until it took connections.
    pub serving_ms: f64,
}

impl Launcher<'_> {
    /// Starts `runtime` on `state`; its log goes to `log`, if given, with every start of an instance, or else to one
    /// that all servers of this runtime share.
    pub fn start(&self, runtime: Runtime, state: &Path, log: Option<&Path>) -> Result<Started> {
        let (mut command, base) = self.command(runtime, state)?;
        if log.is_some() {
            command.env("RUST_LOG", "warn,edge_iam_host::instance=trace");
        }
        // Refusals under load would fill the terminal.
        let usual = self.paths.work.join(format!("{}.log", runtime.name()));
        command.stderr(File::options().create(true).append(true).open(log.unwrap_or(&usual))?);
        let begun = Instant::now();
        let is_told = base.is_some();
        let server = Server::launch(command, state, base);
        if is_told {
            wait_for(server.base())?;
        }
        Ok(Started { server, serving_ms: begun.elapsed().as_secs_f64() * 1000.0 })
    }

    /// The command, and the address for a runtime that does not say where it serves.
    fn command(&self, runtime: Runtime, state: &Path) -> Result<(Command, Option<String>)> {
        let Paths { host, manifest, native, hello, work } = self.paths;
        let cache = work.join("cache");
        let hosted = |manifest: &Path| vec![host.clone(), "-f".into(), manifest.into(), "--cache-dir".into(), cache];
        let mut command = match runtime {
            Runtime::Native => kept(std::slice::from_ref(native), VARIABLES),
            Runtime::Wasm => kept(&hosted(manifest), VARIABLES),
            Runtime::Hello => kept(&hosted(&hello_manifest(hello, work)?), VARIABLES),
            Runtime::Spin => {
                let Some(spin) = spin() else { bail!("there is no `spin` on PATH") };
                let mut command = kept(&[spin, "up".into(), "-f".into(), manifest.clone()], VARIABLES);
                let address = free_address()?;
                command.args(["--listen", &address, "--state-dir"]).arg(state).arg("--quiet");
                return Ok((command, Some(format!("http://{address}"))));
            }
        };
        command.args(["--listen", "127.0.0.1:0", "--state-dir"]).arg(state);
        Ok((command, None))
    }
}

/// A manifest that has the smallest component everywhere.
fn hello_manifest(hello: &Path, work: &Path) -> Result<PathBuf> {
    let path = work.join("hello.toml");
    let source = serde_json::to_string(&std::path::absolute(hello)?)?;
    let text = format!(
        "spin_manifest_version = 2\n[application]\nname = \"hello\"\n[[trigger.http]]\nroute = \"/...\"\n\
         component = \"hello\"\n[component.hello]\nsource = {source}\n"
    );
    std::fs::write(&path, text)?;
    Ok(path)
}

/// A port that nobody listens at.
pub fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

/// Removes the logs of earlier runs.
pub fn forget_logs(work: &Path) -> Result<()> {
    for entry in std::fs::read_dir(work)?.flatten() {
        if entry.path().extension().is_some_and(|ending| ending == "log") {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Waits until something listens at `base`, a minute at most.
#[allow(clippy::disallowed_methods, reason = "this program may wait")]
pub fn wait_for(base: &str) -> Result<()> {
    let address = base.trim_start_matches("http://");
    for _ in 0..6000 {
        if std::net::TcpStream::connect(address).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    bail!("no server at {base} after a minute")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_runtime_is_known_by_its_name() {
        for runtime in Runtime::ALL {
            assert_eq!(Runtime::named(runtime.name()).unwrap(), runtime);
        }
    }

    #[test]
    fn the_manifest_of_the_floor_names_its_component() {
        let folder = tempfile::tempdir().unwrap();
        let path = hello_manifest(Path::new("/a \"b\"/hello.wasm"), folder.path()).unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.contains(r#"source = "/a \"b\"/hello.wasm""#), "{text}");
    }
}
