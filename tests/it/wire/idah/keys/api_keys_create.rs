//! `POST /api_keys`.

use iam_domain::crypto::secret::sha256;
use iam_domain::params;
use iam_domain::store::Value as Stored;
use iam_tests::{Client, Response, Runtime, Server};
use serde_json::{Value, json};

use crate::wire::idah::keys::fixtures::{key_caller, service_account};
use crate::wire::idah::{caller, document, faults, refusal, send};
use crate::wire::logto::unique;

crate::on_both!(
    a_key_is_shown_once,
    nothing_else_keeps_the_key,
    what_the_server_sets_is_ignored,
    permissions_that_cannot_be_given_are_dropped,
    without_permissions_there_is_no_key,
    a_scope_must_be_known,
    a_limited_key_needs_limits,
    organizations_must_exist,
    projects_are_not_looked_up,
    an_end_must_lie_ahead,
    inputs_must_be_of_their_kind,
    the_checks_have_an_order,
    owners_make_keys_of_their_organizations,
    owners_make_no_others,
    others_make_none,
);
crate::wire::on_own_servers!(without_the_shared_account_there_is_no_key);

const KIND: &str = "iam:api_keys";

fn create(client: &Client, attributes: Value) -> Response {
    send(client, "POST", "/api_keys", &document(KIND, attributes))
}

/// What a key needs at least.
fn least() -> Value {
    json!({ "permissions": ["account_ro_all"], "scope_type": "all" })
}

/// The same with some attributes set.
fn with(more: &Value) -> Value {
    let mut attributes = least();
    attributes.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    attributes
}

fn named(server: &Server, name: &str) -> i64 {
    server.seed().count("SELECT count(*) FROM credential WHERE name = ?1", params![name])
}

/// Asserts that one error has this place and text.
#[track_caller]
fn fault(answer: &Response, attribute: &str, detail: &str) {
    assert_eq!(faults(answer), [(format!("/data/attributes/{attribute}"), detail.to_owned())]);
}

/// Asserts that no permission was left.
#[track_caller]
fn no_permission(answer: &Response) {
    let expected = ("Verse::Error::CannotCreateRecord".to_owned(), "Invalid API Key permission.".to_owned());
    assert_eq!(refusal(answer, 422), expected);
}

fn a_key_is_shown_once(server: &Server) {
    let organization = server.seed().organization("Key");
    let owner = service_account(server);
    for role in ["admin", "system"] {
        let client = caller(server, role, &[]).client;
        let sent = json!({
            "name": "CI", "permissions": ["org_rw_org", "org_ro_org", "org_rw_org"], "scope_type": "org",
            "scope_value": [organization.to_string(), organization], "expires_at": "2100-01-01T00:00:00.000Z",
        });
        let made = create(&client, sent).expect(201).json();
        assert_eq!((made.as_object().unwrap().len(), &made["data"]["type"]), (1, &json!(KIND)));
        let shown = made["data"]["attributes"].as_object().unwrap();
        let key = shown["key"].as_str().unwrap();
        let digits = key.strip_prefix("IDAH_").unwrap();
        assert!(digits.len() == 64 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "a key");
        assert_eq!(shown["key_label"], format!("{}...{}", &key[..10], &key[65..]));
        assert_eq!((&shown["name"], &shown["status"]), (&json!("CI"), &json!("active")));
        assert_eq!((&shown["account_id"], &shown["scope_type"]), (&json!(owner), &json!("org")));
        assert_eq!(shown["permissions"], json!(["org_rw_org", "org_ro_org"]));
        assert_eq!(shown["scope_value"], json!([organization.to_string()]));
        assert_eq!(shown["expires_at"], "2100-01-01T00:00:00Z");
        assert_eq!((&shown["revoked_at"], &shown["last_used_at"]), (&Value::Null, &Value::Null));
        let link = json!({ "service_account": { "data": { "type": "iam:accounts", "id": owner.to_string() } } });
        assert_eq!(made["data"]["relationships"], link);
        // Later it is the same, without the key.
        let mut expected = made.clone();
        expected["data"]["attributes"]["key"] = Value::Null;
        let path = format!("/api_keys/{}", made["data"]["id"].as_str().unwrap());
        assert_eq!(client.get(&path).expect(200).json(), expected);
    }
}

