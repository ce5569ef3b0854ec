//! One graph: accounts are members in `EazyRent` and users in Logto, and the reverse.

use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use super::{account, caller};
use crate::wire::eazyrent::people::{Person, code, invite, member, patch, with_code};
use crate::wire::idah::users::fixtures::{at, change, changed, join, made, one, rows, scope, shown, token_of};
use crate::wire::tenant::{Tenant, unique_email};

/// Path of a user of Logto.
fn user(id: i64) -> String {
    format!("/api/users/{id}")
}

/// Path of the people of an organization of Logto.
fn members(organization: i64) -> String {
    format!("/api/organizations/{organization}/users")
}

crate::on_both!(
    an_account_made_here_is_a_member_there,
    an_account_made_here_is_a_user_in_logto,
    a_member_made_there_is_an_account_here,
    memberships_of_logto_are_in_the_scope,
    the_scope_is_who_logto_lists,
    who_is_locked_elsewhere_is_disabled_here,
    who_is_deleted_here_is_gone_everywhere,
    an_organizations_admin_does_not_take_over_an_administrator_of_accounts,
    an_owner_leaves_through_logto,
);

fn an_account_made_here_is_a_member_there(server: &Server) {
    let (tenant, admin, email) = (Tenant::new(server, "There"), caller(server, "admin", &[]), unique_email("there"));
    let new = json!({ "email": email, "name": "Ada", "role_scope": scope(&[tenant.organization]) });
    let (id, _) = made(&admin.client, new);
    let there = tenant.admin.get(&member(id)).expect(200).json();
    assert_eq!((&there["email"], &there["state"]), (&json!(email), &json!("USER_STATE_INITIAL")));
    let list = tenant.admin.get("/iam/v1/team/members/").expect(200).json();
    assert!(list.as_array().unwrap().iter().any(|one| one["id"] == json!(id.to_string())), "{list}");
    // Its invitation is as good there.
    let token = token_of(&tenant.seed, &email);
    let client = server.client();
    client.post("/iam/v1/users/activate/", &with_code(&token, "Another-only-2")).expect(200);
    assert!(shown(&admin.client, id)["joined_at"].is_string());
    super::refusal(&join(server, &token), 404);
    super::login(server, &email, "Another-only-2").expect(200);
}

fn an_account_made_here_is_a_user_in_logto(server: &Server) {
    let (manager, admin, email) = (server.manager(), caller(server, "admin", &[]), unique_email("logto"));
    let (id, _) = made(&admin.client, json!({ "email": email, "name": "Ada", "picture_url": "https://a.example/b" }));
    let found = manager.get(&user(id)).expect(200).json();
    assert_eq!(
        (&found["primaryEmail"], &found["name"], &found["avatar"]),
        (&json!(email), &json!("Ada"), &json!("https://a.example/b"))
    );
    changed(&admin.client, id, json!({ "name": "Grace", "enabled": false }));
    let found = manager.get(&user(id)).expect(200).json();
    assert_eq!((&found["name"], &found["isSuspended"]), (&json!("Grace"), &json!(true)));
}

fn a_member_made_there_is_an_account_here(server: &Server) {
    let (tenant, admin) = (Tenant::new(server, "Here"), caller(server, "admin", &[]));
    let (id, email) = invite(&tenant, "here");
    let account = shown(&admin.client, id);
    assert_eq!(account["role_scope"], scope(&[tenant.organization]));
    assert_eq!((&account["role_name"], &account["email"]), (&json!("user"), &json!(email)));
    assert_eq!((&account["enabled"], account["joined_at"].is_null()), (&json!(true), true));
    one(&join(server, &code(&tenant.seed, &email)), 200);
    assert_eq!(tenant.admin.get(&member(id)).json()["state"], "USER_STATE_ACTIVE");
}

