//! `/iam/v1/service-accounts/{id}/secrets/` and `api-keys/`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller};

crate::on_both!(
    a_client_secret_gets_tokens_until_it_is_removed,
    an_api_key_acts_as_its_account_until_it_is_removed,
    secrets_are_shown_once_and_listed_by_their_label,
    a_secret_is_found_at_its_own_account_and_kind_only,
    whoever_may_not_manage_machines_makes_no_secret,
    a_body_that_is_wrong_makes_no_secret,
);

const ACCOUNTS: &str = "/iam/v1/service-accounts/";

/// A new account, and the paths of its secrets of both kinds.
fn account(tenant: &Tenant) -> (String, [String; 2]) {
    let id = tenant.admin.post_empty(ACCOUNTS).expect(201).json()["id"].as_str().unwrap().to_owned();
    let paths = ["secrets", "api-keys"].map(|kind| format!("{ACCOUNTS}{id}/{kind}/"));
    (id, paths)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

fn a_client_secret_gets_tokens_until_it_is_removed(server: &Server) {
    let tenant = Tenant::new(server, "Secrets");
    let (id, [path, _]) = account(&tenant);
    let made = tenant.admin.post_empty(&path).expect(201).json();
    assert_eq!(text(&made, "client_id"), id);
    let token = server.token(&id, text(&made, "secret"));
    let client = server.client().bearer(&token);
    assert_eq!(text(&client.get("/iam/v1/users/me/").expect(200).json(), "id"), id);

    tenant.admin.delete(&format!("{path}{}/", text(&made, "id"))).expect(204);
    client.get("/iam/v1/users/me/").expect(401);
    let form = [("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", text(&made, "secret"))];
    server.client().form("/oauth/v2/token", &form).expect(401);
}

fn an_api_key_acts_as_its_account_until_it_is_removed(server: &Server) {
    let tenant = Tenant::new(server, "Keys");
    let (id, [_, path]) = account(&tenant);
    let made = tenant.admin.post(&path, &json!({ "name": "Nightly export" })).expect(201).json();
    let client = server.client().with("authorization", &format!("Token {}", text(&made, "secret")));
    assert_eq!(text(&client.get("/iam/v1/users/me/").expect(200).json(), "id"), id);
    tenant.admin.delete(&format!("{path}{}/", text(&made, "id"))).expect(204);
    client.get("/iam/v1/users/me/").expect(401);
    shape::detail(&tenant.admin.delete(&format!("{path}{}/", text(&made, "id"))).expect(404));
}

fn secrets_are_shown_once_and_listed_by_their_label(server: &Server) {
    let tenant = Tenant::new(server, "Lists");
    let (_, paths) = account(&tenant);
    for path in &paths {
        assert_eq!(tenant.admin.get(path).expect(200).json(), json!([]));
        let made = tenant.admin.post(path, &json!({ "name": "Nightly" })).expect(201).json();
        let list = tenant.admin.get(path).expect(200);
        assert!(!list.body.contains(text(&made, "secret")));
        let list = list.json();
        let listed = &list[0];
        assert_eq!((&listed["id"], &listed["name"]), (&made["id"], &json!("Nightly")));
        assert!(text(&made, "secret").starts_with(text(listed, "label")), "{listed}");
        assert_eq!(listed["created_at"], made["created_at"]);
    }
    let stored = tenant.seed.dump().iter().any(|(_, row)| format!("{row:?}").contains("Nightly"));
    assert!(stored, "the name is stored");
}

fn a_secret_is_found_at_its_own_account_and_kind_only(server: &Server) {
    let (tenant, other) = (Tenant::new(server, "Own"), Tenant::new(server, "Other"));
    let (_, [secrets, api_keys]) = account(&tenant);
    let (_, [elsewhere, _]) = account(&tenant);
    let made = tenant.admin.post_empty(&secrets).expect(201).json();
    let id = text(&made, "id");
    for path in [&api_keys, &elsewhere] {
        shape::detail(&tenant.admin.delete(&format!("{path}{id}/")).expect(404));
    }
    shape::detail(&tenant.admin.delete(&format!("{secrets}nonsense/")).expect(404));
    shape::detail(&other.admin.delete(&format!("{secrets}{id}/")).expect(404));
    shape::detail(&other.admin.get(&secrets).expect(404));
    shape::detail(&other.admin.post_empty(&secrets).expect(404));
    let person = tenant.seed.user(tenant.organization, &crate::wire::tenant::unique_email("human"), &["org:user"]);
    shape::detail(&tenant.admin.post_empty(&format!("{ACCOUNTS}{person}/secrets/")).expect(404));
    let left = "SELECT count(*) FROM credential WHERE id = ?1";
    assert_eq!(tenant.seed.count(left, params![id.parse::<i64>().unwrap()]), 1);
}

fn whoever_may_not_manage_machines_makes_no_secret(server: &Server) {
    let tenant = Tenant::new(server, "Rights");
    let (id, paths) = account(&tenant);
    for role in ["org:staff", "org:user", "organization:read", "organization:write"] {
        let client = caller(server, &tenant.seed, tenant.organization, &[role]);
        for path in &paths {
            shape::detail(&client.post_empty(path).expect(403));
            shape::detail(&client.get(path).expect(403));
        }
    }
    // Nor for an account that can do more than the caller.
    tenant.seed.grant(None, id.parse().unwrap(), "user");
    for path in &paths {
        shape::detail(&tenant.admin.post_empty(path).expect(403));
    }
    let made = "SELECT count(*) FROM credential WHERE principal_id = ?1";
    assert_eq!(tenant.seed.count(made, params![id.parse::<i64>().unwrap()]), 0);
}

fn a_body_that_is_wrong_makes_no_secret(server: &Server) {
    let tenant = Tenant::new(server, "Bodies");
    let (_, [path, _]) = account(&tenant);
    for body in [json!({ "name": "" }), json!({ "name": 1 })] {
        let answer = tenant.admin.post(&path, &body).expect(422);
        assert_eq!(answer.json()["detail"][0]["loc"], json!(["body", "name"]));
    }
    assert_eq!(tenant.admin.get(&path).expect(200).json(), json!([]));
}
