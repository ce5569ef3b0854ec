//! Who is let in: "Auth" and the lines 401 and 403 of the table of errors.

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use super::{ORGANIZATIONS, Place, ask, code, items, manager_token, rows, unique};
use crate::wire::jwt;
use crate::wire::tenant::Tenant;

crate::on_both!(
    every_operation_needs_a_token,
    another_scheme_is_not_supported,
    a_token_that_is_no_good_is_unauthorized,
    a_token_for_another_api_is_unauthorized,
    a_token_without_sub_says_so,
    a_token_without_all_is_forbidden_everywhere,
    all_is_one_word_of_many,
    a_person_with_all_manages_too,
    all_reaches_every_organization,
    who_may_not_come_in_learns_nothing_else,
);

/// Every operation on the organization at `path` and a member, with a good body.
fn everything(path: &str, user: i64, role: i64) -> Vec<(&'static str, String, Option<Value>)> {
    let roles = json!({ "organizationRoleIds": [role.to_string()] });
    let users = json!({ "userIds": [user.to_string()] });
    let both = json!({ "userIds": [user.to_string()], "organizationRoleIds": [role.to_string()] });
    let at = |below: &str| format!("{path}/{below}");
    vec![
        ("GET", ORGANIZATIONS.to_owned(), None),
        ("POST", ORGANIZATIONS.to_owned(), Some(json!({ "name": "Never made" }))),
        ("GET", path.to_owned(), None),
        ("PATCH", path.to_owned(), Some(json!({ "name": "Never named so" }))),
        ("GET", at("users"), None),
        ("POST", at("users"), Some(users.clone())),
        ("PUT", at("users"), Some(json!({ "userIds": [] }))),
        ("POST", at("users/roles"), Some(both)),
        ("GET", at(&format!("users/{user}/roles")), None),
        ("POST", at(&format!("users/{user}/roles")), Some(roles.clone())),
        ("PUT", at(&format!("users/{user}/roles")), Some(json!({}))),
        ("DELETE", at(&format!("users/{user}/roles/{role}")), None),
        ("GET", at(&format!("users/{user}/scopes")), None),
        ("DELETE", at(&format!("users/{user}")), None),
        ("DELETE", path.to_owned(), None),
    ]
}

fn send(client: &Client, (method, path, body): &(&str, String, Option<Value>)) -> Response {
    let text = body.as_ref().map(ToString::to_string).unwrap_or_default();
    client.send(method, path, body.as_ref().map(|_| "application/json"), text.as_bytes())
}

/// Asserts that `client` gets this answer to every request, and that nothing happens.
#[track_caller]
fn is_refused_everywhere(server: &Server, client: &Client, status: u16, wanted: &str) {
    let place = Place::new(server, &unique("Closed "));
    let user = place.member("Member");
    let [role] = place.roles();
    place.seed.give(Some(place.id), user, role);
    let before = place.rows();
    for request in everything(&place.path, user, role) {
        assert_eq!(code(send(client, &request), status), wanted, "{request:?}");
    }
    assert_eq!(place.rows(), before);
    let made = "SELECT count(*) FROM organization WHERE name LIKE 'Never %'";
    assert_eq!(place.seed.count(made, vec![]), 0);
}

fn every_operation_needs_a_token(server: &Server) {
    is_refused_everywhere(server, &server.client(), 401, "auth.authorization_header_missing");
}

fn another_scheme_is_not_supported(server: &Server) {
    let token = manager_token(server);
    for value in [format!("bearer {token}"), format!("BEARER {token}"), format!("Basic {token}"), token.clone()] {
        let client = server.client().with("authorization", &value);
        let answer = client.get(ORGANIZATIONS);
        assert_eq!(code(&answer, 401), "auth.authorization_token_type_not_supported", "{value}");
        assert_eq!(answer.json()["data"], json!({ "supportedTypes": ["Bearer"] }));
    }
    // No token at all is one or the other.
    for value in ["", "Bearer", "Bearer  ", &format!("Bearer  {token}")] {
        let answer = server.client().with("authorization", value).get(ORGANIZATIONS);
        assert!(code(&answer, 401).starts_with("auth."), "{value}");
    }
    let client = server.client().with("authorization", &format!("Token {token}"));
    is_refused_everywhere(server, &client, 401, "auth.authorization_token_type_not_supported");
}

