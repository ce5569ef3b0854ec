//! A change to one value of a thing.

/// What an update says about a value that may be absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patch<T> {
    /// Nothing: it stays as it is.
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
}
