//! `GET /api_keys`, `GET` and `DELETE /api_keys/{resource_id}`: the answers, pages, sparse fields.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::idah::keys::fixtures::{key, service_account, set_key};
use crate::wire::idah::{DOCUMENT, among, caller, faults, ids, refusal};

crate::on_both!(
    a_key_has_all_attributes,
    a_key_without_anything_shows_null,
    its_state_follows_from_its_times,
    other_credentials_are_no_keys,
    both_prefixes_are_served,
    nothing_can_be_included,
    fields_are_sparse_in_both_encodings,
    pages_and_counts,
    what_is_not_there_is_not_found,
    one_is_removed,
    nobody_is_let_in_without_a_token,
);

fn a_key_has_all_attributes(server: &Server) {
    let (organization, owner) = (server.seed().organization("Keys"), service_account(server));
    let id = key(server, &["org_ro_org", "project_ro_org"], "org", &[organization]);
    for (column, moment) in [
        ("created_at", 1_768_386_198_000_i64),
        ("updated_at", 1_768_386_199_000),
        ("last_used_at", 1_768_386_200_000),
        ("expires_at", 4_102_444_800_000),
    ] {
        set_key(server, id, column, moment);
    }
    set_key(server, id, "label", "IDAH_01234...cdef");
    let client = caller(server, "admin", &[]).client;
    let expected = json!({
        "type": "iam:api_keys", "id": id.to_string(),
        "attributes": {
            "account_id": owner, "name": "Key", "key_label": "IDAH_01234...cdef",
            "permissions": ["org_ro_org", "project_ro_org"], "scope_type": "org",
            "scope_value": [organization.to_string()], "expires_at": "2100-01-01T00:00:00Z", "revoked_at": null,
            "last_used_at": "2026-01-14T10:23:20Z", "status": "active", "created_at": "2026-01-14T10:23:18Z",
            "updated_at": "2026-01-14T10:23:19Z", "key": null,
        },
        "relationships": { "service_account": { "data": { "type": "iam:accounts", "id": owner.to_string() } } },
    });
    let shown = client.get(&format!("/api_keys/{id}")).expect(200);
    assert_eq!(shown.header("content-type"), DOCUMENT);
    assert_eq!(shown.json(), json!({ "data": expected }));
    let listed = client.get(&format!("/api_keys?filter[id]={id}")).expect(200);
    assert_eq!(listed.json(), json!({ "data": [expected], "meta": {} }));
}

fn a_key_without_anything_shows_null(server: &Server) {
    let id = key(server, &["account_ro_all"], "all", &[]);
    set_key(server, id, "name", None::<&str>);
    let client = caller(server, "admin", &[]).client;
    let shown = client.get(&format!("/api_keys/{id}")).expect(200).json()["data"]["attributes"].clone();
    for name in ["name", "expires_at", "revoked_at", "last_used_at", "key"] {
        assert_eq!(shown.get(name), Some(&Value::Null), "{name}");
    }
    assert_eq!((&shown["scope_type"], &shown["scope_value"]), (&json!("all"), &json!([])));
}

fn its_state_follows_from_its_times(server: &Server) {
    let id = key(server, &["account_ro_all"], "all", &[]);
    let client = caller(server, "admin", &[]).client;
    let status = || client.get(&format!("/api_keys/{id}")).expect(200).json()["data"]["attributes"]["status"].clone();
    assert_eq!(status(), "active");
    set_key(server, id, "expires_at", 4_102_444_800_000_i64);
    assert_eq!(status(), "active");
    set_key(server, id, "expires_at", 1_000_i64);
    assert_eq!(status(), "expired");
    set_key(server, id, "revoked_at", 500_i64);
    assert_eq!(status(), "revoked");
}

fn other_credentials_are_no_keys(server: &Server) {
    let seed = server.seed();
    let organization = seed.organization("Others");
    let machine = seed.machine(organization, &[]);
    seed.api_token(machine.id);
    let others = "SELECT id FROM credential WHERE principal_id = ?1";
    let others: Vec<i64> = seed.run(others, params![machine.id]).iter().map(|row| row.integer(0).unwrap()).collect();
    assert_eq!(others.len(), 2);
    let client = caller(server, "admin", &[]).client;
    for id in others {
        assert_eq!(ids(&client.get(&format!("/api_keys?filter[id]={id}"))), [0; 0]);
        refusal(&client.get(&format!("/api_keys/{id}")), 404);
        refusal(&client.delete(&format!("/api_keys/{id}")), 404);
        refusal(&client.post_empty(&format!("/api_keys/{id}/revoke")), 404);
        assert_eq!(seed.count("SELECT count(*) FROM credential WHERE id = ?1", params![id]), 1);
    }
}

