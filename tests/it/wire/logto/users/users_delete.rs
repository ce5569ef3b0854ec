//! `PATCH /api/users/{userId}/is-suspended` and `DELETE /api/users/{userId}`; whom nobody changes.

use iam_domain::params;
use iam_tests::server::MANAGEMENT_RESOURCE;
use iam_tests::{Client, Response, Server};
use serde_json::json;

use crate::wire::eazyrent::people::{
    ME, PASSWORD, Person, audit, forget, invite, log_in, member, patch, refused, try_log_in,
};
use crate::wire::jwt;
use crate::wire::logto::users::users::{USERS, issues, made, user};
use crate::wire::logto::users::users_change::whole;
use crate::wire::logto::{code, manager, manager_of};
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    suspended_here_is_locked_there,
    locked_or_switched_off_there_is_suspended_here,
    suspension_needs_a_flag_and_a_user,
    a_deleted_user_is_gone_from_every_api,
    the_last_administrator_stays,
    nobody_deletes_or_suspends_oneself,
    the_operators_people_are_out_of_reach,
);

fn suspend(api: &Client, id: i64, is_suspended: bool) -> Response {
    patch(api, &format!("{USERS}/{id}/is-suspended"), &json!({"isSuspended": is_suspended}))
}

fn suspended_here_is_locked_there(server: &Server) {
    let (api, tenant) = (manager(server), Tenant::new(server, "Suspended"));
    let person = Person::new(server, &tenant, "suspended", &["org:user"]);
    let before = api.get(&format!("{USERS}/{}", person.id)).json();
    let now = suspend(&api, person.id, true).expect(200).json();
    let mut expected = before;
    expected["isSuspended"] = json!(true);
    expected["updatedAt"] = now["updatedAt"].clone();
    assert_eq!(now, expected);
    assert_eq!(tenant.admin.get(&member(person.id)).json()["state"], json!("USER_STATE_LOCKED"));
    person.client.get(ME).expect(401);
    refused(&try_log_in(server, &person.email, PASSWORD));
    // Again: nothing new.
    assert_eq!(suspend(&api, person.id, true).expect(200).json(), now);
    assert_eq!(suspend(&api, person.id, false).expect(200).json()["isSuspended"], json!(false));
    assert_eq!(tenant.admin.get(&member(person.id)).json()["state"], json!("USER_STATE_ACTIVE"));
    // Sessions have ended with the suspension.
    person.client.get(ME).expect(401);
    log_in(server, &person.email, PASSWORD).get(ME).expect(200);
    let actions: Vec<String> = audit(&tenant.seed, person.id).into_iter().map(|event| event.0).collect();
    let of_user: Vec<&str> = actions.iter().map(String::as_str).filter(|word| word.starts_with("user.")).collect();
    assert_eq!(of_user, ["user.created", "user.joined", "user.locked", "user.unlocked"]);
}

fn locked_or_switched_off_there_is_suspended_here(server: &Server) {
    let (api, tenant) = (manager(server), Tenant::new(server, "Locked"));
    let person = Person::new(server, &tenant, "locked", &["org:user"]);
    let (path, shown) =
        (format!("{USERS}/{}", person.id), |api: &Client, path: &str| api.get(path).json()["isSuspended"].clone());
    for (verb, is_suspended) in [("lock", true), ("unlock", false), ("deactivate", true), ("reactivate", false)] {
        tenant.admin.post_empty(&format!("{}{verb}/", person.path())).expect(200);
        assert_eq!(shown(&api, &path), json!(is_suspended), "{verb}");
    }
    tenant.admin.post_empty(&format!("{}deactivate/", person.path())).expect(200);
    // It is so already, and stays as the other API has it.
    suspend(&api, person.id, true).expect(200);
    assert_eq!(tenant.admin.get(&member(person.id)).json()["state"], json!("USER_STATE_INACTIVE"));
    suspend(&api, person.id, false).expect(200);
    assert_eq!(tenant.admin.get(&member(person.id)).json()["state"], json!("USER_STATE_ACTIVE"));
    // Who is invited is not suspended, and can be.
    let (id, _) = invite(&tenant, "invited");
    suspend(&api, id, false).expect(200);
    assert_eq!(tenant.admin.get(&member(id)).json()["state"], json!("USER_STATE_INITIAL"));
    suspend(&api, id, true).expect(200);
    assert_eq!(tenant.admin.get(&member(id)).json()["state"], json!("USER_STATE_LOCKED"));
}

fn suspension_needs_a_flag_and_a_user(server: &Server) {
    let api = manager(server);
    let before = whole(server, &api);
    let path = format!("{}/is-suspended", user(&before["id"]));
    for body in [json!({}), json!({"isSuspended": null}), json!({"isSuspended": "true"}), json!({"isSuspended": 1})] {
        assert_eq!(issues(&patch(&api, &path, &body)), [json!(["isSuspended"])], "{body}");
    }
    assert_eq!(api.get(&user(&before["id"])).json(), before);
}

