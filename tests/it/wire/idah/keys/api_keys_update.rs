//! `PATCH /api_keys/{resource_id}`, `POST /api_keys/{id}/revoke`.

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use crate::wire::idah::keys::fixtures::{key, set_key};
use crate::wire::idah::{caller, document, faults, refusal, send};

crate::on_both!(
    name_and_end_change,
    an_end_is_taken_away,
    nothing_else_changes,
    no_attributes_change_nothing,
    an_end_must_lie_ahead,
    what_has_ended_stays,
    inputs_must_be_of_their_kind,
    a_key_is_revoked_once,
    an_expired_key_is_revoked,
);

fn patch(client: &Client, id: i64, attributes: Value) -> Response {
    send(client, "PATCH", &format!("/api_keys/{id}"), &document("iam:api_keys", attributes))
}

/// A key that was made and changed a second after 1970.
fn old_key(server: &Server) -> i64 {
    let id = key(server, &["org_ro_all"], "all", &[]);
    set_key(server, id, "created_at", 1000);
    set_key(server, id, "updated_at", 1000);
    id
}

fn attributes(answer: Response) -> Value {
    answer.expect(200).json()["data"]["attributes"].clone()
}

fn row(server: &Server, id: i64) -> Vec<iam_domain::store::Value> {
    server.seed().run("SELECT * FROM credential WHERE id = ?1", params![id]).remove(0).0
}

fn events(server: &Server, id: i64, action: &str) -> i64 {
    let sql = "SELECT count(*) FROM audit_event WHERE target_id = ?1 AND action = ?2 AND dialect = 'idah'";
    server.seed().count(sql, params![id, action])
}

fn name_and_end_change(server: &Server) {
    let (id, client) = (old_key(server), caller(server, "admin", &[]).client);
    let changed = attributes(patch(&client, id, json!({ "name": "Néw", "expires_at": "2100-01-01 10:00:00" })));
    assert_eq!((&changed["name"], &changed["expires_at"]), (&json!("Néw"), &json!("2100-01-01T10:00:00Z")));
    assert_eq!((&changed["created_at"], &changed["key"]), (&json!("1970-01-01T00:00:01Z"), &Value::Null));
    assert!(changed["updated_at"].as_str().unwrap() > "2026");
    assert_eq!(attributes(client.get(&format!("/api_keys/{id}"))), changed);
    assert_eq!(events(server, id, "credential.updated"), 1);
    let search = iam_tests::client::encode("NÉW");
    let found = client.get(&format!("/api_keys?filter[id]={id}&filter[name__match]={search}"));
    assert_eq!(crate::wire::idah::ids(&found), [id]);
    // One of them alone leaves the other.
    let changed = attributes(patch(&client, id, json!({ "name": null })));
    assert_eq!((&changed["name"], &changed["expires_at"]), (&Value::Null, &json!("2100-01-01T10:00:00Z")));
}

fn an_end_is_taken_away(server: &Server) {
    let (id, client) = (old_key(server), caller(server, "admin", &[]).client);
    set_key(server, id, "expires_at", 4_102_444_800_000_i64);
    let changed = attributes(patch(&client, id, json!({ "expires_at": null })));
    assert_eq!((&changed["expires_at"], &changed["name"]), (&Value::Null, &json!("Key")));
}

fn nothing_else_changes(server: &Server) {
    let (id, client) = (old_key(server), caller(server, "admin", &[]).client);
    let before = attributes(client.get(&format!("/api_keys/{id}")));
    let sent = json!({
        "id": 5, "name": "Renamed", "permissions": ["account_rw_all"], "scope_type": "org", "scope_value": ["1"],
        "account_id": 6, "key": "IDAH_x", "key_label": "x", "status": "revoked", "revoked_at": "2020-01-01",
        "last_used_at": "2020-01-01", "created_at": "2020-01-01", "updated_at": {},
    });
    let mut changed = attributes(patch(&client, id, sent));
    assert_eq!(changed["name"], "Renamed");
    for name in ["name", "updated_at"] {
        changed[name] = before[name].clone();
    }
    assert_eq!(changed, before);
}

