//! The upstream login service: an OpenID provider that people's names and addresses are copied from.

mod answer;
mod claims;
mod client;
mod settings;
mod token;
mod url;

use http::StatusCode;
use iam_domain::error::Result;
use iam_domain::model::Email;
use iam_domain::ops::users::sync::{self, Profile, Whom};
use serde::Serialize;

use crate::http::reply::Reply;
use crate::pipeline::Call;

pub use client::Client;
pub use settings::UpstreamSettings;
pub use token::access_token;
pub use url::Template;

/// What a synchronisation came to.
#[derive(Debug, Serialize)]
struct Synced {
    /// `upstream`; or `local`, when there is nobody to ask, so that what is stored here is all there is.
    source: &'static str,
    /// Names of the fields that are different now.
    changed: Vec<&'static str>,
}

/// Copies a person's particulars from the upstream: 202 and what changed. With `access_token`, one of the person's own,
/// the upstream is asked whose that is.
pub async fn sync(call: &Call<'_>, whom: Whom, access_token: Option<String>) -> Result<Reply> {
    let settings = call.settings().upstream.as_ref();
    let synced = match ask(call, settings, whom, access_token).await? {
        None => Synced { source: "local", changed: Vec::new() },
        Some((issuer, profile)) => {
            Synced { source: "upstream", changed: sync::apply(call.ctx(), whom, issuer, &profile).await? }
        }
    };
    Reply::json(StatusCode::ACCEPTED, &synced)
}

/// The issuer and what it says; `None` when it cannot be asked about this person, who does exist.
async fn ask<'a>(
    call: &Call<'_>,
    settings: Option<&'a UpstreamSettings>,
    whom: Whom,
    access_token: Option<String>,
) -> Result<Option<(&'a str, Profile)>> {
    let subject = sync::subject(call.ctx(), whom, settings.map(|upstream| upstream.issuer.as_str())).await?;
    let (Some(upstream), Some(subject)) = (settings, subject) else { return Ok(None) };
    let client = Client::new(upstream, call.outbound());
    let profile = if let Some(token) = access_token {
        client.userinfo(&token).await?
    } else {
        let url = upstream.user_endpoint.as_ref();
        let email = subject.email.as_ref().map(Email::text);
        let url = url.and_then(|url| url.fill(subject.subject.as_deref(), email));
        let Some(url) = url else { return Ok(None) };
        client.user(&url).await?
    };
    Ok(Some((&upstream.issuer, profile)))
}

#[cfg(test)]
mod testing;
