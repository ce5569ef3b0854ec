//! `GET` and `PUT /iam/v1/organizations/alert-importances/`.

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::acting_account::family;
use crate::wire::eazyrent::person::{Set, one_fault, only};
use crate::wire::shape;
use crate::wire::tenant::Tenant;

const PATH: &str = "/iam/v1/organizations/alert-importances/";
/// The catalogue in its order.
const KINDS: [&str; 5] =
    ["identity_mismatch", "expired_document", "missing_document", "forged_document", "income_too_low"];

crate::on_both!(
    every_kind_has_the_weight_one_half_to_begin_with,
    weights_that_are_sent_are_set_and_others_kept,
    of_several_weights_for_a_kind_the_last_counts,
    nought_and_one_may_be_integers,
    without_a_value_it_is_one_half,
    an_empty_list_changes_nothing,
    name_and_description_are_the_catalogues,
    every_fault_is_named_at_its_place,
    an_unknown_kind_is_refused_at_its_id,
    with_one_fault_nothing_is_set,
    weights_belong_to_the_account_acted_for,
    reading_needs_a_role_of_the_read_set,
    setting_needs_a_role_of_the_write_set,
);

fn put(client: &Client, body: &Value) -> Response {
    client.send("PUT", PATH, Some("application/json"), body.to_string().as_bytes())
}

fn item(kind: &str, value: &Value) -> Value {
    json!({"alert_type": {"id": kind, "name": "x", "description": "y"}, "value": value})
}

/// The weights in the order of the catalogue; checks everything else.
#[track_caller]
fn weights(answer: &Response) -> Vec<f64> {
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{answer:?}");
    let list = answer.json();
    let weight = |item: &Value| {
        assert_eq!(item.as_object().unwrap().len(), 2, "{item}");
        let kind = item["alert_type"].as_object().unwrap();
        assert_eq!(kind.len(), 3, "{item}");
        assert!(kind["name"].as_str().is_some_and(|name| !name.is_empty()) && kind["description"].is_string());
        item["value"].as_f64().expect("a number")
    };
    let list = list.as_array().unwrap();
    let kinds: Vec<&str> = list.iter().map(|item| item["alert_type"]["id"].as_str().unwrap()).collect();
    assert_eq!(kinds, KINDS);
    list.iter().map(weight).collect()
}

#[track_caller]
fn are(answer: &Response, expected: [f64; 5]) {
    let found = weights(answer);
    assert!(found.iter().zip(expected).all(|(found, wanted)| (found - wanted).abs() < 1e-12), "{found:?}");
}

fn every_kind_has_the_weight_one_half_to_begin_with(server: &Server) {
    let tenant = Tenant::new(server, "Default");
    are(&tenant.admin.get(PATH), [0.5; 5]);
    are(&tenant.admin.get(PATH.trim_end_matches('/')), [0.5; 5]);
}

fn weights_that_are_sent_are_set_and_others_kept(server: &Server) {
    let tenant = Tenant::new(server, "Merged");
    let first = json!([item(KINDS[3], &json!(0.125)), item(KINDS[0], &json!(1.0))]);
    are(&put(&tenant.admin, &first), [1.0, 0.5, 0.5, 0.125, 0.5]);
    let second = json!([item(KINDS[0], &json!(0.75)), item(KINDS[1], &json!(0.1))]);
    are(&put(&tenant.admin, &second), [0.75, 0.1, 0.5, 0.125, 0.5]);
    are(&tenant.admin.get(PATH), [0.75, 0.1, 0.5, 0.125, 0.5]);
    // What was read can be written.
    let read = tenant.admin.get(PATH).json();
    assert_eq!(put(&tenant.admin, &read).expect(200).json(), read);
}

