//! Tokens: fetched, presented, verified.

use iam_tests::server::{CLIENT_ID, CLIENT_SECRET};
use serde_json::json;

use crate::access::{Site, jwt_grant};
use crate::request::Prepared;
use crate::seed::{Machine, Person};

const ME: &str = "/iam/v1/users/me/";

pub fn by_secret(site: &Site<'_>) -> Vec<Prepared> {
    let request = |service: &Machine| {
        let form =
            [("grant_type", "client_credentials"), ("client_id", &*service.id), ("client_secret", &*service.secret)];
        Prepared::form("/oauth/v2/token", &form).expecting(200, "\"access_token\":\"ey")
    };
    site.facts.services.iter().map(request).collect()
}

pub fn by_assertion(site: &Site<'_>) -> Vec<Prepared> {
    (0..64).map(|number| jwt_grant(site.facts, number)).collect()
}

fn me(token: &str) -> Prepared {
    Prepared::get(ME).bearer(token)
}

pub fn me_jwt(site: &Site<'_>) -> Vec<Prepared> {
    site.people().iter().map(|token| me(token).expecting(200, "@example.org\"")).collect()
}

pub fn me_opaque(site: &Site<'_>) -> Vec<Prepared> {
    site.facts.api_tokens.iter().map(|token| me(token).expecting(200, "\"id\"")).collect()
}

pub fn me_key(site: &Site<'_>) -> Vec<Prepared> {
    vec![me(site.service_key()).expecting(200, "\"id\"")]
}

/// Asked by the first machine client, whose organization operates the platform and may know of every token.
pub fn api_key(site: &Site<'_>) -> Vec<Prepared> {
    let request = |token: &String| {
        let form = [("token", &**token), ("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
        Prepared::form("/oauth/v2/introspect", &form).expecting(200, "\"active\":true")
    };
    site.facts.api_tokens.iter().map(request).collect()
}

pub fn api_key_login(site: &Site<'_>) -> Vec<Prepared> {
    let request = |key: &String| {
        Prepared::json("POST", "/auth/api/login", &json!({ "api_key": key })).expecting(200, "\"token\":\"ey")
    };
    site.facts.account_keys.iter().map(request).collect()
}

/// Clients see tokens of their own organization alone; each service account is in that of the person after it.
pub fn introspection(site: &Site<'_>) -> Vec<Prepared> {
    let pairs = site.people().iter().skip(1).zip(&site.facts.services);
    let request = |(token, service): (&String, &Machine)| {
        let form = [("token", &**token), ("client_id", &*service.id), ("client_secret", &*service.secret)];
        Prepared::form("/oauth/v2/introspect", &form).expecting(200, "\"active\":true")
    };
    pairs.map(request).collect()
}

pub fn idah_me(site: &Site<'_>) -> Vec<Prepared> {
    let pairs = site.facts.logins.iter().zip(site.accounts()).enumerate();
    let request = |(number, (person, token)): (usize, (&Person, &String))| {
        let request = Prepared::get(format!("/accounts/{}", person.id)).expecting(200, "@example.org\"");
        if number % 2 == 0 { request.bearer(token) } else { request.with("cookie", format!("auth-token={token}")) }
    };
    pairs.map(request).collect()
}
