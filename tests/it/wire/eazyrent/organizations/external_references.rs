//! `GET` and `PUT /iam/v1/organizations/external-references/`.

use iam_tests::{Client, Response, Server};
use serde_json::{Map, Value, json};

use crate::wire::eazyrent::acting_account::family;
use crate::wire::eazyrent::person::{Set, one_fault, only};
use crate::wire::shape;
use crate::wire::tenant::Tenant;

const PATH: &str = "/iam/v1/organizations/external-references/";

crate::on_both!(
    nothing_is_there_to_begin_with,
    every_shape_of_value_is_stored_as_it_is_sent,
    the_whole_map_is_replaced,
    an_empty_map_clears_it,
    any_other_value_is_refused_at_its_name,
    any_other_body_is_refused,
    names_ids_and_their_number_have_limits,
    with_one_fault_nothing_is_stored,
    references_belong_to_the_account_acted_for,
    reading_needs_a_role_of_the_read_set,
    replacing_needs_a_role_of_the_write_set,
);

fn put(client: &Client, body: &Value) -> Response {
    client.send("PUT", PATH, Some("application/json"), body.to_string().as_bytes())
}

#[track_caller]
fn stored(tenant: &Tenant, body: &Value) {
    assert_eq!(put(&tenant.admin, body).expect(200).json(), *body);
    assert_eq!(tenant.admin.get(PATH).expect(200).json(), *body);
}

fn nothing_is_there_to_begin_with(server: &Server) {
    let tenant = Tenant::new(server, "Empty");
    for path in [PATH, PATH.trim_end_matches('/')] {
        let answer = tenant.admin.get(path).expect(200);
        assert_eq!((answer.header("content-type"), answer.json()), ("application/json", json!({})));
    }
}

fn every_shape_of_value_is_stored_as_it_is_sent(server: &Server) {
    let tenant = Tenant::new(server, "Shapes");
    stored(
        &tenant,
        &json!({
            "text": "4711",
            "blank": "",
            "spaces": "  as is  ",
            "list": ["a", "b"],
            "with null": ["a", null, "b", null],
            "only null": [null],
            "empty list": [],
            "twice": ["a", "a"],
            "": "no name",
            "Ünïcode ✓ \" \\ / \n\u{1}": "ß\t\u{0}\u{1F600}",
            "id": "1", "__proto__": "2", "'; DROP TABLE organization; --": "3",
        }),
    );
}

fn the_whole_map_is_replaced(server: &Server) {
    let tenant = Tenant::new(server, "Replaced");
    stored(&tenant, &json!({"crm": "1", "erp": ["2"]}));
    stored(&tenant, &json!({"erp": "3", "new": []}));
    // Of a name that comes twice the last counts.
    let answer = tenant.admin.send("PUT", PATH, None, br#"{"a": "1", "a": ["2"]}"#).expect(200);
    assert_eq!(answer.json(), json!({"a": ["2"]}));
}

fn an_empty_map_clears_it(server: &Server) {
    let tenant = Tenant::new(server, "Cleared");
    stored(&tenant, &json!({"crm": "1"}));
    stored(&tenant, &json!({}));
    stored(&tenant, &json!({}));
}

fn any_other_value_is_refused_at_its_name(server: &Server) {
    let tenant = Tenant::new(server, "Values");
    for wrong in [json!(null), json!(1), json!(0.5), json!(true), json!({}), json!({"id": "1"})] {
        one_fault(&put(&tenant.admin, &json!({"crm": wrong})), &json!(["body", "crm"]), "string_type");
    }
    for wrong in [json!(1), json!(false), json!(["a"]), json!({})] {
        let body = json!({"ok": "1", "crm": ["a", null, wrong]});
        one_fault(&put(&tenant.admin, &body), &json!(["body", "crm", 2]), "string_type");
    }
    let found = shape::faults(&put(&tenant.admin, &json!({"a": 1, "b": [2, "x", 3], "c": "ok"})));
    let places: Vec<&Value> = found.iter().map(|(loc, _)| loc).collect();
    assert_eq!(places, [&json!(["body", "a"]), &json!(["body", "b", 0]), &json!(["body", "b", 2])]);
    assert_eq!(tenant.admin.get(PATH).expect(200).json(), json!({}));
}

fn any_other_body_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Bodies");
    one_fault(&tenant.admin.send("PUT", PATH, None, b""), &json!(["body"]), "missing");
    for body in [json!([]), json!(["a"]), json!("a"), json!(1), json!(null), json!(true)] {
        one_fault(&put(&tenant.admin, &body), &json!(["body"]), "model_attributes_type");
    }
    let broken = tenant.admin.send("PUT", PATH, Some("application/json"), b"{\"a\": }");
    one_fault(&broken, &json!(["body", 6]), "json_invalid");
}