fn nothing_else_keeps_the_key(server: &Server) {
    service_account(server);
    let client = caller(server, "admin", &[]).client;
    let made = create(&client, least()).expect(201).json();
    let text = made["data"]["attributes"]["key"].as_str().unwrap().to_owned();
    let id: i64 = made["data"]["id"].as_str().unwrap().parse().unwrap();
    let rows = server.seed().run("SELECT secret_hash FROM credential WHERE id = ?1 AND kind = 'api_key'", params![id]);
    assert_eq!(rows[0].bytes_opt(0).unwrap().unwrap(), sha256(&text));
    let audit =
        "SELECT detail FROM audit_event WHERE target_id = ?1 AND action = 'credential.created' AND dialect = 'idah'";
    assert_eq!(server.seed().texts(audit, params![id]).len(), 1);
    let digits = &text[10..];
    for (table, values) in server.seed().dump() {
        let has = |value: &Stored| match value {
            Stored::Text(stored) => stored.contains(digits),
            Stored::Blob(stored) => stored.windows(digits.len()).any(|part| part == digits.as_bytes()),
            _ => false,
        };
        assert!(!values.iter().any(has), "the key is in {table}");
    }
}

fn what_the_server_sets_is_ignored(server: &Server) {
    let owner = service_account(server);
    let client = caller(server, "admin", &[]).client;
    let sent = with(&json!({
        "id": 5, "account_id": 6, "key": "IDAH_x", "key_label": "x", "key_sha": "x", "status": "revoked",
        "revoked_at": "2020-01-01", "last_used_at": "2020-01-01", "created_at": 7, "scope_value": ["1"],
    }));
    let made = create(&client, sent).expect(201).json();
    assert_ne!(made["data"]["id"], "5");
    let shown = &made["data"]["attributes"];
    assert_eq!((&shown["account_id"], &shown["status"]), (&json!(owner), &json!("active")));
    assert_eq!((&shown["revoked_at"], &shown["last_used_at"]), (&Value::Null, &Value::Null));
    assert_eq!((&shown["name"], &shown["expires_at"]), (&Value::Null, &Value::Null));
    assert_eq!(shown["scope_value"], json!([]));
    assert_eq!(shown["key"].as_str().unwrap().len(), 69);
}

fn permissions_that_cannot_be_given_are_dropped(server: &Server) {
    service_account(server);
    let client = caller(server, "admin", &[]).client;
    let made = create(&client, with(&json!({ "permissions": ["root", "org_ro_all", "", "account_ro_all"] })));
    assert_eq!(made.expect(201).json()["data"]["attributes"]["permissions"], json!(["org_ro_all", "account_ro_all"]));
    let organization = server.seed().organization("Dropped");
    let owner = caller(server, "org_owner", &[organization]).client;
    let made = create(
        &owner,
        json!({
            "permissions": ["account_rw_all", "org_rw_org", "project_ro_org"], "scope_type": "org",
            "scope_value": [organization.to_string()],
        }),
    );
    assert_eq!(made.expect(201).json()["data"]["attributes"]["permissions"], json!(["project_ro_org"]));
}

fn without_permissions_there_is_no_key(server: &Server) {
    service_account(server);
    let (client, name) = (caller(server, "admin", &[]).client, unique("none"));
    for permissions in [json!([]), Value::Null, json!(["root"]), json!(["api_service", "ACCOUNT_RO_ALL"])] {
        no_permission(&create(&client, with(&json!({ "permissions": permissions, "name": name }))));
    }
    no_permission(&create(&client, json!({ "scope_type": "all", "name": name })));
    assert_eq!(named(server, &name), 0);
}

fn a_scope_must_be_known(server: &Server) {
    service_account(server);
    let (client, name) = (caller(server, "admin", &[]).client, unique("scope"));
    for scope in ["organization", "", "ALL"] {
        let answer = create(&client, with(&json!({ "scope_type": scope, "name": name })));
        fault(&answer, "scope_type", "must be one of `all`, `org`, `project`");
    }
    fault(&create(&client, with(&json!({ "scope_type": null, "name": name }))), "scope_type", "is required");
    fault(&create(&client, json!({ "permissions": ["org_ro_all"], "name": name })), "scope_type", "is required");
    assert_eq!(named(server, &name), 0);
}

