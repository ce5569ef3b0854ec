//! `GET /organizations`, `GET /organizations/{resource_id}`: the answers, pages, counts, sparse fields.

use iam_domain::params;
use iam_tests::{Runtime, Server};
use serde_json::{Value, json};

use crate::wire::idah::{DOCUMENT, among, caller, faults, ids, refusal};
use crate::wire::logto::unique;

crate::on_both!(
    an_organization_has_all_attributes,
    one_without_name_shows_null,
    both_prefixes_are_served,
    nothing_can_be_included,
    fields_are_sparse_in_both_encodings,
    pages_have_bounds,
    a_count_is_made_when_asked_for,
    what_is_no_id_is_refused,
    what_is_not_there_is_not_found,
    nobody_is_let_in_without_a_token,
);
crate::wire::on_own_servers!(a_count_is_capped);

fn an_organization_has_all_attributes(server: &Server) {
    let id = server.seed().organization("Attributes");
    server.seed().set_organization(id, "created_at", 1_768_386_198_250_i64);
    server.seed().set_organization(id, "updated_at", 1_768_386_199_999_i64);
    let client = caller(server, "admin", &[]).client;
    let expected = json!({
        "type": "iam:organizations", "id": id.to_string(),
        "attributes": {
            "name": "Attributes", "created_at": "2026-01-14T10:23:18Z", "updated_at": "2026-01-14T10:23:19Z",
        },
    });
    let shown = client.get(&format!("/organizations/{id}")).expect(200);
    assert_eq!(shown.header("content-type"), DOCUMENT);
    assert_eq!(shown.json(), json!({ "data": expected }));
    let listed = client.get(&format!("/organizations?filter[id]={id}")).expect(200);
    assert_eq!(listed.json(), json!({ "data": [expected], "meta": {} }));
}

fn one_without_name_shows_null(server: &Server) {
    let id = server.seed().organization("");
    let client = caller(server, "admin", &[]).client;
    let shown = client.get(&format!("/organizations/{id}")).expect(200).json();
    assert_eq!(shown["data"]["attributes"].get("name"), Some(&Value::Null));
}

fn both_prefixes_are_served(server: &Server) {
    let id = server.seed().organization("Prefixes");
    let client = caller(server, "admin", &[]).client;
    for prefix in ["", "/api/v1/iam"] {
        assert_eq!(ids(&client.get(&format!("{prefix}/organizations?filter[id]={id}"))), [id]);
        client.get(&format!("{prefix}/organizations/{id}")).expect(200);
        assert_eq!(client.get(&format!("{prefix}/organizations/")).status, 404);
        assert_eq!(client.head(&format!("{prefix}/organizations/{id}")).status, 200);
    }
    assert_eq!(client.send("PUT", &format!("/organizations/{id}"), None, b"").status, 404);
}

fn nothing_can_be_included(server: &Server) {
    let id = server.seed().organization("Included");
    let client = caller(server, "admin", &[]).client;
    for query in ["included[]=account", "included=account", "included[]=x"] {
        let expected = [("/included".to_owned(), "included unauthorized".to_owned())];
        assert_eq!(faults(&client.get(&format!("/organizations/{id}?{query}"))), expected, "{query}");
        assert_eq!(ids(&client.get(&format!("/organizations?filter[id]={id}&{query}"))), [id], "{query}");
    }
}

fn fields_are_sparse_in_both_encodings(server: &Server) {
    let id = server.seed().organization("Sparse");
    let client = caller(server, "admin", &[]).client;
    let attributes = |query: &str| {
        let shown =
            client.get(&format!("/organizations/{id}?{query}")).expect(200).json()["data"]["attributes"].clone();
        let listed = client.get(&format!("/organizations?filter[id]={id}&{query}")).expect(200).json();
        assert_eq!(listed["data"][0]["attributes"], shown, "{query}");
        assert_eq!(listed["data"][0]["id"], id.to_string());
        shown
    };
    let name = json!({ "name": "Sparse" });
    assert_eq!(attributes("fields[iam:organizations][]=name"), name);
    assert_eq!(attributes("fields%5Biam%3Aorganizations%5D%5B%5D=name&fields[iam:organizations][]=id"), name);
    assert_eq!(attributes("fields[iam:organizations]=name,nothing"), name);
    assert_eq!(attributes("fields[iam:organizations]=name,created_at").as_object().unwrap().len(), 2);
    assert_eq!(attributes("fields[iam:organizations][]"), json!({}));
    assert_eq!(attributes("fields[iam:accounts][]=name").as_object().unwrap().len(), 3);
}

