//! First credentials, from the operating system's randomness.

use anyhow::{Result, anyhow};

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &[u8] = b"0123456789";
/// No character that a shell, a URL or a form would take for its own.
const SYMBOLS: &[u8] = b"-_.";

/// Credentials of the first superadmin and the first machine client. Not `Debug`: secret.
#[derive(Clone)]
pub struct Credentials {
    /// E-mail of the superadmin.
    pub admin_email: String,
    /// The superadmin's password.
    pub admin_password: String,
    /// Id of the machine client, a public id like any other: twelve digits.
    pub client_id: String,
    /// Secret of the machine client.
    pub client_secret: String,
}

impl Credentials {
    /// Makes new ones.
    pub fn generate() -> Result<Self> {
        Ok(Self {
            admin_email: "admin@localhost.localdomain".into(),
            admin_password: password(24)?,
            client_id: format!("{}{}", text(b"123456789", 1)?, text(DIGITS, 11)?),
            client_secret: text(&[LOWER, UPPER, DIGITS].concat(), 43)?,
        })
    }

    /// Those of the machine client in the environment, with which a later start can look into the outbox.
    pub fn given(environment: impl Fn(&str) -> Option<String>) -> Option<Self> {
        Some(Self {
            admin_email: String::new(),
            admin_password: String::new(),
            client_id: environment("SPIN_VARIABLE_BOOTSTRAP_CLIENT_ID")?,
            client_secret: environment("SPIN_VARIABLE_BOOTSTRAP_CLIENT_SECRET")?,
        })
    }

    /// The variables of spin.toml that hand them over.
    pub fn variables(&self) -> [(&'static str, &str); 4] {
        [
            ("bootstrap_admin_email", &self.admin_email),
            ("bootstrap_admin_password", &self.admin_password),
            ("bootstrap_client_id", &self.client_id),
            ("bootstrap_client_secret", &self.client_secret),
        ]
    }
}

/// Lower, upper, digit and symbol are all in it. Drawing again keeps every such password equally
/// likely.
fn password(length: usize) -> Result<String> {
    let classes = [LOWER, UPPER, DIGITS, SYMBOLS];
    let alphabet = classes.concat();
    loop {
        let candidate = text(&alphabet, length)?;
        let has = |class: &&[u8]| candidate.bytes().any(|byte| class.contains(&byte));
        // It starts with a letter, so that no program takes it for an option.
        if classes.iter().all(has) && candidate.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Ok(candidate);
        }
    }
}

fn text(alphabet: &[u8], length: usize) -> Result<String> {
    // The largest multiple of the alphabet's size that a byte can hold: no character is favoured.
    let limit = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(length);
    let mut bytes = [0; 64];
    while text.len() < length {
        getrandom::fill(&mut bytes).map_err(|error| anyhow!("the system gives no random bytes: {error}"))?;
        for byte in bytes.map(usize::from) {
            if text.len() < length
                && byte < limit
                && let Some(&letter) = alphabet.get(byte % alphabet.len())
            {
                text.push(char::from(letter));
            }
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_have_the_promised_form() {
        for _ in 0..200 {
            let new = Credentials::generate().unwrap();
            assert_eq!(new.client_id.len(), 12);
            assert!(new.client_id.bytes().all(|b| b.is_ascii_digit()));
            assert!(!new.client_id.starts_with('0'));
            assert!(new.client_secret.len() >= 40);
            assert!(new.client_secret.bytes().all(|b| b.is_ascii_alphanumeric()));
            for class in [LOWER, UPPER, DIGITS, SYMBOLS] {
                assert!(new.admin_password.bytes().any(|b| class.contains(&b)));
            }
        }
    }

    #[test]
    fn no_two_are_alike() {
        let (one, two) = (Credentials::generate().unwrap(), Credentials::generate().unwrap());
        assert_ne!(one.client_id, two.client_id);
        assert_ne!(one.client_secret, two.client_secret);
        assert_ne!(one.admin_password, two.admin_password);
    }

    #[test]
    fn every_letter_comes_up() {
        let drawn = text(DIGITS, 2000).unwrap();
        assert_eq!(drawn.len(), 2000);
        for digit in DIGITS {
            let count = drawn.bytes().filter(|b| b == digit).count();
            assert!((100..=300).contains(&count), "{digit}: {count}");
        }
    }
}
