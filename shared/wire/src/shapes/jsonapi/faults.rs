//! Faults of input, with the path to the faulty place.

use iam_domain::error::{Fault, FaultCode, Step};

/// One fault: `path` from the top of the body, or of the query.
pub fn fault(path: &[&str], message: impl Into<std::borrow::Cow<'static, str>>) -> Fault {
    let path = path.iter().map(|step| Step::Key((*step).to_owned().into())).collect();
    Fault { path, code: FaultCode::Value, message: message.into() }
}
