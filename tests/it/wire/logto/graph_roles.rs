//! Members and roles of both APIs: removing people of `EazyRent` here, its built-in roles, rights that do not leak.

use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use super::graph::at;
use super::{Place, code, column, items, put, texts, unique};
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    who_is_removed_here_is_gone_there_and_at_home_nowhere,
    who_is_replaced_away_is_at_home_nowhere,
    a_guest_who_is_removed_keeps_its_home,
    built_in_roles_are_not_shown,
    built_in_roles_are_neither_given_nor_taken,
    who_leaves_loses_built_in_roles_too,
    roles_given_here_are_no_rights_there,
    a_machine_of_the_organization_is_no_member,
);

const MEMBERS: &str = "/iam/v1/team/members/";

fn home(tenant: &Tenant, id: i64) -> Option<i64> {
    let rows = tenant.seed.run("SELECT organization_id FROM principal WHERE id = ?1", params![id]);
    rows.first().expect("the account stays").integer_opt(0).unwrap()
}

fn ids_there(tenant: &Tenant) -> Vec<String> {
    let list = tenant.admin.get(MEMBERS).expect(200).json();
    list.as_array().unwrap().iter().map(|member| member["id"].as_str().unwrap().to_owned()).collect()
}

fn who_is_removed_here_is_gone_there_and_at_home_nowhere(server: &Server) {
    let (tenant, client) = (Tenant::new(server, "Removed"), server.manager());
    let email = unique_email("removed");
    let person = tenant.seed.user(tenant.organization, &email, &["org:admin", "org:user"]);
    // The last administrator would have to stay.
    let stays = tenant.seed.user(tenant.organization, &unique_email("stays"), &["org:admin"]);
    let key = server.client().bearer(&tenant.seed.api_token(person));
    key.get(MEMBERS).expect(200);
    client.delete(&at(&tenant, &format!("/users/{person}"))).expect(204);
    assert_eq!((ids_there(&tenant), home(&tenant, person)), (texts(&[stays]), None));
    let count = |table: &str| {
        let sql = format!("SELECT count(*) FROM {table} WHERE principal_id = ?1");
        tenant.seed.count(&sql, params![person])
    };
    assert_eq!((count("membership"), count("role_grant")), (0, 0));
    // The account is still there, and nothing is left of its rights.
    assert_eq!(tenant.seed.count("SELECT count(*) FROM user WHERE email = ?1", params![&email]), 1);
    let status = key.get(MEMBERS).status;
    assert!(matches!(status, 401 | 403 | 404), "{status}");
    // It may come back, as anybody may.
    client.post(&at(&tenant, "/users"), &json!({ "userIds": texts(&[person]) })).expect(201);
    assert_eq!(ids_there(&tenant), texts(&[stays, person]));
    let status = key.get(MEMBERS).status;
    assert!(matches!(status, 401 | 403 | 404), "{status}");
}

fn who_is_replaced_away_is_at_home_nowhere(server: &Server) {
    let (tenant, client) = (Tenant::new(server, "Replaced"), server.manager());
    let [goes, stays] =
        ["goes", "stays"].map(|name| tenant.seed.user(tenant.organization, &unique_email(name), &["org:staff"]));
    put(&client, &at(&tenant, "/users"), &json!({ "userIds": texts(&[stays]) })).expect(204);
    assert_eq!((home(&tenant, goes), home(&tenant, stays)), (None, Some(tenant.organization)));
    assert_eq!(ids_there(&tenant), texts(&[stays]));
    put(&client, &at(&tenant, "/users"), &json!({ "userIds": [] })).expect(204);
    assert_eq!((home(&tenant, stays), ids_there(&tenant).len()), (None, 0));
    // The machine that administers it is at home as before.
    assert_eq!(home(&tenant, tenant.machine.id), Some(tenant.organization));
}

fn a_guest_who_is_removed_keeps_its_home(server: &Server) {
    let (tenant, other) = (Tenant::new(server, "Home"), Tenant::new(server, "Host"));
    let client = server.manager();
    let [one, two] =
        ["one", "two"].map(|name| tenant.seed.user(tenant.organization, &unique_email(name), &["org:user"]));
    client.post(&at(&other, "/users"), &json!({ "userIds": texts(&[one, two]) })).expect(201);
    client.delete(&at(&other, &format!("/users/{one}"))).expect(204);
    put(&client, &at(&other, "/users"), &json!({ "userIds": [] })).expect(204);
    for person in [one, two] {
        assert_eq!(home(&tenant, person), Some(tenant.organization));
        let grants = "SELECT count(*) FROM role_grant WHERE principal_id = ?1";
        assert_eq!(tenant.seed.count(grants, params![person]), 1);
    }
    assert_eq!((ids_there(&tenant).len(), ids_there(&other).len()), (2, 0));
}

