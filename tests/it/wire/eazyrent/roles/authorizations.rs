//! `GET /iam/v1/user-grants/me/authorizations/` and `GET /iam/v1/user-grants/{user_id}/authorizations/`.

use iam_domain::params;
use iam_tests::{Client, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::acting_account::family;
use crate::wire::eazyrent::person::{Person, Set, machine, only};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller};

const MINE: &str = "/iam/v1/user-grants/me/authorizations/";

crate::on_both!(
    my_grants_are_one_item_with_all_roles,
    a_machine_sees_its_own_too,
    without_roles_there_is_no_item,
    my_grants_are_those_at_home_whoever_is_acted_for,
    seeing_my_own_takes_no_role,
    roles_of_people_and_machines_are_shown,
    who_holds_nothing_has_an_empty_list,
    who_is_not_in_the_organization_is_not_found,
    roles_are_those_in_the_account_acted_for,
    a_guest_has_other_roles_in_each_organization,
    seeing_others_needs_a_role_of_the_read_set,
    a_slash_at_the_end_makes_no_difference,
);

/// Path of somebody's roles.
pub fn path(id: impl std::fmt::Display) -> String {
    format!("/iam/v1/user-grants/{id}/authorizations/")
}

/// A list of texts, sorted.
#[track_caller]
pub fn keys(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap_or_else(|| panic!("not a list: {list}"));
    let mut keys: Vec<&str> = list.iter().map(|key| key.as_str().expect("a text")).collect();
    keys.sort_unstable();
    keys
}

/// The one `GrantItem` of `answer`, checked for `id` and all but its roles.
#[track_caller]
fn item(answer: &Value, id: i64, tenant: &Tenant, name: &str) -> Value {
    let [item] = answer.as_array().expect("a list").as_slice() else { panic!("one item: {answer}") };
    shape::id(&item["id"]);
    let details = &item["details"];
    assert!(shape::moment(&details["creationDate"]) <= shape::moment(&details["changeDate"]), "{item}");
    let expected = json!({
        "id": item["id"],
        "userId": id.to_string(),
        "orgId": tenant.organization.to_string(),
        "orgName": name,
        "projectId": "310976816384838665",
        "roleKeys": item["roleKeys"],
        "state": "USER_GRANT_STATE_ACTIVE",
        "details": {
            "creationDate": details["creationDate"],
            "changeDate": details["changeDate"],
            "resourceOwner": tenant.organization.to_string(),
        },
    });
    assert_eq!(*item, expected);
    item["roleKeys"].clone()
}

#[track_caller]
fn mine(client: &Client) -> Value {
    let answer = client.get(MINE).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    answer.json()
}

fn my_grants_are_one_item_with_all_roles(server: &Server) {
    let tenant = Tenant::new(server, "Größe & Söhne");
    let person = Person::invited(server, &tenant);
    assert_eq!(keys(&item(&mine(&person.client), person.id, &tenant, "Größe & Söhne")), ["org:admin"]);
    let several = Person::seeded(server, &tenant, &["org:user", "document:write", "organization:read"]);
    let roles = item(&mine(&several.client), several.id, &tenant, "Größe & Söhne");
    assert_eq!(keys(&roles), ["document:write", "org:user", "organization:read"]);
}

fn a_machine_sees_its_own_too(server: &Server) {
    let tenant = Tenant::new(server, "Machines");
    assert_eq!(keys(&item(&mine(&tenant.admin), tenant.machine.id, &tenant, "Machines")), ["org:admin"]);
}

fn without_roles_there_is_no_item(server: &Server) {
    let tenant = Tenant::new(server, "Nothing");
    assert_eq!(mine(&Person::seeded(server, &tenant, &[]).client), json!([]));
    assert_eq!(mine(&machine(server, &tenant, &[], &[])), json!([]));
    // A platform role that was granted inside an organization is none.
    assert_eq!(mine(&machine(server, &tenant, &["admin"], &[])), json!([]));
}

fn my_grants_are_those_at_home_whoever_is_acted_for(server: &Server) {
    let family = family(server);
    let (tenant, seed) = (&family.network, &family.network.seed);
    let person = Person::seeded(server, tenant, &["org:staff"]);
    for other in [family.stranger, family.child] {
        seed.join(other, person.id, "user");
        seed.grant(Some(other), person.id, "org:admin");
    }
    for client in [person.client.clone(), person.client.acting(family.child), person.client.acting(family.stranger)] {
        assert_eq!(keys(&item(&mine(&client), person.id, tenant, "Network")), ["org:staff"]);
    }
}

fn seeing_my_own_takes_no_role(server: &Server) {
    let tenant = Tenant::new(server, "Own");
    only(&Set::Own, server, &tenant, 200, |client| client.get(MINE));
    let person = Person::seeded(server, &tenant, &[]);
    tenant.seed.set_state(person.id, "locked");
    shape::detail(&person.client.get(MINE).expect(401));
}

