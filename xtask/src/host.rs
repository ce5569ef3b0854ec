//! The embedded host as a child process, and what happens to it.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::shell;

/// Something to react to.
#[derive(Debug)]
pub enum Event {
    /// The host accepts requests at this base URL.
    Serving(String),
    /// Somebody wants us to end: Ctrl-C, SIGTERM or a closed terminal.
    Stop,
    /// First credentials were tried out.
    Proved(Result<()>),
    /// The host ended.
    Exited(ExitStatus),
}

/// A running host.
#[derive(Debug)]
pub struct Host {
    pid: Option<Pid>,
    sender: Sender<Event>,
    /// What happens, in order.
    pub events: Receiver<Event>,
}

impl Host {
    /// Starts the command; from here on signals are events.
    pub fn start(mut command: Command) -> Result<Self> {
        let (sender, events) = channel();
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("signals cannot be listened to")?;
        // In a group of its own, the host gets a Ctrl-C only from us and only once.
        command.stdin(Stdio::null()).stdout(Stdio::piped()).process_group(0);
        let mut child = command.spawn().map_err(|error| shell::not_started(&command, &error))?;
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let output = child.stdout.take();

        let stop = sender.clone();
        thread::spawn(move || {
            for _ in signals.forever() {
                let _ = stop.send(Event::Stop);
            }
        });
        let told = sender.clone();
        thread::spawn(move || follow(child, output, &told));
        Ok(Self { pid, sender, events })
    }

    /// Asks the host to finish its requests and end, or with `at_once` ends it.
    pub fn stop(&self, at_once: bool) {
        let signal = if at_once { Signal::KILL } else { Signal::TERM };
        if let Some(pid) = self.pid {
            // It may have ended meanwhile, which is what we want.
            let _ = kill_process(pid, signal);
        }
    }

    /// Runs something beside the host; its result comes as an event.
    pub fn meanwhile(&self, work: impl FnOnce() -> Result<()> + Send + 'static) {
        let sender = self.sender.clone();
        thread::spawn(move || sender.send(Event::Proved(work())));
    }
}

/// Passes the host's output on, looks out for the address in it, and waits for the end.
fn follow(mut child: Child, output: Option<ChildStdout>, events: &Sender<Event>) {
    let lines = output.into_iter().flat_map(|out| BufReader::new(out).lines());
    for line in lines.map_while(Result::ok) {
        // A closed terminal must not end the relay: the host would block on a full pipe.
        let _ = writeln!(std::io::stdout(), "{line}");
        if let Some(url) = serving(&line) {
            let _ = events.send(Event::Serving(url.to_owned()));
        }
    }
    if let Ok(status) = child.wait() {
        let _ = events.send(Event::Exited(status));
    }
}

fn serving(line: &str) -> Option<&str> {
    let url = line.strip_prefix("Serving ")?.trim();
    url.starts_with("http://").then_some(url.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_the_ready_line() {
        assert_eq!(serving("Serving http://[::1]:3000\n"), Some("http://[::1]:3000"));
        assert_eq!(serving("Serving http://h:1/"), Some("http://h:1"));
        assert_eq!(serving("Serving on the moon"), None);
        assert_eq!(serving("INFO Serving http://h:1"), None);
    }
}
