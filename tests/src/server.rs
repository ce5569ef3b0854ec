//! A running server of either runtime, on a state folder of its own and a port of the system's choice.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::client::Client;
use crate::native::DATABASE;
use crate::seed::Seed;

/// Id of the first machine client of every test server.
pub const CLIENT_ID: &str = "123456789012";
/// Its secret.
pub const CLIENT_SECRET: &str = "test-only-secret-0123456789abcdefghij";
/// Login of the first superadmin of every test server.
pub const ADMIN_EMAIL: &str = "admin@example.org";
/// Its password.
pub const ADMIN_PASSWORD: &str = "Test-only-1";

/// Indicator of the Logto management API.
pub const MANAGEMENT_RESOURCE: &str = "https://default.logto.app/api";

/// Which runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runtime {
    /// The components as native code over rusqlite.
    Native,
    /// The components as WebAssembly in the embedded host.
    Wasm,
}

/// A server process.
pub struct Server {
    /// A shell that ends the server when this process is gone, however that ends.
    keeper: Child,
    pid: u32,
    base: String,
    state: PathBuf,
    /// Removes the folder at the end, unless it is somebody else's.
    #[allow(dead_code, reason = "it is there to be dropped")]
    owned: Option<TempDir>,
}

/// Starts the server, says its process id, and stops it when standard input closes.
const KEEPER: &str = r#""$@" & pid=$!; echo "pid $pid"; exec >&-; read -r _; kill -TERM $pid 2>/dev/null; wait $pid"#;

fn environment(name: &str) -> PathBuf {
    std::env::var_os(name).unwrap_or_else(|| panic!("{name} is not set: run the tests by `cargo xtask test`")).into()
}

impl Runtime {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Native, Self::Wasm];

    fn program(self) -> Vec<PathBuf> {
        match self {
            Self::Native => {
                let test = std::env::current_exe().unwrap();
                let program = test.ancestors().nth(2).unwrap().join("edge-iam-native");
                assert!(program.exists(), "{} is missing: cargo builds it with the tests", program.display());
                vec![program]
            }
            // Compiled components are shared by all test servers.
            Self::Wasm => vec![
                environment("EDGE_IAM_HOST_BIN"),
                "-f".into(),
                environment("EDGE_IAM_SPIN_TOML"),
                "--cache-dir".into(),
                environment("EDGE_IAM_HOST_BIN").with_file_name("edge-iam-test-cache"),
            ],
        }
    }

    /// The command that starts this runtime on `state`; further `variables` override those of every test server.
    pub fn command(self, state: &Path, variables: &[(&str, &str)]) -> Command {
        let mut command = kept(&self.program(), variables);
        command.args(["--listen", "127.0.0.1:0", "--state-dir"]).arg(state);
        command
    }
}

/// The command that starts any server and ends it when this process is gone: for [`Server::launch`], which passes the
/// arguments that are added to it on.
pub fn kept(program: &[PathBuf], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(KEEPER).arg("keeper").args(program);
    let usual = [
        ("bootstrap_admin_email", ADMIN_EMAIL),
        ("bootstrap_admin_password", ADMIN_PASSWORD),
        ("bootstrap_client_id", CLIENT_ID),
        ("bootstrap_client_secret", CLIENT_SECRET),
    ];
    for (name, value) in usual.iter().chain(variables) {
        command.env(format!("SPIN_VARIABLE_{}", name.to_uppercase()), value);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    command
}

impl Server {
    /// The server of `runtime` that tests share: they keep apart by making organizations of their own.
    pub fn shared(runtime: Runtime) -> &'static Self {
        static SHARED: [OnceLock<Server>; 2] = [OnceLock::new(), OnceLock::new()];
        match runtime {
            Runtime::Native => SHARED[0].get_or_init(|| Self::start(runtime)),
            Runtime::Wasm => SHARED[1].get_or_init(|| Self::start(runtime)),
        }
    }

    /// A server on an empty state folder.
    pub fn start(runtime: Runtime) -> Self {
        Self::start_with(runtime, &[])
    }

    /// A server on an empty state folder, with further variables.
    pub fn start_with(runtime: Runtime, variables: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let mut server = Self::start_on(runtime, folder.path(), variables);
        server.owned = Some(folder);
        server
    }

    /// A server on a state folder that outlives it.
    pub fn start_on(runtime: Runtime, state: &Path, variables: &[(&str, &str)]) -> Self {
        Self::launch(runtime.command(state, variables), state, None)
    }

    /// Runs a command of [`kept`]. A server that does not say where it serves is taken by the `base` that it was told to
    /// serve at; it may still be starting then.
    pub fn launch(mut command: Command, state: &Path, mut base: Option<String>) -> Self {
        let mut keeper = command.spawn().expect("sh");
        let mut lines = BufReader::new(keeper.stdout.take().unwrap()).lines().map_while(Result::ok);
        // The shell and the server write to the same pipe, in either order.
        let mut pid = None;
        while pid.is_none() || base.is_none() {
            let line = lines.next().expect("the server ended before it was ready; see its message above");
            if let Some(text) = line.strip_prefix("pid ") {
                pid = text.parse().ok();
            } else if let Some(text) = line.strip_prefix("Serving ") {
                base = Some(text.to_owned());
            }
        }
        let (pid, base) = (pid.unwrap(), base.unwrap());
        // Whatever else it writes must not block it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { keeper, pid, base, state: state.to_owned(), owned: None }
    }

    /// `http://127.0.0.1:<port>`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Process id.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// State folder.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// A client without credentials.
    pub fn client(&self) -> Client {
        Client::new(&self.base)
    }

    /// Access token of the first machine client, by `/oauth/v2/token`. Also makes the first principals.
    pub fn bootstrap_token(&self) -> String {
        self.token(CLIENT_ID, CLIENT_SECRET)
    }

    /// Access token of a machine client, by `/oauth/v2/token`.
    pub fn token(&self, id: &str, secret: &str) -> String {
        let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        let answer = self.client().form("/oauth/v2/token", &form).expect(200);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// Access token of a machine client for the Logto management API, with the scopes of `wished` that it holds.
    pub fn management_token(&self, id: &str, secret: &str, wished: &str) -> String {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", secret),
            ("resource", MANAGEMENT_RESOURCE),
            ("scope", wished),
        ];
        let answer = self.client().form("/oidc/token", &form).expect(200);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// The first machine client, which may manage the whole directory, at the Logto management API.
    pub fn manager(&self) -> Client {
        self.client().bearer(&self.management_token(CLIENT_ID, CLIENT_SECRET, "all"))
    }

    /// Writes rows beside the running server, through a connection of its own.
    pub fn seed(&self) -> Seed {
        // The first request applies the migrations.
        self.bootstrap_token();
        Seed::open(&self.state.join(DATABASE))
    }

    /// Kills the process as `kill -9` does.
    pub fn kill(mut self) {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.pid).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        drop(self.keeper.stdin.take());
        self.keeper.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}
