//! `POST /oauth/v2/introspect` (RFC 7662) and `POST /oauth/v2/revoke` (RFC 7009).

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::Caller;
use iam_domain::ops::tokens::{self, Inspected, Revocation};
use iam_wire::dialect::logto::LogtoOidc;
use iam_wire::dialect::oauth::{OAuth, Refusal};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

use serde_json::{Value, json};

use super::claims::ScopeRequest;
use crate::client::{self, Outcome};

/// Tells a client about a token.
async fn introspect(call: &Call<'_>) -> Result<Reply> {
    let outcome = match token_and_client(call).await? {
        Ok((token, client)) => {
            let issuers = issuers(call);
            let issuers: Vec<&str> = issuers.iter().map(String::as_str).collect();
            let inspected = tokens::introspect(call.services(), &client, &token, &issuers).await?;
            Ok(Reply::json(StatusCode::OK, &describe(call, inspected))?)
        }
        Err(refusal) => Err(refusal),
    };
    Ok(client::reply(outcome, OAuth::refuse))
}

/// The claims of an active token, with roles and organization as they are now, not as they were when it was issued.
fn describe(call: &Call<'_>, inspected: Option<Inspected>) -> Value {
    let Some(Inspected { owner, mut claims }) = inspected else { return json!({ "active": false }) };
    let scope = claims.get("scope").and_then(Value::as_str).unwrap_or_default().to_owned();
    claims.extend(ScopeRequest::parse(&scope, &call.settings().eazyrent_project_id).claims(&owner));
    claims.insert("active".into(), true.into());
    claims.insert("token_type".into(), "Bearer".into());
    claims.into()
}

/// Ends a token of the calling client.
async fn revoke(call: &Call<'_>) -> Result<Reply> {
    let outcome = match token_and_client(call).await? {
        Ok((token, client)) => {
            let issuers = issuers(call);
            let issuers: Vec<&str> = issuers.iter().map(String::as_str).collect();
            match tokens::revoke(call.ctx(), &client, &token, &issuers).await? {
                Revocation::Done => Ok(Reply::empty(StatusCode::OK)),
                Revocation::NotYours => {
                    Err(Refusal::bad_request("unauthorized_client", "the token was issued to another client"))
                }
                Revocation::Unsupported => {
                    Err(Refusal::bad_request("unsupported_token_type", "delete opaque tokens where they were made"))
                }
            }
        }
        Err(refusal) => Err(refusal),
    };
    Ok(client::reply(outcome, OAuth::refuse))
}

/// Both endpoints take the same request: `token`, and client authentication.
async fn token_and_client(call: &Call<'_>) -> Outcome<(String, Caller)> {
    let form = match client::form(call, false).await? {
        Ok(form) => form,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let caller = match client::authenticate(call, &form).await? {
        Ok(caller) => caller,
        Err(refusal) => return Ok(Err(refusal)),
    };
    Ok(match form.get("token") {
        Some(token) => Ok((token.to_owned(), caller)),
        None => Err(Refusal::bad_request("invalid_request", "token is missing")),
    })
}

/// Tokens of every dialect can be inspected and revoked here.
fn issuers(call: &Call<'_>) -> [String; 2] {
    [call.origin().to_owned(), LogtoOidc::issuer(call.origin())]
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &OAuth,
    routes: &[
        Route {
            op: "token.introspect",
            method: Method::POST,
            path: "/oauth/v2/introspect",
            need: Need::Public,
            handler: |call| Box::pin(introspect(call)),
        },
        Route {
            op: "token.revoke",
            method: Method::POST,
            path: "/oauth/v2/revoke",
            need: Need::Public,
            handler: |call| Box::pin(revoke(call)),
        },
    ],
};
