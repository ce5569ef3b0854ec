//! `PUT /iam/v1/user-grants/{user_id}/authorizations/`.

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::acting_account::family;
use crate::wire::eazyrent::person::{Person, Set, machine, one_fault, only};
use crate::wire::eazyrent::roles::authorizations::{keys, path, strangers};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, client_of};

const MEMBERS: &str = "/iam/v1/team/members/";

crate::on_both!(
    every_role_of_an_organization_can_be_given,
    roles_are_replaced_and_duplicates_merged,
    an_empty_list_or_none_clears_them,
    it_counts_from_the_next_request_on,
    keys_that_cannot_be_given_are_refused_at_their_place,
    another_body_is_refused,
    who_is_not_in_the_organization_is_not_found,
    giving_needs_a_role_of_the_write_set,
    roles_are_given_in_the_account_acted_for,
    a_guest_is_given_roles_here_only,
    the_audit_tells_what_was_and_what_is,
);

/// Replaces somebody's roles.
pub fn put(client: &Client, id: impl std::fmt::Display, grants: &Value) -> Response {
    let body = json!({ "grants": grants }).to_string();
    client.send("PUT", &path(id), Some("application/json"), body.as_bytes())
}

#[track_caller]
pub fn held(tenant: &Tenant, id: i64) -> Value {
    tenant.admin.get(&path(id)).expect(200).json()
}

#[track_caller]
fn become_(tenant: &Tenant, id: i64, grants: &Value, expected: &[&str]) {
    let answer = put(&tenant.admin, id, grants).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(keys(&answer.json()), expected);
    assert_eq!(held(tenant, id), answer.json());
}

pub const ALL: [&str; 10] = [
    "document:write",
    "org:admin",
    "org:staff",
    "org:user",
    "organization:read",
    "organization:write",
    "product:read",
    "product:write",
    "rental_file:read",
    "rental_file:write",
];

fn every_role_of_an_organization_can_be_given(server: &Server) {
    let tenant = Tenant::new(server, "All");
    Person::seeded(server, &tenant, &["org:admin"]);
    let person = Person::seeded(server, &tenant, &["org:user"]);
    let machine = tenant.seed.machine(tenant.organization, &[]);
    for id in [person.id, machine.id] {
        for key in ALL {
            become_(&tenant, id, &json!([key]), &[key]);
        }
        become_(&tenant, id, &json!(ALL), &ALL);
    }
}

fn roles_are_replaced_and_duplicates_merged(server: &Server) {
    let tenant = Tenant::new(server, "Replaced");
    let person = Person::seeded(server, &tenant, &["org:user", "document:write"]);
    become_(&tenant, person.id, &json!(["org:staff", "document:write"]), &["document:write", "org:staff"]);
    become_(&tenant, person.id, &json!(["org:user", "org:user", "org:staff", "org:user"]), &["org:staff", "org:user"]);
    // As they are already, in another order.
    become_(&tenant, person.id, &json!(["org:user", "org:staff"]), &["org:staff", "org:user"]);
    let sql = "SELECT count(*) FROM role_grant WHERE principal_id = ?1";
    assert_eq!(tenant.seed.count(sql, params![person.id]), 2);
}

fn an_empty_list_or_none_clears_them(server: &Server) {
    let tenant = Tenant::new(server, "Cleared");
    for body in [json!({"grants": []}), json!({}), json!({"role": "org:user", "unknown": 1})] {
        let person = Person::seeded(server, &tenant, &["org:user", "product:read"]);
        let slashless = path(person.id).trim_end_matches('/').to_owned();
        for path in [path(person.id), slashless] {
            let answer = tenant.admin.send("PUT", &path, Some("application/json"), body.to_string().as_bytes());
            assert_eq!(answer.expect(200).json(), json!([]));
        }
        assert_eq!(held(&tenant, person.id), json!([]));
    }
}

fn it_counts_from_the_next_request_on(server: &Server) {
    let tenant = Tenant::new(server, "At once");
    Person::seeded(server, &tenant, &["org:admin"]);
    let (person, machine) = (Person::invited(server, &tenant), tenant.seed.machine(tenant.organization, &[]));
    // Tokens from before any change.
    for (id, client) in [(person.id, person.client.clone()), (machine.id, client_of(server, &machine))] {
        let new = || client.post_empty("/iam/v1/service-accounts/").status;
        for (grants, reads, makes) in [
            (json!([]), 403, 403),
            (json!(["org:staff"]), 200, 403),
            (json!(["org:admin"]), 200, 201),
            (json!(["organization:write"]), 403, 403),
            (json!(["org:user"]), 200, 403),
            (json!(["document:write"]), 403, 403),
        ] {
            put(&tenant.admin, id, &grants).expect(200);
            assert_eq!((client.get(MEMBERS).status, new()), (reads, makes), "{grants}");
            let mine = client.get("/iam/v1/user-grants/me/authorizations/").expect(200).json();
            assert_eq!(mine.as_array().unwrap().first().map_or(json!([]), |item| item["roleKeys"].clone()), grants);
        }
    }
}

