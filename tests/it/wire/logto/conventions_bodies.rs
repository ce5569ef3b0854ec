//! Bodies: JSON or a form, or else nothing.

use iam_tests::Server;
use iam_tests::client::raw;
use serde_json::json;

use super::{ORGANIZATIONS, Place, code, manager_token, patch, put, rows};

crate::on_both!(
    what_is_no_json_has_a_message_only,
    json_that_is_no_object_is_refused,
    a_body_of_another_type_counts_as_empty,
    a_form_is_taken_too,
    json_is_known_by_its_media_type,
    more_than_a_mebibyte_is_refused,
    a_whole_mebibyte_is_taken,
    unknown_keys_are_dropped,
    issues_tell_where,
    deleting_takes_no_body,
);

const JSON: Option<&str> = Some("application/json");

fn what_is_no_json_has_a_message_only(server: &Server) {
    let place = Place::new(server, "No JSON");
    let member = place.member("Member");
    let before = place.rows();
    for (method, path) in [
        ("POST", ORGANIZATIONS.to_owned()),
        ("PATCH", place.path.clone()),
        ("POST", place.at("users")),
        ("PUT", place.at("users")),
        ("POST", place.at("users/roles")),
        ("POST", place.roles_of(member)),
        ("PUT", place.roles_of(member)),
    ] {
        for body in
            [&b"{"[..], b"{\"name\":\"x\"} x", b"{'name':'x'}", b"name=x", b"{\"name\":\"\xff\"}", b"{\"name\":\"x\",}"]
        {
            let answer = place.manager.send(method, &path, JSON, body).expect(400);
            assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
            let answer = answer.json();
            assert_eq!(answer.as_object().unwrap().len(), 1, "{method} {path}: {answer}");
            assert!(answer["message"].as_str().is_some_and(|text| !text.is_empty()));
        }
    }
    assert_eq!(place.rows(), before);
}

fn json_that_is_no_object_is_refused(server: &Server) {
    let place = Place::new(server, "No object");
    let member = place.member("Member");
    let before = place.rows();
    for body in [json!([]), json!([{ "name": "x" }]), json!("x"), json!(1), json!(null), json!(true)] {
        for (method, path) in [
            ("POST", ORGANIZATIONS),
            ("PATCH", &place.path),
            ("POST", &place.at("users")),
            ("PUT", &place.at("users")),
            ("POST", &place.at("users/roles")),
            ("PUT", &place.roles_of(member)),
        ] {
            let answer = place.manager.send(method, path, JSON, body.to_string().as_bytes());
            assert_eq!(answer.status, 400, "{method} {path} {body}: {answer:?}");
        }
    }
    assert_eq!(place.rows(), before);
}