fn built_in_roles_are_not_shown(server: &Server) {
    let (tenant, client) = (Tenant::new(server, "Built in"), server.manager());
    let person = tenant.seed.user(tenant.organization, &unique_email("admin"), &["org:admin", "product:read"]);
    let own = tenant.seed.organization_role(&unique("own-"), "user");
    tenant.seed.give(Some(tenant.organization), person, own);
    let path = at(&tenant, &format!("/users/{person}"));
    assert_eq!(column(&client.get(&format!("{path}/roles")), "id"), texts(&[own]));
    assert_eq!(client.get(&format!("{path}/roles?page=1")).header("total-number"), "1");
    let member = items(&client.get(&at(&tenant, "/users"))).remove(0);
    assert_eq!(member["organizationRoles"].as_array().unwrap().len(), 1);
    assert_eq!(client.get(&format!("{path}/scopes")).expect(200).json(), json!([]));
}

fn built_in_roles_are_neither_given_nor_taken(server: &Server) {
    let (tenant, client) = (Tenant::new(server, "Kept"), server.manager());
    let person = tenant.seed.user(tenant.organization, &unique_email("admin"), &["org:admin", "document:write"]);
    let own = tenant.seed.organization_role(&unique("own-"), "user");
    let roles = at(&tenant, &format!("/users/{person}/roles"));
    let held = || {
        let sql = "SELECT ifnull(r.key, r.name) FROM role_grant g JOIN role r ON r.id = g.role_id \
                   WHERE g.principal_id = ?1 AND r.family = 'builtin' ORDER BY 1";
        tenant.seed.texts(sql, params![person])
    };
    for body in [json!({ "organizationRoleIds": texts(&[own]) }), json!({}), json!({ "organizationRoleIds": [] })] {
        put(&client, &roles, &body).expect(204);
        assert_eq!(held(), ["document:write", "org:admin"], "{body}");
    }
    put(&client, &at(&tenant, "/users"), &json!({ "userIds": texts(&[person]) })).expect(204);
    let admin = tenant.seed.count("SELECT id FROM role WHERE key = 'org:admin'", vec![]);
    assert_eq!(code(client.delete(&format!("{roles}/{admin}")), 404), "entity.not_found");
    let staff = tenant.seed.count("SELECT id FROM role WHERE key = 'org:staff'", vec![]);
    for body in [json!({ "organizationRoleIds": texts(&[staff]) }), json!({ "organizationRoleIds": texts(&[admin]) })] {
        let unknown = "entity.relation_foreign_key_not_found";
        assert_eq!(code(client.post(&roles, &body), 422), unknown);
        assert_eq!(code(put(&client, &roles, &body), 422), unknown);
    }
    assert_eq!(held(), ["document:write", "org:admin"]);
}

fn who_leaves_loses_built_in_roles_too(server: &Server) {
    let (tenant, client) = (Tenant::new(server, "Leaves"), server.manager());
    let person = tenant.seed.user(tenant.organization, &unique_email("leaver"), &["org:admin"]);
    tenant.seed.user(tenant.organization, &unique_email("stays"), &["org:admin"]);
    for _ in 0..2 {
        client.delete(&at(&tenant, &format!("/users/{person}"))).expect(204);
        client.post(&at(&tenant, "/users"), &json!({ "userIds": texts(&[person]) })).expect(201);
        let grants = "SELECT count(*) FROM role_grant WHERE principal_id = ?1";
        assert_eq!(tenant.seed.count(grants, params![person]), 0);
    }
}

fn roles_given_here_are_no_rights_there(server: &Server) {
    let (tenant, client) = (Tenant::new(server, "No rights"), server.manager());
    let person = tenant.seed.user(tenant.organization, &unique_email("person"), &[]);
    let key = server.client().bearer(&tenant.seed.api_token(person));
    let before = key.get(MEMBERS).status;
    let role = tenant.seed.organization_role(&unique("org:admin-"), "user");
    tenant.seed.run("UPDATE role SET permissions = '[]' WHERE id = ?1", params![role]);
    let roles = at(&tenant, &format!("/users/{person}/roles"));
    client.post(&roles, &json!({ "organizationRoleIds": texts(&[role]) })).expect(201);
    assert_eq!((before, key.get(MEMBERS).status), (403, 403));
    // Nor does that API show or take them.
    let grants = format!("/iam/v1/user-grants/{person}/authorizations/");
    let listed = tenant.admin.get(&grants).expect(200).body;
    assert!(!listed.contains(&role.to_string()) && !listed.contains("org:admin-"), "{listed}");
}

fn a_machine_of_the_organization_is_no_member(server: &Server) {
    let (tenant, place) = (Tenant::new(server, "Machines"), Place::new(server, "Empty"));
    let client = &place.manager;
    assert!(items(&client.get(&at(&tenant, "/users"))).is_empty());
    let machine = tenant.machine.id;
    let answer = client.get(&at(&tenant, &format!("/users/{machine}/roles")));
    assert_eq!(code(&answer, 422), "organization.require_membership");
    assert_eq!(code(client.delete(&at(&tenant, &format!("/users/{machine}"))), 404), "entity.not_found");
    put(client, &at(&tenant, "/users"), &json!({ "userIds": [] })).expect(204);
    tenant.admin.get(MEMBERS).expect(200);
}