fn no_attributes_change_nothing(server: &Server) {
    let (id, client) = (old_key(server), caller(server, "admin", &[]).client);
    let before = row(server, id);
    for sent in [json!({}), json!({ "permissions": ["account_rw_all"] })] {
        patch(&client, id, sent).expect(200);
    }
    assert_eq!(row(server, id), before);
    assert_eq!(events(server, id, "credential.updated"), 0);
}

fn an_end_must_lie_ahead(server: &Server) {
    let (id, client) = (old_key(server), caller(server, "admin", &[]).client);
    let before = row(server, id);
    let answer = patch(&client, id, json!({ "name": "x", "expires_at": "2020-01-01" }));
    let expected = [("/data/attributes/expires_at".to_owned(), "must be in the future".to_owned())];
    assert_eq!(faults(&answer), expected);
    assert_eq!(row(server, id), before);
}

fn what_has_ended_stays(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    for column in ["expires_at", "revoked_at"] {
        let id = old_key(server);
        set_key(server, id, column, 2000);
        let before = row(server, id);
        for sent in
            [json!({}), json!({ "name": "x" }), json!({ "expires_at": null }), json!({ "expires_at": "2020-01-01" })]
        {
            let expected =
                ("Verse::Error::ValidationFailed".to_owned(), "API key has been revoked or expired".to_owned());
            assert_eq!(refusal(&patch(&client, id, sent), 422), expected, "{column}");
        }
        assert_eq!(row(server, id), before);
    }
}

fn inputs_must_be_of_their_kind(server: &Server) {
    let (id, client) = (old_key(server), caller(server, "admin", &[]).client);
    let before = row(server, id);
    for (name, value, detail) in [
        ("name", json!([]), "must be a string"),
        ("name", json!("ü".repeat(129)), "must be at most 128 characters"),
        ("expires_at", json!("soon"), "must be a datetime"),
    ] {
        let found = faults(&patch(&client, id, json!({ name: value })));
        assert_eq!(found, [(format!("/data/attributes/{name}"), detail.to_owned())]);
    }
    let path = format!("/api_keys/{id}");
    assert_eq!(faults(&send(&client, "PATCH", &path, &json!({})))[0].0, "/data");
    assert_eq!(faults(&send(&client, "PATCH", &path, &document("iam:accounts", json!({}))))[0].0, "/data/type");
    assert_eq!(row(server, id), before);
}

fn a_key_is_revoked_once(server: &Server) {
    let (id, client) = (old_key(server), caller(server, "admin", &[]).client);
    let path = format!("/api_keys/{id}/revoke");
    let revoked = client.post_empty(&path).expect(200).json();
    assert_eq!(revoked["data"]["id"], id.to_string());
    let shown = &revoked["data"]["attributes"];
    assert_eq!((&shown["status"], &shown["revoked_at"]), (&json!("revoked"), &shown["updated_at"]));
    assert!(shown["revoked_at"].as_str().unwrap() > "2026");
    assert_eq!(client.get(&format!("/api_keys/{id}")).expect(200).json(), revoked);
    let before = row(server, id);
    // Once more is no error, with whatever body.
    assert_eq!(client.post(&path, &json!({ "id": "5" })).expect(200).json(), revoked);
    assert_eq!(row(server, id), before);
    assert_eq!(events(server, id, "credential.revoked"), 1);
}

fn an_expired_key_is_revoked(server: &Server) {
    let (id, client) = (old_key(server), caller(server, "admin", &[]).client);
    set_key(server, id, "expires_at", 2000);
    let shown = attributes(client.post_empty(&format!("/api_keys/{id}/revoke")));
    assert_eq!((&shown["status"], &shown["expires_at"]), (&json!("revoked"), &json!("1970-01-01T00:00:02Z")));
}
