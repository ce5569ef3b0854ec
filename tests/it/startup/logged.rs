//! A server whose log the test reads.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, ExitStatus};

use iam_tests::native::DATABASE;
use iam_tests::{Client, Runtime, Seed};
use tempfile::TempDir;

/// A running server, its standard error in a file.
pub struct Logged {
    keeper: Child,
    base: String,
    folder: TempDir,
}

impl Logged {
    /// Starts one on an empty state folder; `environment` besides the variables of the application.
    pub fn start(runtime: Runtime, variables: &[(&str, &str)], environment: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let log = File::create(folder.path().join("stderr")).unwrap();
        let mut command = runtime.command(&folder.path().join("state"), variables);
        let mut keeper = command.envs(environment.iter().copied()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(keeper.stdout.take().unwrap()).lines().map_while(Result::ok);
        let base = lines.find_map(|line| line.strip_prefix("Serving ").map(str::to_owned));
        // Whatever else it writes must not block it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { keeper, base: base.expect("the server ended before it was ready"), folder }
    }

    /// A client without credentials.
    pub fn client(&self) -> Client {
        Client::new(&self.base)
    }

    /// The database; only once a request has applied the migrations.
    pub fn seed(&self) -> Seed {
        Seed::open(&self.folder.path().join("state").join(DATABASE))
    }

    /// Stops it as SIGTERM does; gives its exit status and the whole log.
    pub fn stop(mut self) -> (ExitStatus, String) {
        drop(self.keeper.stdin.take());
        let status = self.keeper.wait().unwrap();
        (status, std::fs::read_to_string(self.folder.path().join("stderr")).unwrap())
    }
}
