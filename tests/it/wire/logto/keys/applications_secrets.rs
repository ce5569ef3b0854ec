//! `/api/applications/{id}/secrets` (contracts/logto.md, "Applications in organizations, resources, tenant roles"; docs/adr/0010-application-secrets.md).

use iam_domain::params;
use iam_domain::store::Value as Stored;
use iam_tests::server::{CLIENT_ID, MANAGEMENT_RESOURCE};
use iam_tests::{Client, Response, Runtime, Server};
use serde_json::{Value, json};

use crate::wire::logto::service_accounts::applications::{PATH, deputy, first_secret, machine, text};
use crate::wire::logto::{code, unique};
use crate::wire::tenant::Tenant;

crate::on_both!(
    a_machine_begins_with_a_secret_that_is_shown,
    the_secret_gets_tokens_for_the_management_api,
    further_secrets_work_beside_the_first,
    names_are_unique_in_an_application,
    faults_of_the_body_make_nothing,
    a_secret_ends_when_it_is_told_to,
    a_removed_secret_takes_its_tokens_along,
    unknown_ids_have_their_codes,
    secrets_made_elsewhere_are_not_shown,
    an_operators_secret_is_shown_to_the_operator_only,
    no_secret_is_in_the_database,
);
crate::wire::on_own_servers!(the_operators_key_takes_the_place_of_the_stored_one);

/// Asks for a token with a secret.
fn ask(server: &Server, id: &str, secret: &str) -> Response {
    let form = [("grant_type", "client_credentials"), ("resource", MANAGEMENT_RESOURCE), ("scope", "all")];
    server.client().basic(id, secret).form("/oidc/token", &form)
}

fn secrets(manager: &Client, path: &str) -> Value {
    manager.get(&format!("{path}/secrets")).expect(200).json()
}

fn a_machine_begins_with_a_secret_that_is_shown(server: &Server) {
    let manager = server.manager();
    let (path, id) = machine(&manager);
    let shown = secrets(&manager, &path);
    let made = manager.get(&path).expect(200).json()["createdAt"].clone();
    let value = first_secret(&manager, &path);
    let expected = json!([{
        "tenantId": "default", "applicationId": id, "name": "Default secret", "value": value, "createdAt": made,
        "expiresAt": null,
    }]);
    assert_eq!(shown, expected);
    assert!(value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{value}");
    assert_eq!(secrets(&manager, &path), shown, "it is shown again");
    let (other, _) = machine(&manager);
    assert_ne!(first_secret(&manager, &other), value);
}

fn the_secret_gets_tokens_for_the_management_api(server: &Server) {
    let manager = server.manager();
    let (path, id) = machine(&manager);
    let secret = first_secret(&manager, &path);
    // Without a role the token has no scope, and is good for nothing here.
    let answer = ask(server, &id, &secret).expect(200).json();
    assert_eq!(answer.get("scope"), None);
    let token = text(&answer, "access_token");
    assert_eq!(code(server.client().bearer(&token).get(PATH), 403), "auth.forbidden");
    let (_, client) = deputy(server);
    client.get(PATH).expect(200);
    let mut wrong = secret;
    wrong.replace_range(0..1, if wrong.starts_with('a') { "b" } else { "a" });
    ask(server, &id, &wrong).expect(401);
}

fn further_secrets_work_beside_the_first(server: &Server) {
    let manager = server.manager();
    let (path, id) = machine(&manager);
    let first = first_secret(&manager, &path);
    let name = "x".repeat(256);
    let made = manager.post(&format!("{path}/secrets"), &json!({"name": name, "value": "mine"})).expect(201).json();
    let keys: Vec<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 6, "{made}");
    assert_eq!(json!([made["name"], made["applicationId"], made["expiresAt"]]), json!([name, id, null]));
    let second = text(&made, "value");
    assert!(second.len() == 32 && second != first);
    let shown = secrets(&manager, &path);
    assert_eq!(json!([shown[0]["value"], shown[1]]), json!([first, made]));
    ask(server, &id, &first).expect(200);
    ask(server, &id, &second).expect(200);
}

fn names_are_unique_in_an_application(server: &Server) {
    let manager = server.manager();
    let (path, _) = machine(&manager);
    let before = secrets(&manager, &path);
    let taken = manager.post(&format!("{path}/secrets"), &json!({"name": "Default secret"}));
    assert_eq!(code(taken, 422), "entity.unique_integrity_violation");
    assert_eq!(secrets(&manager, &path), before);
    // In another case it is another name.
    manager.post(&format!("{path}/secrets"), &json!({"name": "default secret"})).expect(201);
}