fn both_prefixes_are_served(server: &Server) {
    let id = key(server, &["account_ro_all"], "all", &[]);
    let client = caller(server, "admin", &[]).client;
    for prefix in ["", "/api/v1/iam"] {
        assert_eq!(ids(&client.get(&format!("{prefix}/api_keys?filter[id]={id}"))), [id]);
        client.get(&format!("{prefix}/api_keys/{id}")).expect(200);
        client.get(&format!("{prefix}/api_keys/permissions")).expect(200);
        assert_eq!(client.get(&format!("{prefix}/api_keys/")).status, 404);
        client.post_empty(&format!("{prefix}/api_keys/{id}/revoke")).expect(200);
    }
    assert_eq!(client.get(&format!("/api_keys/{id}/revoke")).status, 404);
    assert_eq!(client.head("/api_keys").status, 200);
}

fn nothing_can_be_included(server: &Server) {
    let id = key(server, &["account_ro_all"], "all", &[]);
    let client = caller(server, "admin", &[]).client;
    let query = "included[]=service_account";
    let expected = [("/included".to_owned(), "included unauthorized".to_owned())];
    assert_eq!(faults(&client.get(&format!("/api_keys/{id}?{query}"))), expected);
    let listed = client.get(&format!("/api_keys?filter[id]={id}&{query}")).expect(200).json();
    assert_eq!(listed.get("included"), None);
}

fn fields_are_sparse_in_both_encodings(server: &Server) {
    let id = key(server, &["account_ro_all"], "all", &[]);
    let client = caller(server, "admin", &[]).client;
    for query in ["fields[iam:api_keys][]=name&fields[iam:api_keys][]=id", "fields%5Biam:api_keys%5D=name,x"] {
        let shown = client.get(&format!("/api_keys/{id}?{query}")).expect(200).json();
        assert_eq!(shown["data"]["attributes"], json!({ "name": "Key" }));
        assert!(shown["data"]["relationships"]["service_account"].is_object());
        let listed = client.get(&format!("/api_keys?filter[id]={id}&{query}")).expect(200).json();
        assert_eq!(listed["data"][0], shown["data"]);
    }
}

fn pages_and_counts(server: &Server) {
    let mut made: Vec<i64> = (0..3).map(|_| key(server, &["account_ro_all"], "all", &[])).collect();
    made.sort_unstable();
    let list = among(&made);
    let client = caller(server, "admin", &[]).client;
    let page = |query: &str| client.get(&format!("/api_keys?{list}{query}"));
    assert_eq!(ids(&page("")), made);
    assert_eq!(ids(&page("page[number]=2&page[size]=2")), made[2..]);
    assert_eq!(page("page[size]=1&count=yes").json()["meta"], json!({ "count": 3, "more": false }));
    // The state is asked for in rows and count alike.
    set_key(server, made[0], "expires_at", 1_i64);
    let expired = page("count=true&filter[status]=expired&sort=-status,id");
    assert_eq!(ids(&expired), made[..1]);
    assert_eq!(expired.json()["meta"], json!({ "count": 1, "more": false }));
    for (query, pointer) in
        [("page[size]=1001", "/page/size"), ("page[number]=0", "/page/number"), ("count=1", "/count")]
    {
        assert_eq!(faults(&page(query))[0].0, pointer);
    }
}

fn what_is_not_there_is_not_found(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    for id in ["999999999999", "1", "x", "-1", "1.5"] {
        let path = format!("/api_keys/{id}");
        let body = crate::wire::idah::document("iam:api_keys", json!({}));
        for answer in [
            client.get(&path),
            client.delete(&path),
            crate::wire::idah::send(&client, "PATCH", &path, &body),
            client.post_empty(&format!("{path}/revoke")),
        ] {
            assert_eq!(refusal(&answer, 404).0, "Verse::Error::RecordNotFound", "{id}");
        }
    }
}

fn one_is_removed(server: &Server) {
    let (id, kept) = (key(server, &["account_ro_all"], "all", &[]), key(server, &["account_ro_all"], "all", &[]));
    let client = caller(server, "admin", &[]).client;
    assert_eq!(client.delete(&format!("/api_keys/{id}")).expect(204).body, "");
    refusal(&client.get(&format!("/api_keys/{id}")), 404);
    refusal(&client.delete(&format!("/api_keys/{id}")), 404);
    client.get(&format!("/api_keys/{kept}")).expect(200);
    let seed = server.seed();
    assert_eq!(seed.count("SELECT count(*) FROM credential WHERE id = ?1", params![id]), 0);
    let sql = "SELECT count(*) FROM audit_event WHERE target_id = ?1 AND action = 'credential.deleted'";
    assert_eq!(seed.count(sql, params![id]), 1);
}

fn nobody_is_let_in_without_a_token(server: &Server) {
    let client = server.client();
    let expected = ("Verse::Error::Authorization".to_owned(), "unauthorized_access".to_owned());
    for path in ["/api_keys", "/api_keys/1", "/api_keys/x", "/api_keys/permissions", "/api_keys/permissions/org"] {
        assert_eq!(refusal(&client.get(path), 401), expected, "{path}");
    }
    for (method, path) in
        [("POST", "/api_keys"), ("PATCH", "/api_keys/1"), ("DELETE", "/api_keys/1"), ("POST", "/api_keys/1/revoke")]
    {
        assert_eq!(refusal(&client.send(method, path, Some(DOCUMENT), b"{}"), 401), expected, "{method} {path}");
    }
}