fn a_limited_key_needs_limits(server: &Server) {
    service_account(server);
    let (client, name) = (caller(server, "admin", &[]).client, unique("limits"));
    for scope in ["org", "project"] {
        for value in [json!([]), Value::Null] {
            let answer = create(&client, with(&json!({ "scope_type": scope, "scope_value": value, "name": name })));
            fault(&answer, "scope_value", "must be filled");
        }
        fault(&create(&client, with(&json!({ "scope_type": scope, "name": name }))), "scope_value", "must be filled");
        let many: Vec<String> = (0..101).map(|one| (100_000_000_000_i64 + one).to_string()).collect();
        let answer = create(&client, with(&json!({ "scope_type": scope, "scope_value": many, "name": name })));
        fault(&answer, "scope_value", "must be an array of at most 100 ids");
    }
    assert_eq!(named(server, &name), 0);
}

fn organizations_must_exist(server: &Server) {
    service_account(server);
    let (client, name) = (caller(server, "admin", &[]).client, unique("exist"));
    let organization = server.seed().organization("There").to_string();
    for values in
        [json!(["999999999999"]), json!([organization, "999999999999"]), json!([organization, "x"]), json!([""])]
    {
        let answer = create(&client, with(&json!({ "scope_type": "org", "scope_value": values, "name": name })));
        fault(&answer, "scope_value", "must be ids of what exists");
    }
    assert_eq!(named(server, &name), 0);
}

fn projects_are_not_looked_up(server: &Server) {
    service_account(server);
    let client = caller(server, "admin", &[]).client;
    let sent = json!({ "permissions": ["project_ro_org"], "scope_type": "project", "scope_value": [7, "abc"] });
    let made = create(&client, sent).expect(201).json();
    assert_eq!(made["data"]["attributes"]["scope_value"], json!(["7", "abc"]));
    for value in ["", "a\nb", &"x".repeat(65)] {
        let sent = json!({ "permissions": ["project_ro_org"], "scope_type": "project", "scope_value": [value] });
        fault(&create(&client, sent), "scope_value", "must be ids of what exists");
    }
}

fn an_end_must_lie_ahead(server: &Server) {
    service_account(server);
    let (client, name) = (caller(server, "admin", &[]).client, unique("end"));
    for end in ["2020-01-01", "2020-01-01T00:00:00Z", "2026-01-01 00:00:00"] {
        fault(
            &create(&client, with(&json!({ "expires_at": end, "name": name }))),
            "expires_at",
            "must be in the future",
        );
    }
    assert_eq!(named(server, &name), 0);
    let made = create(&client, with(&json!({ "expires_at": "2100-05-06", "name": name }))).expect(201).json();
    assert_eq!(made["data"]["attributes"]["expires_at"], "2100-05-06T00:00:00Z");
    let made = create(&client, with(&json!({ "expires_at": null }))).expect(201).json();
    assert_eq!(made["data"]["attributes"]["expires_at"], Value::Null);
}

fn inputs_must_be_of_their_kind(server: &Server) {
    service_account(server);
    let client = caller(server, "admin", &[]).client;
    for (attribute, value, detail) in [
        ("name", json!([]), "must be a string"),
        ("name", json!("x".repeat(129)), "must be at most 128 characters"),
        ("permissions", json!("account_ro_all"), "must be an array"),
        ("permissions", json!([{}]), "must be an array of strings"),
        ("scope_type", json!({}), "must be a string"),
        ("scope_value", json!("1"), "must be an array"),
        ("expires_at", json!("soon"), "must be a datetime"),
        ("expires_at", json!(7), "must be a datetime"),
    ] {
        fault(&create(&client, with(&json!({ attribute: value }))), attribute, detail);
    }
    let all = json!({ "name": {}, "permissions": 1, "scope_type": [], "scope_value": 1, "expires_at": 1 });
    let found: Vec<String> = faults(&create(&client, all)).into_iter().map(|(pointer, _)| pointer).collect();
    let order = ["name", "permissions", "scope_type", "scope_value", "expires_at"];
    assert_eq!(found, order.map(|name| format!("/data/attributes/{name}")));
    let other = send(&client, "POST", "/api_keys", &document("iam:accounts", least()));
    assert_eq!(faults(&other), [("/data/type".to_owned(), "must be one of `iam:api_keys`".to_owned())]);
}