fn of_several_weights_for_a_kind_the_last_counts(server: &Server) {
    let tenant = Tenant::new(server, "Last");
    let body: Vec<Value> =
        [0.1, 0.9, 0.3].iter().map(|value| item(KINDS[2], &json!(value))).chain([item(KINDS[4], &json!(0))]).collect();
    are(&put(&tenant.admin, &json!(body)), [0.5, 0.5, 0.3, 0.5, 0.0]);
    are(&tenant.admin.get(PATH), [0.5, 0.5, 0.3, 0.5, 0.0]);
}

fn nought_and_one_may_be_integers(server: &Server) {
    let tenant = Tenant::new(server, "Integers");
    let body = json!([
        item(KINDS[0], &json!(0)),
        item(KINDS[1], &json!(1)),
        item(KINDS[2], &json!(0.0)),
        item(KINDS[3], &json!(1.0)),
        item(KINDS[4], &json!(1e-300)),
    ]);
    are(&put(&tenant.admin, &body), [0.0, 1.0, 0.0, 1.0, 0.0]);
    are(&tenant.admin.get(PATH), [0.0, 1.0, 0.0, 1.0, 0.0]);
}

fn without_a_value_it_is_one_half(server: &Server) {
    let tenant = Tenant::new(server, "Absent");
    put(&tenant.admin, &json!([item(KINDS[0], &json!(1)), item(KINDS[1], &json!(1))])).expect(200);
    let without = json!([{"alert_type": {"id": KINDS[0], "name": "", "description": ""}}]);
    are(&put(&tenant.admin, &without), [0.5, 1.0, 0.5, 0.5, 0.5]);
    are(&tenant.admin.get(PATH), [0.5, 1.0, 0.5, 0.5, 0.5]);
}

fn an_empty_list_changes_nothing(server: &Server) {
    let tenant = Tenant::new(server, "Empty");
    are(&put(&tenant.admin, &json!([])), [0.5; 5]);
    put(&tenant.admin, &json!([item(KINDS[1], &json!(0.2))])).expect(200);
    are(&put(&tenant.admin, &json!([])), [0.5, 0.2, 0.5, 0.5, 0.5]);
}

fn name_and_description_are_the_catalogues(server: &Server) {
    let tenant = Tenant::new(server, "Catalogue");
    let before = tenant.admin.get(PATH).expect(200).json();
    let kind = |value: Value| json!([{"alert_type": value, "value": 0.5, "unknown": 1}]);
    for sent in [
        json!({"id": KINDS[0], "name": "Renamed", "description": "Changed"}),
        json!({"id": KINDS[0], "name": null, "description": 1, "more": true}),
        json!({"id": KINDS[0]}),
    ] {
        assert_eq!(put(&tenant.admin, &kind(sent)).expect(200).json(), before);
    }
    assert_eq!(Tenant::new(server, "Other").admin.get(PATH).expect(200).json(), before);
}

fn every_fault_is_named_at_its_place(server: &Server) {
    let tenant = Tenant::new(server, "Faults");
    let second = |wrong: &Value| put(&tenant.admin, &json!([item(KINDS[0], &json!(1)), wrong]));
    for wrong in [json!("0.5"), json!(true), json!(null), json!([0.5]), json!({})] {
        one_fault(&second(&item(KINDS[1], &wrong)), &json!(["body", 1, "value"]), "float_type");
    }
    for wrong in [json!(1.01), json!(-0.01), json!(2), json!(-1), json!(1e300)] {
        one_fault(&second(&item(KINDS[1], &wrong)), &json!(["body", 1, "value"]), "value_error");
    }
    one_fault(&second(&json!({"value": 1})), &json!(["body", 1, "alert_type"]), "missing");
    one_fault(&second(&json!({"alert_type": {}})), &json!(["body", 1, "alert_type", "id"]), "missing");
    for wrong in [json!(1), json!(null), json!(["a"])] {
        let body = json!({"alert_type": {"id": wrong}});
        one_fault(&second(&body), &json!(["body", 1, "alert_type", "id"]), "string_type");
    }
    // What is no object is named itself, before what it might have had within.
    let named_first = |body: &Value, loc: &Value| {
        let found = shape::faults(&second(body));
        assert_eq!(found[0], (loc.clone(), "model_attributes_type".to_owned()));
        let within = |(other, _): &(Value, String)| {
            other.as_array().is_some_and(|other| other.starts_with(loc.as_array().unwrap()))
        };
        assert!(found.iter().all(within), "{found:?}");
    };
    for wrong in [json!(null), json!("x"), json!([])] {
        named_first(&json!({"alert_type": wrong}), &json!(["body", 1, "alert_type"]));
        named_first(&wrong, &json!(["body", 1]));
    }
    one_fault(&tenant.admin.send("PUT", PATH, None, b""), &json!(["body"]), "missing");
    for body in [json!({}), json!("x"), json!(null), item(KINDS[0], &json!(1))] {
        one_fault(&put(&tenant.admin, &body), &json!(["body"]), "list_type");
    }
    are(&tenant.admin.get(PATH), [0.5; 5]);
}

