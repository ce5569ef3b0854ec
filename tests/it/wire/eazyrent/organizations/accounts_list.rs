//! `GET /iam/v1/organizations/accounts/`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::acting_account::family;
use crate::wire::eazyrent::organizations::accounts::PATH;
use crate::wire::eazyrent::person::{Set, only};
use crate::wire::tenant::{Tenant, caller, organization};

crate::on_both!(
    accounts_linked_directly_are_listed_and_nothing_else,
    every_field_is_shown_and_no_parents,
    in_order_of_creation_and_each_once,
    more_than_a_thousand_come_complete_and_in_order,
    without_accounts_the_list_is_empty,
    listing_needs_a_role_of_the_read_set,
    acting_for_another_account_makes_no_difference,
);

fn ids(list: &Value) -> Vec<i64> {
    let id = |one: &Value| one["id"].as_str().expect("an id").parse().expect("a number");
    list.as_array().expect("a list").iter().map(id).collect()
}

#[track_caller]
fn list(tenant: &Tenant) -> Value {
    tenant.admin.get(PATH).expect(200).json()
}

fn accounts_linked_directly_are_listed_and_nothing_else(server: &Server) {
    let family = family(server);
    let mut found = ids(&list(&family.network));
    found.sort_unstable();
    let mut expected = [family.child, family.insured];
    expected.sort_unstable();
    assert_eq!(found, expected);
    let child = caller(server, &family.network.seed, family.child, &["org:user"]);
    assert_eq!(ids(&child.get(PATH).expect(200).json()), [family.grandchild]);
}

fn every_field_is_shown_and_no_parents(server: &Server) {
    let tenant = Tenant::new(server, "Head");
    let insurer = tenant.seed.organization("Insurer");
    let id = tenant.seed.organization("Child");
    tenant.seed.set_organization(id, "parent_id", tenant.organization);
    tenant.seed.set_organization(id, "insurer_id", insurer);
    for (column, value) in [
        ("logo_url", "https://cdn.example.org/a.png"),
        ("registration_number", "RCS 1"),
        ("address", "1 rue\nParis"),
        ("account_type", "insurance"),
    ] {
        tenant.seed.set_organization(id, column, value);
    }
    let mut expected = organization(id, "Child");
    expected["organization_id"] = json!(tenant.organization.to_string());
    expected["insurance_id"] = json!(insurer.to_string());
    expected["logo"] = json!("https://cdn.example.org/a.png");
    expected["registration_number"] = json!("RCS 1");
    expected["address"] = json!("1 rue\nParis");
    expected["account_type"] = json!("INSURANCE");
    let answer = tenant.admin.get(PATH).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json(), json!([expected]));
    assert_eq!(tenant.admin.get(PATH.trim_end_matches('/')).expect(200).json(), json!([expected]));
}

fn in_order_of_creation_and_each_once(server: &Server) {
    let tenant = Tenant::new(server, "Order");
    let add = |created_at: i64, columns: &[&str]| {
        let id = tenant.seed.organization("Linked");
        tenant.seed.set_organization(id, "created_at", created_at);
        for column in columns {
            tenant.seed.set_organization(id, column, tenant.organization);
        }
        id
    };
    let third = add(30, &["parent_id"]);
    let first = add(10, &["insurer_id"]);
    let twice = add(20, &["parent_id", "insurer_id"]);
    let before = add(-5, &["parent_id"]);
    assert_eq!(ids(&list(&tenant)), [before, first, twice, third]);
    // What changes later does not move.
    tenant.seed.set_organization(first, "updated_at", 1_000_000);
    tenant.seed.set_organization(first, "name", "Renamed");
    assert_eq!(ids(&list(&tenant)), [before, first, twice, third]);
}

/// So many organizations linked to `head`, by turns as child, as client and as both, in groups of three that were made
/// at the same moment; their ids in order.
fn add_many(tenant: &Tenant, count: i64) -> Vec<i64> {
    let base = tenant.seed.organization("Base");
    let sql = "INSERT INTO organization (id, name, parent_id, insurer_id, pairing_code, created_at, updated_at) \
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?3) \
        SELECT ?1 - i, 'Linked', iif(i % 3 <> 1, ?2, NULL), iif(i % 3 <> 2, ?2, NULL), 'MANY' || (?1 - i), i / 3, 0 FROM n";
    tenant.seed.run(sql, params![base, tenant.organization, count]);
    let mut made: Vec<(i64, i64)> = (1..=count).map(|i| (i / 3, base - i)).collect();
    made.sort_unstable();
    made.into_iter().map(|(_, id)| id).collect()
}

fn more_than_a_thousand_come_complete_and_in_order(server: &Server) {
    for count in [1000, 1001, 2500] {
        let tenant = Tenant::new(server, "Large");
        let expected = add_many(&tenant, count);
        assert!(ids(&list(&tenant)) == expected, "{count}");
    }
}

fn without_accounts_the_list_is_empty(server: &Server) {
    let tenant = Tenant::new(server, "Alone");
    assert_eq!(list(&tenant), json!([]));
    // Not even with parents of its own.
    tenant.seed.set_organization(tenant.organization, "parent_id", tenant.seed.organization("Above"));
    tenant.seed.set_organization(tenant.organization, "insurer_id", tenant.seed.organization("Insurer"));
    assert_eq!(list(&tenant), json!([]));
}

fn listing_needs_a_role_of_the_read_set(server: &Server) {
    let tenant = Tenant::new(server, "Readers");
    only(&Set::Read, server, &tenant, 200, |client| client.get(PATH));
}

fn acting_for_another_account_makes_no_difference(server: &Server) {
    let family = family(server);
    let own = list(&family.network);
    assert_eq!(own.as_array().unwrap().len(), 2);
    for account in [family.child, family.grandchild, family.stranger] {
        assert_eq!(family.network.admin.acting(account).get(PATH).expect(200).json(), own);
    }
}
