//! New passwords and what is asked of them.

use crate::crypto::Sensitive;
use crate::crypto::password::MAX_PASSWORD_BYTES;
use crate::error::{Error, Result};

/// What a new password must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordRule {
    /// Fewest characters.
    pub min_chars: usize,
    /// Whether it needs a lower-case letter, an upper-case letter, a digit and a symbol.
    pub needs_four_kinds: bool,
}

impl PasswordRule {
    /// Zitadel's default, which `EazyRent` users know.
    pub const ZITADEL: Self = Self { min_chars: 8, needs_four_kinds: true };

    /// Anything but nothing: who manages the whole directory answers for what is set there.
    pub const ANY: Self = Self { min_chars: 1, needs_four_kinds: false };
}

/// A password that satisfies a rule.
#[derive(Debug, Clone)]
pub struct NewPassword(Sensitive<String>);

impl NewPassword {
    /// Checks `text` against `rule`.
    ///
    /// # Errors
    /// `WrongState` (`weak_password`): what is missing.
    pub fn parse(text: &str, rule: PasswordRule) -> Result<Self> {
        let weak = |why: String| Err(Error::rejected("weak_password", why));
        if text.len() > MAX_PASSWORD_BYTES {
            return weak(format!("The password is too long: at most {MAX_PASSWORD_BYTES} bytes."));
        }
        if text.chars().count() < rule.min_chars {
            return weak(format!("The password is too short: at least {} characters.", rule.min_chars));
        }
        let kinds = [
            ("a lower-case letter", text.chars().any(char::is_lowercase)),
            ("an upper-case letter", text.chars().any(char::is_uppercase)),
            ("a digit", text.chars().any(char::is_numeric)),
            ("a symbol", text.chars().any(|c| !c.is_alphanumeric())),
        ];
        match kinds.iter().find(|(_, is_there)| !is_there) {
            Some((what, _)) if rule.needs_four_kinds => weak(format!("The password needs {what}.")),
            _ => Ok(Self(Sensitive::new(text.to_owned()))),
        }
    }

    /// The text, to be hashed.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_rule_counts() {
        assert!(NewPassword::parse("Abcdef1!", PasswordRule::ZITADEL).is_ok());
        assert!(NewPassword::parse("Übergrößen 1", PasswordRule::ZITADEL).is_ok());
        for weak in ["", "Abcde1!", "abcdef1!", "ABCDEF1!", "Abcdefg!", "Abcdefg1"] {
            assert!(NewPassword::parse(weak, PasswordRule::ZITADEL).is_err(), "{weak}");
        }
        assert!(NewPassword::parse(&format!("Aa1!{}", "x".repeat(1021)), PasswordRule::ZITADEL).is_err());
        assert!(NewPassword::parse(" ", PasswordRule::ANY).is_ok());
        assert!(NewPassword::parse("", PasswordRule::ANY).is_err());
        assert!(NewPassword::parse(&"x".repeat(1025), PasswordRule::ANY).is_err());
    }
}