fn an_unknown_kind_is_refused_at_its_id(server: &Server) {
    let tenant = Tenant::new(server, "Unknown");
    let unknown = ["", "other", "IDENTITY_MISMATCH", " identity_mismatch"];
    let body: Vec<Value> = unknown.iter().map(|kind| item(kind, &json!(1))).collect();
    let at = |index: usize| (json!(["body", index, "alert_type", "id"]), "value_error".to_owned());
    assert_eq!(shape::faults(&put(&tenant.admin, &json!(body))), [at(0), at(1), at(2), at(3)]);
    let body = json!([item(KINDS[0], &json!(1)), item("other", &json!(1)), item(KINDS[1], &json!(1))]);
    assert_eq!(shape::faults(&put(&tenant.admin, &body)), [at(1)]);
}

fn with_one_fault_nothing_is_set(server: &Server) {
    let tenant = Tenant::new(server, "All or nothing");
    put(&tenant.admin, &json!([item(KINDS[0], &json!(0.25))])).expect(200);
    for last in [item("other", &json!(1)), item(KINDS[2], &json!(2)), json!({})] {
        put(&tenant.admin, &json!([item(KINDS[0], &json!(1)), item(KINDS[1], &json!(1)), last])).expect(422);
    }
    are(&tenant.admin.get(PATH), [0.25, 0.5, 0.5, 0.5, 0.5]);
    let sql = "SELECT count(*) FROM alert_importance WHERE organization_id = ?1";
    assert_eq!(tenant.seed.count(sql, params![tenant.organization]), 1);
}

fn weights_belong_to_the_account_acted_for(server: &Server) {
    let family = family(server);
    let admin = &family.network.admin;
    put(&admin.acting(family.child), &json!([item(KINDS[0], &json!(0.125))])).expect(200);
    are(&admin.acting(family.child).get(PATH), [0.125, 0.5, 0.5, 0.5, 0.5]);
    for other in [admin.clone(), admin.acting(family.grandchild), admin.acting(family.insured)] {
        are(&other.get(PATH), [0.5; 5]);
    }
    put(&admin.acting(family.stranger), &json!([item(KINDS[1], &json!(1))])).expect(200);
    are(&admin.get(PATH), [0.5, 1.0, 0.5, 0.5, 0.5]);
    let sql = "SELECT count(*) FROM alert_importance WHERE organization_id = ?1";
    assert_eq!(family.network.seed.count(sql, params![family.stranger]), 0);
}

fn reading_needs_a_role_of_the_read_set(server: &Server) {
    let tenant = Tenant::new(server, "Readers");
    only(&Set::Read, server, &tenant, 200, |client| client.get(PATH));
}

fn setting_needs_a_role_of_the_write_set(server: &Server) {
    let tenant = Tenant::new(server, "Writers");
    let body = json!([item(KINDS[0], &json!(1))]);
    // Who may write but not read is answered all the same.
    only(&Set::Write, server, &tenant, 200, |client| put(client, &body));
}