/// A map of so many references.
fn many(count: usize) -> Value {
    (0..count).map(|index| (format!("name {index}"), json!("1"))).collect::<Map<_, _>>().into()
}

fn names_ids_and_their_number_have_limits(server: &Server) {
    let tenant = Tenant::new(server, "Limits");
    let text = |count: usize| "é".repeat(count);
    stored(&tenant, &many(100));
    stored(&tenant, &json!({"a": vec!["1"; 100]}));
    stored(&tenant, &json!({"a": text(512), "b": [text(512)]}));
    stored(&tenant, &json!({text(512): "1"}));
    let refused = |body: &Value, loc: &Value| one_fault(&put(&tenant.admin, body), loc, "string_too_long");
    refused(&many(101), &json!(["body"]));
    refused(&json!({"a": vec!["1"; 101]}), &json!(["body", "a"]));
    refused(&json!({"a": text(513)}), &json!(["body", "a"]));
    refused(&json!({"a": ["1", text(513)]}), &json!(["body", "a", 1]));
    refused(&json!({text(513): "1"}), &json!(["body", text(513)]));
    assert_eq!(tenant.admin.get(PATH).expect(200).json(), json!({text(512): "1"}));
}

fn with_one_fault_nothing_is_stored(server: &Server) {
    let tenant = Tenant::new(server, "All or nothing");
    stored(&tenant, &json!({"crm": "1"}));
    for wrong in [json!({"erp": "2", "bad": 1}), json!({"erp": "2", "bad": ["1", 2]}), json!([]), many(101)] {
        put(&tenant.admin, &wrong).expect(422);
        assert_eq!(tenant.admin.get(PATH).expect(200).json(), json!({"crm": "1"}));
    }
}

fn references_belong_to_the_account_acted_for(server: &Server) {
    let family = family(server);
    let admin = &family.network.admin;
    let read = |client: &Client| client.get(PATH).expect(200).json();
    put(&admin.acting(family.child), &json!({"of": "child"})).expect(200);
    assert_eq!(read(&admin.acting(family.child)), json!({"of": "child"}));
    for other in [admin.clone(), admin.acting(family.grandchild), admin.acting(family.insured)] {
        assert_eq!(read(&other), json!({}));
    }
    // Nobody acts for a stranger: this is the own account.
    put(&admin.acting(family.stranger), &json!({"of": "home"})).expect(200);
    assert_eq!(read(admin), json!({"of": "home"}));
    let stranger = crate::wire::tenant::caller(server, &family.network.seed, family.stranger, &["org:admin"]);
    assert_eq!(read(&stranger), json!({}));
}

fn reading_needs_a_role_of_the_read_set(server: &Server) {
    let tenant = Tenant::new(server, "Readers");
    only(&Set::Read, server, &tenant, 200, |client| client.get(PATH));
}

fn replacing_needs_a_role_of_the_write_set(server: &Server) {
    let tenant = Tenant::new(server, "Writers");
    only(&Set::Write, server, &tenant, 200, |client| put(client, &json!({"crm": "1"})));
    stored(&tenant, &json!({"crm": "2"}));
    crate::wire::eazyrent::person::machine(server, &tenant, &["org:user"], &[])
        .send("PUT", PATH, None, b"{}")
        .expect(403);
    assert_eq!(tenant.admin.get(PATH).expect(200).json(), json!({"crm": "2"}));
}
