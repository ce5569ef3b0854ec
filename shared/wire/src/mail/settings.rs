//! How mail is sent: the variables `mail_*`, `account_page_url` and `idah_app_url`.

use http::{HeaderValue, Uri};
use iam_domain::crypto::Sensitive;
use iam_domain::error::{Error, Result};
use iam_settings::key;

use super::message::Pages;
use crate::settings::{Value, Variables, wrong};

/// Where mail goes.
#[derive(Debug, Clone)]
pub enum Provider {
    /// Nowhere: it stays in the outbox, where the operator reads it.
    Log,
    /// A server of the operator's.
    Webhook(Webhook),
    /// resend.com.
    Resend(Account),
    /// postmarkapp.com.
    Postmark(Account),
}

/// A server of the operator's.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Where requests go.
    pub url: Uri,
    /// What they are signed with.
    pub key: Option<Sensitive<String>>,
}

/// An account with a provider of mail.
#[derive(Debug, Clone)]
pub struct Account {
    /// Where requests go.
    pub url: Uri,
    /// Sender: an address, or a name and the address in angle brackets.
    pub from: String,
    /// Proves who sends; visible ASCII.
    pub key: Sensitive<String>,
}

/// All settings of mail.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// Where mail goes.
    pub provider: Provider,
    /// Pages that links lead to. Without one for it people are told the code itself.
    pub pages: Pages,
}

impl MailSettings {
    /// Reads and checks the variables.
    ///
    /// # Errors
    /// `Internal`; the log context names the variable and what it should be.
    pub async fn load(variables: &dyn Variables) -> Result<Self> {
        let read = async |key| Ok::<_, Error>(Value::read(variables, key).await?.text);
        let (from, key) = (read(key!("mail_from")).await?, Sensitive::new(read(key!("mail_api_key")).await?));
        let base = read(key!("mail_api_url")).await?;
        let hook = read(key!("mail_webhook_url")).await?;
        let allowed = read(key!("mail_allowed_host")).await?;
        let provider = match read(key!("mail_provider")).await?.as_str() {
            "log" => Provider::Log,
            "webhook" => {
                let key = (!key.expose().is_empty()).then_some(key);
                Provider::Webhook(Webhook { url: reachable("mail_webhook_url", &hook, &allowed)?, key })
            }
            "resend" => Provider::Resend(account(&base, "https://api.resend.com", "/emails", &allowed, from, key)?),
            "postmark" => {
                Provider::Postmark(account(&base, "https://api.postmarkapp.com", "/email", &allowed, from, key)?)
            }
            _ => return Err(wrong("mail_provider", "log, webhook, resend or postmark")),
        };
        let pages = Pages {
            account: page("account_page_url", read(key!("account_page_url")).await?)?,
            app: page("idah_app_url", read(key!("idah_app_url")).await?)?
                .map(|app| app.trim_end_matches('/').to_owned()),
        };
        Ok(Self { provider, pages })
    }
}

impl Provider {
    /// Name in settings and in the log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Webhook(_) => "webhook",
            Self::Resend(_) => "resend",
            Self::Postmark(_) => "postmark",
        }
    }
}

fn account(
    base: &str,
    usual: &str,
    path: &str,
    allowed: &str,
    from: String,
    key: Sensitive<String>,
) -> Result<Account> {
    let base = if base.is_empty() { usual } else { base };
    let url = reachable("mail_api_url", &format!("{}{path}", base.trim_end_matches('/')), allowed)?;
    if !from.contains('@') || from.chars().any(char::is_control) {
        return Err(wrong("mail_from", "the sender, such as accounts@example.org"));
    }
    if key.expose().is_empty() || HeaderValue::from_str(key.expose()).is_err() {
        return Err(wrong("mail_api_key", "the key that the provider gave you"));
    }
    Ok(Account { url, from, key })
}

/// An address that requests can go to: HTTP, and on the host that the component is allowed to call. The runtime would
/// refuse the others, but only once there is mail.
fn reachable(name: &'static str, text: &str, allowed: &str) -> Result<Uri> {
    let url = http_url(text).ok_or_else(|| wrong(name, "a URL that begins with https:// or http://"))?;
    let origin = origin(&url);
    let is_allowed = allowed.contains('*') || http_url(allowed).is_some_and(|allowed| self::origin(&allowed) == origin);
    if is_allowed { Ok(url) } else { Err(wrong("mail_allowed_host", &format!("{origin}, where mail goes"))) }
}

fn http_url(text: &str) -> Option<Uri> {
    let url: Uri = text.parse().ok()?;
    let is_plain = url.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    (is_plain && matches!(url.scheme_str(), Some("http" | "https")) && !text.contains('#')).then_some(url)
}

/// Scheme, host and port, the port only when it is not the scheme's own.
fn origin(url: &Uri) -> String {
    let scheme = url.scheme_str().unwrap_or_default();
    let host = url.host().unwrap_or_default().to_ascii_lowercase();
    match (scheme, url.port_u16()) {
        (_, None) | ("https", Some(443)) | ("http", Some(80)) => format!("{scheme}://{host}"),
        (_, Some(port)) => format!("{scheme}://{host}:{port}"),
    }
}

fn page(name: &'static str, text: String) -> Result<Option<String>> {
    match http_url(&text) {
        None if text.is_empty() => Ok(None),
        None => Err(wrong(name, "a URL that begins with https:// or http://, without #")),
        Some(_) => Ok(Some(text)),
    }
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