fn a_token_that_is_no_good_is_unauthorized(server: &Server) {
    let (seed, token) = (server.seed(), manager_token(server));
    let altered = |changes: Value| jwt::altered(&seed, &token, &changes);
    for (what, bad) in [
        ("claims changed", jwt::tampered(&token)),
        ("expired", altered(json!({ "exp": jwt::now() - 5 }))),
        ("other issuer", altered(json!({ "iss": "https://elsewhere.example.org/oidc" }))),
        ("issuer of the other API", altered(json!({ "iss": server.base() }))),
        ("other audience", altered(json!({ "aud": "https://other.logto.app/api" }))),
        ("no audience", altered(json!({ "aud": null }))),
        ("nobody", altered(json!({ "sub": "999999999999", "client_id": "999999999999" }))),
        ("not signed by us", jwt::sign(jwt::rsa(0), &jwt::kid(&token), &json!(jwt::claims(&token)))),
        ("unsigned", jwt::compose(&json!({ "alg": "none" }), &json!(jwt::claims(&token)), |_| Vec::new())),
        ("no JWT", "not-a-token".to_owned()),
        ("half a JWT", token.rsplit_once('.').unwrap().0.to_owned()),
    ] {
        let answer = server.client().bearer(&bad).get(ORGANIZATIONS);
        assert_eq!(code(&answer, 401), "auth.unauthorized", "{what}");
    }
    // One that is good in all of this.
    server.client().bearer(&altered(json!({ "exp": jwt::now() + 60 }))).get(ORGANIZATIONS).expect(200);
    let expired = server.client().bearer(&altered(json!({ "exp": jwt::now() - 5 })));
    is_refused_everywhere(server, &expired, 401, "auth.unauthorized");
}

fn a_token_for_another_api_is_unauthorized(server: &Server) {
    let tenant = Tenant::new(server, "Other API");
    let (id, secret) = (tenant.machine.id.to_string(), &tenant.machine.secret);
    tenant.seed.grant_management(tenant.machine.id);
    let form = [("grant_type", "client_credentials"), ("organization_id", &tenant.organization.to_string())];
    let organization = server.client().basic(&id, secret).form("/oidc/token", &form).expect(200).json();
    let eazyrent = server.token(&id, secret);
    let opaque = tenant.seed.api_token(tenant.machine.id);
    for token in [organization["access_token"].as_str().unwrap(), &eazyrent, &opaque, &server.bootstrap_token()] {
        let answer = server.client().bearer(token).get(ORGANIZATIONS);
        assert_eq!(code(&answer, 401), "auth.unauthorized", "{token}");
    }
    is_refused_everywhere(server, &server.client().bearer(&eazyrent), 401, "auth.unauthorized");
    // And the other way round.
    let token = ask(server, &id, secret, "all").expect(200).json();
    let client = server.client().bearer(token["access_token"].as_str().unwrap());
    client.get(ORGANIZATIONS).expect(200);
    client.get("/iam/v1/team/members/").expect(401);
}

fn a_token_without_sub_says_so(server: &Server) {
    let token = jwt::altered(&server.seed(), &manager_token(server), &json!({ "sub": null }));
    is_refused_everywhere(server, &server.client().bearer(&token), 401, "auth.jwt_sub_missing");
}

