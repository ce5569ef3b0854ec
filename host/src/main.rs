//! `edge-iam-host`: see `edge-iam-host --help`.

use std::io::Write as _;
use std::process::ExitCode;

use edge_iam_host::cli::{self, Command};
use edge_iam_host::{logging, private, server};

fn main() -> ExitCode {
    let options = match cli::parse(std::env::args_os().skip(1)) {
        Ok(Command::Run(options)) => options,
        Ok(Command::Help) => return print(cli::HELP),
        Ok(Command::Version) => return print(concat!("edge-iam-host ", env!("CARGO_PKG_VERSION"), "\n")),
        Err(error) => return refuse(&error),
    };
    private::close_new_files();
    logging::init(options.log_format);
    match server::run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(&error),
    }
}

fn print(text: &str) -> ExitCode {
    // A closed pipe (`| head`) is no failure.
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn refuse(error: &edge_iam_host::error::StartError) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "edge-iam-host: {error}");
    ExitCode::FAILURE
}