fn faults_of_the_body_make_nothing(server: &Server) {
    let manager = server.manager();
    let (path, _) = machine(&manager);
    let before = secrets(&manager, &path);
    let secrets_path = format!("{path}/secrets");
    for body in [
        json!({}),
        json!({"name": ""}),
        json!({"name": null}),
        json!({"name": 1}),
        json!({"name": "x".repeat(257)}),
        json!({"name": "x", "expiresAt": "2099-01-01"}),
        json!({"name": "x", "expiresAt": true}),
        json!({"name": "x", "expiresAt": 1e300}),
        json!({"name": "x", "expiresAt": i64::MAX}),
        json!({"name": "x", "expiresAt": 8_640_000_000_000_001_i64}),
        json!({"name": "x", "expiresAt": -8_640_000_000_000_001_i64}),
    ] {
        assert_eq!(code(manager.post(&secrets_path, &body), 400), "guard.invalid_input", "{body}");
    }
    for past in [json!(-1), json!(0), json!(1), json!(1_600_000_000_000_i64), json!(1_600_000_000_000.5)] {
        let body = json!({"name": "x", "expiresAt": past});
        assert_eq!(code(manager.post(&secrets_path, &body), 400), "request.invalid_input", "{body}");
    }
    assert_eq!(secrets(&manager, &path), before);
}

fn a_secret_ends_when_it_is_told_to(server: &Server) {
    let manager = server.manager();
    let (path, id) = machine(&manager);
    let ending = |name: &str, end: Value| {
        let body = json!({"name": name, "expiresAt": end});
        manager.post(&format!("{path}/secrets"), &body).expect(201).json()
    };
    assert_eq!(ending("never", Value::Null)["expiresAt"], Value::Null);
    // A number with a fraction is one all the same.
    assert_eq!(ending("float", json!(4_000_000_000_000.5))["expiresAt"], json!(4_000_000_000_000_i64));
    assert_eq!(ending("last", json!(8_640_000_000_000_000_i64))["expiresAt"], json!(8_640_000_000_000_000_i64));
    let made = ending("end", json!(4_000_000_000_000_i64));
    assert_eq!(made["expiresAt"], json!(4_000_000_000_000_i64));
    let secret = text(&made, "value");
    let token = text(&ask(server, &id, &secret).expect(200).json(), "access_token");
    let client = server.client().bearer(&token);
    assert_eq!(code(client.get(PATH), 403), "auth.forbidden");
    let sql = "UPDATE credential SET expires_at = 1000 WHERE principal_id = ?1 AND name = 'end'";
    server.seed().run(sql, params![id.parse::<i64>().unwrap()]);
    let refused = ask(server, &id, &secret).expect(400);
    assert_eq!(refused.json()["code"], "oidc.invalid_request");
    assert_eq!(code(client.get(PATH), 401), "auth.unauthorized");
    // It is still listed.
    let shown = secrets(&manager, &path);
    let ended = shown.as_array().unwrap().iter().find(|secret| secret["name"] == "end").unwrap();
    assert_eq!(json!([ended["value"], ended["expiresAt"]]), json!([secret, 1000]));
}

fn a_removed_secret_takes_its_tokens_along(server: &Server) {
    let manager = server.manager();
    let (path, client) = deputy(server);
    let id = path.rsplit('/').next().unwrap();
    let first = first_secret(&manager, &path);
    let name = "a/b é%";
    let made = manager.post(&format!("{path}/secrets"), &json!({"name": name})).expect(201).json();
    let second = text(&made, "value");
    let other = server.client().bearer(&server.management_token(id, &second, "all"));
    client.get(PATH).expect(200);
    other.get(PATH).expect(200);
    manager.delete(&format!("{path}/secrets/Default%20secret")).expect(204);
    assert_eq!(code(client.get(PATH), 401), "auth.unauthorized");
    ask(server, id, &first).expect(401);
    assert_eq!(code(manager.delete(&format!("{path}/secrets/Default%20secret")), 404), "entity.not_found");
    // The other one goes on, until it goes too.
    other.get(PATH).expect(200);
    assert_eq!(secrets(&manager, &path), json!([made]));
    manager.delete(&format!("{path}/secrets/{}", iam_tests::client::encode(name))).expect(204);
    assert_eq!(code(other.get(PATH), 401), "auth.unauthorized");
    assert_eq!(secrets(&manager, &path), json!([]));
}

