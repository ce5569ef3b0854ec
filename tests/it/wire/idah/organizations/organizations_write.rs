//! `POST /organizations`, `PATCH` and `DELETE /organizations/{resource_id}`.

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use crate::wire::idah::{DOCUMENT, account, caller, document, faults, ids, refusal, send};

crate::on_both!(
    one_is_made,
    one_is_made_without_a_name,
    what_the_server_sets_is_ignored,
    names_need_not_be_unique,
    its_maker_is_not_in_it,
    a_document_must_be_one,
    a_name_has_limits,
    one_is_named_anew,
    a_name_is_taken_away,
    no_attributes_change_nothing,
    one_is_removed,
    one_that_is_not_there_is_not_found,
    the_operators_organization_stays,
);

const KIND: &str = "iam:organizations";

/// Makes an organization.
fn make(client: &Client, attributes: Value) -> Value {
    let made = send(client, "POST", "/organizations", &document(KIND, attributes)).expect(201);
    assert_eq!(made.header("content-type"), DOCUMENT);
    made.json()
}

fn id_of(document: &Value) -> i64 {
    document["data"]["id"].as_str().unwrap().parse().unwrap()
}

fn patch(client: &Client, id: i64, attributes: Value) -> Response {
    send(client, "PATCH", &format!("/organizations/{id}"), &document(KIND, attributes))
}

/// Name and moments of an organization in the store.
fn row(server: &Server, id: i64) -> (String, String, i64, i64) {
    let sql = "SELECT name, name_key, created_at, updated_at FROM organization WHERE id = ?1";
    let rows = server.seed().run(sql, params![id]);
    let row = &rows[0];
    (row.text(0).unwrap(), row.text(1).unwrap(), row.integer(2).unwrap(), row.integer(3).unwrap())
}

fn events(server: &Server, id: i64, action: &str) -> i64 {
    let sql = "SELECT count(*) FROM audit_event WHERE target_id = ?1 AND action = ?2 AND dialect = 'idah'";
    server.seed().count(sql, params![id, action])
}

fn one_is_made(server: &Server) {
    for role in ["admin", "system"] {
        let client = caller(server, role, &[]).client;
        let made = make(&client, json!({ "name": " Über GmbH " }));
        let id = id_of(&made);
        assert_eq!(made.as_object().unwrap().len(), 1);
        assert_eq!((&made["data"]["type"], &made["data"]["attributes"]["name"]), (&json!(KIND), &json!(" Über GmbH ")));
        assert_eq!(made["data"]["attributes"]["created_at"], made["data"]["attributes"]["updated_at"]);
        assert_eq!(client.get(&format!("/organizations/{id}")).expect(200).json(), made);
        assert_eq!(row(server, id).1, " über gmbh ");
        assert_eq!(events(server, id, "organization.created"), 1);
    }
}

fn one_is_made_without_a_name(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    for attributes in [json!({}), json!({ "name": null }), json!({ "name": "" })] {
        let made = make(&client, attributes);
        assert_eq!(made["data"]["attributes"].get("name"), Some(&Value::Null));
        assert_eq!(row(server, id_of(&made)).0, "");
    }
    assert_eq!(make(&client, json!({ "name": 7 }))["data"]["attributes"]["name"], "7");
}

fn what_the_server_sets_is_ignored(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    let body = json!({ "data": {
        "type": KIND, "id": "5", "relationships": { "x": {} }, "unknown": 1,
        "attributes": { "id": 5, "name": "Set", "created_at": "2000-01-01", "updated_at": [], "slug": "x" },
    }, "more": 1 });
    let made = send(&client, "POST", "/organizations", &body).expect(201).json();
    assert_ne!(made["data"]["id"], "5");
    assert!(made["data"]["attributes"]["created_at"].as_str().unwrap() > "2026");
    assert_eq!(made["data"]["attributes"].as_object().unwrap().len(), 3);
}

fn names_need_not_be_unique(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    let twice = [make(&client, json!({ "name": "Twice" })), make(&client, json!({ "name": "Twice" }))];
    assert_ne!(twice[0]["data"]["id"], twice[1]["data"]["id"]);
}

fn its_maker_is_not_in_it(server: &Server) {
    let me = caller(server, "admin", &[]);
    let id = id_of(&make(&me.client, json!({ "name": "Empty" })));
    assert_eq!(server.seed().count("SELECT count(*) FROM membership WHERE organization_id = ?1", params![id]), 0);
    let account = me.client.get(&format!("/accounts/{}", me.id)).expect(200).json();
    assert_eq!(account["data"]["attributes"]["role_scope"], json!({}));
}

fn a_document_must_be_one(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    let id = server.seed().organization("Document");
    let before = row(server, id);
    for (body, pointer, detail) in [
        (json!({}), "/data", "is required"),
        (json!({ "data": null }), "/data", "is required"),
        (json!({ "data": [] }), "/data", "must be a hash"),
        (json!({ "data": { "attributes": {} } }), "/data/type", "is required"),
        (
            json!({ "data": { "type": "iam:accounts", "attributes": {} } }),
            "/data/type",
            "must be one of `iam:organizations`",
        ),
        (json!({ "data": { "type": KIND } }), "/data/attributes", "is required"),
        (json!({ "data": { "type": KIND, "attributes": 1 } }), "/data/attributes", "must be a hash"),
        (document(KIND, json!({ "name": [] })), "/data/attributes/name", "must be a string"),
        (document(KIND, json!({ "name": true })), "/data/attributes/name", "must be a string"),
    ] {
        let expected = [(pointer.to_owned(), detail.to_owned())];
        assert_eq!(faults(&send(&client, "POST", "/organizations", &body)), expected, "{body}");
        assert_eq!(faults(&send(&client, "PATCH", &format!("/organizations/{id}"), &body)), expected, "{body}");
    }
    assert_eq!(row(server, id), before);
}

