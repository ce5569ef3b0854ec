//! `POST /iam/v1/organizations/accounts/`: the answer, what is stored, and what is refused.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::person::{Set, machine, one_fault, only};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, organization};

pub const PATH: &str = "/iam/v1/organizations/accounts/";

crate::on_both!(
    a_new_account_is_answered_as_a_whole_organization,
    texts_are_stored_as_given_but_for_blanks_around_them,
    null_is_the_same_as_absent,
    a_new_account_has_no_members_and_a_fresh_pairing_code,
    making_one_needs_a_role_of_the_write_set,
    every_fault_is_named_at_its_field,
    a_body_that_is_no_object_is_refused,
    a_company_number_is_taken_once_under_the_same_parent,
    a_company_number_is_taken_once_at_the_same_insurer,
    the_audit_tells_of_it,
);

/// Makes a linked account.
#[track_caller]
pub fn made(tenant: &Tenant, body: &Value) -> Value {
    tenant.admin.post(PATH, body).expect(200).json()
}

/// How many accounts are linked to it.
fn children(tenant: &Tenant) -> i64 {
    let sql = "SELECT count(*) FROM organization WHERE parent_id = ?1 OR insurer_id = ?1";
    tenant.seed.count(sql, params![tenant.organization])
}

fn a_new_account_is_answered_as_a_whole_organization(server: &Server) {
    let tenant = Tenant::new(server, "Head");
    let answer = tenant.admin.post(PATH, &json!({"name": "Branch"})).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let id = shape::id(&answer.json()["id"]);
    let head = tenant.organization.to_string();
    let mut expected = organization(id, "Branch");
    expected["organization_id"] = json!(head);
    let listed = expected.clone();
    expected["organization"] = json!({"id": head, "name": "Head", "logo": null});
    expected["insurance"] = json!(null);
    assert_eq!(answer.json(), expected);
    assert_eq!(tenant.admin.get(PATH).expect(200).json(), json!([listed]));
    tenant.admin.post(PATH.trim_end_matches('/'), &json!({"name": "No slash"})).expect(200);
}

fn texts_are_stored_as_given_but_for_blanks_around_them(server: &Server) {
    let tenant = Tenant::new(server, "Texts");
    for account_type in ["DEFAULT", "ORGANIZATION", "INSURANCE"] {
        let body = json!({
            "name": "  Größe \"1\" & Söhne ",
            "logo": "https://cdn.example.org/a.png?x=1#y",
            "registration_number": format!(" {account_type} 123 "),
            "address": "1 rue de la Paix\n75000 Paris",
            "account_type": account_type,
            "id": "1", "pairing_code": "X", "unknown": [],
        });
        let answer = made(&tenant, &body);
        assert_ne!(answer["id"], json!("1"));
        assert_eq!(answer["name"], json!("Größe \"1\" & Söhne"));
        assert_eq!(answer["registration_number"], json!(format!("{account_type} 123")));
        for field in ["logo", "address", "account_type"] {
            assert_eq!(answer[field], body[field], "{field}");
        }
    }
    // The contract lets any text through as an address of a logo.
    for logo in ["cdn.example.org/a.png", "/a.png", "not an address", &"x".repeat(2083)] {
        assert_eq!(made(&tenant, &json!({"name": "Logo", "logo": logo}))["logo"], json!(logo));
    }
}

fn null_is_the_same_as_absent(server: &Server) {
    let tenant = Tenant::new(server, "Nulls");
    let body = json!({
        "name": "Child", "organization_id": null, "insurance_id": null, "logo": null, "registration_number": null,
        "address": null,
    });
    let answer = made(&tenant, &body);
    let mut expected = organization(shape::id(&answer["id"]), "Child");
    expected["organization_id"] = json!(tenant.organization.to_string());
    expected["organization"] = json!({"id": tenant.organization.to_string(), "name": "Nulls", "logo": null});
    expected["insurance"] = json!(null);
    assert_eq!(answer, expected);
}

fn a_new_account_has_no_members_and_a_fresh_pairing_code(server: &Server) {
    let tenant = Tenant::new(server, "Fresh");
    let codes = ["One", "Two"].map(|name| {
        let id = shape::id(&made(&tenant, &json!({"name": name}))["id"]);
        let child = tenant.admin.acting(id);
        assert_eq!(child.get("/iam/v1/team/members/").expect(200).json(), json!([]));
        assert_eq!(child.get("/iam/v1/service-accounts/").expect(200).json(), json!([]));
        let sql = "SELECT count(*) FROM membership WHERE organization_id = ?1";
        assert_eq!(tenant.seed.count(sql, params![id]), 0);
        child.get("/iam/v1/organizations/pairing-code/").expect(200).json()["pairing_code"].clone()
    });
    assert!(codes[0].as_str().is_some_and(|code| !code.is_empty()) && codes[0] != codes[1], "{codes:?}");
}

