//! `POST /oauth/v2/introspect` (RFC 7662).

use iam_tests::server::{CLIENT_ID, CLIENT_SECRET};
use iam_tests::{Client, Server};
use serde_json::{Value, json};

use crate::wire::jwt;
use crate::wire::oauth::{access_token, introspection};
use crate::wire::shape::oauth_error;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    a_client_sees_the_tokens_of_its_own_organization,
    a_client_without_a_home_sees_its_own_tokens_alone,
    a_foreign_token_looks_like_an_invalid_one,
    a_client_of_the_operator_sees_every_token,
    a_dead_token_is_not_active,
    an_opaque_token_is_described,
    an_oidc_token_is_described,
    roles_are_told_as_they_are_now,
    client_authentication_is_needed,
    the_token_is_needed,
);

const PATH: &str = "/oauth/v2/introspect";

/// A client of `tenant`'s machine.
pub fn client(server: &Server, tenant: &Tenant) -> Client {
    server.client().basic(&tenant.machine.id.to_string(), &tenant.machine.secret)
}

fn inactive() -> Value {
    json!({"active": false})
}

fn a_client_sees_the_tokens_of_its_own_organization(server: &Server) {
    let tenant = Tenant::new(server, "Same");
    let machine = tenant.seed.machine(tenant.organization, &[]);
    let token = server.token(&machine.id.to_string(), &machine.secret);
    let mut expected = Value::Object(jwt::claims(&token));
    expected.as_object_mut().unwrap().remove("cid");
    expected["active"] = json!(true);
    expected["token_type"] = json!("Bearer");
    let answer = client(server, &tenant).form(PATH, &[("token", &token)]).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json(), expected);
    // The hint is only a hint (RFC 7662 §2.1).
    let hinted = client(server, &tenant).form(PATH, &[("token", &token), ("token_type_hint", "refresh_token")]);
    assert_eq!(hinted.expect(200).json(), expected);
}

/// Applications of the installation belong to no organization.
fn a_client_without_a_home_sees_its_own_tokens_alone(server: &Server) {
    let manager = server.manager();
    let [(id, secret), (other, other_secret)] = ["own", "other"].map(|name| {
        let new = json!({ "name": name, "type": "MachineToMachine" });
        let id = manager.post("/api/applications", &new).expect(200).json()["id"].as_str().unwrap().to_owned();
        let secrets = manager.get(&format!("/api/applications/{id}/secrets")).expect(200).json();
        (id, secrets[0]["value"].as_str().unwrap().to_owned())
    });
    let client = server.client().basic(&id, &secret);
    let seen = introspection(&client, &server.token(&id, &secret));
    assert_eq!((&seen["active"], &seen["sub"]), (&json!(true), &json!(id)));
    assert_eq!(introspection(&client, &server.token(&other, &other_secret)), inactive());
}

fn a_foreign_token_looks_like_an_invalid_one(server: &Server) {
    let (tenant, other) = (Tenant::new(server, "Own"), Tenant::new(server, "Other"));
    let foreign = server.token(&other.machine.id.to_string(), &other.machine.secret);
    assert_eq!(introspection(&client(server, &tenant), &foreign), inactive());
    assert_eq!(introspection(&client(server, &tenant), &server.bootstrap_token()), inactive());
    assert_eq!(introspection(&client(server, &tenant), &other.seed.api_token(other.machine.id)), inactive());
}

fn a_client_of_the_operator_sees_every_token(server: &Server) {
    let tenant = Tenant::new(server, "Seen");
    let token = server.token(&tenant.machine.id.to_string(), &tenant.machine.secret);
    let operator = server.client().basic(CLIENT_ID, CLIENT_SECRET);
    let seen = introspection(&operator, &token);
    assert_eq!((&seen["active"], &seen["sub"]), (&json!(true), &json!(tenant.machine.id.to_string())));
}

