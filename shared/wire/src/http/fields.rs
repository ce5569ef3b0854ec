//! Decoding of JSON objects so that every fault is reported at its place, not just the first.

use std::borrow::Cow;

use iam_domain::error::{Error, ErrorKind, Fault, FaultCode, Faults, Result, Step, Wanted};
use iam_domain::model::Patch;
use serde_json::{Map, Value};

/// Takes the fields out of a JSON object, gathering faults instead of stopping at the first. Fields that nobody asks for
/// are ignored.
#[derive(Debug)]
pub struct Fields {
    object: Map<String, Value>,
    /// Where the object is in the body.
    at: Vec<Step>,
    faults: Faults,
}

impl Fields {
    /// From a body that must be an object.
    ///
    /// # Errors
    /// A fault at the top when it is absent or something else.
    pub fn of(body: Option<Value>) -> Result<Self> {
        match body {
            Some(Value::Object(object)) => Ok(Self { object, at: Vec::new(), faults: Faults::default() }),
            Some(_) => Err(at_top(FaultCode::Type(Wanted::Object), "The body must be a JSON object.")),
            None => Err(at_top(FaultCode::Missing, "A JSON body is required.")),
        }
    }

    /// From a body that must be a list of objects, each read by `read`.
    ///
    /// # Errors
    /// A fault at the top when it is absent or no list; else all faults of all items.
    pub fn list<T>(body: Option<Value>, mut read: impl FnMut(&mut Self) -> Option<T>) -> Result<Vec<T>> {
        let items = match body {
            Some(Value::Array(items)) => items,
            Some(_) => return Err(at_top(FaultCode::Type(Wanted::List), "The body must be a JSON list.")),
            None => return Err(at_top(FaultCode::Missing, "A JSON body is required.")),
        };
        let (mut found, mut faults) = (Vec::with_capacity(items.len()), Faults::default());
        for (index, item) in items.into_iter().enumerate() {
            let mut fields = Self::at(vec![Step::Index(index)], item);
            // What is no object has no fields to miss.
            if fields.faults.is_empty() {
                found.extend(read(&mut fields));
            }
            faults.append(&mut fields.faults);
        }
        faults.check().map(|()| found)
    }

