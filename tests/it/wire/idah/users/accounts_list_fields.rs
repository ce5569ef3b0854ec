//! Sparse fields (contract, "Index parameters").

use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::idah::users::list_fixtures::Rows;

crate::on_both!(
    only_what_is_asked_for,
    an_empty_list_leaves_no_attribute,
    unknown_and_hidden_names_are_ignored,
    other_types_are_not_meant,
    fields_are_nested,
    single_accounts_have_them_too,
);

/// Names of the attributes of the first row, sorted.
fn names(row: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = row["attributes"].as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

fn only_what_is_asked_for(server: &Server) {
    let rows = Rows::new(server, 2);
    for query in [
        "fields[iam:accounts][]=name&fields[iam:accounts][]=email",
        "fields[iam:accounts][]=email&fields[iam:accounts][]=name&fields[iam:accounts][]=email",
        "fields[iam:accounts]=name,email",
        "fields[iam:accounts]=email,name",
        "fields%5Biam%3Aaccounts%5D%5B%5D=name&fields%5Biam%3Aaccounts%5D%5B%5D=email",
        "fields%5Biam:accounts%5D=name%2Cemail",
        // The web app asks for the id as well.
        "fields[iam:accounts][]=id&fields[iam:accounts][]=name&fields[iam:accounts][]=email",
        "fields[iam:accounts]=id,name,email",
    ] {
        let body = rows.get(query).expect(200).json();
        for (row, id) in body["data"].as_array().unwrap().iter().zip(&rows.ids) {
            assert_eq!(names(row), ["email", "name"], "{query}");
            assert_eq!((&row["type"], &row["id"]), (&json!("iam:accounts"), &json!(id.to_string())), "{query}");
            assert_eq!(row["attributes"]["name"], "Test Account");
        }
    }
    // What is absent is shown as such when it is asked for.
    let body = rows.get("fields[iam:accounts][]=sso_channel").expect(200).json();
    assert_eq!(body["data"][0]["attributes"], json!({ "sso_channel": null }));
}

fn an_empty_list_leaves_no_attribute(server: &Server) {
    let rows = Rows::new(server, 1);
    for query in
        ["fields[iam:accounts]=", "fields[iam:accounts][]", "fields[iam:accounts][]=", "fields[iam:accounts][]=id"]
    {
        let body = rows.get(query).expect(200).json();
        let wanted = json!({ "type": "iam:accounts", "id": rows.ids[0].to_string(), "attributes": {} });
        assert_eq!(body["data"], json!([wanted]), "{query}");
    }
}

fn unknown_and_hidden_names_are_ignored(server: &Server) {
    let rows = Rows::new(server, 1);
    for name in
        ["nothing", "hashed_password", "password_reset_token", "invitation_token", "NAME", "%00", "%F0%9F%98%80"]
    {
        let body = rows.get(&format!("fields[iam:accounts][]={name}&fields[iam:accounts][]=name")).expect(200).json();
        assert_eq!(names(&body["data"][0]), ["name"], "{name}");
    }
    let body = rows.get("fields[iam:accounts]=nothing").expect(200).json();
    assert_eq!(body["data"][0]["attributes"], json!({}));
}

fn other_types_are_not_meant(server: &Server) {
    let rows = Rows::new(server, 1);
    for query in ["fields[iam:organizations][]=name", "fields[accounts]=name", "fields[x][]=y", ""] {
        let body = rows.get(query).expect(200).json();
        assert_eq!(names(&body["data"][0]).len(), 11, "{query}");
    }
    let body = rows.get("fields[iam:organizations][]=name&fields[iam:accounts][]=email").expect(200).json();
    assert_eq!(names(&body["data"][0]), ["email"]);
}

fn fields_are_nested(server: &Server) {
    let rows = Rows::new(server, 1);
    for query in ["fields=name", "fields[]=name"] {
        assert_eq!(rows.fault(query), ("/fields".into(), "must be a hash".into()), "{query}");
    }
    let (_, detail) = rows.fault("fields[iam:accounts][a]=name");
    assert_eq!(detail, "must be an array");
}

fn single_accounts_have_them_too(server: &Server) {
    let rows = Rows::new(server, 1);
    let id = rows.ids[0];
    for (query, wanted) in [
        ("fields[iam:accounts][]=name&fields[iam:accounts][]=id", json!({ "name": "Test Account" })),
        ("fields[iam:accounts]=name,nothing", json!({ "name": "Test Account" })),
        ("fields[iam:accounts]=", json!({})),
    ] {
        let body = rows.client.get(&format!("/accounts/{id}?{query}")).expect(200).json();
        let one = json!({ "type": "iam:accounts", "id": id.to_string(), "attributes": wanted });
        assert_eq!(body, json!({ "data": one }), "{query}");
    }
}
