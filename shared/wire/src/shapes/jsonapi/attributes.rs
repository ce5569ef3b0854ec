//! Inputs: the attributes of a document, or the fields of a plain body.

use std::borrow::Cow;

use iam_domain::clock::Millis;
use iam_domain::error::{Error, Faults, Result};
use iam_domain::model::Patch;
use serde_json::{Map, Value};

use super::faults::fault;
use super::moment::moment;

/// Takes named values out of an object, gathering faults; at most one a value. What nobody asks for is ignored.
#[derive(Debug)]
pub struct Attributes {
    values: Map<String, Value>,
    /// Where the object is.
    at: &'static [&'static str],
    faults: Faults,
}

impl Attributes {
    /// Attributes of a document whose data must be of the type `kind`.
    ///
    /// # Errors
    /// `Invalid`, when the document itself is not as it must be.
    pub fn of_document(body: Option<Value>, kind: &'static str) -> Result<Self> {
        let refuse = |path: &[&str], message: Cow<'static, str>| Err(Error::invalid(vec![fault(path, message)]));
        let mut data = match body {
            Some(Value::Object(mut body)) => match body.remove("data") {
                Some(Value::Object(data)) => data,
                None | Some(Value::Null) => return refuse(&["data"], "is required".into()),
                Some(_) => return refuse(&["data"], "must be a hash".into()),
            },
            Some(_) | None => return refuse(&["data"], "is required".into()),
        };
        match data.get("type") {
            Some(Value::String(found)) if found == kind => {}
            None | Some(Value::Null) => return refuse(&["data", "type"], "is required".into()),
            Some(_) => return refuse(&["data", "type"], format!("must be one of `{kind}`").into()),
        }
        match data.remove("attributes") {
            Some(Value::Object(values)) => Ok(Self { values, at: &["data", "attributes"], faults: Faults::default() }),
            None | Some(Value::Null) => refuse(&["data", "attributes"], "is required".into()),
            Some(_) => refuse(&["data", "attributes"], "must be a hash".into()),
        }
    }

    /// Fields of a plain body.
    pub fn of_plain(values: Map<String, Value>) -> Self {
        Self { values, at: &[], faults: Faults::default() }
    }

    /// Whether the value is there, null included.
    pub fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// A text that must be there, with something in it. Numbers are taken as texts.
    pub fn required(&mut self, key: &'static str) -> Option<String> {
        match self.text(key) {
            Patch::Set(text) if text.is_empty() => self.fault(key, "must be filled"),
            Patch::Set(text) => Some(text),
            Patch::Clear => self.fault(key, "must be filled"),
            // A fault may be noted already.
            Patch::Keep if self.has(key) => None,
            Patch::Keep => self.fault(key, "is required"),
        }
    }

    /// A text. Numbers are taken as texts.
    pub fn text(&mut self, key: &'static str) -> Patch<String> {
        match self.values.get(key) {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(Value::String(text)) => Patch::Set(text.clone()),
            Some(Value::Number(number)) => Patch::Set(number.to_string()),
            Some(_) => self.bad(key, "must be a string"),
        }
    }

    /// True or false, also as a text or a number.
    pub fn boolean(&mut self, key: &'static str) -> Patch<bool> {
        let found = match self.values.get(key) {
            None => return Patch::Keep,
            Some(Value::Null) => return Patch::Clear,
            Some(Value::Bool(value)) => Some(*value),
            Some(Value::Number(number)) => Some(number.as_f64() != Some(0.0)),
            Some(Value::String(text)) => yes_or_no(text),
            Some(_) => None,
        };
        found.map_or_else(|| self.bad(key, "must be a boolean"), Patch::Set)
    }

    /// A whole number, also as a text.
    pub fn integer(&mut self, key: &'static str) -> Patch<i64> {
        let found = match self.values.get(key) {
            None => return Patch::Keep,
            Some(Value::Null) => return Patch::Clear,
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        found.map_or_else(|| self.bad(key, "must be an integer"), Patch::Set)
    }

    /// An object.
    pub fn object(&mut self, key: &'static str) -> Patch<Map<String, Value>> {
        match self.values.get(key) {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(Value::Object(object)) => Patch::Set(object.clone()),
            Some(_) => self.bad(key, "must be a hash"),
        }
    }

    /// A list of texts. Numbers are taken as texts.
    pub fn texts(&mut self, key: &'static str) -> Patch<Vec<String>> {
        let items = match self.values.get(key) {
            None => return Patch::Keep,
            Some(Value::Null) => return Patch::Clear,
            Some(Value::Array(items)) => items,
            Some(_) => return self.bad(key, "must be an array"),
        };
        let texts = items.iter().map(|item| match item {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
        match texts.collect::<Option<_>>() {
            Some(texts) => Patch::Set(texts),
            None => self.bad(key, "must be an array of strings"),
        }
    }

    /// A moment.
    pub fn moment(&mut self, key: &'static str) -> Patch<Millis> {
        let found = match self.values.get(key) {
            None => return Patch::Keep,
            Some(Value::Null) => return Patch::Clear,
            Some(Value::String(text)) => moment(text),
            Some(_) => None,
        };
        found.map_or_else(|| self.bad(key, "must be a datetime"), |moment| Patch::Set(moment.from))
    }

    /// Notes a fault at `key`.
    pub fn fault<T>(&mut self, key: &'static str, message: impl Into<Cow<'static, str>>) -> Option<T> {
        let path: Vec<&str> = self.at.iter().copied().chain([key]).collect();
        self.faults.push(fault(&path, message));
        None
    }

    fn bad<T>(&mut self, key: &'static str, message: &'static str) -> Patch<T> {
        self.fault::<T>(key, message);
        Patch::Keep
    }

    /// Fails when there was a fault.
    pub fn check(self) -> Result<()> {
        self.faults.check()
    }

    /// All faults that were met, as one error.
    pub fn into_error(self) -> Error {
        Error::invalid(self.faults)
    }
}

/// True or false in the words that are taken, whatever their case.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "y" | "yes" => Some(true),
        "false" | "f" | "n" | "no" => Some(false),
        _ => None,
    }
}
