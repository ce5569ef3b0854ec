//! `GET /api_keys/permissions`, `GET /api_keys/permissions/{scope_type}`.

use iam_tests::{Client, Server};
use serde_json::json;

use crate::wire::idah::keys::fixtures::key_caller;
use crate::wire::idah::{DOCUMENT, caller, faults, refusal};

crate::on_both!(a_permission_has_all_attributes, whoever_grants_sees_what, others_see_none, unknown_scopes_are_refused);

const ALL: [&str; 6] =
    ["account_ro_all", "account_rw_all", "org_ro_all", "org_rw_all", "project_ro_all", "project_rw_all"];
const ORG: [&str; 4] = ["org_ro_org", "org_rw_org", "project_ro_org", "project_rw_org"];
const PROJECT: [&str; 2] = ["project_ro_org", "project_rw_org"];

/// Ids of a list of permissions.
#[track_caller]
fn names(client: &Client, path: &str) -> Vec<String> {
    let answer = client.get(&format!("/api_keys/permissions{path}")).expect(200);
    assert_eq!(answer.header("content-type"), DOCUMENT);
    let body = answer.json();
    assert_eq!(body["meta"], json!({}));
    body["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

fn a_permission_has_all_attributes(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    let body = client.get("/api_keys/permissions/project").expect(200).json();
    assert_eq!(
        body["data"][0],
        json!({
            "type": "api_permissions", "id": "project_ro_org",
            "attributes": {
                "name": "project_ro_org", "title": "API - Project Read Only",
                "description": "Reads the projects that the key is limited to, with their data and media.",
            },
        })
    );
    let sparse = client.get("/api_keys/permissions?fields[api_permissions]=title").expect(200).json();
    assert_eq!(sparse["data"][0]["attributes"], json!({ "title": "API - Account Read Only" }));
}

fn whoever_grants_sees_what(server: &Server) {
    for role in ["admin", "system"] {
        let client = caller(server, role, &[]).client;
        assert_eq!(names(&client, ""), ALL, "{role}");
        assert_eq!(names(&client, "/all"), ALL, "{role}");
        assert_eq!(names(&client, "/org"), ORG, "{role}");
        assert_eq!(names(&client, "/project"), PROJECT, "{role}");
    }
    let client = caller(server, "org_owner", &[]).client;
    assert_eq!(names(&client, ""), [""; 0]);
    assert_eq!(names(&client, "/all"), [""; 0]);
    assert_eq!(names(&client, "/org"), ["org_ro_org", "project_ro_org", "project_rw_org"]);
    assert_eq!(names(&client, "/project"), PROJECT);
}

fn others_see_none(server: &Server) {
    let user = caller(server, "user", &[]).client;
    for client in [user, key_caller(server, &["org_rw_all", "account_rw_all"], "all", &[])] {
        for path in ["", "/all", "/org", "/project"] {
            let (title, detail) = refusal(&client.get(&format!("/api_keys/permissions{path}")), 403);
            assert_eq!(title, "Verse::Error::Unauthorized");
            assert_eq!(detail, "unauthorized action `create` on `iam:api_keys`");
        }
    }
}

fn unknown_scopes_are_refused(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    let expected = [("/scope_type".to_owned(), "must be one of `all`, `org`, `project`".to_owned())];
    for scope in ["organization", "ALL", "x"] {
        assert_eq!(faults(&client.get(&format!("/api_keys/permissions/{scope}"))), expected);
    }
    assert_eq!(client.get("/api_keys/permissions/").status, 404);
}