fn memberships_of_logto_are_in_the_scope(server: &Server) {
    let (seed, manager, admin) = (server.seed(), server.manager(), caller(server, "admin", &[]));
    let organization = seed.organization("Logto");
    let (id, _) = account(server, Some("org_owner"), &[]);
    manager.post(&members(organization), &json!({ "userIds": [id.to_string()] })).expect(201);
    assert_eq!(shown(&admin.client, id)["role_scope"], scope(&[organization]));
}

fn the_scope_is_who_logto_lists(server: &Server) {
    let (seed, manager, admin) = (server.seed(), server.manager(), caller(server, "admin", &[]));
    let organization = seed.organization("Logto");
    let (id, _) = account(server, Some("user"), &[]);
    let listed = || {
        let list = manager.get(&members(organization)).expect(200).json();
        list.as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(listed(), [""; 0]);
    changed(&admin.client, id, json!({ "role_scope": scope(&[organization]) }));
    assert_eq!(listed(), [id.to_string()]);
    changed(&admin.client, id, json!({ "role_scope": {} }));
    assert_eq!(listed(), [""; 0]);
}

fn who_is_locked_elsewhere_is_disabled_here(server: &Server) {
    let (tenant, admin) = (Tenant::new(server, "Locked"), caller(server, "admin", &[]));
    let person = Person::new(server, &tenant, "locked", &["org:user"]);
    tenant.admin.post_empty(&format!("{}lock/", member(person.id))).expect(200);
    assert_eq!(shown(&admin.client, person.id)["enabled"], false);
    changed(&admin.client, person.id, json!({ "enabled": true }));
    assert_eq!(tenant.admin.get(&member(person.id)).json()["state"], "USER_STATE_ACTIVE");
}

fn who_is_deleted_here_is_gone_everywhere(server: &Server) {
    let (tenant, admin) = (Tenant::new(server, "Gone"), caller(server, "admin", &[]));
    let (id, _) =
        made(&admin.client, json!({ "email": unique_email("gone"), "role_scope": scope(&[tenant.organization]) }));
    admin.client.delete(&at(id)).expect(204);
    tenant.admin.get(&member(id)).expect(404);
    server.manager().get(&user(id)).expect(404);
}

fn an_organizations_admin_does_not_take_over_an_administrator_of_accounts(server: &Server) {
    let (tenant, admin) = (Tenant::new(server, "Takeover"), caller(server, "admin", &[]));
    let person = Person::new(server, &tenant, "takeover", &["org:user"]);
    patch(&tenant.admin, &member(person.id), &json!({ "email": unique_email("before") })).expect(200);
    changed(&admin.client, person.id, json!({ "role_name": "admin" }));
    let before = rows(&tenant.seed, person.id);
    patch(&tenant.admin, &member(person.id), &json!({ "email": unique_email("after") })).expect(403);
    tenant.admin.delete(&member(person.id)).expect(403);
    let path = user(person.id);
    let machine = tenant.seed.machine(tenant.organization, &[]);
    tenant.seed.grant_management(machine.id);
    let manager = crate::wire::logto::manager_of(server, &machine.id.to_string(), &machine.secret);
    manager.get(&path).expect(200);
    patch(&manager, &path, &json!({ "primaryEmail": unique_email("logto") })).expect(403);
    assert_eq!(rows(&tenant.seed, person.id), before);
}

fn an_owner_leaves_through_logto(server: &Server) {
    let (seed, manager) = (server.seed(), server.manager());
    let organization = seed.organization("Left");
    let me = caller(server, "org_owner", &[organization]);
    let (id, _) = account(server, Some("user"), &[organization]);
    changed(&me.client, id, json!({ "name": "x" }));
    manager.delete(&format!("{}/{}", members(organization), me.id)).expect(204);
    change(&me.client, id, json!({ "name": "y" })).expect(404);
    let owned = "SELECT count(*) FROM membership WHERE principal_id = ?1";
    assert_eq!(seed.count(owned, params![me.id]), 0);
}
