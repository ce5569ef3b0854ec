//! `/api/applications/{id}/roles` (contracts/logto.md, "Applications in organizations, resources, tenant roles").

use iam_domain::params;
use iam_tests::{Client, Seed, Server};
use serde_json::{Value, json};

use crate::wire::logto::service_accounts::applications::{PATH, first_secret, machine, make, text};
use crate::wire::logto::{code, unique};

crate::on_both!(
    roles_are_given_and_shown,
    roles_that_are_held_are_not_added_again,
    what_is_no_tenant_role_is_unknown,
    a_role_for_users_does_not_fit,
    faults_of_the_body_give_nothing,
    other_types_hold_no_roles,
    a_role_is_taken,
    only_tenant_roles_can_be_taken,
    lists_come_in_pages_by_name,
    unknown_applications_have_their_codes,
    the_scope_all_comes_and_goes_with_the_role,
);

/// A role of a family, for a kind of principal; gives its id and name.
fn role(seed: &Seed, family: &str, kind: &str, beginning: &str) -> (String, String) {
    let (id, name) = (seed.organization("only an id"), unique(beginning));
    let sql =
        "INSERT INTO role (id, family, name, principal_kind, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, 0, 0)";
    seed.run(sql, params![id, family, &name, kind]);
    (id.to_string(), name)
}

fn fitting(seed: &Seed) -> String {
    role(seed, "tenant", "service_account", "role").0
}

/// Names of the roles that an application is shown with.
fn held(manager: &Client, path: &str) -> Vec<String> {
    let roles = manager.get(&format!("{path}/roles")).expect(200).json();
    roles.as_array().unwrap().iter().map(|role| text(role, "id")).collect()
}

#[track_caller]
fn give(manager: &Client, path: &str, ids: &[&str]) -> Value {
    manager.post(&format!("{path}/roles"), &json!({"roleIds": ids})).expect(201).json()
}

fn roles_are_given_and_shown(server: &Server) {
    let (manager, seed) = (server.manager(), server.seed());
    let (path, id) = machine(&manager);
    assert_eq!(manager.get(&format!("{path}/roles")).expect(200).json(), json!([]));
    let (first, first_name) = role(&seed, "tenant", "service_account", "a");
    let (second, second_name) = role(&seed, "tenant", "any", "b");
    let answer = give(&manager, &path, &[&second, &first]);
    assert_eq!(answer, json!({"roleIds": [second, first], "addedRoleIds": [second, first]}));
    let view = |id: &str, name: &str| {
        json!({
            "tenantId": "default", "id": id, "name": name, "description": "", "type": "MachineToMachine",
            "isDefault": false,
        })
    };
    let shown = manager.get(&format!("{path}/roles")).expect(200);
    assert_eq!(shown.json(), json!([view(&first, &first_name), view(&second, &second_name)]));
    assert_eq!(shown.header("total-number"), "2");
    let sql = "SELECT count(*) FROM role_grant WHERE principal_id = ?1 AND organization_id IS NULL";
    assert_eq!(seed.count(sql, params![id.parse::<i64>().unwrap()]), 2);
}

fn roles_that_are_held_are_not_added_again(server: &Server) {
    let (manager, seed) = (server.manager(), server.seed());
    let (path, _) = machine(&manager);
    let [first, second] = [fitting(&seed), fitting(&seed)];
    give(&manager, &path, &[&first]);
    let answer = give(&manager, &path, &[&second, &first, &second]);
    assert_eq!(answer, json!({"roleIds": [second, first, second], "addedRoleIds": [second]}));
    let answer = give(&manager, &path, &[&first]);
    assert_eq!(answer, json!({"roleIds": [first], "addedRoleIds": []}));
    assert_eq!(give(&manager, &path, &[]), json!({"roleIds": [], "addedRoleIds": []}));
    assert_eq!(held(&manager, &path).len(), 2);
}

fn what_is_no_tenant_role_is_unknown(server: &Server) {
    let (manager, seed) = (server.manager(), server.seed());
    let (path, id) = machine(&manager);
    let good = fitting(&seed);
    let template = role(&seed, "template", "service_account", "template").0;
    // 100000000001 is the role of the platform's administrators.
    for bad in ["0", "odd id", "999999999999", &template, "100000000001"] {
        let refused = manager.post(&format!("{path}/roles"), &json!({"roleIds": [good, bad]}));
        assert_eq!(code(refused, 422), "entity.relation_foreign_key_not_found", "{bad}");
    }
    let sql = "SELECT count(*) FROM role_grant WHERE principal_id = ?1";
    assert_eq!(seed.count(sql, params![id.parse::<i64>().unwrap()]), 0);
}

fn a_role_for_users_does_not_fit(server: &Server) {
    let (manager, seed) = (server.manager(), server.seed());
    let (path, _) = machine(&manager);
    let (good, bad) = (fitting(&seed), role(&seed, "tenant", "user", "people").0);
    for ids in [json!([good, bad]), json!(["999999999999", bad])] {
        let refused = manager.post(&format!("{path}/roles"), &json!({"roleIds": ids}));
        assert_eq!(code(refused, 422), "entity.db_constraint_violated", "{ids}");
    }
    assert_eq!(held(&manager, &path), [""; 0]);
}