fn roles_of_people_and_machines_are_shown(server: &Server) {
    let tenant = Tenant::new(server, "Shown");
    let roles = ["org:admin", "org:user", "rental_file:write"];
    let person = Person::seeded(server, &tenant, &roles);
    let machine = tenant.seed.machine(tenant.organization, &roles);
    for id in [person.id, machine.id] {
        let answer = tenant.admin.get(&path(id)).expect(200);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(keys(&answer.json()), roles);
    }
    // In every state, and one's own as well.
    for state in ["initial", "locked", "inactive"] {
        tenant.seed.set_state(person.id, state);
        assert_eq!(keys(&tenant.admin.get(&path(person.id)).expect(200).json()), roles);
    }
    assert_eq!(tenant.admin.get(&path(tenant.machine.id)).expect(200).json(), json!(["org:admin"]));
}

fn who_holds_nothing_has_an_empty_list(server: &Server) {
    let tenant = Tenant::new(server, "Nothing");
    let person = Person::seeded(server, &tenant, &[]);
    let machine = tenant.seed.machine(tenant.organization, &[]);
    for id in [person.id, machine.id] {
        assert_eq!(tenant.admin.get(&path(id)).expect(200).json(), json!([]));
    }
}

/// Ids that stand for nobody in `tenant`.
pub fn strangers(server: &Server, tenant: &Tenant) -> Vec<String> {
    let other = Tenant::new(server, "Elsewhere");
    let person = Person::seeded(server, &other, &["org:user"]);
    let ids = [person.id, other.machine.id, other.organization, tenant.organization, 999_999_999_999];
    let malformed = ["abc", "0", "-1", "1%202", "310976816384838665", "%20", "ME", "%C3%A9"];
    ids.iter().map(ToString::to_string).chain(malformed.map(str::to_owned)).collect()
}

fn who_is_not_in_the_organization_is_not_found(server: &Server) {
    let tenant = Tenant::new(server, "Here");
    for id in strangers(server, &tenant) {
        shape::detail(&tenant.admin.get(&path(&id)).expect(404));
    }
    // Nor is who was deleted.
    Person::seeded(server, &tenant, &["org:admin"]);
    let person = Person::seeded(server, &tenant, &["org:user"]);
    tenant.admin.delete(&format!("/iam/v1/team/members/{}/", person.id)).expect(204);
    tenant.admin.get(&path(person.id)).expect(404);
    tenant.admin.get("/iam/v1/user-grants//authorizations/").expect(404);
}

fn roles_are_those_in_the_account_acted_for(server: &Server) {
    let family = family(server);
    let (admin, seed) = (&family.network.admin, &family.network.seed);
    let there = seed.machine(family.child, &["org:staff"]).id;
    let here = seed.machine(family.network.organization, &["org:user"]).id;
    assert_eq!(admin.acting(family.child).get(&path(there)).expect(200).json(), json!(["org:staff"]));
    admin.acting(family.child).get(&path(here)).expect(404);
    admin.get(&path(there)).expect(404);
    // Whoever cannot be acted for leaves one at home.
    assert_eq!(admin.acting(family.stranger).get(&path(here)).expect(200).json(), json!(["org:user"]));
    let child = caller(server, seed, family.child, &["org:admin"]);
    child.acting(family.network.organization).get(&path(here)).expect(404);
}

fn a_guest_has_other_roles_in_each_organization(server: &Server) {
    let (home, tenant) = (Tenant::new(server, "Home"), Tenant::new(server, "Abroad"));
    let person = Person::seeded(server, &home, &["org:staff"]);
    tenant.seed.join(tenant.organization, person.id, "user");
    assert_eq!(tenant.admin.get(&path(person.id)).expect(200).json(), json!([]));
    tenant.seed.grant(Some(tenant.organization), person.id, "org:user");
    assert_eq!(tenant.admin.get(&path(person.id)).expect(200).json(), json!(["org:user"]));
    assert_eq!(home.admin.get(&path(person.id)).expect(200).json(), json!(["org:staff"]));
    // A role without membership is nobody's here.
    let sql = "DELETE FROM membership WHERE organization_id = ?1 AND principal_id = ?2";
    tenant.seed.run(sql, params![tenant.organization, person.id]);
    tenant.admin.get(&path(person.id)).expect(404);
}

fn seeing_others_needs_a_role_of_the_read_set(server: &Server) {
    let tenant = Tenant::new(server, "Readers");
    let person = Person::seeded(server, &tenant, &["org:user"]);
    only(&Set::Read, server, &tenant, 200, |client| client.get(&path(person.id)));
    // Not even for one's own, by this path.
    let nobody = Person::seeded(server, &tenant, &[]);
    nobody.client.get(&path(nobody.id)).expect(403);
    // Before it is told whether there is such a person.
    nobody.client.get(&path("999999999999")).expect(403);
}

fn a_slash_at_the_end_makes_no_difference(server: &Server) {
    let tenant = Tenant::new(server, "Slashes");
    assert_eq!(tenant.admin.get(MINE.trim_end_matches('/')).expect(200).json(), mine(&tenant.admin));
    let roles = path(tenant.machine.id);
    assert_eq!(tenant.admin.get(roles.trim_end_matches('/')).expect(200).json(), json!(["org:admin"]));
    // Nobody is called `me`: that path only reads.
    let answer = tenant.admin.send("PUT", MINE, None, br#"{"grants": []}"#);
    assert!([404, 405].contains(&answer.status), "{answer:?}");
    assert_eq!(mine(&tenant.admin).as_array().unwrap().len(), 1);
}
