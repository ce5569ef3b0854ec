//! One graph: what is done here shows in `EazyRent`, and what is done there shows here.

use iam_domain::params;
use iam_tests::client::encode;
use iam_tests::{Client, Server};
use serde_json::{Value, json};

use super::{ORGANIZATIONS, ask, code, column, items, patch, put, texts, unique};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email, unique_phone};

crate::on_both!(
    a_member_made_here_shows_there_in_its_state,
    a_member_made_there_shows_here,
    who_is_locked_there_is_suspended_here,
    a_locked_machine_is_not_let_in,
    a_person_renamed_there_is_found_here,
    an_organization_renamed_there_has_the_new_name_here,
    an_organization_renamed_here_has_the_new_name_there,
    an_account_made_there_is_an_organization_here,
    who_is_deleted_there_is_gone_here,
    a_deleted_organization_has_nobody_at_home,
);

const MEMBERS: &str = "/iam/v1/team/members/";
const ME: &str = "/iam/v1/organizations/me/";

/// Path of the organization of a tenant, and below it.
pub fn at(tenant: &Tenant, below: &str) -> String {
    format!("{ORGANIZATIONS}/{}{below}", tenant.organization)
}

/// Ids that the search over the members of a tenant finds here.
fn search(client: &Client, tenant: &Tenant, q: &str) -> Vec<String> {
    column(&client.get(&at(tenant, &format!("/users?q={}", encode(q)))), "id")
}

/// A member of `EazyRent`, by its id.
#[track_caller]
fn there(tenant: &Tenant, id: i64) -> Option<Value> {
    let list = tenant.admin.get(MEMBERS).expect(200).json();
    list.as_array().unwrap().iter().find(|member| member["id"] == json!(id.to_string())).cloned()
}

/// Somebody made through `EazyRent`.
fn invited(tenant: &Tenant, first: &str, last: &str) -> (i64, String) {
    let email = unique_email("Graph");
    let new = json!({ "first_name": first, "last_name": last, "email": email });
    (shape::id(&tenant.admin.post(MEMBERS, &new).expect(201).json()["id"]), email)
}

fn a_member_made_here_shows_there_in_its_state(server: &Server) {
    let (tenant, client) = (Tenant::new(server, "There"), server.manager());
    let person = tenant.seed.person("Somebody");
    assert_eq!(there(&tenant, person), None);
    client.post(&at(&tenant, "/users"), &json!({ "userIds": texts(&[person]) })).expect(201);
    for state in ["active", "locked", "inactive", "initial"] {
        tenant.seed.set_state(person, state);
        let member = there(&tenant, person).expect("a member");
        assert_eq!(member["state"], json!(format!("USER_STATE_{}", state.to_uppercase())));
    }
    // And as a single one, who can be removed there as well.
    tenant.admin.get(&format!("{MEMBERS}{person}/")).expect(200);
}

fn a_member_made_there_shows_here(server: &Server) {
    let (tenant, client) = (Tenant::new(server, "Here"), server.manager());
    let (id, email) = invited(&tenant, "Ada", "Lövelace");
    let phone = unique_phone();
    let digits = phone.trim_start_matches('+');
    let body = json!({ "phone": phone });
    patch(&tenant.admin, &format!("{MEMBERS}{id}/"), &body).expect(200);
    let [member] = items(&client.get(&at(&tenant, "/users"))).try_into().expect("one member");
    assert_eq!(member["id"], json!(id.to_string()));
    assert_eq!(member["name"], json!("Ada Lövelace"));
    assert_eq!((&member["primaryEmail"], &member["primaryPhone"]), (&json!(email), &json!(digits)));
    assert_eq!((&member["isSuspended"], &member["organizationRoles"]), (&json!(false), &json!([])));
    for q in ["ada lövelace", "LÖVE", &email.to_uppercase(), digits] {
        assert_eq!(search(&client, &tenant, q), texts(&[id]), "{q}");
    }
}

fn who_is_locked_there_is_suspended_here(server: &Server) {
    let (tenant, client) = (Tenant::new(server, "Locked"), server.manager());
    let id = tenant.seed.user(tenant.organization, &unique_email("locked"), &["org:user"]);
    let suspended = || items(&client.get(&at(&tenant, "/users")))[0]["isSuspended"].clone();
    assert_eq!(suspended(), json!(false));
    tenant.admin.post_empty(&format!("{MEMBERS}{id}/lock/")).expect(200);
    assert_eq!(suspended(), json!(true));
    tenant.admin.post_empty(&format!("{MEMBERS}{id}/unlock/")).expect(200);
    assert_eq!(suspended(), json!(false));
}

fn a_locked_machine_is_not_let_in(server: &Server) {
    let tenant = Tenant::new(server, "Machine");
    let (id, secret) = (tenant.machine.id, &tenant.machine.secret);
    tenant.seed.grant_management(id);
    let token = ask(server, &id.to_string(), secret, "all").expect(200).json();
    let client = server.client().bearer(token["access_token"].as_str().unwrap());
    let body = json!({ "name": "Changed" });
    for state in ["locked", "inactive"] {
        client.get(&at(&tenant, "")).expect(200);
        tenant.seed.set_state(id, state);
        assert_eq!(code(client.get(&at(&tenant, "")), 401), "auth.unauthorized");
        assert_eq!(code(patch(&client, &at(&tenant, ""), &body), 401), "auth.unauthorized");
        tenant.seed.set_state(id, "active");
    }
    assert_eq!(client.get(&at(&tenant, "")).expect(200).json()["name"], json!("Machine"));
}

