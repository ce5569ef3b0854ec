//! Key sets and discovery documents.

use iam_domain::crypto::{VerifyingKey, jwt as verify};
use iam_tests::Server;
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET};
use serde_json::{Value, json};

use crate::wire::jwt;
use crate::wire::oauth::{TOKEN, access_token};

crate::on_both!(
    both_key_sets_verify_issued_tokens,
    the_document_describes_the_token_server,
    every_endpoint_of_the_documents_is_there,
    documents_may_be_cached_for_a_while,
    clients_of_oauth_find_the_same_documents,
    pages_of_any_origin_read_what_is_public,
);

const DOCUMENT: &str = "/.well-known/openid-configuration";
const OIDC_DOCUMENT: &str = "/oidc/.well-known/openid-configuration";

/// Verifies a token as another service would: with the key of the set that its `kid` names.
#[track_caller]
pub fn verified_by(keys: &Value, token: &str) {
    let kid = json!(jwt::kid(token));
    let jwk = keys["keys"].as_array().unwrap().iter().find(|jwk| jwk["kid"] == kid).expect("the key of the token");
    let token = verify::authenticate(token, &VerifyingKey::from_jwk(jwk).unwrap()).unwrap();
    assert_eq!(token.header.typ.as_deref(), Some("at+jwt"));
    assert_eq!(jwk["alg"], json!(token.header.alg));
}

fn both_key_sets_verify_issued_tokens(server: &Server) {
    let form = [("grant_type", "client_credentials"), ("resource", "https://default.logto.app/api")];
    let oidc = access_token(&server.client().basic(CLIENT_ID, CLIENT_SECRET).form("/oidc/token", &form));
    for path in ["/oauth/v2/keys", "/oidc/jwks"] {
        let keys = server.client().get(path).expect(200).json();
        verified_by(&keys, &server.bootstrap_token());
        verified_by(&keys, &oidc);
    }
}

fn the_document_describes_the_token_server(server: &Server) {
    let base = server.base();
    let document = server.client().get(DOCUMENT).expect(200).json();
    for (name, value) in [
        ("issuer", json!(base)),
        ("token_endpoint", json!(format!("{base}{TOKEN}"))),
        ("introspection_endpoint", json!(format!("{base}/oauth/v2/introspect"))),
        ("revocation_endpoint", json!(format!("{base}/oauth/v2/revoke"))),
        ("jwks_uri", json!(format!("{base}/oauth/v2/keys"))),
        ("grant_types_supported", json!(["client_credentials", crate::wire::oauth::JWT_BEARER, "password"])),
        ("subject_types_supported", json!(["public"])),
        ("id_token_signing_alg_values_supported", json!(["EdDSA"])),
    ] {
        assert_eq!(document[name], value, "{name}");
    }
    // What the documents promise: `iss` of tokens is the issuer.
    assert_eq!(jwt::claims(&server.bootstrap_token())["iss"], document["issuer"]);
}

/// RFC 8414 §3: the well-known part comes before the path of the issuer. Some clients append it.
fn clients_of_oauth_find_the_same_documents(server: &Server) {
    let get = |path: &str| server.client().get(path).expect(200).json();
    assert_eq!(get("/.well-known/oauth-authorization-server"), get(DOCUMENT));
    for path in ["/.well-known/oauth-authorization-server/oidc", "/oidc/.well-known/oauth-authorization-server"] {
        assert_eq!(get(path), get(OIDC_DOCUMENT), "{path}");
    }
    server.client().get("/.well-known/oauth-authorization-server/other").expect(404);
}

fn pages_of_any_origin_read_what_is_public(server: &Server) {
    let page = server.client().with("origin", "https://elsewhere.example");
    for path in [DOCUMENT, OIDC_DOCUMENT, "/.well-known/oauth-authorization-server", "/oauth/v2/keys", "/oidc/jwks"] {
        assert_eq!(page.get(path).expect(200).header("access-control-allow-origin"), "*", "{path}");
    }
    let form = [("grant_type", "client_credentials"), ("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
    let token = page.form(TOKEN, &form).expect(200);
    assert!(!token.headers.contains_key("access-control-allow-origin"), "{token:?}");
}

fn every_endpoint_of_the_documents_is_there(server: &Server) {
    let mut seen = 0;
    for path in [DOCUMENT, OIDC_DOCUMENT] {
        let document = server.client().get(path).expect(200).json();
        for (name, url) in document.as_object().unwrap() {
            let Some(url) = url.as_str().filter(|_| name.ends_with("_endpoint") || name == "jwks_uri") else {
                continue;
            };
            let path = url.strip_prefix(server.base()).unwrap_or_else(|| panic!("{name} is elsewhere: {url}"));
            let status = server.client().get(path).status;
            // An endpoint that takes POST answers 405 to GET; one that is not there answers 404.
            assert_eq!(status, if name == "jwks_uri" { 200 } else { 405 }, "{name}");
            seen += 1;
        }
    }
    assert_eq!(seen, 6);
}

fn documents_may_be_cached_for_a_while(server: &Server) {
    for path in [DOCUMENT, OIDC_DOCUMENT, "/oauth/v2/keys", "/oidc/jwks"] {
        let answer = server.client().get(path).expect(200);
        assert_eq!(answer.header("cache-control"), "public, max-age=60", "{path}");
        assert_eq!(answer.header("content-type"), "application/json", "{path}");
    }
}
