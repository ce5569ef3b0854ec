//! `GET /oidc/.well-known/openid-configuration` (OpenID Connect Discovery 1.0 §3), and the same where RFC 8414 §3 has it.

use std::future::ready;

use http::Method;
use iam_domain::error::Result;
use iam_wire::dialect::logto::LogtoOidc;
use iam_wire::dialect::oauth::client::CLIENT_CREDENTIALS;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::json;

use crate::discovery::cached;

/// The token server of `/oidc`.
fn document(call: &Call<'_>) -> Result<Reply> {
    let issuer = LogtoOidc::issuer(call.origin());
    let document = json!({
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "issuer": issuer,
        "grant_types_supported": [CLIENT_CREDENTIALS],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "id_token_signing_alg_values_supported": [call.settings().logto_tokens.algorithm.name()],
        "response_types_supported": [],
        "subject_types_supported": ["public"],
    });
    cached(&document)
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoOidc,
    routes: &[
        Route {
            op: "oidc.document",
            method: Method::GET,
            path: "/oidc/.well-known/openid-configuration",
            need: Need::Public,
            handler: |call| Box::pin(ready(document(call))),
        },
        Route {
            op: "oidc.oauth_document",
            method: Method::GET,
            path: "/.well-known/oauth-authorization-server/oidc",
            need: Need::Public,
            handler: |call| Box::pin(ready(document(call))),
        },
        // Clients that append, as the original answers them (contract oidc, "discovery").
        Route {
            op: "oidc.oauth_document_below",
            method: Method::GET,
            path: "/oidc/.well-known/oauth-authorization-server",
            need: Need::Public,
            handler: |call| Box::pin(ready(document(call))),
        },
    ],
};
