//! Configuration: the variables of spin.toml, read once per instance. Their table is `iam_settings`.

use iam_domain::crypto::derived::MIN_KEY_BYTES;
use iam_domain::crypto::secret::{hex, sha256};
use iam_domain::crypto::{Sensitive, SigningAlgorithm};
use iam_domain::error::{Error, Result};
use iam_domain::ops::installation::bootstrap::BootstrapSettings;
use iam_domain::ops::tokens::keys::ADOPTED;
use iam_domain::store::LocalFuture;
use iam_settings::{Key, key};

use crate::mail::MailSettings;
use crate::upstream::UpstreamSettings;

/// Where variables come from.
pub trait Variables {
    /// The value of `name`; `None` when the component was not given it.
    ///
    /// # Errors
    /// `Internal` when the provider fails: a default in place of the operator's value could open what was closed.
    fn get(&self, name: &'static str) -> LocalFuture<'_, Result<Option<String>>>;
}

/// How tokens of one dialect are made.
#[derive(Debug, Clone)]
pub struct TokenSettings {
    /// Signature algorithm.
    pub algorithm: SigningAlgorithm,
    /// Seconds that an access token lives.
    pub lifetime: i64,
}

/// A signing key that the operator brought along.
#[derive(Debug, Clone)]
pub struct OwnKey {
    /// PEM text. It is read where it is stored: the code that does so is in few components.
    pub pem: Sensitive<String>,
    /// Name of the set of keys that it makes up.
    pub generation: String,
}

/// All settings. docs/configuration.md explains each.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Scheme and authority under which clients reach us; `None` = only this machine calls, by whatever name.
    pub public_url: Option<String>,
    /// Further names of this server that assertions may be addressed to.
    pub accepted_issuers: Vec<String>,
    /// Which set of signing keys is current.
    pub signing_key_generation: String,
    /// EazyRent tokens.
    pub eazyrent_tokens: TokenSettings,
    /// Project id in EazyRent tokens.
    pub eazyrent_project_id: String,
    /// Refuse, instead of falling back to home, when the acting account is out of reach.
    pub eazyrent_strict_acting_account: bool,
    /// Logto tokens.
    pub logto_tokens: TokenSettings,
    /// Indicator of the Logto management API.
    pub logto_management_resource: String,
    /// Key of the operator's that signs tokens of the IDAH API, instead of one made here.
    pub idah_key: Option<OwnKey>,
    /// Seconds that an access token of the IDAH API lives.
    pub idah_access_token_ttl: i64,
    /// Whether its cookies are for encrypted connections only.
    pub idah_secure_cookies: bool,
    /// Key that secrets of applications are derived from, where the stored one is not to be used.
    pub application_secret_key: Option<Sensitive<Vec<u8>>>,
    /// How many passwords may be compared at the same time, over all instances.
    pub max_password_checks: i64,
    /// Header in which a reverse proxy tells the client's address.
    pub client_address_header: Option<String>,
    /// Names of dialects that are switched off.
    pub disabled_dialects: Vec<String>,
    /// The first principals.
    pub bootstrap: BootstrapSettings,
    /// How mail is sent.
    pub mail: MailSettings,
    /// The login service that people's particulars are copied from.
    pub upstream: Option<UpstreamSettings>,
}

