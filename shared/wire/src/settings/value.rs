//! Values of variables: read, checked, and refused in words that name the variable.

use iam_domain::crypto::derived::MIN_KEY_BYTES;
use iam_domain::crypto::secret::{hex, sha256};
use iam_domain::crypto::{Sensitive, SigningAlgorithm};
use iam_domain::error::{Error, Result};
use iam_domain::ops::tokens::keys::ADOPTED;
use iam_domain::store::LocalFuture;
use iam_settings::Key;

/// Names of all kits, as `disabled_dialects` takes them.
const DIALECTS: &[&str] = &["eazyrent", "oauth", "logto", "idah"];

/// Where variables come from.
pub trait Variables {
    /// The value of `name`; `None` when the component was not given it.
    ///
    /// # Errors
    /// `Internal` when the provider fails: a default in place of the operator's value could open what was closed.
    fn get(&self, name: &'static str) -> LocalFuture<'_, Result<Option<String>>>;
}

/// An operator-supplied key.
#[derive(Debug, Clone)]
pub struct OwnKey {
    /// PEM text. It is read where it is stored: the code that does so is in few components.
    pub pem: Sensitive<String>,
    /// Name of the set of keys that it makes up.
    pub generation: String,
}

/// A variable that cannot be used as it is set.
pub(crate) fn wrong(name: &str, wanted: &str) -> Error {
    Error::internal(format!("variable {name} must be {wanted}"))
}

/// What a variable is set to, or its default where it is not set or empty. Not `Debug`: it may be a secret.
pub(crate) struct Value {
    name: &'static str,
    /// The text as it is.
    pub(crate) text: String,
}

impl Value {
    /// Asks for the variable.
    pub(crate) async fn read(variables: &dyn Variables, key: Key) -> Result<Self> {
        let given = variables.get(key.name).await?.filter(|text| !text.is_empty());
        Ok(Self { name: key.name, text: given.unwrap_or_else(|| key.default.to_owned()) })
    }

    pub(super) fn wrong(&self, wanted: &str) -> Error {
        wrong(self.name, wanted)
    }

    pub(super) fn public_url(self) -> Result<Option<String>> {
        let text = self.text.trim_end_matches('/');
        let is_origin = |rest: &str| !rest.is_empty() && !rest.contains(['/', '?', '#']);
        match text.split_once("://") {
            None if text.is_empty() => Ok(None),
            Some(("http" | "https", rest)) if is_origin(rest) => Ok(Some(text.to_owned())),
            _ => Err(self.wrong("scheme and host only, such as https://iam.example.org")),
        }
    }

    pub(super) fn secret_key(self) -> Result<Option<Sensitive<Vec<u8>>>> {
        match self.text.len() {
            0 => Ok(None),
            MIN_KEY_BYTES.. => Ok(Some(Sensitive::new(self.text.into_bytes()))),
            _ => Err(self.wrong("at least 32 characters of random text")),
        }
    }

    /// A private key in PEM. Where variables cannot hold several lines, its line ends may be written as `\n`.
    pub(super) fn own_key(self) -> Result<Option<OwnKey>> {
        if self.text.trim().is_empty() {
            return Ok(None);
        }
        if self.text.trim_start().starts_with("file:") {
            return Err(self.wrong("the PEM text of the key itself, as components cannot read files"));
        }
        let pem = self.text.replace("\\n", "\n");
        let generation = format!("{ADOPTED}{}", hex(&sha256(pem.trim())));
        Ok(Some(OwnKey { pem: Sensitive::new(pem), generation }))
    }

    pub(super) fn header(self) -> Result<Option<String>> {
        match self.text.as_str() {
            "" => Ok(None),
            name if http::HeaderName::from_bytes(name.as_bytes()).is_ok() => Ok(Some(name.to_ascii_lowercase())),
            _ => Err(self.wrong("the name of a header, such as X-Forwarded-For")),
        }
    }

    pub(super) fn list(&self) -> Vec<String> {
        self.text.split([',', ' ']).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    pub(super) fn dialects(self) -> Result<Vec<String>> {
        let names = self.list();
        if names.iter().all(|name| DIALECTS.contains(&name.as_str())) {
            return Ok(names);
        }
        Err(self.wrong(&format!("a list of {}", DIALECTS.join(", "))))
    }

    pub(super) fn algorithm(self) -> Result<SigningAlgorithm> {
        SigningAlgorithm::from_name(&self.text).ok_or_else(|| self.wrong("EdDSA, ES256 or RS256"))
    }

    pub(super) fn number(&self, most: i64) -> Option<i64> {
        self.text.parse().ok().filter(|number| (1..=most).contains(number))
    }

    pub(super) fn seconds(self) -> Result<i64> {
        self.number(31_536_000).ok_or_else(|| self.wrong("a number of seconds, from 1 to 31536000 (a year)"))
    }

    pub(super) fn password_checks(self) -> Result<i64> {
        self.number(10_000).ok_or_else(|| self.wrong("a number from 1 to 10000"))
    }

    pub(super) fn flag(self) -> Result<bool> {
        match self.text.as_str() {
            "false" | "0" => Ok(false),
            "true" | "1" => Ok(true),
            _ => Err(self.wrong("true or false")),
        }
    }
}

#[cfg(test)]
#[path = "value_tests.rs"]
mod tests;