fn keys_that_cannot_be_given_are_refused_at_their_place(server: &Server) {
    let tenant = Tenant::new(server, "Refused");
    let person = Person::seeded(server, &tenant, &["org:user"]);
    let platform = machine(server, &tenant, &[], &["admin"]);
    let wrong = ["admin", "staff", "user", "", "org:owner", "ORG:ADMIN", " org:user", "organization.read", "*"];
    for key in wrong {
        // Not even by the platform's own people.
        for client in [&tenant.admin, &platform] {
            let answer = put(client, person.id, &json!(["org:staff", key]));
            one_fault(&answer, &json!(["body", "grants", 1]), "value_error");
        }
    }
    let at = |index: usize, kind: &str| (json!(["body", "grants", index]), kind.to_owned());
    let several = put(&tenant.admin, person.id, &json!(["admin", "org:staff", "nobody", "org:staff", "user"]));
    assert_eq!(shape::faults(&several), [at(0, "value_error"), at(2, "value_error"), at(4, "value_error")]);
    let several = put(&tenant.admin, person.id, &json!([1, "org:staff", null, ["org:user"], {}, true]));
    assert_eq!(shape::faults(&several), [0, 2, 3, 4, 5].map(|index| at(index, "string_type")));
    assert_eq!(held(&tenant, person.id), json!(["org:user"]));
}

fn another_body_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Bodies");
    let person = Person::seeded(server, &tenant, &["org:user"]);
    for wrong in [json!(null), json!("org:staff"), json!({}), json!(1), json!(true)] {
        one_fault(&put(&tenant.admin, person.id, &wrong), &json!(["body", "grants"]), "list_type");
    }
    let send = |body: &str| tenant.admin.send("PUT", &path(person.id), Some("application/json"), body.as_bytes());
    one_fault(&send(""), &json!(["body"]), "missing");
    for body in ["[]", "[\"org:staff\"]", "null", "\"org:staff\""] {
        one_fault(&send(body), &json!(["body"]), "model_attributes_type");
    }
    one_fault(&send("{\"grants\": [}"), &json!(["body", 12]), "json_invalid");
    assert_eq!(held(&tenant, person.id), json!(["org:user"]));
}

fn who_is_not_in_the_organization_is_not_found(server: &Server) {
    let tenant = Tenant::new(server, "Here");
    for id in strangers(server, &tenant) {
        shape::detail(&put(&tenant.admin, &id, &json!(["org:user"])).expect(404));
    }
    let other = Tenant::new(server, "There");
    put(&tenant.admin, other.machine.id, &json!([])).expect(404);
    assert_eq!(held(&other, other.machine.id), json!(["org:admin"]));
}

fn giving_needs_a_role_of_the_write_set(server: &Server) {
    let tenant = Tenant::new(server, "Set");
    let person = Person::seeded(server, &tenant, &["org:user"]);
    only(&Set::Write, server, &tenant, 200, |client| put(client, person.id, &json!(["org:staff"])));
    // Nobody gives oneself a role without one.
    let nobody = Person::seeded(server, &tenant, &["org:staff"]);
    shape::detail(&put(&nobody.client, nobody.id, &json!(["org:admin"])).expect(403));
    // Rights come before the body and the id.
    put(&nobody.client, "999999999999", &json!(1)).expect(403);
}

fn roles_are_given_in_the_account_acted_for(server: &Server) {
    let family = family(server);
    let (admin, seed) = (&family.network.admin, &family.network.seed);
    let there = seed.machine(family.child, &["org:user"]);
    let here = seed.machine(family.network.organization, &["org:user"]);
    let client = client_of(server, &there);
    assert_eq!(
        put(&admin.acting(family.child), there.id, &json!(["org:admin"])).expect(200).json(),
        json!(["org:admin"])
    );
    client.post_empty("/iam/v1/service-accounts/").expect(201);
    let sql = "SELECT organization_id FROM role_grant WHERE principal_id = ?1";
    assert_eq!(seed.count(sql, params![there.id]), family.child);
    put(&admin.acting(family.child), here.id, &json!([])).expect(404);
    put(admin, there.id, &json!([])).expect(404);
    put(&admin.acting(family.stranger), here.id, &json!(["org:staff"])).expect(200);
    // Who may only write at home is no administrator there either.
    let writer = machine(server, &family.network, &["organization:write"], &[]).acting(family.child);
    shape::detail(&put(&writer, there.id, &json!([])).expect(403));
}

fn a_guest_is_given_roles_here_only(server: &Server) {
    let (home, tenant) = (Tenant::new(server, "Home"), Tenant::new(server, "Abroad"));
    let person = Person::seeded(server, &home, &["org:staff"]);
    tenant.seed.join(tenant.organization, person.id, "user");
    become_(&tenant, person.id, &json!(["org:admin"]), &["org:admin"]);
    assert_eq!(held(&home, person.id), json!(["org:staff"]));
    shape::detail(&person.client.post_empty("/iam/v1/service-accounts/").expect(403));
    person.client.acting(tenant.organization).post_empty("/iam/v1/service-accounts/").expect(201);
}

fn the_audit_tells_what_was_and_what_is(server: &Server) {
    let tenant = Tenant::new(server, "Audited");
    let person = Person::seeded(server, &tenant, &["org:user"]);
    let answer = put(&tenant.admin, person.id, &json!(["org:staff"])).expect(200);
    let sql = "SELECT detail FROM audit_event WHERE request_id = ?1 AND organization_id = ?2 AND target_id = ?3";
    let detail = |answer: &Response| {
        let request = answer.header("x-request-id");
        tenant.seed.texts(sql, params![request, tenant.organization, person.id])
    };
    let found: Value = serde_json::from_str(&detail(&answer)[0]).unwrap();
    assert_eq!(found, json!({"changed": {"roles": {"before": ["org:user"], "after": ["org:staff"]}}}));
    // Nothing changed, nothing to tell.
    assert_eq!(detail(&put(&tenant.admin, person.id, &json!(["org:staff"])).expect(200)), [""; 0]);
}
