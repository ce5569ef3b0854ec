//! Logs go to stderr through `tracing`; stdout carries only the line that tests wait for.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::cli::LogFormat;

/// Libraries speak only when something is wrong; the host and its guests at info.
const DEFAULT_FILTER: &str = "warn,edge_iam_host=info,guest=info";

/// Installs the log for the whole process. `RUST_LOG` overrides the levels.
pub fn init(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call (in tests) finds the first one's log installed, which is what it wants.
    let _ = match format {
        LogFormat::Human => builder.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}