fn a_token_without_all_is_forbidden_everywhere(server: &Server) {
    let (seed, token) = (server.seed(), manager_token(server));
    for scope in [json!(null), json!(""), json!("ALL"), json!("allx al l"), json!("read:all")] {
        let token = jwt::altered(&seed, &token, &json!({ "scope": scope }));
        assert_eq!(code(server.client().bearer(&token).get(ORGANIZATIONS), 403), "auth.forbidden", "{scope}");
    }
    // What a machine without the role gets, whatever it is in its organization.
    let tenant = Tenant::new(server, "Without all");
    let answer = ask(server, &tenant.machine.id.to_string(), &tenant.machine.secret, "all").expect(200).json();
    assert!(answer.get("scope").is_none(), "{answer}");
    let client = server.client().bearer(answer["access_token"].as_str().unwrap());
    is_refused_everywhere(server, &client, 403, "auth.forbidden");
    // Who could have it but did not ask for it.
    let none = ask(server, iam_tests::server::CLIENT_ID, iam_tests::server::CLIENT_SECRET, "").expect(200).json();
    let client = server.client().bearer(none["access_token"].as_str().unwrap());
    assert_eq!(code(client.get(ORGANIZATIONS), 403), "auth.forbidden");
}

fn all_is_one_word_of_many(server: &Server) {
    let token = manager_token(server);
    for scope in ["all", "read all write", "openid all"] {
        let token = jwt::altered(&server.seed(), &token, &json!({ "scope": scope }));
        server.client().bearer(&token).get(ORGANIZATIONS).expect(200);
    }
}

fn a_person_with_all_manages_too(server: &Server) {
    let seed = server.seed();
    let person = seed.person("Manager");
    seed.grant_management(person);
    let token = jwt::altered(&seed, &manager_token(server), &json!({ "sub": person.to_string(), "cid": null }));
    let client = server.client().bearer(&token);
    items(&client.get(ORGANIZATIONS));
    let made = client.post(ORGANIZATIONS, &json!({ "name": "By a person" })).expect(201).json();
    // Who makes an organization is not in it.
    let made: i64 = made["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(seed.count("SELECT count(*) FROM membership WHERE organization_id = ?1", params![made]), 0);
}

fn all_reaches_every_organization(server: &Server) {
    // Of another API, with a machine of its own as administrator.
    let tenant = Tenant::new(server, "Any organization");
    let path = format!("{ORGANIZATIONS}/{}", tenant.organization);
    let client = server.manager();
    assert_eq!(client.get(&path).expect(200).json()["name"], json!("Any organization"));
    assert_eq!(
        super::patch(&client, &path, &json!({ "description": "reached" })).expect(200).json()["name"],
        "Any organization"
    );
}

/// 401 → 403 → membership, pagination, validation, existence.
fn who_may_not_come_in_learns_nothing_else(server: &Server) {
    let tenant = Tenant::new(server, "Order");
    let answer = ask(server, &tenant.machine.id.to_string(), &tenant.machine.secret, "").expect(200).json();
    let powerless = server.client().bearer(answer["access_token"].as_str().unwrap());
    let before = rows(&tenant.seed, tenant.organization);
    for client in [&server.client(), &powerless] {
        let (status, wanted) = match client.get(ORGANIZATIONS).status {
            401 => (401, "auth.authorization_header_missing"),
            _ => (403, "auth.forbidden"),
        };
        let at = |below: &str| format!("{ORGANIZATIONS}/{}/{below}", tenant.organization);
        for (method, path, body) in [
            ("GET", format!("{ORGANIZATIONS}?page=0"), ""),
            ("GET", format!("{ORGANIZATIONS}/0"), ""),
            ("POST", ORGANIZATIONS.to_owned(), "{}"),
            ("POST", ORGANIZATIONS.to_owned(), "{"),
            ("POST", at("users"), r#"{"userIds":[]}"#),
            ("GET", at("users/0/roles?page=0"), ""),
            ("POST", at("users/0/roles"), r#"{"organizationRoleIds":1}"#),
            ("DELETE", at("users/0"), ""),
        ] {
            let content_type = Some("application/json").filter(|_| !body.is_empty());
            let answer = client.send(method, &path, content_type, body.as_bytes());
            assert_eq!(code(&answer, status), wanted, "{method} {path}");
        }
    }
    assert_eq!(rows(&tenant.seed, tenant.organization), before);
}
