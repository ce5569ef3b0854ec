//! What went wrong at start, as one line for the operator.

use std::fmt;

/// A start-up failure: one line that says what is wrong and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub struct StartError(String);

impl StartError {
    /// Builds the error from its line.
    pub fn new(line: impl Into<String>) -> Self {
        Self(line.into())
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Messages of libraries may span lines (TOML shows the source); the operator gets one.
        let mut words = self.0.split_whitespace();
        if let Some(first) = words.next() {
            f.write_str(first)?;
        }
        for word in words {
            write!(f, " {word}")?;
        }
        Ok(())
    }
}

impl std::error::Error for StartError {}

/// Result of the steps before the first request.
pub type Result<T, E = StartError> = std::result::Result<T, E>;

/// Shorthand for `Err(StartError::new(format!(…)))`.
macro_rules! fail {
    ($($arg:tt)*) => {
        Err($crate::error::StartError::new(format!($($arg)*)))
    };
}
pub(crate) use fail;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_always_one_line() {
        let error = StartError::new("spin.toml:\n  |\n3 | x =\n  | ^");
        assert_eq!(error.to_string(), "spin.toml: | 3 | x = | ^");
    }
}
