//! `GET`, `POST /iam/v1/service-accounts/`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller, unique_email};

pub const PATH: &str = "/iam/v1/service-accounts/";

crate::on_both!(
    accounts_are_listed_in_order_of_creation_and_nothing_else_is,
    an_account_is_made_of_an_empty_request,
    a_new_account_may_read_and_has_no_key,
    a_name_may_be_given,
    a_bad_name_is_refused_at_its_place,
    the_audit_tells_who_made_it,
    managing_accounts_needs_a_role_of_the_keys_set,
    a_slash_at_the_end_makes_no_difference,
);

fn a_slash_at_the_end_makes_no_difference(server: &Server) {
    let tenant = Tenant::new(server, "Slashes");
    let made = tenant.admin.post_empty("/iam/v1/service-accounts").expect(201).json();
    let list = tenant.admin.get("/iam/v1/service-accounts").expect(200).json();
    assert_eq!(list, tenant.admin.get(PATH).expect(200).json());
    let id = made["id"].as_str().unwrap();
    assert_eq!(tenant.admin.get(&format!("{PATH}{id}/keys")).expect(200).json(), json!({"count": 0, "results": []}));
    tenant.admin.delete(&format!("{PATH}{id}")).expect(204);
}

fn accounts_are_listed_in_order_of_creation_and_nothing_else_is(server: &Server) {
    let tenant = Tenant::new(server, "Accounts");
    let seed = &tenant.seed;
    seed.user(tenant.organization, &unique_email("person"), &["org:admin"]);
    seed.machine(seed.organization("Elsewhere"), &[]);
    let set = "UPDATE principal SET created_at = ?2, updated_at = 951782400000 WHERE id = ?1";
    seed.run(set, params![tenant.machine.id, 30]);
    let view = |created_at: i64| {
        let id = seed.machine(tenant.organization, &[]).id;
        seed.run(set, params![id, created_at]);
        id
    };
    let ids = [view(20), view(40), view(10)];
    let expected: Vec<Value> = [ids[2], ids[0], tenant.machine.id, ids[1]]
        .iter()
        .map(|id| {
            json!({
                "user_type": "Machine",
                "name": "test",
                "updated_at": "2000-02-29T00:00:00.000Z",
                "id": id.to_string(),
                "organization": tenant.view("Accounts"),
            })
        })
        .collect();
    let answer = tenant.admin.get(PATH).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json(), json!(expected));
}

fn an_account_is_made_of_an_empty_request(server: &Server) {
    let tenant = Tenant::new(server, "Empty request");
    let answer = tenant.admin.post_empty(PATH).expect(201);
    assert_eq!(answer.header("content-type"), "application/json");
    let made = answer.json();
    let expected = json!({
        "user_type": "Machine",
        "name": made["name"],
        "updated_at": shape::moment(&made["updated_at"]),
        "id": shape::id(&made["id"]).to_string(),
        "organization": tenant.view("Empty request"),
    });
    assert_eq!(made, expected);
    let short = made["name"].as_str().unwrap().strip_prefix("service-account-").expect("a name made up by the server");
    assert!(made["id"].as_str().unwrap().ends_with(short) && !short.is_empty());
    assert_eq!(tenant.admin.get(PATH).json().as_array().unwrap().last(), Some(&made));
    let next = tenant.admin.post_empty(PATH).expect(201).json();
    assert_ne!(next["name"], made["name"]);
}

fn a_new_account_may_read_and_has_no_key(server: &Server) {
    let tenant = Tenant::new(server, "Starting");
    let id = shape::id(&tenant.admin.post_empty(PATH).expect(201).json()["id"]);
    let sql = "SELECT r.key FROM role_grant g JOIN role r ON r.id = g.role_id WHERE g.principal_id = ?1 AND g.organization_id = ?2";
    assert_eq!(tenant.seed.texts(sql, params![id, tenant.organization]), ["org:user"]);
    let keys = tenant.admin.get(&format!("{PATH}{id}/keys/")).expect(200).json();
    assert_eq!(keys, json!({"count": 0, "results": []}));
    let client = server.client().bearer(&tenant.seed.api_token(id));
    client.get("/iam/v1/team/members/").expect(200);
    client.get(PATH).expect(403);
}

fn a_name_may_be_given(server: &Server) {
    let tenant = Tenant::new(server, "Named");
    let made = tenant.admin.post(PATH, &json!({"name": "  Import job  ", "other": 1})).expect(201).json();
    assert_eq!(made["name"], json!("Import job"));
    let unnamed = tenant.admin.post(PATH, &json!({})).expect(201).json();
    assert!(unnamed["name"].as_str().unwrap().starts_with("service-account-"));
}

fn a_bad_name_is_refused_at_its_place(server: &Server) {
    let tenant = Tenant::new(server, "Misnamed");
    let post = |name: Value| shape::faults(&tenant.admin.post(PATH, &json!({"name": name})));
    let at = |kind: &str| [(json!(["body", "name"]), kind.to_owned())];
    assert_eq!(post(json!(" ")), at("string_too_short"));
    assert_eq!(post(json!(7)), at("string_type"));
    assert_eq!(post(json!("x".repeat(129))), at("string_too_long"));
    assert_eq!(tenant.admin.get(PATH).json().as_array().unwrap().len(), 1);
}

fn the_audit_tells_who_made_it(server: &Server) {
    let tenant = Tenant::new(server, "Audited");
    let made = tenant.admin.post_empty(PATH).expect(201);
    let id = shape::id(&made.json()["id"]);
    let deleted = tenant.admin.delete(&format!("{PATH}{id}/")).expect(204);
    for (answer, action) in [(made, "service_account.created"), (deleted, "service_account.deleted")] {
        let sql = "SELECT action FROM audit_event WHERE request_id = ?1 AND actor_id = ?2 AND organization_id = ?3 AND target_id = ?4";
        let params = params![answer.header("x-request-id"), tenant.machine.id, tenant.organization, id];
        assert_eq!(tenant.seed.texts(sql, params), [action]);
    }
}

fn managing_accounts_needs_a_role_of_the_keys_set(server: &Server) {
    let tenant = Tenant::new(server, "Roles");
    for role in ["org:staff", "org:user", "organization:read", "organization:write"] {
        let client = caller(server, &tenant.seed, tenant.organization, &[role]);
        shape::detail(&client.get(PATH).expect(403));
        shape::detail(&client.post_empty(PATH).expect(403));
        shape::detail(&client.delete(&format!("{PATH}{}/", tenant.machine.id)).expect(403));
    }
}
