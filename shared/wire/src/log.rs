//! Lines for the operator. The runtime adds time, level and component; secrets and bodies never get here.

use iam_domain::error::{Error, ErrorKind};

/// Reports a request that failed for a reason the operator should know: our faults as errors, refusals as notes.
pub fn failure(request_id: &str, op: &str, error: &Error) {
    let level = match error.kind() {
        ErrorKind::Internal => "error",
        ErrorKind::Unavailable(_) | ErrorKind::TooMany(_) => "warn",
        ErrorKind::Unauthenticated(_) | ErrorKind::Forbidden => "info",
        ErrorKind::Invalid(_)
        | ErrorKind::NotFound
        | ErrorKind::WrongState
        | ErrorKind::Conflict
        | ErrorKind::TooLarge(_) => return,
    };
    line(&format!("level={level} request={request_id} op={op} {}", error.log_line()));
}

/// Writes one line; line breaks inside are made visible, so that no text from outside can forge a second one.
#[allow(clippy::print_stderr, reason = "standard error is where the runtime takes a component's log from")]
pub fn line(text: &str) {
    eprintln!("{}", text.replace(['\n', '\r'], "\\n"));
}
