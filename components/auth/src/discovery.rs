//! Key sets and discovery documents (OpenID Connect Discovery 1.0 §3, RFC 8414 §2).

use std::future::ready;

use http::header::CACHE_CONTROL;
use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::key_ring;
use iam_wire::dialect::logto::LogtoOidc;
use iam_wire::dialect::oauth::OAuth;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::{Value, json};

use crate::eazyrent::token::{CLIENT_CREDENTIALS, JWT_BEARER, PASSWORD};

/// How long verifiers may keep a key set or a document. A new key signs at once, so it must not be long.
const CACHE: &str = "public, max-age=60";

/// Public keys (RFC 7517 §5). A key that does not exist yet is made, so that a verifier never sees an empty set.
async fn key_set(call: &Call<'_>) -> Result<Reply> {
    let settings = call.settings();
    for tokens in [&settings.eazyrent_tokens, &settings.logto_tokens] {
        key_ring::signing_key(call.services(), tokens.algorithm, &settings.signing_key_generation).await?;
    }
    let keys = key_ring::public_keys(call.services()).await?;
    Ok(Reply::json(StatusCode::OK, &json!({ "keys": keys }))?.header(CACHE_CONTROL, CACHE))
}

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

/// The token server of `/oidc`.
fn logto_document(call: &Call<'_>) -> Result<Reply> {
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

fn cached(document: &Value) -> Result<Reply> {
    Ok(Reply::json(StatusCode::OK, document)?.header(CACHE_CONTROL, CACHE))
}

/// Routes of the token server under `/oauth/v2`.
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
            op: "discovery.key_set",
            method: Method::GET,
            path: "/oauth/v2/keys",
            need: Need::Public,
            handler: |call| Box::pin(key_set(call)),
        },
    ],
};

/// Routes of the token server under `/oidc`.
pub static LOGTO_ROUTES: Routes = Routes {
    kit: &LogtoOidc,
    routes: &[
        Route {
            op: "oidc.document",
            method: Method::GET,
            path: "/oidc/.well-known/openid-configuration",
            need: Need::Public,
            handler: |call| Box::pin(ready(logto_document(call))),
        },
        Route {
            op: "oidc.key_set",
            method: Method::GET,
            path: "/oidc/jwks",
            need: Need::Public,
            handler: |call| Box::pin(key_set(call)),
        },
    ],
};