fn pages_have_bounds(server: &Server) {
    let seed = server.seed();
    let mut made: Vec<i64> = (0..5).map(|_| seed.organization("Page")).collect();
    made.sort_unstable();
    let list = among(&made);
    let client = caller(server, "admin", &[]).client;
    let page = |query: &str| client.get(&format!("/organizations?{list}{query}"));
    assert_eq!(ids(&page("")), made);
    assert_eq!(ids(&page("page[size]=2")), made[..2]);
    assert_eq!(ids(&page("page[number]=2&page[size]=2")), made[2..4]);
    assert_eq!(ids(&page("page[number]=3&page[size]=2")), made[4..]);
    assert_eq!(ids(&page("page[number]=4&page[size]=2")), [0; 0]);
    assert_eq!(ids(&page("page[number]=9223372036854775807&page[size]=1000")), [0; 0]);
    for (query, pointer, detail) in [
        ("page[number]=0", "/page/number", "must be positive"),
        ("page[number]=-1", "/page/number", "must be positive"),
        ("page[number]=x", "/page/number", "must be an integer"),
        ("page[size]=0", "/page/size", "must be between 1 and 1000"),
        ("page[size]=1001", "/page/size", "must be between 1 and 1000"),
        ("page=2", "/page", "must be a hash"),
        ("filter=abc", "/filter", "must be a hash"),
        ("count=1", "/count", "must be a boolean"),
    ] {
        assert_eq!(faults(&page(query)), [(pointer.to_owned(), detail.to_owned())], "{query}");
    }
}

fn a_count_is_made_when_asked_for(server: &Server) {
    let seed = server.seed();
    let list = among(&[0; 3].map(|_| seed.organization("Count")));
    let client = caller(server, "admin", &[]).client;
    let meta = |query: &str| client.get(&format!("/organizations?{list}{query}")).expect(200).json()["meta"].clone();
    for yes in ["true", "t", "y", "yes"] {
        assert_eq!(meta(&format!("count={yes}")), json!({ "count": 3, "more": false }));
    }
    for no in ["count=false", "count=f", "count=n", "count=no", ""] {
        assert_eq!(meta(no), json!({}), "{no}");
    }
    assert_eq!(meta("count=true&page[size]=1&page[number]=2"), json!({ "count": 3, "more": false }));
    assert_eq!(meta("count=true&page[size]=2&page[number]=3"), json!({ "count": 4, "more": false }));
}

/// The count stops at a thousand rows behind the beginning of the page.
fn a_count_is_capped(runtime: Runtime) {
    let server = Server::start(runtime);
    let mark = unique("capped");
    let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001) \
        INSERT INTO organization (id, name, name_key, created_at, updated_at) \
        SELECT 500000000000 + i, ?1 || i, lower(?1) || i, i, i FROM n";
    server.seed().run(many, params![&mark]);
    let client = caller(&server, "admin", &[]).client;
    let list = |query: &str| client.get(&format!("/organizations?filter[name__match]={mark}&count=true&{query}"));
    let meta = |query: &str| list(query).expect(200).json()["meta"].clone();
    assert_eq!(ids(&list("")).len(), 1000);
    assert_eq!(meta("page[size]=1"), json!({ "count": 1000, "more": true }));
    assert_eq!(meta("page[size]=1&page[number]=2"), json!({ "count": 1001, "more": true }));
    assert_eq!(meta("page[size]=1&page[number]=3"), json!({ "count": 1001, "more": false }));
}

fn what_is_no_id_is_refused(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    let expected = [("/resource_id".to_owned(), "must be an integer".to_owned())];
    for method in ["GET", "DELETE"] {
        assert_eq!(faults(&client.send(method, "/organizations/x", None, b"")), expected, "{method}");
    }
    let body = crate::wire::idah::document("iam:organizations", json!({}));
    assert_eq!(faults(&crate::wire::idah::send(&client, "PATCH", "/organizations/1.5", &body)), expected);
}

fn what_is_not_there_is_not_found(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    for path in ["/organizations/999999999999", "/organizations/1", "/organizations/-7"] {
        let (title, _) = refusal(&client.get(path), 404);
        assert_eq!(title, "Verse::Error::RecordNotFound", "{path}");
    }
}

fn nobody_is_let_in_without_a_token(server: &Server) {
    let client = server.client();
    let body = crate::wire::idah::document("iam:organizations", json!({}));
    let expected = ("Verse::Error::Authorization".to_owned(), "unauthorized_access".to_owned());
    for path in ["/organizations", "/organizations/1", "/organizations/x"] {
        assert_eq!(refusal(&client.get(path), 401), expected, "{path}");
    }
    assert_eq!(refusal(&crate::wire::idah::send(&client, "POST", "/organizations", &body), 401), expected);
    assert_eq!(refusal(&crate::wire::idah::send(&client, "PATCH", "/organizations/1", &body), 401), expected);
    assert_eq!(refusal(&client.delete("/organizations/1"), 401), expected);
    // What is no JSON is refused before that.
    assert_eq!(client.send("POST", "/organizations", Some(DOCUMENT), b"{").status, 400);
}