fn unknown_ids_have_their_codes(server: &Server) {
    let manager = server.manager();
    let (path, _) = machine(&manager);
    for id in ["0", "999999999999"] {
        let other = format!("{PATH}/{id}/secrets");
        assert_eq!(code(manager.get(&other), 404), "entity.not_exists_with_id");
        let refused = manager.post(&other, &json!({"name": "x"}));
        assert_eq!(code(refused, 422), "entity.relation_foreign_key_not_found");
        assert_eq!(code(manager.delete(&format!("{other}/Default%20secret")), 404), "entity.not_found");
    }
    assert_eq!(code(manager.delete(&format!("{path}/secrets/default")), 404), "entity.not_found");
    assert_eq!(secrets(&manager, &path).as_array().unwrap().len(), 1);
}

fn secrets_made_elsewhere_are_not_shown(server: &Server) {
    let manager = server.manager();
    let tenant = Tenant::new(server, "Elsewhere");
    let (id, account) = (tenant.machine.id, format!("/iam/v1/service-accounts/{}/secrets/", tenant.machine.id));
    let made = tenant.admin.post(&account, &json!({"name": "theirs"})).expect(201).json();
    let path = format!("{PATH}/{id}");
    let shown = secrets(&manager, &path);
    assert_eq!(shown.as_array().unwrap().len(), 2, "{shown}");
    for secret in shown.as_array().unwrap() {
        assert!(text(secret, "value").starts_with("#internal:"), "{secret}");
    }
    assert!(!shown.to_string().contains(&text(&made, "secret")), "{made}");
    assert_eq!(shown[1]["name"], "theirs");
    // What has no name is called by its id, and can be removed by that.
    let name = text(&shown[0], "name");
    assert!(name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit()), "{name}");
    manager.delete(&format!("{path}/secrets/{name}")).expect(204);
    assert_eq!(secrets(&manager, &path), json!([shown[1]]));
    assert_eq!(code(manager.delete(&format!("{path}/secrets/{}", text(&made, "id"))), 404), "entity.not_found");
}

fn an_operators_secret_is_shown_to_the_operator_only(server: &Server) {
    let manager = server.manager();
    let (_, client) = deputy(server);
    let path = format!("{PATH}/{CLIENT_ID}");
    let name = unique("second");
    let made = manager.post(&format!("{path}/secrets"), &json!({"name": name})).expect(201).json();
    let find = |client: &Client| {
        let shown = secrets(client, &path);
        let found = shown.as_array().unwrap().iter().find(|secret| secret["name"] == json!(name)).cloned();
        found.unwrap_or_else(|| panic!("{shown}"))
    };
    assert_eq!(find(&manager), made);
    let hint = text(&find(&client), "value");
    assert!(hint.starts_with("#internal:") && !hint.contains(&text(&made, "value")), "{hint}");
    manager.delete(&format!("{path}/secrets/{name}")).expect(204);
}

fn no_secret_is_in_the_database(server: &Server) {
    let manager = server.manager();
    let (path, _) = machine(&manager);
    let secret = first_secret(&manager, &path);
    let holds = |value: &Stored| match value {
        Stored::Text(text) => text.contains(&secret),
        Stored::Blob(bytes) => bytes.windows(secret.len()).any(|window| window == secret.as_bytes()),
        _ => false,
    };
    for (table, row) in server.seed().dump() {
        assert!(!row.iter().any(holds), "{table}");
    }
}

fn the_operators_key_takes_the_place_of_the_stored_one(runtime: Runtime) {
    let state = tempfile::TempDir::new().unwrap();
    let start = |key: &str| Server::start_on(runtime, state.path(), &[("application_secret_key", key)]);
    let (first, second) = ("k".repeat(32), "l".repeat(32));
    let stored = "SELECT count(*) FROM derivation_key";
    let (path, id, secret) = {
        let server = start(&first);
        let manager = server.manager();
        let (path, id) = machine(&manager);
        let secret = first_secret(&manager, &path);
        assert_eq!((secret.len(), server.seed().count(stored, params![])), (32, 0));
        (path, id, secret)
    };
    // Under another key, and under the stored one, it is not shown any more, but works; new ones are shown.
    for key in [&second, ""] {
        let server = start(key);
        let manager = server.manager();
        assert!(first_secret(&manager, &path).starts_with("#internal:"), "{key}");
        ask(&server, &id, &secret).expect(200);
        let (other, _) = machine(&manager);
        assert_eq!(first_secret(&manager, &other).len(), 32);
        assert_eq!(server.seed().count(stored, params![]), i64::from(key.is_empty()));
    }
    let server = start(&first);
    assert_eq!(first_secret(&server.manager(), &path), secret, "and with the old key it is shown again");
}