fn a_dead_token_is_not_active(server: &Server) {
    let tenant = Tenant::new(server, "Dead");
    let machine = tenant.seed.machine(tenant.organization, &[]);
    let client = client(server, &tenant);
    let token = server.token(&machine.id.to_string(), &machine.secret);
    assert_eq!(introspection(&client, &token)["active"], json!(true));
    for dead in [
        jwt::altered(&tenant.seed, &token, &json!({"exp": jwt::now() - 1})),
        jwt::altered(&tenant.seed, &token, &json!({"iss": "https://elsewhere.example"})),
        jwt::tampered(&token),
        "x".into(),
        "a.b.c".into(),
        machine.secret.clone(),
    ] {
        assert_eq!(introspection(&client, &dead), inactive(), "{dead}");
    }
    let own = server.client().basic(&machine.id.to_string(), &machine.secret);
    own.form("/oauth/v2/revoke", &[("token", &token)]).expect(200);
    assert_eq!(introspection(&client, &token), inactive());
    let token = server.token(&machine.id.to_string(), &machine.secret);
    tenant.seed.set_state(machine.id, "locked");
    assert_eq!(introspection(&client, &token), inactive());
}

fn an_opaque_token_is_described(server: &Server) {
    let tenant = Tenant::new(server, "Opaque");
    let person = tenant.seed.user(tenant.organization, &unique_email("opaque"), &[]);
    let token = tenant.seed.api_token(person);
    let id = person.to_string();
    let expected = json!({"active": true, "token_type": "Bearer", "sub": id, "client_id": id});
    assert_eq!(introspection(&client(server, &tenant), &token), expected);
    tenant.seed.expire(person, "api_token", (jwt::now() - 1) * 1000);
    assert_eq!(introspection(&client(server, &tenant), &token), inactive());
}

fn an_oidc_token_is_described(server: &Server) {
    let form = [("grant_type", "client_credentials"), ("resource", "https://default.logto.app/api"), ("scope", "all")];
    let operator = server.client().basic(CLIENT_ID, CLIENT_SECRET);
    let token = access_token(&operator.form("/oidc/token", &form));
    let seen = introspection(&operator, &token);
    assert_eq!((&seen["active"], &seen["scope"]), (&json!(true), &json!("all")));
    assert_eq!(seen["iss"], json!(format!("{}/oidc", server.base())));
}

fn client_authentication_is_needed(server: &Server) {
    let token = server.bootstrap_token();
    let client = server.client();
    assert_eq!(oauth_error(&client.form(PATH, &[("token", &token)]).expect(401)), "invalid_client");
    let bearer = client.bearer(&token).form(PATH, &[("token", &token)]);
    assert_eq!(oauth_error(&bearer.expect(401)), "invalid_client");
    let wrong = client.basic(CLIENT_ID, "wrong").form(PATH, &[("token", &token)]).expect(401);
    assert_eq!(oauth_error(&wrong), "invalid_client");
    assert!(wrong.header("www-authenticate").starts_with("Basic "));
    for header in ["Basic user:pass", "Basic", "Basic !!!", "basic bm8gY29sb24="] {
        let unreadable = client.with("authorization", header).form(PATH, &[("token", &token)]).expect(401);
        assert_eq!(oauth_error(&unreadable), "invalid_client", "{header}");
        assert!(unreadable.header("www-authenticate").starts_with("Basic "), "{header}");
    }
}

fn the_token_is_needed(server: &Server) {
    let client = server.client().basic(CLIENT_ID, CLIENT_SECRET);
    assert_eq!(oauth_error(&client.form(PATH, &[]).expect(400)), "invalid_request");
    assert_eq!(oauth_error(&client.form(PATH, &[("token", "")]).expect(400)), "invalid_request");
    assert_eq!(oauth_error(&client.post(PATH, &json!({"token": "x"})).expect(400)), "invalid_request");
}

fn roles_are_told_as_they_are_now(server: &Server) {
    let tenant = Tenant::new(server, "Now");
    let (id, home) = (tenant.machine.id.to_string(), tenant.organization.to_string());
    let client = client(server, &tenant);
    let form = [("grant_type", "client_credentials"), ("scope", "urn:zitadel:iam:org:projects:roles")];
    let token = access_token(&client.form(crate::wire::oauth::TOKEN, &form));
    let roles = || introspection(&client, &token)["urn:zitadel:iam:org:project:roles"].clone();
    assert_eq!(roles(), json!({"org:admin": {&home: home}}));
    tenant.seed.run("DELETE FROM role_grant WHERE principal_id = ?1", vec![tenant.machine.id.into()]);
    tenant.seed.grant(Some(tenant.organization), tenant.machine.id, "org:user");
    assert_eq!(roles(), json!({"org:user": {&home: home}}));
    assert_eq!(introspection(&client, &token)["sub"], json!(id));
}
