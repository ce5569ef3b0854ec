//! Asking the upstream: discovery (OpenID Connect Discovery 1.0), a token for ourselves, a person's claims.

use base64ct::{Base64, Encoding};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, Response, StatusCode};
use iam_domain::error::{Error, FaultCode, Result};
use iam_domain::ops::users::sync::Profile;
use serde_json::Value;

use super::answer::{down, json, oauth_error, profile};
use super::settings::UpstreamSettings;
use super::token::{is_token, sensitive};
use super::url::{Reach, encode};
use crate::runtime::outbound::Outbound;

/// A client of the upstream login service, for one request of ours.
pub struct Client<'a> {
    settings: &'a UpstreamSettings,
    outbound: &'a dyn Outbound,
}

impl<'a> Client<'a> {
    /// A client; nothing is sent yet.
    pub fn new(settings: &'a UpstreamSettings, outbound: &'a dyn Outbound) -> Self {
        Self { settings, outbound }
    }

    /// The person whose access token this is, by the userinfo endpoint (OpenID Connect Core §5.3).
    ///
    /// # Errors
    /// `Invalid` at `access_token` when the upstream refuses the token; `Unavailable` when it fails.
    pub async fn userinfo(&self, token: &str) -> Result<Profile> {
        let url = self.endpoint("userinfo_endpoint").await?;
        let answer = self.get("userinfo endpoint", &url, Some(token)).await?;
        match answer.status() {
            StatusCode::OK => profile("userinfo endpoint", &answer, true),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                let text = "The login service does not accept this access token.";
                Err(Error::field("access_token", FaultCode::Value, text))
            }
            status => Err(down(format!("userinfo endpoint: status {status}"))),
        }
    }

    /// The person at `url`, as a client of the upstream.
    ///
    /// # Errors
    /// `NotFound` when the upstream knows no such person; `Unavailable` when it fails.
    pub async fn user(&self, url: &str) -> Result<Profile> {
        let token = self.token().await?;
        let answer = self.get("user endpoint", url, Some(&token)).await?;
        match answer.status() {
            StatusCode::OK => profile("user endpoint", &answer, false),
            StatusCode::NOT_FOUND => Err(Error::not_found("User at the login service")),
            status => Err(down(format!("user endpoint: status {status}"))),
        }
    }

    /// A URL of the discovery document.
    async fn endpoint(&self, name: &str) -> Result<String> {
        let issuer = &self.settings.issuer;
        let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let answer = self.get("discovery", &url, None).await?;
        if answer.status() != StatusCode::OK {
            return Err(down(format!("discovery: status {}", answer.status())));
        }
        let document = json("discovery", &answer)?;
        let text = |name: &str| document.get(name).and_then(Value::as_str);
        // Else another server could pass off its users as those of this one (OpenID Connect Discovery §4.3).
        if text("issuer") != Some(issuer) {
            return Err(down("discovery: the document is not of the issuer in upstream_issuer"));
        }
        let url = text(name).filter(|url| Reach::of_issuer(issuer).admits(url));
        url.map(str::to_owned).ok_or_else(|| down(format!("discovery: no {name} that may be called")))
    }

    /// An access token of our own (RFC 6749 §4.4).
    async fn token(&self) -> Result<String> {
        let url = self.endpoint("token_endpoint").await?;
        let mut form = "grant_type=client_credentials".to_owned();
        if !self.settings.scope.is_empty() {
            form.push_str("&scope=");
            form.push_str(&encode(&self.settings.scope));
        }
        // Both halves are form-encoded first (RFC 6749 §2.3.1).
        let pair = format!("{}:{}", encode(&self.settings.client_id), encode(self.settings.client_secret.expose()));
        let basic = format!("Basic {}", Base64::encode_string(pair.as_bytes()));
        let request = Request::post(url)
            .header(AUTHORIZATION, sensitive(&basic)?)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json");
        let answer = self.send("token endpoint", request, form.into()).await?;
        if answer.status() != StatusCode::OK {
            return Err(down(format!("token endpoint: status {}{}", answer.status(), oauth_error(&answer))));
        }
        let document = json("token endpoint", &answer)?;
        let text = |name: &str| document.get(name).and_then(Value::as_str);
        let is_bearer = text("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
        let token = text("access_token").filter(|token| is_bearer && is_token(token));
        token.map(str::to_owned).ok_or_else(|| down("token endpoint: no bearer token in the answer"))
    }

    async fn get(&self, what: &str, url: &str, token: Option<&str>) -> Result<Response<Bytes>> {
        let mut request = Request::builder().method(Method::GET).uri(url).header(ACCEPT, "application/json");
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, sensitive(&format!("Bearer {token}"))?);
        }
        self.send(what, request, Bytes::new()).await
    }

    async fn send(&self, what: &str, request: http::request::Builder, body: Bytes) -> Result<Response<Bytes>> {
        let request = request.body(body).map_err(|error| down(format!("{what}: {error}")))?;
        self.outbound.send(request).await.map_err(|error| down(format!("{what}: {error}")))
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