fn a_body_of_another_type_counts_as_empty(server: &Server) {
    let place = Place::new(server, "Other types");
    let member = place.member("Member");
    let [role] = place.roles();
    let users = json!({ "userIds": [] }).to_string();
    for content_type in [None, Some("text/plain"), Some("application/xml"), Some("application/octet-stream")] {
        let send = |method, path: &str, body: &str| place.manager.send(method, path, content_type, body.as_bytes());
        place.refuses(|_| send("POST", ORGANIZATIONS, r#"{"name":"x"}"#), 400, "guard.invalid_input");
        place.refuses(|_| send("PATCH", &place.path, r#"{"name":"x"}"#), 422, "entity.invalid_input");
        place.refuses(|_| send("PUT", &place.at("users"), &users), 400, "guard.invalid_input");
        // Nor does it matter what is in it.
        place.refuses(|_| send("PATCH", &place.path, "{"), 422, "entity.invalid_input");
        // Without lists nothing is given, and everything taken.
        place.seed.give(Some(place.id), member, role);
        let body = json!({ "organizationRoleIds": [role.to_string()] }).to_string();
        send("PUT", &place.roles_of(member), &body).expect(204);
        assert_eq!(place.held(member), [0; 0]);
        let given = send("POST", &place.roles_of(member), &body).expect(201).json();
        assert_eq!(given, json!({ "organizationRoleIds": [] }));
    }
}

fn a_form_is_taken_too(server: &Server) {
    let place = Place::new(server, "Forms");
    let made =
        place.manager.form(ORGANIZATIONS, &[("name", "By a form & more"), ("description", "ü")]).expect(201).json();
    assert_eq!((&made["name"], &made["description"]), (&json!("By a form & more"), &json!("ü")));
    place.refuses(|client| client.form(ORGANIZATIONS, &[("description", "x")]), 400, "guard.invalid_input");
    place.refuses(|client| client.form(ORGANIZATIONS, &[("name", "")]), 400, "guard.invalid_input");
}

fn json_is_known_by_its_media_type(server: &Server) {
    let client = server.manager();
    for content_type in ["application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8"] {
        let made = client.send("POST", ORGANIZATIONS, Some(content_type), br#"{"name":"Typed"}"#).expect(201).json();
        assert_eq!(made["name"], json!("Typed"), "{content_type}");
    }
}

fn more_than_a_mebibyte_is_refused(server: &Server) {
    let place = Place::new(server, "Too much");
    let host = server.base().strip_prefix("http://").unwrap();
    let token = manager_token(server);
    let before = place.rows();
    for (method, path) in [("POST", ORGANIZATIONS), ("PATCH", &place.path), ("PUT", &place.at("users"))] {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: 1048577\r\n\r\n"
        );
        let answer = raw(server.base(), head.as_bytes()).expect(413);
        assert!(answer.json()["message"].is_string(), "{answer:?}");
    }
    assert_eq!(place.rows(), before);
}

fn a_whole_mebibyte_is_taken(server: &Server) {
    let place = Place::new(server, "Just enough");
    let frame = json!({ "description": "read", "padding": "" }).to_string().len();
    let body = json!({ "description": "read", "padding": "x".repeat(1_048_576 - frame) });
    assert_eq!(body.to_string().len(), 1_048_576);
    assert_eq!(patch(&place.manager, &place.path, &body).expect(200).json()["description"], json!("read"));
}

fn unknown_keys_are_dropped(server: &Server) {
    let place = Place::new(server, "Unknown keys");
    let member = place.member("Member");
    let [role] = place.roles();
    let id = place.seed.organization("Another");
    let sent = json!({
        "name": "Made", "id": id.to_string(), "usersCount": 7, "featuredUsers": [], "nothing": { "a": [1] },
        "isTrustedDeviceAllowed": true, "__proto__": {},
    });
    let made = place.manager.post(ORGANIZATIONS, &sent).expect(201).json();
    assert_ne!(made["id"], json!(id.to_string()));
    assert_eq!(made.as_object().unwrap().len(), 10, "{made}");
    // An unknown key is no change.
    place.refuses(|client| patch(client, &place.path, &json!({ "nothing": 1 })), 422, "entity.invalid_input");
    let users = json!({ "userIds": [member.to_string()], "x": 1 });
    assert_eq!(
        place.manager.post(&place.at("users"), &users).expect(201).json(),
        json!({ "userIds": [member.to_string()] })
    );
    let roles = json!({ "organizationRoleIds": [role.to_string()], "roleIds": ["0"] });
    put(&place.manager, &place.roles_of(member), &roles).expect(204);
    assert_eq!(place.held(member), [role]);
}

fn issues_tell_where(server: &Server) {
    let place = Place::new(server, "Issues");
    let bad = json!({ "name": 1, "color": { "primaryColor": "red" }, "isMfaRequired": "yes" });
    let answer = place.manager.post(ORGANIZATIONS, &bad);
    assert_eq!(code(&answer, 400), "guard.invalid_input");
    let body = answer.json();
    let paths: Vec<_> = body["data"]["issues"].as_array().unwrap().iter().map(|issue| issue["path"].clone()).collect();
    for path in [json!(["name"]), json!(["color", "primaryColor"]), json!(["isMfaRequired"])] {
        assert!(paths.contains(&path), "{path}: {paths:?}");
    }
    for issue in body["data"]["issues"].as_array().unwrap() {
        assert!(issue["code"].is_string() && issue["message"].is_string(), "{issue}");
    }
    assert!(body["data"]["name"].is_string() && body["details"].is_string(), "{body}");
    let answer = place.manager.post(&place.at("users"), &json!({ "userIds": ["1", ""] }));
    assert_eq!(answer.json()["data"]["issues"][0]["path"], json!(["userIds", 1]));
}

fn deleting_takes_no_body(server: &Server) {
    let place = Place::new(server, "Deleted");
    let member = place.member("Member");
    // As some clients do: the type of a body that is not there.
    place.manager.send("DELETE", &place.at(&format!("users/{member}")), JSON, b"").expect(204);
    place.manager.send("DELETE", &place.path, JSON, b"{").expect(204);
    assert_eq!(
        rows(&place.seed, place.id).iter().filter(|row| row.len() > 3 && row[0] == "membership".into()).count(),
        0
    );
}
