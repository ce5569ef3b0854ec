//! Where this API differs from the others on purpose.

use iam_domain::model::{Demand, MailFlow, PasswordRule};
use iam_domain::ops::credentials::passwords;
use iam_domain::ops::users::delete::Removal;
use iam_domain::ops::users::update::Effects;

/// New passwords: the default of the login server that this API grew on (contract, "Passwords and tokens").
pub const PASSWORD: PasswordRule = PasswordRule::new(
    &[
        Demand::new(|text| text.chars().count() >= 8, "The password is too short: at least 8 characters."),
        Demand::new(|text| text.chars().any(char::is_lowercase), "The password needs a lower-case letter."),
        Demand::new(|text| text.chars().any(char::is_uppercase), "The password needs an upper-case letter."),
        Demand::new(|text| text.chars().any(char::is_numeric), "The password needs a digit."),
        Demand::new(|text| text.chars().any(|c| !c.is_alphanumeric()), "The password needs a symbol."),
    ],
    "The password is too long: at most 1024 bytes.",
);

/// "Passwords and tokens": nothing that was issued under the old password outlives it.
pub const NEW_PASSWORD: passwords::Effects = passwords::Effects::CLEAN_BREAK;

/// Mails with codes are written in the name of the home organization.
pub const MAILS: MailFlow = MailFlow::Member;

/// Team, "Update": who has not set a password yet is mailed a new invitation at a new address; what changes nothing is not
/// written.
pub const UPDATE: Effects = Effects { invites_again: Some(MAILS), notes_no_change: false };

/// Team, "Delete": guests only lose their membership.
pub const REMOVAL: Removal = Removal::AtHome;

#[cfg(test)]
mod tests {
    use super::*;
    use iam_domain::model::NewPassword;

    #[test]
    fn every_part_of_the_rule_counts() {
        assert!(NewPassword::parse("Abcdef1!", PASSWORD).is_ok());
        assert!(NewPassword::parse("Übergrößen 1", PASSWORD).is_ok());
        for weak in ["", "Abcde1!", "abcdef1!", "ABCDEF1!", "Abcdefg!", "Abcdefg1"] {
            assert!(NewPassword::parse(weak, PASSWORD).is_err(), "{weak}");
        }
        assert!(NewPassword::parse(&format!("Aa1!{}", "x".repeat(1021)), PASSWORD).is_err());
    }
}