    fn at(at: Vec<Step>, value: Value) -> Self {
        if let Value::Object(object) = value {
            return Self { object, at, faults: Faults::default() };
        }
        let code = FaultCode::Type(Wanted::Object);
        let fault = Fault { path: at.clone(), code, message: "Input should be an object".into() };
        Self { object: Map::new(), at, faults: vec![fault].into() }
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
            _ => return self.fault(key, FaultCode::Type(Wanted::Text), "Input should be a valid string"),
        };
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.keep(&error, &[Step::Key(key.into())]);
                None
            }
        }
    }

    /// A text that may be absent or null, which mean the same.
    pub fn nullable<T>(&mut self, key: &'static str, parse: impl FnOnce(&'static str, &str) -> Result<T>) -> Option<T> {
        match self.object.get(key)? {
            Value::Null => None,
            _ => self.optional(key, parse),
        }
    }

    /// A text that an update may leave alone (absent), clear (null) or set.
    pub fn patch<T>(&mut self, key: &'static str, parse: impl FnOnce(&'static str, &str) -> Result<T>) -> Patch<T> {
        match self.object.get(key) {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            // With a fault the value does not matter any more.
            Some(_) => self.optional(key, parse).map_or(Patch::Keep, Patch::Set),
        }
    }

    /// True or false; `default` when absent.
    pub fn boolean(&mut self, key: &'static str, default: bool) -> bool {
        match self.object.get(key) {
            None => default,
            Some(Value::Bool(value)) => *value,
            Some(_) => {
                let wanted = FaultCode::Type(Wanted::Boolean);
                self.fault(key, wanted, "Input should be a valid boolean").unwrap_or(default)
            }
        }
    }

    /// A number from `least` to `most`; `default` when absent.
    pub fn number(&mut self, key: &'static str, default: f64, least: f64, most: f64) -> f64 {
        let found = match self.object.get(key) {
            None => Some(default),
            Some(value) => value.as_f64(),
        };
        match found {
            Some(value) if (least..=most).contains(&value) => value,
            Some(_) => {
                let message = format!("Input should be from {least} to {most}");
                self.fault(key, FaultCode::Value, message).unwrap_or(default)
            }
            None => {
                let wanted = FaultCode::Type(Wanted::Number);
                self.fault(key, wanted, "Input should be a valid number").unwrap_or(default)
            }
        }
    }

    /// A list of texts; empty when absent.
    pub fn texts(&mut self, key: &'static str) -> Vec<String> {
        self.items(key, |_, text| Ok(text.to_owned()))
    }

    /// A list of texts, each checked by `parse`; empty when absent. A faulty item is left out, its fault kept at its place.
    pub fn items<T>(&mut self, key: &'static str, parse: impl Fn(&'static str, &str) -> Result<T>) -> Vec<T> {
        let items = match self.object.remove(key) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                let wanted = FaultCode::Type(Wanted::List);
                return self.fault(key, wanted, "Input should be a valid list").unwrap_or_default();
            }
        };
        let mut found = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let parsed = match &item {
                Value::String(text) => parse(key, text),
                _ => Err(Error::field(key, FaultCode::Type(Wanted::Text), "Input should be a valid string")),
            };
            match parsed {
                Ok(value) => found.push(value),
                Err(error) => self.keep(&error, &[Step::Key(key.into()), Step::Index(index)]),
            }
        }
        found
    }

    /// An object within, read by `read`; when absent, an empty one.
    pub fn section<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Self) -> T) -> T {
        let path = [self.at.as_slice(), &[Step::Key(key.into())]].concat();
        let inner = self.object.remove(key).unwrap_or_else(|| Value::Object(Map::new()));
        let mut fields = Self::at(path, inner);
        let value = read(&mut fields);
        self.faults.append(&mut fields.faults);
        value
    }

    /// An object within that must be there, read by `read`.
    pub fn required_section<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        match self.object.get(key) {
            None => self.fault(key, FaultCode::Missing, "Field required"),
            Some(Value::Object(_)) => self.section(key, read),
            Some(_) => self.fault(key, FaultCode::Type(Wanted::Object), "Input should be an object"),
        }
    }

    /// Whether the field is there, null included.
    pub fn has(&self, key: &str) -> bool {
        self.object.contains_key(key)
    }

    /// True or false, or absent.
    pub fn flag(&mut self, key: &'static str) -> Option<bool> {
        self.has(key).then(|| self.boolean(key, false))
    }

    /// A whole number, or absent.
    pub fn integer(&mut self, key: &'static str) -> Option<i64> {
        match self.object.get(key)?.as_i64() {
            Some(value) => Some(value),
            None => self.fault(key, FaultCode::Type(Wanted::Number), "Input should be a whole number"),
        }
    }

    /// An object of any content, or absent.
    pub fn object(&mut self, key: &'static str) -> Option<Map<String, Value>> {
        match self.object.remove(key)? {
            Value::Object(object) => Some(object),
            _ => self.fault(key, FaultCode::Type(Wanted::Object), "Input should be an object"),
        }
    }

    /// Anything; null when absent.
    pub fn any(&mut self, key: &'static str) -> Value {
        self.object.remove(key).unwrap_or_default()
    }

    /// Everything that nobody has taken, whatever it is.
    pub fn rest(&mut self) -> Map<String, Value> {
        std::mem::take(&mut self.object)
    }

    /// Keeps a fault at `key`.
    pub fn fault<T>(&mut self, key: &'static str, code: FaultCode, message: impl Into<Cow<'static, str>>) -> Option<T> {
        let path = [self.at.as_slice(), &[Step::Key(key.into())]].concat();
        self.faults.push(Fault { path, code, message: message.into() });
        None
    }

    /// Keeps the faults of `error` at `place`.
    fn keep(&mut self, error: &Error, place: &[Step]) {
        if let ErrorKind::Invalid(faults) = error.kind() {
            let path = [self.at.as_slice(), place].concat();
            self.faults.extend(faults.iter().map(|fault| Fault { path: path.clone(), ..fault.clone() }));
        }
    }

    /// How many faults were met so far.
    pub fn count_faults(&self) -> usize {
        self.faults.len()
    }

    /// All faults that were met, as one error.
    pub fn into_error(self) -> Error {
        Error::invalid(self.faults)
    }

    /// Fails when there was a fault.
    pub fn check(self) -> Result<()> {
        self.faults.check()
    }
}

fn at_top(code: FaultCode, message: &'static str) -> Error {
    Error::invalid(vec![Fault { path: Vec::new(), code, message: Cow::Borrowed(message) }])
}

#[cfg(test)]
#[path = "fields_tests.rs"]
mod tests;
