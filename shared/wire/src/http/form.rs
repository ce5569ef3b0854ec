//! `application/x-www-form-urlencoded` texts and percent-encoding.

use std::collections::HashSet;

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// Decoded name-value pairs of a form body or a query, in order.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Parses `text`; `None` when a part is not UTF-8 after decoding.
    pub fn parse(text: &str) -> Option<Self> {
        text.split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                Some((decode(name, true)?, decode(value, true)?))
            })
            .collect::<Option<_>>()
            .map(Self)
    }

    /// From pairs that are decoded already.
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Names and values in order, those that are empty too.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same as a JSON object of texts; of a repeated name the last counts.
    pub fn into_object(self) -> Value {
        Value::Object(self.0.into_iter().map(|(name, value)| (name, Value::from(value))).collect())
    }

    /// The value of `name`. Empty counts as absent (RFC 6749 §3.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        found.filter(|value| !value.is_empty())
    }

    /// Every value of `name` that is not empty.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let values = self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str());
        values.filter(|value| !value.is_empty())
    }

    /// Names that occur more than once, where they come again.
    pub fn repeated(&self) -> impl Iterator<Item = &str> {
        let mut seen = HashSet::with_capacity(self.0.len());
        self.0.iter().map(|(name, _)| name.as_str()).filter(move |name| !seen.insert(*name))
    }

    /// How often `name` occurs.
    pub fn count(&self, name: &str) -> usize {
        self.0.iter().filter(|(known, _)| known == name).count()
    }
}

/// Percent-decodes `text`; in forms a plus sign is a space. `None` when the result is not UTF-8.
pub fn decode(text: &str, is_form: bool) -> Option<String> {
    if is_form && text.contains('+') {
        return percent_decode_str(&text.replace('+', " ")).decode_utf8().ok().map(Into::into);
    }
    percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let form = Form::parse("a=1&b=x%20y+z&c&a=2&=q&d=%E2%82%AC&e=").unwrap();
        assert_eq!(form.get("a"), Some("1"));
        assert_eq!(form.count("a"), 2);
        assert_eq!(form.repeated().collect::<Vec<_>>(), ["a"]);
        assert_eq!(form.get("b"), Some("x y z"));
        assert_eq!(form.get("c"), None);
        assert_eq!(form.get("d"), Some("€"));
        assert_eq!(form.get("e"), None);
        assert_eq!(form.pairs().nth(2), Some(("c", "")));
        assert!(Form::parse("a=%FF").is_none());
    }
}