fn a_name_has_limits(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    let longest = "ü".repeat(128);
    let made = make(&client, json!({ "name": longest }));
    assert_eq!(made["data"]["attributes"]["name"], longest);
    let (id, place) = (id_of(&made), "/data/attributes/name".to_owned());
    for (name, detail) in [
        ("ü".repeat(129), "must be at most 128 characters"),
        ("a\0b".to_owned(), "must not contain control characters"),
    ] {
        let expected = [(place.clone(), detail.to_owned())];
        let body = document(KIND, json!({ "name": name }));
        assert_eq!(faults(&send(&client, "POST", "/organizations", &body)), expected);
        assert_eq!(faults(&patch(&client, id, json!({ "name": name }))), expected);
    }
    assert_eq!(row(server, id).0, longest);
}

fn one_is_named_anew(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    let id = server.seed().organization("Old");
    for column in ["created_at", "updated_at"] {
        server.seed().set_organization(id, column, 1000);
    }
    let sent = json!({ "name": "Néw", "created_at": "2020-01-01", "updated_at": 7 });
    let answer = patch(&client, id, sent).expect(200).json();
    assert_eq!(answer["data"]["attributes"]["name"], "Néw");
    assert_eq!(answer["data"]["attributes"]["created_at"], "1970-01-01T00:00:01Z");
    assert!(answer["data"]["attributes"]["updated_at"].as_str().unwrap() > "2026");
    assert_eq!(client.get(&format!("/organizations/{id}")).expect(200).json(), answer);
    let (name, key, created, updated) = row(server, id);
    assert_eq!((name.as_str(), key.as_str(), created), ("Néw", "néw", 1000));
    assert!(updated > 1000);
    assert_eq!(events(server, id, "organization.updated"), 1);
    // The same name once more moves the time as well.
    server.seed().set_organization(id, "updated_at", 1000);
    patch(&client, id, json!({ "name": "Néw" })).expect(200);
    assert!(row(server, id).3 > 1000);
    // The id of the path counts.
    let other = server.seed().organization("Other");
    let body = json!({ "data": { "type": KIND, "id": other.to_string(), "attributes": { "name": "Path" } } });
    send(&client, "PATCH", &format!("/organizations/{id}"), &body).expect(200);
    assert_eq!((row(server, id).0.as_str(), row(server, other).0.as_str()), ("Path", "Other"));
}

fn a_name_is_taken_away(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    let id = server.seed().organization("Gone");
    let answer = patch(&client, id, json!({ "name": null })).expect(200).json();
    assert_eq!(answer["data"]["attributes"].get("name"), Some(&Value::Null));
    assert_eq!(row(server, id).0, "");
}

fn no_attributes_change_nothing(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    let id = server.seed().organization("Same");
    server.seed().set_organization(id, "updated_at", 1000);
    let before = row(server, id);
    for attributes in [json!({}), json!({ "slug": "x", "updated_at": "2020-01-01" })] {
        let answer = patch(&client, id, attributes).expect(200).json();
        assert_eq!(answer["data"]["attributes"]["name"], "Same");
    }
    assert_eq!(row(server, id), before);
    assert_eq!(events(server, id, "organization.updated"), 0);
}

fn one_is_removed(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    let seed = server.seed();
    let (id, kept) = (seed.organization("Removed"), seed.organization("Kept"));
    let (owner, _) = account(server, Some("org_owner"), &[id, kept]);
    let (member, _) = account(server, Some("user"), &[id]);
    let answer = client.delete(&format!("/organizations/{id}")).expect(204);
    assert_eq!(answer.body, "");
    refusal(&client.get(&format!("/organizations/{id}")), 404);
    refusal(&client.delete(&format!("/organizations/{id}")), 404);
    let attributes = |id: i64| client.get(&format!("/accounts/{id}")).expect(200).json()["data"]["attributes"].clone();
    let (owner, member) = (attributes(owner), attributes(member));
    assert_eq!(
        (&owner["role_name"], &owner["role_scope"]),
        (&json!("org_owner"), &json!({ "org": [kept.to_string()] }))
    );
    assert_eq!((&member["role_name"], &member["role_scope"]), (&json!("user"), &json!({})));
    assert_eq!(events(server, id, "organization.deleted"), 1);
}

fn one_that_is_not_there_is_not_found(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    let (title, _) = refusal(&patch(&client, 1, json!({ "name": "x" })), 404);
    assert_eq!(title, "Verse::Error::RecordNotFound");
    assert_eq!(refusal(&client.delete("/organizations/1"), 404).0, "Verse::Error::RecordNotFound");
}

/// Whoever is less than the operator of the platform takes no organization from its accounts.
fn the_operators_organization_stays(server: &Server) {
    let seed = server.seed();
    let id = seed.organization("Operator");
    let operator = seed.user(id, &crate::wire::tenant::unique_email("operator"), &[]);
    seed.grant(None, operator, "admin");
    let client = caller(server, "admin", &[]).client;
    let (title, _) = refusal(&client.delete(&format!("/organizations/{id}")), 403);
    assert_eq!(title, "Verse::Error::Unauthorized");
    assert_eq!(ids(&client.get(&format!("/organizations?filter[id]={id}"))), [id]);
    assert_eq!(seed.count("SELECT count(*) FROM membership WHERE organization_id = ?1", params![id]), 1);
    // Somebody who is as much may.
    let equal = caller(server, "admin", &[]);
    seed.grant(None, equal.id, "admin");
    equal.client.delete(&format!("/organizations/{id}")).expect(204);
}