fn a_person_renamed_there_is_found_here(server: &Server) {
    let (tenant, client) = (Tenant::new(server, "Renamed person"), server.manager());
    let (id, _) = invited(&tenant, "Grace", "Murray");
    patch(&tenant.admin, &format!("{MEMBERS}{id}/"), &json!({ "last_name": "Höpper" })).expect(200);
    assert_eq!(search(&client, &tenant, "murray"), [""; 0]);
    assert_eq!(search(&client, &tenant, "grace HÖPPER"), texts(&[id]));
    assert_eq!(items(&client.get(&at(&tenant, "/users")))[0]["name"], json!("Grace Höpper"));
}

fn an_organization_renamed_there_has_the_new_name_here(server: &Server) {
    let (old, new) = (unique("Old "), unique("Nëw "));
    let (tenant, client) = (Tenant::new(server, &old), server.manager());
    patch(&tenant.admin, ME, &json!({ "name": new })).expect(200);
    assert_eq!(client.get(&at(&tenant, "")).expect(200).json()["name"], json!(new));
    let found = |q: &str| column(&client.get(&format!("{ORGANIZATIONS}?q={}", encode(q))), "id");
    assert_eq!(found(&new.to_uppercase()), texts(&[tenant.organization]));
    assert_eq!(found(&old), [""; 0]);
}

fn an_organization_renamed_here_has_the_new_name_there(server: &Server) {
    let (tenant, client) = (Tenant::new(server, "Before"), server.manager());
    patch(&client, &at(&tenant, ""), &json!({ "name": " After " })).expect(200);
    assert_eq!(tenant.admin.get(ME).expect(200).json()["name"], json!(" After "));
}

fn an_account_made_there_is_an_organization_here(server: &Server) {
    let (tenant, client) = (Tenant::new(server, "Head"), server.manager());
    let name = unique("Bränch ");
    let made = tenant.admin.post("/iam/v1/organizations/accounts/", &json!({ "name": name })).expect(200).json();
    let answer = client.get(&format!("{ORGANIZATIONS}?q={}", encode(&name.to_uppercase())));
    let [found] = items(&answer).try_into().expect("one");
    assert_eq!(found["id"], made["id"]);
    let expected = json!([name, null, {}, false, {}, {}, null]);
    let keys = ["name", "description", "customData", "isMfaRequired", "color", "branding", "customCss"];
    assert_eq!(json!(keys.map(|key| found[key].clone())), expected);
}

fn who_is_deleted_there_is_gone_here(server: &Server) {
    let (tenant, client) = (Tenant::new(server, "Deleted"), server.manager());
    let (id, _) = invited(&tenant, "Ada", "Gone");
    let role = tenant.seed.organization_role(&unique("role-"), "user");
    put(&client, &at(&tenant, &format!("/users/{id}/roles")), &json!({ "organizationRoleIds": texts(&[role]) }))
        .expect(204);
    tenant.seed.user(tenant.organization, &unique_email("heir"), &["org:admin"]);
    tenant.admin.delete(&format!("{MEMBERS}{id}/")).expect(204);
    assert!(!column(&client.get(&at(&tenant, "/users")), "id").contains(&id.to_string()));
    let answer = client.get(&at(&tenant, &format!("/users/{id}/roles")));
    assert_eq!(code(&answer, 422), "organization.require_membership");
    let answer = client.post(&at(&tenant, "/users"), &json!({ "userIds": texts(&[id]) }));
    assert_eq!(code(&answer, 422), "entity.relation_foreign_key_not_found");
}

fn a_deleted_organization_has_nobody_at_home(server: &Server) {
    let (tenant, client) = (Tenant::new(server, "Closed"), server.manager());
    let child = tenant.seed.organization("Child");
    tenant.seed.set_organization(child, "parent_id", tenant.organization);
    let person = tenant.seed.user(tenant.organization, &unique_email("homeless"), &["org:admin"]);
    client.delete(&at(&tenant, "")).expect(204);
    for id in [person, tenant.machine.id] {
        let sql = "SELECT count(*) FROM principal WHERE id = ?1 AND organization_id IS NULL";
        assert_eq!(tenant.seed.count(sql, params![id]), 1);
    }
    // What was below is on its own; who administered it may do nothing any more.
    let view = client.get(&format!("{ORGANIZATIONS}/{child}")).expect(200).json();
    assert_eq!(view["name"], json!("Child"));
    let status = tenant.admin.get(MEMBERS).status;
    assert!(matches!(status, 401 | 403 | 404), "{status}");
    let key = server.client().bearer(&tenant.seed.api_token(person));
    let status = key.get(MEMBERS).status;
    assert!(matches!(status, 401 | 403 | 404), "{status}");
}
