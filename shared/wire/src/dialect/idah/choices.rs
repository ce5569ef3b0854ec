//! Where this API differs from the others on purpose.

use iam_domain::model::{Demand, MailFlow, PasswordRule};
use iam_domain::ops::credentials::api_keys::create::KeyFormat;
use iam_domain::ops::credentials::passwords;
use iam_domain::ops::users::delete::Removal;

/// What API keys look like (contract, "API keys").
pub const KEY_FORMAT: KeyFormat = KeyFormat { prefix: "IDAH_", digits: 64 };

/// New passwords: four kinds of ASCII characters (contract, "`reset_password`").
pub const PASSWORD: PasswordRule = PasswordRule::new(
    &[
        Demand::new(|text| text.chars().count() >= 8, "must be at least 8 characters"),
        Demand::new(|text| has(text, |c| c.is_ascii_uppercase()), "must include at least one uppercase letter"),
        Demand::new(|text| has(text, |c| c.is_ascii_lowercase()), "must include at least one lowercase letter"),
        Demand::new(|text| has(text, |c| c.is_ascii_digit()), "must include at least one digit"),
        Demand::new(|text| has(text, |c| SPECIAL.contains(c)), "must include at least one special character"),
    ],
    "must be at most 1024 bytes",
);

/// Neither the space, nor `~`, nor the backtick.
const SPECIAL: &str = r#"!@#$%^&*()_+-=[]{};':"\|,.<>/?"#;

fn has(text: &str, is_wanted: fn(char) -> bool) -> bool {
    text.chars().any(is_wanted)
}

/// "`reset_password`": sessions go on, and a stopped account may set a password, which lets it in no sooner.
pub const NEW_PASSWORD: passwords::Effects = passwords::Effects::PASSWORD_ALONE;

/// "`request_password_reset`", "accounts.create": mails lead to the pages of accounts, and any account can have a password
/// set.
pub const MAILS: MailFlow = MailFlow::Account;

/// "accounts.delete": only accounts that nobody has joined yet can be deleted.
pub const REMOVAL: Removal = Removal::BeforeJoining;

#[cfg(test)]
mod tests {
    use super::*;
    use iam_domain::model::NewPassword;

    fn fault(text: &str) -> Option<String> {
        NewPassword::parse(text, PASSWORD).err().map(|error| error.message().to_owned())
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
