//! What tests of the OAuth endpoints of all dialects share.

use iam_tests::{Client, Response, Server};
use serde_json::Value;

/// The token endpoint of `EAZ_AUTH_SERVER`.
pub const TOKEN: &str = "/oauth/v2/token";
/// Grant of RFC 7523 §2.1.
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The token of a good answer.
#[track_caller]
pub fn access_token(answer: &Response) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["access_token"].as_str().expect("access_token").to_owned()
}

/// Asks `/oauth/v2/token` with an assertion.
pub fn by_assertion(server: &Server, assertion: &str) -> Response {
    server.client().form(TOKEN, &[("grant_type", JWT_BEARER), ("assertion", assertion)])
}

/// What introspection tells `client` about a token.
#[track_caller]
pub fn introspection(client: &Client, token: &str) -> Value {
    client.form("/oauth/v2/introspect", &[("token", token)]).expect(200).json()
}
