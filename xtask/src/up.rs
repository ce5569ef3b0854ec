//! `cargo xtask up`: builds what is not built yet and serves it.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::bootstrap::{self, Plan};
use crate::cli::UpArgs;
use crate::host::{Event, Host};
use crate::marker::Marker;
use crate::secrets::Credentials;
use crate::workspace::Workspace;
use crate::{build, mail, manifest, shell};

/// Runs until the host ends.
pub fn run(args: UpArgs) -> Result<()> {
    let start = Instant::now();
    let workspace = Workspace::find()?;
    let state_dir = match &args.state_dir {
        Some(folder) => std::path::absolute(folder)?,
        None => workspace.root.join(".spin"),
    };
    // Better now than after minutes of compiling.
    check_free(&args.listen)?;
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let plan = bootstrap::plan(&state_dir, &args.variables, names)?;
    if !args.no_build {
        build::all(&workspace, &[])?;
    }
    let shows_mail = mail::stays(&args.variables, |name| std::env::var(name).ok());
    let command = host_command(&workspace, args, &state_dir, &plan)?;
    if let Plan::Generate(_) = plan {
        Marker::write_pending(&state_dir)?;
    }
    let host = Host::start(command)?;
    Up { host, plan, state_dir, start, shows_mail, mail: None }.watch()
}

/// The host is started and told everything: secrets in its environment, where no other user looks.
fn host_command(workspace: &Workspace, args: UpArgs, state_dir: &Path, plan: &Plan) -> Result<Command> {
    let binary = workspace.host_binary();
    if !binary.is_file() {
        bail!("{} is not built: start once without --no-build", workspace.short(&binary));
    }
    let mut command = Command::new(binary);
    command
        .arg("-f")
        .arg(manifest::effective(workspace)?)
        .args(["--listen", &args.listen, "--log-format", &args.log_format])
        .arg("--state-dir")
        .arg(state_dir);
    for variable in args.variables {
        command.args(["--variable", &variable]);
    }
    if let Plan::Generate(credentials) = plan {
        for (name, value) in credentials.variables() {
            let name = format!("SPIN_VARIABLE_{}", name.to_ascii_uppercase());
            command.env(name, value);
        }
    }
    Ok(command)
}

fn check_free(listen: &str) -> Result<()> {
    TcpListener::bind(listen)
        .map(drop)
        .with_context(|| format!("cannot serve on {listen}; choose another address with --listen HOST:PORT"))
}

struct Up {
    host: Host,
    plan: Plan,
    state_dir: PathBuf,
    start: Instant,
    /// Nobody delivers mail, so the terminal shows it.
    shows_mail: bool,
    /// New mail is shown as long as this is there.
    mail: Option<Sender<()>>,
}

impl Up {
    fn watch(mut self) -> Result<()> {
        let mut base = String::new();
        let mut asked: Option<Instant> = None;
        let mut failure = None;
        while let Ok(event) = self.host.events.recv() {
            match event {
                Event::Serving(url) => {
                    base = reachable(&url);
                    self.greet(&base);
                }
                Event::Proved(result) => {
                    let result = result.and_then(|()| self.show(&base));
                    // While stopping, an unanswered request is no news.
                    if let (Err(error), None) = (result, asked) {
                        failure = Some(error.context("no first credentials"));
                        self.host.stop(false);
                    }
                }
                Event::Stop => match asked {
                    None => {
                        asked = Some(Instant::now());
                        self.mail = None;
                        shell::say("stopping; requests in flight are finished first (again: at once)");
                        self.host.stop(false);
                    }
                    // Some programs signal a process and its group: that is one wish, not two.
                    Some(when) if when.elapsed() < Duration::from_secs(1) => {}
                    Some(_) => {
                        shell::say("stopping at once");
                        self.host.stop(true);
                    }
                },
                Event::Exited(status) => return failure.map_or_else(|| ended(status), Err),
            }
        }
        bail!("the host is out of sight")
    }

    /// Says how to get in, or starts making that possible.
    fn greet(&mut self, base: &str) {
        let folder = self.state_dir.display();
        shell::say(format_args!("ready after {}", shell::elapsed(self.start)));
        match &self.plan {
            Plan::Generate(credentials) => {
                let authority = authority(base);
                let credentials = credentials.clone();
                self.host.meanwhile(move || bootstrap::prove(&authority, &credentials));
            }
            Plan::Given => {
                shell::say("first credentials: those of your bootstrap_* variables");
                if let Some(credentials) = Credentials::given(|name| std::env::var(name).ok())
                    && self.shows_mail
                {
                    self.mail = Some(mail::watch(authority(base), credentials));
                }
            }
            Plan::Shown(client_id) => shell::say(format_args!(
                "credentials were shown by the first start (client id {client_id}) and are not \
                 stored in clear; for new ones start with another --state-dir, or remove {folder} \
                 with all its data. Mail is shown here when SPIN_VARIABLE_BOOTSTRAP_CLIENT_ID and \
                 _SECRET are in the environment"
            )),
            Plan::Foreign => shell::say(format_args!(
                "{folder} has a database whose credentials this command did not make; they stay in \
                 force and no new ones are made"
            )),
        }
    }

    fn show(&mut self, base: &str) -> Result<()> {
        if let Plan::Generate(credentials) = &self.plan {
            writeln!(std::io::stdout(), "{}", bootstrap::announcement(base, credentials))
                .context("the credentials cannot be shown on standard output")?;
            let client_id = credentials.client_id.clone();
            Marker::write_shown(&self.state_dir, &client_id)?;
            if self.shows_mail {
                self.mail = Some(mail::watch(authority(base), credentials.clone()));
            }
            self.plan = Plan::Shown(client_id);
        }
        Ok(())
    }
}

fn authority(base: &str) -> String {
    base.trim_start_matches("http://").to_owned()
}

/// An address for clients: `0.0.0.0` is one to listen on only.
fn reachable(url: &str) -> String {
    let Some(authority) = url.strip_prefix("http://") else {
        return url.to_owned();
    };
    match authority.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_unspecified() => {
            let loopback = if address.is_ipv4() { "127.0.0.1" } else { "[::1]" };
            format!("http://{loopback}:{}", address.port())
        }
        _ => url.to_owned(),
    }
}

fn ended(status: ExitStatus) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    match status.code() {
        // It said itself why.
        Some(1) => Err(shell::AlreadyReported.into()),
        _ => bail!("the host ended unexpectedly ({status})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_get_an_address_that_they_can_reach() {
        assert_eq!(reachable("http://0.0.0.0:3000"), "http://127.0.0.1:3000");
        assert_eq!(reachable("http://[::]:80"), "http://[::1]:80");
        assert_eq!(reachable("http://192.0.2.1:80"), "http://192.0.2.1:80");
        assert_eq!(reachable("http://localhost:80"), "http://localhost:80");
    }

    #[test]
    fn a_taken_port_is_told_before_anything_is_built() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let error = format!("{:#}", check_free(&address).unwrap_err());
        assert!(error.contains(&address) && error.contains("--listen"), "{error}");
        drop(listener);
        check_free(&address).unwrap();
    }
}