/// Input, right, permissions, kind of scope, scope.
fn the_checks_have_an_order(server: &Server) {
    service_account(server);
    let user = caller(server, "user", &[]).client;
    fault(&create(&user, json!({ "name": {} })), "name", "must be a string");
    refusal(&create(&user, json!({})), 403);
    let admin = caller(server, "admin", &[]).client;
    no_permission(&create(&admin, json!({ "scope_type": "x", "expires_at": "2020-01-01" })));
    let sent = json!({ "permissions": ["org_ro_org"], "scope_type": "x", "scope_value": [] });
    fault(&create(&admin, sent), "scope_type", "must be one of `all`, `org`, `project`");
}

fn without_the_shared_account_there_is_no_key(runtime: Runtime) {
    let server = Server::start(runtime);
    let client = caller(&server, "admin", &[]).client;
    let owner = service_account(&server);
    server.seed().set_user(owner, "account_role", "user");
    let (title, _) = refusal(&create(&client, least()), 404);
    assert_eq!(title, "Verse::Error::RecordNotFound");
    let limited = with(&json!({ "scope_type": "org", "scope_value": ["999999999999"] }));
    fault(&create(&client, limited), "scope_value", "must be ids of what exists");
    server.seed().set_user(owner, "account_role", "api_service");
    create(&client, least()).expect(201);
}

fn owners_make_keys_of_their_organizations(server: &Server) {
    service_account(server);
    let (first, second) = (server.seed().organization("First"), server.seed().organization("Second"));
    let client = caller(server, "org_owner", &[first, second]).client;
    for values in [vec![first], vec![second], vec![second, first]] {
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        for permission in ["org_ro_org", "project_ro_org", "project_rw_org"] {
            let sent = json!({ "permissions": [permission], "scope_type": "org", "scope_value": values });
            let made = create(&client, sent).expect(201).json();
            assert_eq!(made["data"]["attributes"]["scope_value"], json!(values));
            client.get(&format!("/api_keys/{}", made["data"]["id"].as_str().unwrap())).expect(200);
        }
    }
}

fn owners_make_no_others(server: &Server) {
    service_account(server);
    let (own, foreign) = (server.seed().organization("Own"), server.seed().organization("Foreign"));
    let owner = caller(server, "org_owner", &[own]);
    server.seed().join(foreign, owner.id, "user");
    let (client, name) = (owner.client, unique("foreign"));
    let sent = |permissions: &[&str], scope: &str, values: &[i64]| {
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        json!({ "permissions": permissions, "scope_type": scope, "scope_value": values, "name": name })
    };
    // What is somebody else's looks as if it did not exist; being in it is not enough.
    for values in [vec![foreign], vec![own, foreign], vec![999_999_999_999]] {
        fault(&create(&client, sent(&["org_ro_org"], "org", &values)), "scope_value", "must be ids of what exists");
    }
    // No service tells whose a project is.
    let project = create(&client, sent(&["project_ro_org"], "project", &[7]));
    fault(&project, "scope_value", "must be ids of what exists");
    no_permission(&create(&client, sent(&["org_ro_org", "project_ro_org"], "all", &[])));
    for permission in ["org_rw_org", "account_ro_all", "org_ro_all", "project_rw_all"] {
        no_permission(&create(&client, sent(&[permission], "org", &[own])));
    }
    let alone = caller(server, "org_owner", &[]).client;
    fault(&create(&alone, sent(&["org_ro_org"], "org", &[own])), "scope_value", "must be ids of what exists");
    // Ownership that was lost counts for nothing.
    server.seed().run("UPDATE membership SET is_owner = 0 WHERE principal_id = ?1", params![owner.id]);
    fault(&create(&client, sent(&["org_ro_org"], "org", &[own])), "scope_value", "must be ids of what exists");
    assert_eq!(named(server, &name), 0);
}

fn others_make_none(server: &Server) {
    let organization = server.seed().organization("None");
    let name = unique("others");
    let user = caller(server, "user", &[organization]).client;
    let key = key_caller(server, &["account_rw_all", "org_rw_all", "project_rw_all"], "all", &[]);
    let limited = key_caller(server, &["org_rw_org", "project_rw_org"], "org", &[organization]);
    for client in [user, key, limited] {
        let answer = create(&client, with(&json!({ "name": name })));
        let detail = "unauthorized action `create` on `iam:api_keys`".to_owned();
        assert_eq!(refusal(&answer, 403), ("Verse::Error::Unauthorized".to_owned(), detail));
    }
    assert_eq!(named(server, &name), 0);
}
