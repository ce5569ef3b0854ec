//! New passwords and what is asked of them.

use crate::crypto::Sensitive;
use crate::crypto::password::MAX_PASSWORD_BYTES;
use crate::error::{Error, Result};

/// One thing that a new password must have.
#[derive(Debug)]
struct Demand {
    is_met: fn(&str) -> bool,
    /// What to tell when it is not.
    otherwise: &'static str,
}

const fn demand(is_met: fn(&str) -> bool, otherwise: &'static str) -> Demand {
    Demand { is_met, otherwise }
}

/// What a new password must have. APIs differ in it, and in the words.
#[derive(Debug, Clone, Copy)]
pub struct PasswordRule {
    /// In this order: of several that are not met the first is told.
    demands: &'static [Demand],
    /// What to tell when there are more bytes than are hashed.
    too_long: &'static str,
}

const TOO_LONG: &str = "The password is too long: at most 1024 bytes.";
const _: () = assert!(MAX_PASSWORD_BYTES == 1024, "the texts say so");

impl PasswordRule {
    /// Zitadel's default, which `EazyRent` users know.
    pub const ZITADEL: Self = Self {
        demands: &[
            demand(|text| text.chars().count() >= 8, "The password is too short: at least 8 characters."),
            demand(|text| text.chars().any(char::is_lowercase), "The password needs a lower-case letter."),
            demand(|text| text.chars().any(char::is_uppercase), "The password needs an upper-case letter."),
            demand(|text| text.chars().any(char::is_numeric), "The password needs a digit."),
            demand(|text| text.chars().any(|c| !c.is_alphanumeric()), "The password needs a symbol."),
        ],
        too_long: TOO_LONG,
    };

    /// Four kinds of ASCII characters (contracts/idah.md, "`reset_password`").
    pub const ASCII_KINDS: Self = Self {
        demands: &[
            demand(|text| text.chars().count() >= 8, "must be at least 8 characters"),
            demand(|text| has(text, |c| c.is_ascii_uppercase()), "must include at least one uppercase letter"),
            demand(|text| has(text, |c| c.is_ascii_lowercase()), "must include at least one lowercase letter"),
            demand(|text| has(text, |c| c.is_ascii_digit()), "must include at least one digit"),
            demand(|text| has(text, |c| SPECIAL.contains(c)), "must include at least one special character"),
        ],
        too_long: "must be at most 1024 bytes",
    };

    /// Anything but nothing: who manages the whole directory answers for what is set there.
    pub const ANY: Self = Self {
        demands: &[demand(|text| !text.is_empty(), "The password is too short: at least 1 characters.")],
        too_long: TOO_LONG,
    };
}

/// Neither the space, nor `~`, nor the backtick.
const SPECIAL: &str = r#"!@#$%^&*()_+-=[]{};':"\|,.<>/?"#;

fn has(text: &str, is_wanted: fn(char) -> bool) -> bool {
    text.chars().any(is_wanted)
}

/// A password that satisfies a rule.
#[derive(Debug, Clone)]
pub struct NewPassword(Sensitive<String>);

impl NewPassword {
    /// Checks `text` against `rule`, its length in bytes last.
    ///
    /// # Errors
    /// `WrongState` (`weak_password`): what is missing, in the words of the rule.
    pub fn parse(text: &str, rule: PasswordRule) -> Result<Self> {
        let unmet = rule.demands.iter().find(|demand| !(demand.is_met)(text)).map(|demand| demand.otherwise);
        match unmet.or_else(|| (text.len() > MAX_PASSWORD_BYTES).then_some(rule.too_long)) {
            Some(why) => Err(Error::rejected("weak_password", why)),
            None => Ok(Self(Sensitive::new(text.to_owned()))),
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

    fn fault(text: &str) -> Option<String> {
        NewPassword::parse(text, PasswordRule::ASCII_KINDS).err().map(|error| error.message().to_owned())
    }

    #[test]
    fn of_several_faults_the_first_is_told() {
        let told = |text: &str, wanted: &str| assert_eq!(fault(text).as_deref(), Some(wanted), "{text}");
        told("", "must be at least 8 characters");
        told("Abcde1!", "must be at least 8 characters");
        // Characters, not bytes.
        told("Ab1!éé🔐", "must be at least 8 characters");
        assert_eq!(fault("Ab1!éé🔐🔐"), None);
        told("        ", "must include at least one uppercase letter");
        // Only letters and digits of ASCII count.
        told("abcdef1!Ä", "must include at least one uppercase letter");
        told("ABCDEF1!ä", "must include at least one lowercase letter");
        told("Abcdefg!٣", "must include at least one digit");
        told("Abcdefg1", "must include at least one special character");
        told(&format!("Aa1!{}", "x".repeat(1021)), "must be at most 1024 bytes");
        told(&"x".repeat(1025), "must include at least one uppercase letter");
        assert_eq!(fault(&format!("Aa1!{}", "x".repeat(1020))), None);
    }

    #[test]
    fn special_characters_are_those_of_the_contract() {
        let special: String = (0..=0x7f).map(char::from).filter(|c| fault(&format!("Abcdefg1{c}")).is_none()).collect();
        let mut wanted: Vec<char> =
            "! @ # $ % ^ & * ( ) _ + - = [ ] { } ; ' : \" \\ | , . < > / ?".replace(' ', "").chars().collect();
        wanted.sort_unstable();
        assert_eq!(special, String::from_iter(wanted));
        for other in ['é', '€', '¡', '🔐', '\u{3000}'] {
            assert!(fault(&format!("Abcdefg1{other}")).is_some(), "{other}");
        }
    }
}