fn a_deleted_user_is_gone_from_every_api(server: &Server) {
    let (api, tenant) = (manager(server), Tenant::new(server, "Gone"));
    let person = Person::new(server, &tenant, "gone", &["org:admin"]);
    tenant.seed.user(tenant.organization, &unique_email("left"), &["org:admin"]);
    tenant.seed.api_token(person.id);
    forget(server, &person.email).expect(202);
    let path = format!("{USERS}/{}", person.id);
    let answer = api.delete(&path).expect(204);
    assert!(answer.body.is_empty() && !answer.headers.contains_key("content-type"));
    assert_eq!(code(api.delete(&path), 404), "entity.not_found");
    assert_eq!(code(api.get(&path), 404), "entity.not_found");
    person.client.get(ME).expect(401);
    tenant.admin.get(&member(person.id)).expect(404);
    for (table, column) in [
        ("principal", "id"),
        ("user", "id"),
        ("membership", "principal_id"),
        ("role_grant", "principal_id"),
        ("credential", "principal_id"),
        ("session", "user_id"),
        ("one_time_code", "principal_id"),
    ] {
        let sql = format!("SELECT count(*) FROM {table} WHERE {column} = ?1");
        assert_eq!(tenant.seed.count(&sql, params![person.id]), 0, "{table}");
    }
    let event = audit(&tenant.seed, person.id).pop().unwrap();
    assert_eq!((event.0.as_str(), event.1.as_str()), ("user.deleted", "service_account"));
    made(&api, &json!({"primaryEmail": person.email}));
}

fn the_last_administrator_stays(server: &Server) {
    let (api, tenant) = (manager(server), Tenant::new(server, "Last"));
    let person = Person::new(server, &tenant, "last", &["org:admin"]);
    let other = tenant.seed.user(tenant.organization, &unique_email("other"), &["org:admin"]);
    let path = format!("{USERS}/{}", person.id);
    for state in ["locked", "inactive", "initial"] {
        tenant.seed.set_state(other, state);
        assert_eq!(code(api.delete(&path), 422), "request.invalid_input", "{state}");
        person.client.get(ME).expect(200);
    }
    tenant.seed.set_state(other, "active");
    api.delete(&path).expect(204);
    // Who makes nothing but members can go, whoever is left.
    let member = tenant.seed.user(tenant.organization, &unique_email("member"), &["org:staff"]);
    api.delete(&format!("{USERS}/{member}")).expect(204);
}

/// Gives the role that holds the scope `all`.
fn make_manager(tenant: &Tenant, principal: i64) {
    tenant.seed.run(
        "INSERT INTO role_grant (id, principal_id, role_id, created_at) \
         SELECT ?2, ?1, id, 0 FROM role WHERE name = 'Management API access'",
        params![principal, tenant.seed.organization("only an id")],
    );
}

fn nobody_deletes_or_suspends_oneself(server: &Server) {
    let tenant = Tenant::new(server, "Oneself");
    let machine = tenant.seed.machine(tenant.organization, &[]);
    make_manager(&tenant, machine.id);
    let api = manager_of(server, &machine.id.to_string(), &machine.secret);
    assert_eq!(code(api.delete(&format!("{USERS}/{}", machine.id)), 400), "user.cannot_delete_self");
    // A person with such a token.
    let person = Person::new(server, &tenant, "oneself", &["org:user"]);
    make_manager(&tenant, person.id);
    let form = [("grant_type", "client_credentials"), ("resource", MANAGEMENT_RESOURCE), ("scope", "all")];
    let answer = server.client().basic(&machine.id.to_string(), &machine.secret).form("/oidc/token", &form);
    let token = answer.expect(200).json()["access_token"].as_str().unwrap().to_owned();
    let own = json!({"sub": person.id.to_string(), "client_id": person.id.to_string(), "cid": null});
    let api = server.client().bearer(&jwt::altered(&tenant.seed, &token, &own));
    assert_eq!(code(api.delete(&format!("{USERS}/{}", person.id)), 400), "user.cannot_delete_self");
    assert_eq!(code(suspend(&api, person.id, true), 422), "request.invalid_input");
    assert_eq!(api.get(&format!("{USERS}/{}", person.id)).expect(200).json()["isSuspended"], json!(false));
    suspend(&api, person.id, false).expect(200);
}

fn the_operators_people_are_out_of_reach(server: &Server) {
    let tenant = Tenant::new(server, "Operator");
    let machine = tenant.seed.machine(tenant.organization, &[]);
    make_manager(&tenant, machine.id);
    let api = manager_of(server, &machine.id.to_string(), &machine.secret);
    let person = Person::new(server, &tenant, "operator", &["org:admin"]);
    let path = format!("{USERS}/{}", person.id);
    // An organization's administrator is not.
    patch(&api, &path, &json!({"name": "x"})).expect(200);
    for role in ["admin", "staff"] {
        tenant
            .seed
            .run("DELETE FROM role_grant WHERE principal_id = ?1 AND organization_id IS NULL", params![person.id]);
        tenant.seed.grant(None, person.id, role);
        let before = api.get(&path).expect(200).json();
        for answer in [
            patch(&api, &path, &json!({"primaryEmail": unique_email("mine")})),
            patch(&api, &format!("{path}/custom-data"), &json!({"customData": {"a": 1}})),
            patch(&api, &format!("{path}/profile"), &json!({"profile": {"locale": "x"}})),
            suspend(&api, person.id, true),
            suspend(&api, person.id, false),
            api.delete(&path),
        ] {
            assert_eq!(code(&answer, 403), "auth.forbidden", "{role}");
        }
        assert_eq!(api.get(&path).expect(200).json(), before);
        // Who is the operator, too, may.
        patch(&manager(server), &path, &json!({"name": role})).expect(200);
    }
}
