//! Forms and client authentication, the same for all token endpoints.

use iam_domain::error::Result;
use iam_domain::ops::Caller;
use iam_domain::ops::logins::client::{self, ClientFault};
use serde::Serialize;
use serde_json::{Map, Value};

use super::Refusal;
use crate::auth::client::{ClientCredentials, client_credentials};
use crate::http::form::Form;
use crate::http::reply::Reply;
use crate::pipeline::Call;

/// Most parameters of a form. No grant has a dozen.
const MAX_PARAMETERS: usize = 100;
/// Most characters of a name of the caller's that are told.
const MAX_TOLD: usize = 64;

/// Grant of a JWT profile (RFC 7523 §2.1).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// Grant of a client that shows its secret (RFC 6749 §4.4).
pub const CLIENT_CREDENTIALS: &str = "client_credentials";
/// Grant of a person with e-mail address and password (RFC 6749 §4.3).
pub const PASSWORD: &str = "password";

/// A token answer (RFC 6749 §5.1).
#[derive(Serialize)]
pub struct TokenAnswer {
    /// The token.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: &'static str,
    /// Seconds.
    pub expires_in: i64,
    /// Granted scope; left out when there is none to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// Result of an endpoint whose refusals have a shape of their own.
pub type Outcome<T> = Result<std::result::Result<T, Refusal>>;

/// Turns an outcome into a reply; `refuse` is the dialect's shape.
pub fn reply(outcome: std::result::Result<Reply, Refusal>, refuse: fn(&Refusal) -> Reply) -> Reply {
    outcome.unwrap_or_else(|refusal| refuse(&refusal))
}

/// Reads the parameters of a token request: a form (RFC 6749 §4.4.2), or with `takes_json` a JSON object of texts.
pub async fn form(call: &Call<'_>, takes_json: bool) -> Outcome<Form> {
    let body = call.body().await?;
    let content_type = call.request().header("content-type").unwrap_or_default();
    let content_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let form = if content_type == "application/x-www-form-urlencoded" {
        std::str::from_utf8(&body).ok().and_then(Form::parse)
    } else if takes_json && content_type == "application/json" {
        serde_json::from_slice(&body).ok().and_then(|object| pairs(&object)).map(Form::from_pairs)
    } else {
        let wanted = "the body must be application/x-www-form-urlencoded";
        return Ok(Err(Refusal::bad_request("invalid_request", wanted)));
    };
    let Some(form) = form else {
        return Ok(Err(Refusal::bad_request("invalid_request", "the body cannot be read")));
    };
    if form.pairs().count() > MAX_PARAMETERS {
        let most = format!("there are too many parameters: at most {MAX_PARAMETERS}");
        return Ok(Err(Refusal::bad_request("invalid_request", most)));
    }
    // No parameter may be sent twice (RFC 6749 §3.2), but for the resource (RFC 8707 §2).
    if let Some(name) = form.repeated().find(|name| *name != "resource") {
        let name: String = name.chars().take(MAX_TOLD).collect();
        return Ok(Err(Refusal::bad_request("invalid_request", format!("{name} is sent more than once"))));
    }
    Ok(Ok(form))
}

/// The same parameters as a JSON object: texts, and lists of texts where a form would repeat the name.
fn pairs(object: &Map<String, Value>) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for (name, value) in object.iter().filter(|(_, value)| !value.is_null()) {
        let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            pairs.push((name.clone(), value.as_str()?.to_owned()));
        }
    }
    Some(pairs)
}

/// Authenticates the client by Basic, form or assertion.
pub async fn authenticate(call: &Call<'_>, form: &Form) -> Outcome<Caller> {
    let refused = |fault: &ClientFault| {
        refused_login(call, fault);
        Refusal::invalid_client(describe(fault))
    };
    match client_credentials(call.request(), form) {
        ClientCredentials::Absent => Ok(Err(Refusal::invalid_client("client authentication is missing"))),
        // Every attempt to authenticate by that header is challenged (RFC 6749 §5.2).
        ClientCredentials::Unreadable(why) => Ok(Err(Refusal::invalid_client(why))),
        ClientCredentials::Malformed(why) => Ok(Err(Refusal::bad_request("invalid_request", why))),
        ClientCredentials::Secret { id, secret } => {
            let caller = client::by_secret(call.services(), &id, &secret).await?;
            Ok(caller.map_err(|fault| refused(&fault)))
        }
        ClientCredentials::Assertion(assertion) => match by_assertion(call, &assertion).await? {
            // An id beside the assertion must be the assertion's (RFC 7521 §4.2).
            Ok(caller) if form.get("client_id").is_some_and(|id| id != caller.id().to_string()) => {
                Ok(Err(Refusal::invalid_client("client_id is not the assertion's subject")))
            }
            Ok(caller) => Ok(Ok(caller)),
            Err(fault) => Ok(Err(refused(&fault))),
        },
    }
}

/// Verifies an assertion that is addressed to this server.
pub async fn by_assertion(call: &Call<'_>, assertion: &str) -> Result<std::result::Result<Caller, ClientFault>> {
    let token_endpoint = format!("{}/oauth/v2/token", call.origin());
    let mut audiences = vec![call.origin(), token_endpoint.as_str()];
    audiences.extend(call.settings().accepted_issuers.iter().map(String::as_str));
    client::by_assertion(call.services(), assertion, &audiences).await
}

/// Tells the operator about a client that was refused, without what it sent.
pub fn refused_login(call: &Call<'_>, fault: &ClientFault) {
    let request = &call.ctx().request().id;
    crate::log::line(&format!("level=warn request={request} a client was refused: {fault:?}"));
}

/// Text for the client. An unknown id and a wrong secret read the same: which ids exist is nobody's business.
pub fn describe(fault: &ClientFault) -> String {
    match fault {
        ClientFault::Unknown | ClientFault::WrongSecret => "unknown client or wrong secret".to_owned(),
        ClientFault::SecretExpired => "the secret has expired".to_owned(),
        ClientFault::Inactive => "the account is not active".to_owned(),
        ClientFault::Assertion(why) => why.clone(),
    }
}
