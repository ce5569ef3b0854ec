//! `POST /oauth/v2/introspect` (RFC 7662).

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::tokens::introspect::{self, Inspected};
use iam_wire::dialect::eazyrent::ScopeRequest;
use iam_wire::dialect::oauth::{OAuth, client};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::{Value, json};

use super::{issuers, token_and_client};

/// Tells a client about a token.
async fn introspect(call: &Call<'_>) -> Result<Reply> {
    let outcome = match token_and_client(call).await? {
        Ok((token, client)) => {
            let issuers = issuers(call);
            let issuers: Vec<&str> = issuers.iter().map(String::as_str).collect();
            let inspected = introspect::introspect(call.services(), &client, &token, &issuers).await?;
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

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &OAuth,
    routes: &[Route {
        op: "token.introspect",
        method: Method::POST,
        path: "/oauth/v2/introspect",
        need: Need::Public,
        handler: |call| Box::pin(introspect(call)),
    }],
};
