//! Requests to providers, and what their answers mean.

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http::{Method, Request, Response, StatusCode, Uri, request};
use iam_domain::crypto::secret::hex;
use iam_domain::store::events::outbox::DueMail;
use serde_json::{Value, json};

use super::message::Message;
use super::settings::{Account, Provider, Webhook};

/// Client errors that another attempt may not meet: besides time-outs and limits, a key that is refused or an address
/// that has moved, which the operator puts right, and a key of idempotency that is still in use.
const WORTH_ANOTHER_ATTEMPT: &[StatusCode] = &[
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::NOT_FOUND,
    StatusCode::REQUEST_TIMEOUT,
    StatusCode::CONFLICT,
    StatusCode::TOO_EARLY,
    StatusCode::TOO_MANY_REQUESTS,
];

/// Why a mail was not sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// For the log: nothing that came from people or from the provider.
    pub(super) summary: String,
    /// What the provider said, if that is worth keeping.
    pub(super) detail: Option<String>,
    /// Another attempt would fail as well.
    pub(super) is_final: bool,
}

impl Fault {
    /// One that another attempt may not meet.
    pub(super) fn passing(summary: impl Into<String>) -> Self {
        Self { summary: summary.into(), detail: None, is_final: false }
    }
}

/// The request that sends `mail`; `None` when the provider sends nothing. `now` in seconds.
pub(super) fn request(
    provider: &Provider,
    mail: &DueMail,
    message: &Message,
    now: i64,
) -> Result<Option<Request<Bytes>>, Fault> {
    let request = match provider {
        Provider::Log => return Ok(None),
        Provider::Webhook(webhook) => to_webhook(webhook, mail, message, now),
        Provider::Resend(account) => to_resend(account, mail, message),
        Provider::Postmark(account) => to_postmark(account, mail, message),
    };
    // The settings were checked, so that nothing here can be wrong but our own code.
    request.map(Some).map_err(|error| Fault::passing(format!("the request cannot be made: {error}")))
}

fn to_webhook(webhook: &Webhook, mail: &DueMail, message: &Message, now: i64) -> Result<Request<Bytes>, http::Error> {
    let body = json!({
        "id": mail.id,
        "template": mail.template,
        "recipient": mail.recipient,
        "subject": message.subject,
        "text": message.text,
        "payload": mail.payload,
    });
    let body = body.to_string();
    let mut request = post(&webhook.url).header("idempotency-key", &mail.id);
    if let Some(key) = &webhook.key {
        let signature = hmac_sha256::HMAC::mac(format!("{now}.{body}"), key.expose());
        request = request.header("x-edge-iam-signature", format!("t={now},v1={}", hex(&signature)));
    }
    with_json(request, body)
}

fn to_resend(account: &Account, mail: &DueMail, message: &Message) -> Result<Request<Bytes>, http::Error> {
    let body = json!({
        "from": account.from,
        "to": [mail.recipient],
        "subject": message.subject,
        "text": message.text,
    });
    let request = post(&account.url)
        .header(AUTHORIZATION, format!("Bearer {}", account.key.expose()))
        .header("idempotency-key", &mail.id);
    with_json(request, body.to_string())
}

fn to_postmark(account: &Account, mail: &DueMail, message: &Message) -> Result<Request<Bytes>, http::Error> {
    let body = json!({
        "From": account.from,
        "To": mail.recipient,
        "Subject": message.subject,
        "TextBody": message.text,
        "MessageStream": "outbound",
        "Metadata": { "outbox_id": mail.id },
    });
    with_json(post(&account.url).header("x-postmark-server-token", account.key.expose()), body.to_string())
}

fn post(url: &Uri) -> request::Builder {
    Request::builder().method(Method::POST).uri(url.clone())
}

/// The length is told, since not every receiver takes bodies in chunks.
fn with_json(request: request::Builder, body: String) -> Result<Request<Bytes>, http::Error> {
    request
        .header(CONTENT_TYPE, "application/json")
        .header(CONTENT_LENGTH, body.len())
        .header("accept", "application/json")
        .header(USER_AGENT, "edge-iam")
        .body(Bytes::from(body))
}

/// Whether the provider took the mail.
pub(super) fn verdict(answer: &Response<Bytes>) -> Result<(), Fault> {
    let status = answer.status();
    if status.is_success() {
        return Ok(());
    }
    let body: Option<Value> = serde_json::from_slice(answer.body()).ok();
    // Resend writes `message`, Postmark `Message`.
    let said = body.as_ref().and_then(|body| body.get("message").or_else(|| body.get("Message"))?.as_str());
    Err(Fault {
        summary: format!("the provider answered {}", status.as_u16()),
        detail: said.map(str::to_owned),
        is_final: status.is_client_error() && !WORTH_ANOTHER_ATTEMPT.contains(&status),
    })
}

#[cfg(test)]
#[path = "providers_tests.rs"]
mod tests;
