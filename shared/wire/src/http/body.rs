//! JSON bodies.

use std::borrow::Cow;

use bytes::Bytes;
use iam_domain::error::{Error, Fault, FaultCode, Result, Step};
use serde_json::Value;

pub use super::fields::Fields;

/// Largest JSON or form body, in bytes.
pub const MAX_BODY: usize = 1024 * 1024;

/// Parses a body as JSON; an empty one is `None`.
///
/// # Errors
/// A fault of code [`FaultCode::Syntax`] at the top; its path holds the byte offset.
pub fn json(body: &Bytes) -> Result<Option<Value>> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    serde_json::from_slice(body).map(Some).map_err(|error| {
        let offset = offset(body, error.line(), error.column());
        Error::invalid(vec![Fault {
            path: vec![Step::Index(offset)],
            code: FaultCode::Syntax,
            message: Cow::Borrowed("The body is not valid JSON."),
        }])
    })
}

fn offset(body: &[u8], line: usize, column: usize) -> usize {
    let before: usize = body.split(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(|text| text.len() + 1).sum();
    before + column.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use iam_domain::error::ErrorKind;

    #[test]
    fn syntax_faults_tell_where() {
        let error = json(&Bytes::from_static(b"{\n \"a\": }")).unwrap_err();
        let ErrorKind::Invalid(faults) = error.kind() else { panic!("{error:?}") };
        assert_eq!(faults[0].path, [Step::Index(8)]);
        assert_eq!(json(&Bytes::from_static(b" \n")), Ok(None));
    }
}
