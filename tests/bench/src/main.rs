//! `edge-iam-bench`: drives the service with the same requests on every runtime and tells what each costs. Run it by
//! `cargo xtask bench`, which builds what is measured.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measurement that cannot go on stops"
)]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and times here are far below 2^52"
)]

mod access;
mod cli;
mod components;
mod door;
mod host_log;
mod measure;
mod peers;
mod plan;
mod processes;
mod report;
mod request;
mod runtimes;
mod scenarios;
mod script;
mod seed;
mod special;
mod statements;
mod wrk;

use std::process::ExitCode;

use cli::Command;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every answer was as expected.
fn run() -> anyhow::Result<bool> {
    match cli::parse(std::env::args_os().skip(1))? {
        Command::Help => print!("{}", cli::USAGE),
        Command::List => print!("{}", scenarios::list()),
        Command::Run(options) => {
            let report = plan::run(&options)?;
            print!("{}", report::markdown(&report));
            if options.verdict {
                let largest = components::largest(&options.paths.manifest)?;
                print!("{}", report::verdict(&report, largest.as_ref().map(|(name, size)| (&**name, *size))));
            }
            if let Some(file) = &options.json {
                std::fs::write(file, serde_json::to_string_pretty(&report)?)?;
            }
            return Ok(!report.has_failures());
        }
    }
    Ok(true)
}

/// Prints one line of progress; standard output is for the tables.
pub fn say(text: impl std::fmt::Display) {
    eprintln!("bench: {text}");
}
