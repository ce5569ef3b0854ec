//! A change to one value of a thing.

use serde_json::{Map, Value as Json};

/// What an update says about a value that may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Nothing: it stays as it is.
    #[default]
    Keep,
    /// It goes away.
    Clear,
    /// It becomes this.
    Set(T),
}

impl<T> Patch<T> {
    /// The value afterwards, where it was `old`.
    pub fn apply<U>(&self, old: Option<U>, new: impl Fn(&T) -> U) -> Option<U> {
        match self {
            Self::Keep => old,
            Self::Clear => None,
            Self::Set(value) => Some(new(value)),
        }
    }

    /// The value of something new, which had none.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Keep | Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

/// What an update says about a JSON object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ObjectPatch {
    /// Nothing: it stays as it is.
    #[default]
    Keep,
    /// It becomes this.
    Replace(Map<String, Json>),
    /// These keys are set; others stay. What is within an object of these is not merged.
    Merge(Map<String, Json>),
}

impl ObjectPatch {
    /// The object afterwards, where it was `old`.
    pub fn apply(self, mut old: Map<String, Json>) -> Map<String, Json> {
        match self {
            Self::Keep => old,
            Self::Replace(new) => new,
            Self::Merge(new) => {
                old.extend(new);
                old
            }
        }
    }
}
