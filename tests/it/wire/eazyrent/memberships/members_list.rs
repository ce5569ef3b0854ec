//! `GET /iam/v1/team/members/`.

use iam_domain::params;
use iam_tests::{Seed, Server};
use serde_json::{Value, json};

use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller, unique_email};

pub const PATH: &str = "/iam/v1/team/members/";

crate::on_both!(
    people_are_listed_in_every_state_and_in_order_of_joining,
    machines_and_other_organizations_people_are_not_listed,
    the_caller_is_in_the_list,
    an_organization_without_people_has_an_empty_list,
    writing_does_not_allow_reading,
    a_slash_at_the_end_makes_no_difference,
);

/// A person who joined at `at`.
fn joined(seed: &Seed, organization: i64, state: &str, at: i64) -> (i64, Value) {
    let email = unique_email(state);
    let id = seed.user(organization, &email, &["org:user"]);
    seed.set_state(id, state);
    seed.run("UPDATE membership SET created_at = ?2 WHERE principal_id = ?1", params![id, at]);
    let view = json!({
        "user_type": "Human",
        "first_name": "Test",
        "last_name": "Person",
        "email": email,
        "phone": null,
        "id": id.to_string(),
        "avatar": null,
        "state": format!("USER_STATE_{}", state.to_uppercase()),
    });
    (id, view)
}

fn people_are_listed_in_every_state_and_in_order_of_joining(server: &Server) {
    let tenant = Tenant::new(server, "States");
    let joined = |state, at| joined(&tenant.seed, tenant.organization, state, at).1;
    let expected = [
        joined("locked", 30),
        joined("initial", 10),
        joined("inactive", 20),
        joined("active", 40),
        joined("active", 5),
    ];
    let answer = tenant.admin.get(PATH).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let [locked, initial, inactive, last, first] = expected;
    assert_eq!(answer.json(), json!([first, initial, inactive, locked, last]));
}

fn machines_and_other_organizations_people_are_not_listed(server: &Server) {
    let tenant = Tenant::new(server, "Here");
    let other = tenant.seed.organization("Elsewhere");
    joined(&tenant.seed, other, "active", 1);
    let (_, here) = joined(&tenant.seed, tenant.organization, "active", 1);
    // The organization also has the machine that asks.
    assert_eq!(tenant.admin.get(PATH).expect(200).json(), json!([here]));
}

fn the_caller_is_in_the_list(server: &Server) {
    let tenant = Tenant::new(server, "Caller");
    let (id, view) = joined(&tenant.seed, tenant.organization, "active", 1);
    let client = server.client().bearer(&tenant.seed.api_token(id));
    assert_eq!(client.get(PATH).expect(200).json(), json!([view]));
}

fn an_organization_without_people_has_an_empty_list(server: &Server) {
    let tenant = Tenant::new(server, "Empty");
    assert_eq!(tenant.admin.get(PATH).expect(200).json(), json!([]));
}

fn writing_does_not_allow_reading(server: &Server) {
    let tenant = Tenant::new(server, "Write only");
    let writer = caller(server, &tenant.seed, tenant.organization, &["organization:write"]);
    shape::detail(&writer.get(PATH).expect(403));
    let new = json!({"first_name": "A", "last_name": "B", "email": unique_email("new")});
    writer.post(PATH, &new).expect(201);
}

fn a_slash_at_the_end_makes_no_difference(server: &Server) {
    let tenant = Tenant::new(server, "Slashes");
    let new = json!({"first_name": "A", "last_name": "B", "email": unique_email("slash")});
    let made = tenant.admin.post("/iam/v1/team/members", &new).expect(201).json();
    let list = tenant.admin.get("/iam/v1/team/members").expect(200).json();
    assert_eq!(list[0]["id"], made["id"]);
    assert_eq!(list, tenant.admin.get(PATH).expect(200).json());
}
