//! better-auth: people, sessions, organizations and API keys, for Node.js and SQLite.

use serde_json::json;

use super::{Peer, Site};
use crate::request::Prepared;

pub const PEER: Peer = Peer {
    name: "better-auth",
    folder: "better-auth",
    variables: &[],
    is_seeded: true,
    cases: &[
        ("me-jwt", session),
        ("me-opaque", session),
        ("me-service-account-key", session),
        ("idah-me", session),
        ("api-key-verification", key),
        ("members-20-of-50", members),
        ("organizations-20", organizations),
        ("login", login),
    ],
};

fn session(site: &Site<'_>) -> Vec<Prepared> {
    let request = |token: &str| Prepared::get("/api/auth/get-session").bearer(token).expecting(200, "@example.org\"");
    site.texts("tokens").into_iter().map(request).collect()
}

fn key(site: &Site<'_>) -> Vec<Prepared> {
    let request = |key| Prepared::json("POST", "/verify-key", &json!({ "key": key })).expecting(200, "\"valid\":true");
    site.texts("keys").into_iter().map(request).collect()
}

/// By the owner, whose token is the first.
fn members(site: &Site<'_>) -> Vec<Prepared> {
    let organization = site.text("organization");
    let path = format!("/api/auth/organization/list-members?organizationId={organization}&limit=20");
    vec![Prepared::get(path).bearer(site.texts("tokens")[0]).expecting_items("\"email\":", 20)]
}

fn organizations(site: &Site<'_>) -> Vec<Prepared> {
    let request = Prepared::get("/api/auth/organization/list").bearer(site.texts("tokens")[0]);
    vec![request.expecting_items("\"slug\":", 20)]
}

fn login(site: &Site<'_>) -> Vec<Prepared> {
    let password = site.text("password");
    let request = |email| {
        let body = json!({ "email": email, "password": password });
        Prepared::json("POST", "/api/auth/sign-in/email", &body).expecting(200, "\"token\":\"")
    };
    site.texts("emails").into_iter().map(request).collect()
}
