//! Configuration: the variables of spin.toml, read once per instance. Their table is `iam_settings`.

mod value;

use iam_domain::crypto::{Sensitive, SigningAlgorithm};
use iam_domain::error::Result;
use iam_domain::ops::installation::bootstrap::BootstrapSettings;
use iam_settings::key;

use crate::mail::MailSettings;
use crate::upstream::UpstreamSettings;

pub use value::{OwnKey, Variables};
pub(crate) use value::{Value, wrong};

/// How tokens of one dialect are made.
#[derive(Debug, Clone)]
pub struct TokenSettings {
    /// Signature algorithm.
    pub algorithm: SigningAlgorithm,
    /// Seconds that an access token lives.
    pub lifetime: i64,
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
