//! The organizations of the IDAH API are those of the other APIs.

use iam_tests::{Client, Server};
use serde_json::json;

use crate::wire::idah::{caller, document, ids, refusal, send};
use crate::wire::logto::unique;
use crate::wire::tenant::Tenant;

crate::on_both!(
    one_that_is_made_here_is_seen_there,
    one_that_is_made_there_is_seen_here,
    one_that_is_named_anew_there_is_here,
    one_that_is_removed_here_is_gone_there,
    one_that_is_removed_there_is_gone_here,
    members_of_one_are_in_the_other,
    one_without_a_name_goes_by_its_id_elsewhere,
);

const KIND: &str = "iam:organizations";
const LOGTO: &str = "/api/organizations";
const MINE: &str = "/iam/v1/organizations/me/";

fn one_that_is_made_here_is_seen_there(server: &Server) {
    let (client, name) = (caller(server, "admin", &[]).client, unique("Hère "));
    let made = send(&client, "POST", "/organizations", &document(KIND, json!({ "name": name }))).expect(201).json();
    let id = made["data"]["id"].as_str().unwrap();
    let manager = server.manager();
    assert_eq!(manager.get(&format!("{LOGTO}/{id}")).expect(200).json()["name"], name);
    let search = iam_tests::client::encode(&name.to_uppercase());
    let found = manager.get(&format!("{LOGTO}?q={search}")).expect(200).json();
    assert_eq!((found.as_array().unwrap().len(), &found[0]["id"]), (1, &json!(id)));
    let pairing = "SELECT pairing_code FROM organization WHERE id = ?1";
    let codes = server.seed().texts(pairing, iam_domain::params![id.parse::<i64>().unwrap()]);
    assert_eq!(codes[0].len(), 12);
}

fn one_that_is_made_there_is_seen_here(server: &Server) {
    let (client, name) = (caller(server, "admin", &[]).client, unique("Thère "));
    let made = server.manager().post(LOGTO, &json!({ "name": name })).expect(201).json();
    let id: i64 = made["id"].as_str().unwrap().parse().unwrap();
    let shown = client.get(&format!("/organizations/{id}")).expect(200).json();
    assert_eq!(shown["data"]["attributes"]["name"], name);
    let search = iam_tests::client::encode(&name.to_uppercase());
    assert_eq!(ids(&client.get(&format!("/organizations?filter[name__match]={search}"))), [id]);
    // A tenant of the third API likewise.
    let tenant = Tenant::new(server, "Tenant");
    client.get(&format!("/organizations/{}", tenant.organization)).expect(200);
}

fn one_that_is_named_anew_there_is_here(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    let id = server.seed().organization("Before");
    server.seed().set_organization(id, "updated_at", 1000);
    let body = json!({ "name": "After" }).to_string();
    let path = format!("{LOGTO}/{id}");
    server.manager().send("PATCH", &path, Some("application/json"), body.as_bytes()).expect(200);
    let shown = client.get(&format!("/organizations/{id}")).expect(200).json();
    assert_eq!(shown["data"]["attributes"]["name"], "After");
    assert!(shown["data"]["attributes"]["updated_at"].as_str().unwrap() > "2026");
    send(&client, "PATCH", &format!("/organizations/{id}"), &document(KIND, json!({ "name": "Again" }))).expect(200);
    assert_eq!(server.manager().get(&path).expect(200).json()["name"], "Again");
}

fn one_that_is_removed_here_is_gone_there(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    let tenant = Tenant::new(server, "Doomed");
    client.delete(&format!("/organizations/{}", tenant.organization)).expect(204);
    assert_eq!(server.manager().get(&format!("{LOGTO}/{}", tenant.organization)).status, 404);
    assert_ne!(tenant.admin.get("/iam/v1/organizations/me").status, 200);
}

fn one_that_is_removed_there_is_gone_here(server: &Server) {
    let id = server.seed().organization("Doomed");
    let owner = caller(server, "org_owner", &[id]);
    assert_eq!(ids(&owner.client.get("/organizations")), [id]);
    server.manager().delete(&format!("{LOGTO}/{id}")).expect(204);
    assert_eq!(ids(&owner.client.get("/organizations")), [0; 0]);
    refusal(&caller(server, "admin", &[]).client.get(&format!("/organizations/{id}")), 404);
}

fn members_of_one_are_in_the_other(server: &Server) {
    let user = caller(server, "user", &[]);
    let id = server.seed().organization("Joined");
    let body = json!({ "userIds": [user.id.to_string()] });
    server.manager().post(&format!("{LOGTO}/{id}/users"), &body).expect(201);
    assert_eq!(ids(&user.client.get("/organizations")), [id]);
}

fn one_without_a_name_goes_by_its_id_elsewhere(server: &Server) {
    let (client, manager) = (caller(server, "admin", &[]).client, server.manager());
    let tenant = Tenant::new(server, "Named");
    let (id, here) = (tenant.organization.to_string(), format!("/organizations/{}", tenant.organization));
    let names = |client: &Client| client.get(&here).expect(200).json()["data"]["attributes"]["name"].clone();
    send(&client, "PATCH", &here, &document(KIND, json!({ "name": null }))).expect(200);
    let path = format!("{LOGTO}/{id}");
    assert_eq!(manager.get(&path).expect(200).json()["name"], id);
    let found = manager.get(&format!("{LOGTO}?q={id}")).expect(200).json();
    assert_eq!((found.as_array().unwrap().len(), &found[0]["name"]), (1, &json!(id)));
    assert_eq!(tenant.admin.get(MINE).expect(200).json()["name"], id);
    assert_eq!(tenant.admin.get("/iam/v1/users/me/").expect(200).json()["organization"]["name"], id);
    // What stands in for a name can be sent back, and is none.
    for (other, path) in [(&manager, path.as_str()), (&tenant.admin, MINE)] {
        let body = json!({ "name": id }).to_string();
        let answer = other.send("PATCH", path, Some("application/json"), body.as_bytes()).expect(200).json();
        assert_eq!(answer["name"], id, "{path}");
        assert_eq!(names(&client), json!(null), "{path}");
    }
    // In the API that does without names the id is a name like any other.
    send(&client, "PATCH", &here, &document(KIND, json!({ "name": id }))).expect(200);
    assert_eq!(names(&client), json!(id));
    // One that has a name may be called by its id.
    let body = json!({ "name": "Other" }).to_string();
    manager.send("PATCH", &path, Some("application/json"), body.as_bytes()).expect(200);
    let body = json!({ "name": id }).to_string();
    manager.send("PATCH", &path, Some("application/json"), body.as_bytes()).expect(200);
    assert_eq!(names(&client), json!(id));
}
