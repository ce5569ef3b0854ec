//! `cargo xtask`: the few commands that build, run and check edge-iam.

mod apt;
mod apt_sources;
mod bench;
mod bootstrap;
mod build;
mod check;
mod cli;
mod clients;
mod debian_std;
mod deny;
mod docs;
mod host;
mod http;
#[cfg(test)]
mod links;
mod mail;
mod manifest;
mod marker;
mod node;
mod python;
mod runner;
mod secrets;
mod shell;
mod sizes;
mod sysroot;
mod test;
mod toolchain;
mod totals;
mod up;
mod workspace;

use std::process::ExitCode;

use cli::Command;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // `{:#}` prints the causes in one line and never a backtrace.
            if !error.is::<shell::AlreadyReported>() {
                eprintln!("error: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    match cli::parse(std::env::args_os().skip(1))? {
        Command::Help => {
            print!("{}", cli::USAGE);
            Ok(())
        }
        Command::Up(args) => up::run(args),
        Command::Test(args) => test::run(&args),
        Command::Bench(options) => bench::run(&options),
        Command::Docs => docs::run(),
        Command::Check => check::run(),
    }
}
