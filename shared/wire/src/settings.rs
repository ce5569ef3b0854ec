//! Configuration: the variables of spin.toml, read once per instance.

use iam_domain::crypto::derived::MIN_KEY_BYTES;
use iam_domain::crypto::secret::{hex, sha256};
use iam_domain::crypto::{Sensitive, SigningAlgorithm};
use iam_domain::error::{Error, Result};
use iam_domain::ops::DEFAULT_PASSWORD_CHECKS;
use iam_domain::ops::installation::bootstrap::BootstrapSettings;
use iam_domain::ops::tokens::keys::ADOPTED;
use iam_domain::store::LocalFuture;

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

/// All settings. README.md, "Configuration", explains each.
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
        let text = async |name| Ok::<_, Error>(variables.get(name).await?.unwrap_or_default());
        let or = |value: String, default: &str| if value.is_empty() { default.to_owned() } else { value };
        let management = or(text("logto_management_resource").await?, "https://default.logto.app/api");
        Ok(Self {
            public_url: public_url(&text("public_url").await?)?,
            accepted_issuers: list(&text("accepted_issuers").await?),
            signing_key_generation: or(text("signing_key_generation").await?, "1"),
            eazyrent_tokens: TokenSettings {
                algorithm: algorithm("eazyrent_signing_algorithm", &text("eazyrent_signing_algorithm").await?)?,
                lifetime: seconds("eazyrent_access_token_ttl", &text("eazyrent_access_token_ttl").await?, 43_199)?,
            },
            eazyrent_project_id: or(text("eazyrent_project_id").await?, "310976816384838665"),
            eazyrent_strict_acting_account: flag(
                "eazyrent_strict_acting_account",
                &text("eazyrent_strict_acting_account").await?,
            )?,
            logto_tokens: TokenSettings {
                algorithm: algorithm("logto_signing_algorithm", &text("logto_signing_algorithm").await?)?,
                lifetime: seconds("logto_access_token_ttl", &text("logto_access_token_ttl").await?, 3600)?,
            },
            logto_management_resource: management.clone(),
            idah_key: own_key("idah_jwt_key", &text("idah_jwt_key").await?)?,
            idah_access_token_ttl: seconds("idah_access_token_ttl", &text("idah_access_token_ttl").await?, 86_400)?,
            idah_secure_cookies: match text("idah_secure_cookies").await? {
                unset if unset.is_empty() => true,
                set => flag("idah_secure_cookies", &set)?,
            },
            application_secret_key: secret_key(text("application_secret_key").await?)?,
            max_password_checks: password_checks(&text("max_password_checks").await?)?,
            client_address_header: header(&text("client_address_header").await?)?,
            disabled_dialects: dialects(&text("disabled_dialects").await?)?,
            bootstrap: BootstrapSettings {
                organization: or(text("bootstrap_organization").await?, "Default"),
                admin_email: text("bootstrap_admin_email").await?,
                admin_password: Sensitive::new(text("bootstrap_admin_password").await?),
                system_email: text("bootstrap_system_email").await?,
                system_password: Sensitive::new(text("bootstrap_system_password").await?),
                client_id: text("bootstrap_client_id").await?,
                client_secret: Sensitive::new(text("bootstrap_client_secret").await?),
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

fn public_url(text: &str) -> Result<Option<String>> {
    let text = text.trim_end_matches('/');
    let is_origin = |rest: &str| !rest.is_empty() && !rest.contains(['/', '?', '#']);
    match text.split_once("://") {
        None if text.is_empty() => Ok(None),
        Some(("http" | "https", rest)) if is_origin(rest) => Ok(Some(text.to_owned())),
        _ => Err(wrong("public_url", "scheme and host only, such as https://iam.example.org")),
    }
}

fn secret_key(text: String) -> Result<Option<Sensitive<Vec<u8>>>> {
    let key = Sensitive::new(text.into_bytes());
    match key.expose().len() {
        0 => Ok(None),
        MIN_KEY_BYTES.. => Ok(Some(key)),
        _ => Err(wrong("application_secret_key", "at least 32 characters of random text")),
    }
}

/// A private key in PEM. Where variables cannot hold several lines, its line ends may be written as `\n`.
fn own_key(name: &str, text: &str) -> Result<Option<OwnKey>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    if text.trim_start().starts_with("file:") {
        return Err(wrong(name, "the PEM text of the key itself, as components cannot read files"));
    }
    let pem = text.replace("\\n", "\n");
    let generation = format!("{ADOPTED}{}", hex(&sha256(pem.trim())));
    Ok(Some(OwnKey { pem: Sensitive::new(pem), generation }))
}

fn header(text: &str) -> Result<Option<String>> {
    match text {
        "" => Ok(None),
        name if http::HeaderName::from_bytes(name.as_bytes()).is_ok() => Ok(Some(name.to_ascii_lowercase())),
        _ => Err(wrong("client_address_header", "the name of a header, such as X-Forwarded-For")),
    }
}

fn list(text: &str) -> Vec<String> {
    text.split([',', ' ']).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn dialects(text: &str) -> Result<Vec<String>> {
    let names = list(text);
    if names.iter().all(|name| crate::dialect::NAMES.contains(&name.as_str())) {
        return Ok(names);
    }
    Err(wrong("disabled_dialects", &format!("a list of {}", crate::dialect::NAMES.join(", "))))
}

fn algorithm(name: &str, text: &str) -> Result<SigningAlgorithm> {
    if text.is_empty() {
        return Ok(SigningAlgorithm::EdDsa);
    }
    SigningAlgorithm::from_name(text).ok_or_else(|| wrong(name, "EdDSA, ES256 or RS256"))
}

fn seconds(name: &str, text: &str, default: i64) -> Result<i64> {
    if text.is_empty() {
        return Ok(default);
    }
    text.parse()
        .ok()
        .filter(|seconds| (1..=31_536_000).contains(seconds))
        .ok_or_else(|| wrong(name, "a number of seconds, from 1 to 31536000 (a year)"))
}

fn password_checks(text: &str) -> Result<i64> {
    if text.is_empty() {
        return Ok(DEFAULT_PASSWORD_CHECKS);
    }
    let number = text.parse().ok().filter(|number| (1..=10_000).contains(number));
    number.ok_or_else(|| wrong("max_password_checks", "a number from 1 to 10000"))
}

fn flag(name: &str, text: &str) -> Result<bool> {
    match text {
        "" | "false" | "0" => Ok(false),
        "true" | "1" => Ok(true),
        _ => Err(wrong(name, "true or false")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_checked() {
        assert_eq!(public_url("https://iam.example.org/"), Ok(Some("https://iam.example.org".into())));
        assert_eq!(public_url(""), Ok(None));
        assert!(public_url("iam.example.org").is_err());
        assert!(public_url("https://iam.example.org/base").is_err());
        assert_eq!(list("a, b  c,"), ["a", "b", "c"]);
        assert!(dialects("logto, oauth").is_ok());
        assert!(dialects("Logto").is_err());
        assert!(algorithm("x", "HS256").is_err());
        assert!(seconds("x", "0", 1).is_err());
        assert!(flag("x", "maybe").is_err());
        assert!(secret_key(String::new()).is_ok_and(|key| key.is_none()));
        assert!(secret_key("x".repeat(32)).is_ok_and(|key| key.is_some()));
        assert!(secret_key("x".repeat(31)).is_err());
        assert_eq!(header("X-Forwarded-For"), Ok(Some("x-forwarded-for".into())));
        assert!(header("no header").is_err());
    }
}