impl Settings {
    /// Reads and checks all variables.
    ///
    /// # Errors
    /// `Internal`; the log context names the variable and what it should be.
    pub async fn load(variables: &dyn Variables) -> Result<Self> {
        let read = async |key| Value::read(variables, key).await;
        let management = read(key!("logto_management_resource")).await?.text;
        Ok(Self {
            public_url: read(key!("public_url")).await?.public_url()?,
            accepted_issuers: read(key!("accepted_issuers")).await?.list(),
            signing_key_generation: read(key!("signing_key_generation")).await?.text,
            eazyrent_tokens: TokenSettings {
                algorithm: read(key!("eazyrent_signing_algorithm")).await?.algorithm()?,
                lifetime: read(key!("eazyrent_access_token_ttl")).await?.seconds()?,
            },
            eazyrent_project_id: read(key!("eazyrent_project_id")).await?.text,
            eazyrent_strict_acting_account: read(key!("eazyrent_strict_acting_account")).await?.flag()?,
            logto_tokens: TokenSettings {
                algorithm: read(key!("logto_signing_algorithm")).await?.algorithm()?,
                lifetime: read(key!("logto_access_token_ttl")).await?.seconds()?,
            },
            logto_management_resource: management.clone(),
            idah_key: read(key!("idah_jwt_key")).await?.own_key()?,
            idah_access_token_ttl: read(key!("idah_access_token_ttl")).await?.seconds()?,
            idah_secure_cookies: read(key!("idah_secure_cookies")).await?.flag()?,
            application_secret_key: read(key!("application_secret_key")).await?.secret_key()?,
            max_password_checks: read(key!("max_password_checks")).await?.password_checks()?,
            client_address_header: read(key!("client_address_header")).await?.header()?,
            disabled_dialects: read(key!("disabled_dialects")).await?.dialects()?,
            bootstrap: BootstrapSettings {
                organization: read(key!("bootstrap_organization")).await?.text,
                admin_email: read(key!("bootstrap_admin_email")).await?.text,
                admin_password: Sensitive::new(read(key!("bootstrap_admin_password")).await?.text),
                system_email: read(key!("bootstrap_system_email")).await?.text,
                system_password: Sensitive::new(read(key!("bootstrap_system_password")).await?.text),
                client_id: read(key!("bootstrap_client_id")).await?.text,
                client_secret: Sensitive::new(read(key!("bootstrap_client_secret")).await?.text),
                management_resource: management,
            },
            mail: MailSettings::load(variables).await?,
            upstream: UpstreamSettings::load(variables).await?,
        })
    }
}

impl Settings {
    /// Whether the dialect is switched off.
    pub fn disables(&self, dialect: &str) -> bool {
        self.disabled_dialects.iter().any(|name| name == dialect)
    }

    /// Which set of keys signs tokens of the IDAH API.
    pub fn idah_generation(&self) -> &str {
        self.idah_key.as_ref().map_or(&self.signing_key_generation, |own| &own.generation)
    }
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

    fn wrong(&self, wanted: &str) -> Error {
        wrong(self.name, wanted)
    }

    fn public_url(self) -> Result<Option<String>> {
        let text = self.text.trim_end_matches('/');
        let is_origin = |rest: &str| !rest.is_empty() && !rest.contains(['/', '?', '#']);
        match text.split_once("://") {
            None if text.is_empty() => Ok(None),
            Some(("http" | "https", rest)) if is_origin(rest) => Ok(Some(text.to_owned())),
            _ => Err(self.wrong("scheme and host only, such as https://iam.example.org")),
        }
    }

    fn secret_key(self) -> Result<Option<Sensitive<Vec<u8>>>> {
        match self.text.len() {
            0 => Ok(None),
            MIN_KEY_BYTES.. => Ok(Some(Sensitive::new(self.text.into_bytes()))),
            _ => Err(self.wrong("at least 32 characters of random text")),
        }
    }

    /// A private key in PEM. Where variables cannot hold several lines, its line ends may be written as `\n`.
    fn own_key(self) -> Result<Option<OwnKey>> {
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

    fn header(self) -> Result<Option<String>> {
        match self.text.as_str() {
            "" => Ok(None),
            name if http::HeaderName::from_bytes(name.as_bytes()).is_ok() => Ok(Some(name.to_ascii_lowercase())),
            _ => Err(self.wrong("the name of a header, such as X-Forwarded-For")),
        }
    }

    fn list(&self) -> Vec<String> {
        self.text.split([',', ' ']).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    fn dialects(self) -> Result<Vec<String>> {
        let names = self.list();
        if names.iter().all(|name| crate::dialect::NAMES.contains(&name.as_str())) {
            return Ok(names);
        }
        Err(self.wrong(&format!("a list of {}", crate::dialect::NAMES.join(", "))))
    }

    fn algorithm(self) -> Result<SigningAlgorithm> {
        SigningAlgorithm::from_name(&self.text).ok_or_else(|| self.wrong("EdDSA, ES256 or RS256"))
    }

    fn number(&self, most: i64) -> Option<i64> {
        self.text.parse().ok().filter(|number| (1..=most).contains(number))
    }

    fn seconds(self) -> Result<i64> {
        self.number(31_536_000).ok_or_else(|| self.wrong("a number of seconds, from 1 to 31536000 (a year)"))
    }

    fn password_checks(self) -> Result<i64> {
        self.number(10_000).ok_or_else(|| self.wrong("a number from 1 to 10000"))
    }

    fn flag(self) -> Result<bool> {
        match self.text.as_str() {
            "false" | "0" => Ok(false),
            "true" | "1" => Ok(true),
            _ => Err(self.wrong("true or false")),
        }
    }
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