fn faults_of_the_body_give_nothing(server: &Server) {
    let (manager, seed) = (server.manager(), server.seed());
    let (path, _) = machine(&manager);
    let good = fitting(&seed);
    for body in [
        json!({}),
        json!({"roleIds": null}),
        json!({"roleIds": good}),
        json!({"roleIds": [good, ""]}),
        json!({"roleIds": [good, 1]}),
    ] {
        assert_eq!(code(manager.post(&format!("{path}/roles"), &body), 400), "guard.invalid_input", "{body}");
    }
    assert_eq!(held(&manager, &path), [""; 0]);
}

fn other_types_hold_no_roles(server: &Server) {
    let (manager, seed) = (server.manager(), server.seed());
    let path = format!("{PATH}/{}", text(&make(&manager, &unique("app"), "Traditional"), "id"));
    let refused = manager.post(&format!("{path}/roles"), &json!({"roleIds": [fitting(&seed)]}));
    assert_eq!(code(refused, 422), "entity.db_constraint_violated");
    assert_eq!(held(&manager, &path), [""; 0]);
}

fn a_role_is_taken(server: &Server) {
    let (manager, seed) = (server.manager(), server.seed());
    let (path, _) = machine(&manager);
    let [first, second] = [fitting(&seed), fitting(&seed)];
    give(&manager, &path, &[&first, &second]);
    assert_eq!(manager.delete(&format!("{path}/roles/{first}")).expect(204).body, "");
    assert_eq!(held(&manager, &path), std::slice::from_ref(&second));
    for other in [&first, "0", "999999999999"] {
        assert_eq!(code(manager.delete(&format!("{path}/roles/{other}")), 404), "entity.not_found", "{other}");
    }
    assert_eq!(held(&manager, &path), [second]);
}

fn only_tenant_roles_can_be_taken(server: &Server) {
    let (manager, seed) = (server.manager(), server.seed());
    let (path, id) = machine(&manager);
    let principal: i64 = id.parse().unwrap();
    seed.grant(None, principal, "org:user");
    let builtin = seed.count("SELECT id FROM role WHERE key = 'org:user'", params![]);
    assert_eq!(held(&manager, &path), [""; 0]);
    assert_eq!(code(manager.delete(&format!("{path}/roles/{builtin}")), 404), "entity.not_found");
    let sql = "SELECT count(*) FROM role_grant WHERE principal_id = ?1";
    assert_eq!(seed.count(sql, params![principal]), 1);
}

fn lists_come_in_pages_by_name(server: &Server) {
    let (manager, seed) = (server.manager(), server.seed());
    let (path, _) = machine(&manager);
    let roles = ["c", "a", "b"].map(|beginning| role(&seed, "tenant", "service_account", beginning).0);
    give(&manager, &path, &roles.each_ref().map(String::as_str));
    assert_eq!(held(&manager, &path), [roles[1].clone(), roles[2].clone(), roles[0].clone()]);
    let second = manager.get(&format!("{path}/roles?page=2&page_size=2")).expect(200);
    assert_eq!((second.header("total-number"), &second.json()[0]["id"]), ("3", &json!(roles[0])));
    assert!(second.header("link").contains("rel=\"prev\""));
    assert_eq!(code(manager.get(&format!("{path}/roles?page_size=0")), 400), "guard.invalid_pagination");
}

fn unknown_applications_have_their_codes(server: &Server) {
    let (manager, seed) = (server.manager(), server.seed());
    let role = fitting(&seed);
    for id in ["0", "999999999999"] {
        let path = format!("{PATH}/{id}/roles");
        assert_eq!(code(manager.get(&path), 404), "entity.not_exists_with_id");
        assert_eq!(code(manager.post(&path, &json!({"roleIds": [role]})), 404), "entity.not_exists_with_id");
        assert_eq!(code(manager.delete(&format!("{path}/{role}")), 404), "entity.not_found");
    }
}

fn the_scope_all_comes_and_goes_with_the_role(server: &Server) {
    let manager = server.manager();
    let (path, id) = machine(&manager);
    let secret = first_secret(&manager, &path);
    let sql = "SELECT id FROM role WHERE family = 'tenant' AND name = 'Management API access'";
    let role = server.seed().count(sql, params![]).to_string();
    let client = || server.client().bearer(&server.management_token(&id, &secret, "all"));
    assert_eq!(code(client().get(PATH), 403), "auth.forbidden");
    give(&manager, &path, &[&role]);
    let old = client();
    old.get(PATH).expect(200);
    manager.delete(&format!("{path}/roles/{role}")).expect(204);
    // New tokens have no scope, and the old one has lost its worth at once.
    assert_eq!(code(client().get(PATH), 403), "auth.forbidden");
    assert_eq!(code(old.get(PATH), 403), "auth.forbidden");
}
