//! JSON bodies: reading them, and decoding objects so that every fault is reported at its place.

use std::borrow::Cow;

use bytes::Bytes;
use iam_domain::error::{Error, ErrorKind, Fault, FaultCode, Result, Step};
use serde_json::{Map, Value};

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

/// Takes the fields out of a JSON object, gathering faults instead of stopping at the first.
#[derive(Debug)]
pub struct Fields {
    object: Map<String, Value>,
    faults: Vec<Fault>,
}

impl Fields {
    /// From a body that must be an object.
    ///
    /// # Errors
    /// A fault at the top when it is absent or something else.
    pub fn of(body: Option<Value>) -> Result<Self> {
        let fault =
            |code, message| Error::invalid(vec![Fault { path: Vec::new(), code, message: Cow::Borrowed(message) }]);
        match body {
            Some(Value::Object(object)) => Ok(Self { object, faults: Vec::new() }),
            Some(_) => Err(fault(FaultCode::Type, "The body must be a JSON object.")),
            None => Err(fault(FaultCode::Missing, "A JSON body is required.")),
        }
    }

    /// A text that must be there, checked by `parse`. `None` when there was a fault, which is kept.
    pub fn required<T>(&mut self, key: &'static str, parse: impl FnOnce(&'static str, &str) -> Result<T>) -> Option<T> {
        match self.object.get(key) {
            None => self.fault(key, FaultCode::Missing, "Field required"),
            Some(_) => self.optional(key, parse),
        }
    }

    /// A text that may be absent, checked by `parse`; null counts as a wrong type.
    pub fn optional<T>(&mut self, key: &'static str, parse: impl FnOnce(&'static str, &str) -> Result<T>) -> Option<T> {
        let parsed = match self.object.get(key)? {
            Value::String(text) => parse(key, text),
            _ => return self.fault(key, FaultCode::Type, "Input should be a valid string"),
        };
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                if let ErrorKind::Invalid(faults) = error.kind() {
                    self.faults.extend(faults.iter().cloned());
                }
                None
            }
        }
    }

    fn fault<T>(&mut self, key: &'static str, code: FaultCode, message: &'static str) -> Option<T> {
        self.faults.push(Fault { path: vec![Step::Key(key.into())], code, message: message.into() });
        None
    }

    /// All faults that were met, as one error.
    pub fn into_error(self) -> Error {
        Error::invalid(self.faults)
    }

    /// Fails when there was a fault.
    pub fn check(self) -> Result<()> {
        if self.faults.is_empty() { Ok(()) } else { Err(self.into_error()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iam_domain::model::{Email, Name};

    #[test]
    fn every_fault_is_reported_at_its_place() {
        let body = json(&Bytes::from_static(br#"{"first_name": 1, "email": "nobody"}"#)).unwrap();
        let mut fields = Fields::of(body).unwrap();
        assert!(fields.required("first_name", Name::parse).is_none());
        assert!(fields.required("last_name", Name::parse).is_none());
        assert!(fields.required("email", Email::parse).is_none());
        let error = fields.into_error();
        let ErrorKind::Invalid(faults) = error.kind() else { panic!("{error:?}") };
        let found: Vec<_> = faults.iter().map(|fault| (fault.path.clone(), fault.code)).collect();
        let at = |key: &'static str| vec![Step::Key(key.into())];
        assert_eq!(
            found,
            [
                (at("first_name"), FaultCode::Type),
                (at("last_name"), FaultCode::Missing),
                (at("email"), FaultCode::Value)
            ]
        );
    }

    #[test]
    fn syntax_faults_tell_where() {
        let error = json(&Bytes::from_static(b"{\n \"a\": }")).unwrap_err();
        let ErrorKind::Invalid(faults) = error.kind() else { panic!("{error:?}") };
        assert_eq!(faults[0].path, [Step::Index(8)]);
        assert_eq!(json(&Bytes::from_static(b" \n")), Ok(None));
    }
}
