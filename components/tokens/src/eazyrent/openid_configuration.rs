//! `GET /.well-known/openid-configuration` (OpenID Connect Discovery 1.0 §3), and the same at
//! `/.well-known/oauth-authorization-server` (RFC 8414 §3).

use std::future::ready;

use http::Method;
use iam_domain::error::Result;
use iam_wire::dialect::oauth::OAuth;
use iam_wire::dialect::oauth::client::{CLIENT_CREDENTIALS, JWT_BEARER, PASSWORD};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::json;

use crate::discovery::cached;

/// The token server of `/oauth/v2`.
fn document(call: &Call<'_>) -> Result<Reply> {
    let origin = call.origin();
    let document = json!({
        "issuer": origin,
        "token_endpoint": format!("{origin}/oauth/v2/token"),
        "introspection_endpoint": format!("{origin}/oauth/v2/introspect"),
        "revocation_endpoint": format!("{origin}/oauth/v2/revoke"),
        "jwks_uri": format!("{origin}/oauth/v2/keys"),
        "grant_types_supported": [CLIENT_CREDENTIALS, JWT_BEARER, PASSWORD],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "introspection_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post", "private_key_jwt"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
        "id_token_signing_alg_values_supported": [call.settings().eazyrent_tokens.algorithm.name()],
        "response_types_supported": [],
        "subject_types_supported": ["public"],
    });
    cached(&document)
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &OAuth,
    routes: &[
        Route {
            op: "discovery.document",
            method: Method::GET,
            path: "/.well-known/openid-configuration",
            need: Need::Public,
            handler: |call| Box::pin(ready(document(call))),
        },
        Route {
            op: "discovery.oauth_document",
            method: Method::GET,
            path: "/.well-known/oauth-authorization-server",
            need: Need::Public,
            handler: |call| Box::pin(ready(document(call))),
        },
    ],
};
