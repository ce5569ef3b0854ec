//! New passwords and what is asked of them.

use crate::crypto::Sensitive;
use crate::crypto::password::MAX_PASSWORD_BYTES;
use crate::error::{Error, Result};

/// One thing that a new password must have.
#[derive(Debug)]
pub struct Demand {
    is_met: fn(&str) -> bool,
    /// What to tell when it is not.
    otherwise: &'static str,
}

impl Demand {
    /// That `is_met`; `otherwise` is told.
    pub const fn new(is_met: fn(&str) -> bool, otherwise: &'static str) -> Self {
        Self { is_met, otherwise }
    }
}

/// What a new password must have. APIs differ in it, and in the words.
#[derive(Debug, Clone, Copy)]
pub struct PasswordRule {
    /// In this order: of several that are not met the first is told.
    demands: &'static [Demand],
    /// What to tell when there are more bytes than are hashed.
    too_long: &'static str,
}

const _: () = assert!(MAX_PASSWORD_BYTES == 1024, "the texts say so");

impl PasswordRule {
    /// A rule that asks for these in this order, and tells `too_long` when there are more bytes than are hashed.
    pub const fn new(demands: &'static [Demand], too_long: &'static str) -> Self {
        Self { demands, too_long }
    }

    /// Anything but nothing: whoever manages the installation answers for what is set there.
    pub const ANY: Self = Self {
        demands: &[Demand::new(|text| !text.is_empty(), "The password is too short: at least 1 characters.")],
        too_long: "The password is too long: at most 1024 bytes.",
    };
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

    const RULE: PasswordRule = PasswordRule::new(
        &[Demand::new(|text| text.len() >= 2, "longer"), Demand::new(|text| text.contains('1'), "a one")],
        "shorter",
    );

    #[test]
    fn of_several_faults_the_first_is_told_and_the_length_last() {
        let fault = |text: &str| NewPassword::parse(text, RULE).err().map(|error| error.message().to_owned());
        assert_eq!(fault("").as_deref(), Some("longer"));
        assert_eq!(fault("ab").as_deref(), Some("a one"));
        assert_eq!(fault(&"x".repeat(1025)).as_deref(), Some("a one"));
        assert_eq!(fault(&"1".repeat(1025)).as_deref(), Some("shorter"));
        assert_eq!(fault(&"1".repeat(1024)), None);
    }

    #[test]
    fn anything_but_nothing() {
        assert!(NewPassword::parse(" ", PasswordRule::ANY).is_ok());
        assert!(NewPassword::parse("", PasswordRule::ANY).is_err());
        assert!(NewPassword::parse(&"x".repeat(1025), PasswordRule::ANY).is_err());
    }
}
