//! Where the upstream login service is, and who we are there.

use iam_domain::crypto::Sensitive;
use iam_domain::error::{Error, Result};
use iam_settings::key;

use super::url::{Reach, Template, is_allowed};
use crate::settings::{Value, Variables, wrong};

/// An upstream login service. docs/configuration.md explains each variable.
#[derive(Debug, Clone)]
pub struct UpstreamSettings {
    /// Issuer, exactly as its discovery document has it.
    pub issuer: String,
    /// Our client id there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: Sensitive<String>,
    /// Scope that we ask for.
    pub scope: String,
    /// Where a person's particulars are, for a client of the service. `None`: only people with an access token of their
    /// own can be asked about.
    pub user_endpoint: Option<Template>,
}

impl UpstreamSettings {
    /// Reads and checks the variables; `None` when there is no upstream.
    ///
    /// # Errors
    /// `Internal`; the log context names the variable and what it should be.
    pub async fn load(variables: &dyn Variables) -> Result<Option<Self>> {
        let read = async |key| Ok::<_, Error>(Value::read(variables, key).await?.text);
        let upstream = Self {
            issuer: read(key!("upstream_issuer")).await?,
            client_id: read(key!("upstream_client_id")).await?,
            client_secret: Sensitive::new(read(key!("upstream_client_secret")).await?),
            scope: read(key!("upstream_scope")).await?,
            user_endpoint: endpoint(&read(key!("upstream_user_endpoint")).await?)?,
        };
        if upstream.issuer.is_empty() {
            return Ok(None);
        }
        upstream.check(&read(key!("upstream_allowed_host")).await?).map(Some)
    }

    fn check(self, allowed: &str) -> Result<Self> {
        if !Reach::Loopback.admits(&self.issuer) || self.issuer.contains('?') {
            return Err(wrong("upstream_issuer", "an https URL without query, such as https://login.example.org"));
        }
        for (name, value) in
            [("upstream_client_id", &self.client_id), ("upstream_client_secret", self.client_secret.expose())]
        {
            if self.user_endpoint.is_some() && value.is_empty() {
                return Err(wrong(name, "set, since upstream_user_endpoint is"));
            }
        }
        // The runtime would refuse the others, but only once somebody is asked about.
        let called = self.user_endpoint.as_ref().map(Template::bare).into_iter().chain([self.issuer.clone()]);
        if !called.into_iter().all(|url| is_allowed(&url, allowed)) {
            let wanted = "the host of upstream_issuer and upstream_user_endpoint, such as https://login.example.org";
            return Err(wrong("upstream_allowed_host", wanted));
        }
        Ok(self)
    }
}

fn endpoint(text: &str) -> Result<Option<Template>> {
    if text.is_empty() {
        return Ok(None);
    }
    let wanted = "an https URL with {sub} or {email} behind the host, such as https://login.example.org/users/{sub}";
    Template::parse(text).map(Some).ok_or_else(|| wrong("upstream_user_endpoint", wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::testing::{Given, ready};

    /// The first of a name counts.
    fn load(given: &[(&'static str, &'static str)]) -> Result<Option<UpstreamSettings>> {
        let usual = [("upstream_allowed_host", "https://id.example.org")];
        ready(UpstreamSettings::load(&Given(given.iter().copied().chain(usual).collect())))
    }

    #[test]
    fn without_an_issuer_there_is_no_upstream() {
        assert!(load(&[]).unwrap().is_none());
        assert!(load(&[("upstream_client_id", "id"), ("upstream_issuer", "")]).unwrap().is_none());
    }

    #[test]
    fn an_issuer_alone_will_do() {
        let upstream = load(&[("upstream_issuer", "https://id.example.org/tenant/")]).unwrap().unwrap();
        assert_eq!(upstream.issuer, "https://id.example.org/tenant/", "issuers are compared to the letter");
        assert!(upstream.user_endpoint.is_none());
    }

    #[test]
    fn a_wrong_variable_is_named_and_no_secret_shown() {
        let issuer = ("upstream_issuer", "https://id.example.org");
        let endpoint = ("upstream_user_endpoint", "https://id.example.org/u/{sub}");
        let id = ("upstream_client_id", "id");
        for (given, name) in [
            (vec![("upstream_issuer", "id.example.org")], "upstream_issuer"),
            (vec![("upstream_issuer", "http://id.example.org")], "upstream_issuer"),
            (vec![("upstream_issuer", "https://id.example.org?a=b")], "upstream_issuer"),
            (vec![("upstream_user_endpoint", "https://id.example.org/u")], "upstream_user_endpoint"),
            (vec![issuer, endpoint, ("upstream_client_secret", "test-only-secret")], "upstream_client_id"),
            (vec![issuer, endpoint, id], "upstream_client_secret"),
            (vec![issuer, ("upstream_allowed_host", "https://upstream.invalid")], "upstream_allowed_host"),
            (vec![("upstream_issuer", "https://other.example")], "upstream_allowed_host"),
        ] {
            let error = load(&given).unwrap_err();
            let line = error.log_line();
            assert!(line.contains(&format!("variable {name} must be ")) && !line.contains("test-only"), "{line}");
        }
        let good = load(&[issuer, endpoint, id, ("upstream_client_secret", "test-only-secret")]).unwrap().unwrap();
        assert!(!format!("{good:?}").contains("test-only"), "{good:?}");
    }
}