fn making_one_needs_a_role_of_the_write_set(server: &Server) {
    let tenant = Tenant::new(server, "Writers");
    only(&Set::Write, server, &tenant, 200, |client| client.post(PATH, &json!({"name": "Made"})));
    assert_eq!(children(&tenant), 5);
    // Before the body is looked at.
    machine(server, &tenant, &["org:user"], &[]).post(PATH, &json!({})).expect(403);
}

fn every_fault_is_named_at_its_field(server: &Server) {
    let tenant = Tenant::new(server, "Faults");
    let with = |field: &str, value: &Value| {
        let mut body = json!({"name": "Child"});
        body[field] = value.clone();
        tenant.admin.post(PATH, &body)
    };
    let at = |field: &str| json!(["body", field]);
    one_fault(&tenant.admin.post(PATH, &json!({})), &at("name"), "missing");
    one_fault(&with("name", &json!(null)), &at("name"), "string_type");
    for blank in ["", " \t\u{a0}\n"] {
        one_fault(&with("name", &json!(blank)), &at("name"), "string_too_short");
    }
    one_fault(&with("name", &json!("x".repeat(129))), &at("name"), "string_too_long");
    one_fault(&with("name", &json!("a\u{0}b")), &at("name"), "value_error");
    let texts = ["organization_id", "insurance_id", "logo", "registration_number", "address"];
    for field in texts.into_iter().chain(["name", "account_type"]) {
        for wrong in [json!(1), json!(true), json!(["a"]), json!({})] {
            one_fault(&with(field, &wrong), &at(field), "string_type");
        }
    }
    for unknown in ["", "default", "OTHER", " DEFAULT"] {
        one_fault(&with("account_type", &json!(unknown)), &at("account_type"), "value_error");
    }
    for field in ["logo", "registration_number", "address"] {
        one_fault(&with(field, &json!("x".repeat(2084))), &at(field), "string_too_long");
    }
    one_fault(&with("logo", &json!("  ")), &at("logo"), "string_too_short");
    for running in ["javascript:alert(1)", " JavaScript:x", "data:text/html,x", "vbscript:x"] {
        one_fault(&with("logo", &json!(running)), &at("logo"), "value_error");
    }
    let several = json!({"name": " ", "logo": 1, "address": [], "account_type": "X"});
    let found = shape::faults(&tenant.admin.post(PATH, &several));
    let places: Vec<&Value> = found.iter().map(|(loc, _)| loc).collect();
    assert_eq!(places, [&at("name"), &at("logo"), &at("address"), &at("account_type")]);
    assert_eq!(children(&tenant), 0);
}

fn a_body_that_is_no_object_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Bodies");
    one_fault(&tenant.admin.post_empty(PATH), &json!(["body"]), "missing");
    for body in [json!([]), json!("x"), json!(null), json!(1)] {
        one_fault(&tenant.admin.post(PATH, &body), &json!(["body"]), "model_attributes_type");
    }
    let broken = tenant.admin.send("POST", PATH, Some("application/json"), b"{\"name\": }");
    one_fault(&broken, &json!(["body", 9]), "json_invalid");
    assert_eq!(children(&tenant), 0);
}

fn a_company_number_is_taken_once_under_the_same_parent(server: &Server) {
    let tenant = Tenant::new(server, "Numbers");
    let new = |number: &str| json!({"name": "Child", "registration_number": number});
    let first = made(&tenant, &new("RCS 1"));
    for same in ["RCS 1", "  RCS 1 "] {
        shape::detail(&tenant.admin.post(PATH, &new(same)).expect(409));
    }
    assert_eq!(children(&tenant), 1);
    made(&tenant, &new("RCS 2"));
    // No number is no number, however often.
    for none in ["", "  "] {
        assert_eq!(made(&tenant, &new(none))["registration_number"], json!(null));
    }
    // Elsewhere it is another company's business.
    made(&Tenant::new(server, "Elsewhere"), &new("RCS 1"));
    let below = tenant.admin.acting(shape::id(&first["id"]));
    below.post(PATH, &new("RCS 1")).expect(200);
    below.post(PATH, &new("RCS 1")).expect(409);
}

fn a_company_number_is_taken_once_at_the_same_insurer(server: &Server) {
    let tenant = Tenant::new(server, "Insurer");
    tenant.seed.set_organization(tenant.organization, "account_type", "insurance");
    let new = json!({"name": "Client", "registration_number": "RCS 1"});
    made(&tenant, &new);
    shape::detail(&tenant.admin.post(PATH, &new).expect(409));
    assert_eq!(children(&tenant), 1);
}

fn the_audit_tells_of_it(server: &Server) {
    let tenant = Tenant::new(server, "Audited");
    let answer = tenant.admin.post(PATH, &json!({"name": "Child"})).expect(200);
    let sql = "SELECT target_id FROM audit_event WHERE request_id = ?1 AND actor_id = ?2 AND organization_id = ?3";
    let request = answer.header("x-request-id");
    let target = tenant.seed.count(sql, params![request, tenant.machine.id, tenant.organization]);
    assert_eq!(json!(target.to_string()), answer.json()["id"]);
}
