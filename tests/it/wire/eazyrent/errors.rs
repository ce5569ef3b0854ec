//! Errors of the `EazyRent` API that do not belong to one operation.

use iam_tests::Server;
use iam_tests::client::raw;
use serde_json::json;

use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    a_method_that_is_not_served_is_answered_with_those_that_are,
    an_unknown_path_is_not_found,
    a_body_that_is_not_json_is_refused_where_it_breaks,
    a_missing_or_foreign_body_is_refused_as_a_whole,
    a_body_over_a_mebibyte_is_refused,
    a_body_is_not_read_before_the_caller_is_known,
    any_content_type_is_taken_for_json,
);

const MEMBERS: &str = "/iam/v1/team/members/";

fn a_method_that_is_not_served_is_answered_with_those_that_are(server: &Server) {
    let tenant = Tenant::new(server, "Methods");
    for (path, served) in [
        ("/iam/v1/organizations/me/", vec!["GET", "PATCH"]),
        ("/iam/v1/users/me", vec!["GET", "PATCH", "DELETE"]),
        ("/iam/v1/team/members/999999999999/lock/", vec!["POST"]),
        (MEMBERS, vec!["GET", "POST"]),
        ("/iam/v1/service-accounts/", vec!["GET", "POST"]),
        ("/iam/v1/service-accounts/999999999999/", vec!["DELETE"]),
        ("/iam/v1/service-accounts/999999999999/keys/", vec!["GET", "POST"]),
        ("/iam/v1/service-accounts/999999999999/keys/999999999999/", vec!["DELETE"]),
    ] {
        for method in ["PUT", "PROPFIND"] {
            let answer = tenant.admin.send(method, path, None, b"{}").expect(405);
            let allow: Vec<&str> = answer.header("allow").split(", ").collect();
            for method in &served {
                assert!(allow.contains(method), "{path}: {allow:?}");
            }
            assert!(!allow.contains(&"PUT"), "{path}: {allow:?}");
            shape::detail(&answer);
        }
    }
}

fn an_unknown_path_is_not_found(server: &Server) {
    let tenant = Tenant::new(server, "Paths");
    for path in [
        "/iam/v1/organizations/nothing/",
        "/iam/v1/team/members/999999999999/nothing/",
        "/iam/v1/users/me//",
        "/iam/v1/service-accounts//",
        "/iam/v1/service-accounts/1/keys/2/3/",
    ] {
        shape::detail(&tenant.admin.get(path).expect(404));
    }
}

fn a_body_that_is_not_json_is_refused_where_it_breaks(server: &Server) {
    let tenant = Tenant::new(server, "Syntax");
    let post = |body: &[u8]| tenant.admin.send("POST", MEMBERS, Some("application/json"), body);
    let at = |offset: usize| [(json!(["body", offset]), "json_invalid".to_owned())];
    assert_eq!(shape::faults(&post(b"{\"first_name\": }")), at(15));
    assert_eq!(shape::faults(&post(b"nope")), at(1));
    for body in [&b"{"[..], b"{\"a\":1,}", b"\xff\xfe", b"{\"a\":\"\xff\"}", b"{} {}", b"{'a':1}"] {
        let found = shape::faults(&post(body));
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].0[0], found[0].1.as_str()), (&json!("body"), "json_invalid"));
    }
    let deep = "[".repeat(100_000);
    assert_eq!(shape::faults(&post(deep.as_bytes()))[0].1, "json_invalid");
}

fn a_missing_or_foreign_body_is_refused_as_a_whole(server: &Server) {
    let tenant = Tenant::new(server, "Bodies");
    let missing = vec![(json!(["body"]), "missing".to_owned())];
    assert_eq!(shape::faults(&tenant.admin.post_empty(MEMBERS)), missing);
    assert_eq!(shape::faults(&tenant.admin.send("POST", MEMBERS, Some("application/json"), b" \n")), missing);
    for body in [json!([]), json!("text"), json!(1), json!(null)] {
        let wrong = vec![(json!(["body"]), "model_attributes_type".to_owned())];
        assert_eq!(shape::faults(&tenant.admin.post(MEMBERS, &body)), wrong, "{body}");
    }
}

fn request(server: &Server, token: &str, headers: &str) -> String {
    let host = server.base().strip_prefix("http://").unwrap();
    format!(
        "POST {MEMBERS} HTTP/1.1\r\nhost: {host}\r\nauthorization: {token}\r\ncontent-type: application/json\r\n{headers}\r\n\r\n"
    )
}

fn a_body_over_a_mebibyte_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Large");
    let token = tenant.seed.api_token(tenant.machine.id);
    let declared = raw(server.base(), request(server, &token, "content-length: 1048577").as_bytes());
    shape::detail(&declared.expect(413));
    let mut chunked = request(server, &token, "transfer-encoding: chunked").into_bytes();
    chunked.extend_from_slice(b"100001\r\n");
    chunked.resize(chunked.len() + 0x10_0001, b' ');
    chunked.extend_from_slice(b"\r\n");
    shape::detail(&raw(server.base(), &chunked).expect(413));
    // Exactly a mebibyte is read.
    let mut body =
        json!({"first_name": "A", "last_name": "B", "email": unique_email("large")}).to_string().into_bytes();
    body.resize(1024 * 1024, b' ');
    tenant.admin.send("POST", MEMBERS, Some("application/json"), &body).expect(201);
}

fn a_body_is_not_read_before_the_caller_is_known(server: &Server) {
    let answer = raw(server.base(), request(server, "Token x", "content-length: 1048577").as_bytes());
    shape::detail(&answer.expect(401));
}

fn any_content_type_is_taken_for_json(server: &Server) {
    let tenant = Tenant::new(server, "Types");
    for content_type in [None, Some("application/json; charset=utf-8"), Some("application/merge-patch+json")] {
        let body = json!({"first_name": "A", "last_name": "B", "email": unique_email("type")}).to_string();
        tenant.admin.send("POST", MEMBERS, content_type, body.as_bytes()).expect(201);
    }
}
