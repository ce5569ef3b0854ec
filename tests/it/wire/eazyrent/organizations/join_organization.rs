//! `POST /iam/v1/organizations/join-organization/`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::acting_account::family;
use crate::wire::eazyrent::organizations::pairing_code::{JOIN, join, renew};
use crate::wire::eazyrent::person::{Set, one_fault, only};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller};

const ME: &str = "/iam/v1/organizations/me/";
const ACCOUNTS: &str = "/iam/v1/organizations/accounts/";

crate::on_both!(
    the_answer_is_the_joining_organization_with_its_new_parent,
    an_insurer_becomes_the_insurer,
    the_parent_lists_it_and_acts_in_it_at_once,
    an_unknown_code_is_not_found,
    the_own_code_is_refused,
    a_loop_is_refused_at_every_depth,
    an_insurer_makes_no_loop,
    who_is_linked_already_is_refused,
    a_company_number_is_taken_once_under_the_new_parent,
    a_network_has_at_most_16_levels,
    joining_happens_in_the_account_acted_for,
    joining_needs_a_role_of_the_write_set,
    every_fault_is_named_at_its_field,
);

fn the_answer_is_the_joining_organization_with_its_new_parent(server: &Server) {
    for head_type in ["default", "organization"] {
        let (head, tenant) = (Tenant::new(server, "Head"), Tenant::new(server, "Joining"));
        head.seed.set_organization(head.organization, "account_type", head_type);
        head.seed.set_organization(head.organization, "logo_url", "https://cdn.example.org/h.png");
        let mut expected = tenant.view("Joining");
        let id = head.organization.to_string();
        expected["organization_id"] = json!(id);
        expected["organization"] = json!({"id": id, "name": "Head", "logo": "https://cdn.example.org/h.png"});
        expected["insurance"] = json!(null);
        let answer = join(&tenant.admin, &renew(&head.admin)).expect(200);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.json(), expected);
        assert_eq!(tenant.admin.get(ME).expect(200).json(), expected);
    }
}

fn an_insurer_becomes_the_insurer(server: &Server) {
    let (insurer, tenant) = (Tenant::new(server, "Insurer"), Tenant::new(server, "Client"));
    insurer.seed.set_organization(insurer.organization, "account_type", "insurance");
    let id = insurer.organization.to_string();
    let answer = join(&tenant.admin, &renew(&insurer.admin)).expect(200).json();
    assert_eq!((&answer["insurance_id"], &answer["organization_id"]), (&json!(id), &json!(null)));
    assert_eq!(answer["insurance"], json!({"id": id, "name": "Insurer", "logo": null}));
    assert_eq!(answer["organization"], json!(null));
    // A parent as well: one of each.
    let head = Tenant::new(server, "Head");
    let answer = join(&tenant.admin, &renew(&head.admin)).expect(200).json();
    assert_eq!(
        (&answer["insurance"]["id"], &answer["organization"]["id"]),
        (&json!(id), &json!(head.organization.to_string()))
    );
}

fn the_parent_lists_it_and_acts_in_it_at_once(server: &Server) {
    for head_type in ["organization", "insurance"] {
        let (head, tenant) = (Tenant::new(server, "Head"), Tenant::new(server, "Joining"));
        head.seed.set_organization(head.organization, "account_type", head_type);
        let acting = head.admin.acting(tenant.organization);
        let effective = || acting.post_empty("/iam/v1/service-accounts/").expect(201).json()["organization"].clone();
        assert_eq!(effective()["id"], json!(head.organization.to_string()));
        assert_eq!(head.admin.get(ACCOUNTS).expect(200).json(), json!([]));
        join(&tenant.admin, &renew(&head.admin)).expect(200);
        let list = head.admin.get(ACCOUNTS).expect(200).json();
        assert_eq!(list.as_array().unwrap().len(), 1);
        assert_eq!(list[0], effective());
        assert_eq!(list[0]["id"], json!(tenant.organization.to_string()));
        // Not the other way round.
        let back = tenant.admin.acting(head.organization).post_empty("/iam/v1/service-accounts/").expect(201).json();
        assert_eq!(back["organization"]["id"], list[0]["id"]);
    }
}

fn an_unknown_code_is_not_found(server: &Server) {
    let tenant = Tenant::new(server, "Unknown");
    for code in ["NOBODYHASTHIS", "", "%", "_", "*", "é", "null", "0"] {
        shape::detail(&join(&tenant.admin, code).expect(404));
    }
    assert_eq!(tenant.admin.get(ME).expect(200).json()["organization_id"], json!(null));
}

fn the_own_code_is_refused(server: &Server) {
    for own_type in ["default", "organization", "insurance"] {
        let tenant = Tenant::new(server, "Own");
        tenant.seed.set_organization(tenant.organization, "account_type", own_type);
        shape::detail(&join(&tenant.admin, &renew(&tenant.admin)).expect(400));
        let me = tenant.admin.get(ME).expect(200).json();
        assert_eq!((&me["organization_id"], &me["insurance_id"]), (&json!(null), &json!(null)));
    }
}

fn a_loop_is_refused_at_every_depth(server: &Server) {
    let head = Tenant::new(server, "Head");
    let mut above = head.organization;
    for depth in 1..=4 {
        let below = head.seed.organization("Below");
        head.seed.set_organization(below, "parent_id", above);
        let code = renew(&head.admin.acting(below));
        let answer = join(&head.admin, &code);
        assert_eq!(answer.status, 400, "{depth}: {answer:?}");
        shape::detail(&answer);
        above = below;
    }
    assert_eq!(head.admin.get(ME).expect(200).json()["organization_id"], json!(null));
}

fn an_insurer_makes_no_loop(server: &Server) {
    // Whoever is above acts below, so a child that became the insurer of its head would command it.
    let head = Tenant::new(server, "Head");
    let insurer = head.seed.organization("Insurer");
    head.seed.set_organization(insurer, "parent_id", head.organization);
    head.seed.set_organization(insurer, "account_type", "insurance");
    shape::detail(&join(&head.admin, &renew(&head.admin.acting(insurer))).expect(400));
    // Nor through a client of a client, nor the other way round.
    let (first, second) = (Tenant::new(server, "First"), Tenant::new(server, "Second"));
    for tenant in [&first, &second] {
        tenant.seed.set_organization(tenant.organization, "account_type", "insurance");
    }
    join(&first.admin, &renew(&second.admin)).expect(200);
    shape::detail(&join(&second.admin, &renew(&first.admin)).expect(400));
    let client = head.seed.organization("Client");
    head.seed.set_organization(client, "insurer_id", first.organization);
    head.seed.set_organization(head.organization, "parent_id", client);
    shape::detail(&join(&second.admin, &renew(&head.admin)).expect(400));
    assert_eq!(head.admin.get(ME).expect(200).json()["insurance_id"], json!(null));
}

fn who_is_linked_already_is_refused(server: &Server) {
    for head_type in ["default", "insurance"] {
        let (head, other) = (Tenant::new(server, "Head"), Tenant::new(server, "Other"));
        for one in [&head, &other] {
            one.seed.set_organization(one.organization, "account_type", head_type);
        }
        let tenant = Tenant::new(server, "Linked");
        let codes = [renew(&head.admin), renew(&other.admin)];
        let before = join(&tenant.admin, &codes[0]).expect(200).json();
        // To another one, and to the same.
        for code in &codes {
            shape::detail(&join(&tenant.admin, code).expect(409));
        }
        assert_eq!(tenant.admin.get(ME).expect(200).json(), before);
    }
}

fn a_company_number_is_taken_once_under_the_new_parent(server: &Server) {
    for head_type in ["default", "insurance"] {
        let (head, tenant) = (Tenant::new(server, "Head"), Tenant::new(server, "Twin"));
        head.seed.set_organization(head.organization, "account_type", head_type);
        tenant.seed.set_organization(tenant.organization, "registration_number", "RCS 1");
        head.admin.post(ACCOUNTS, &json!({"name": "First", "registration_number": "RCS 1"})).expect(200);
        shape::detail(&join(&tenant.admin, &renew(&head.admin)).expect(409));
        let me = tenant.admin.get(ME).expect(200).json();
        assert_eq!((&me["organization_id"], &me["insurance_id"]), (&json!(null), &json!(null)));
    }
}

/// So many organizations one below the other; the lowest first.
fn chain(tenant: &Tenant, length: usize) -> Vec<i64> {
    let ids: Vec<i64> = (0..length).map(|_| tenant.seed.organization("Level")).collect();
    for pair in ids.windows(2) {
        tenant.seed.set_organization(pair[0], "parent_id", pair[1]);
    }
    ids
}

fn a_network_has_at_most_16_levels(server: &Server) {
    let tenant = Tenant::new(server, "Deep");
    let levels = |above: usize, below: usize| {
        let (above, below) = (chain(&tenant, above), chain(&tenant, below));
        let owner = caller(server, &tenant.seed, above[0], &["org:admin"]);
        let joining = caller(server, &tenant.seed, below[below.len() - 1], &["org:admin"]);
        join(&joining, &renew(&owner)).status
    };
    for (above, below) in [(15, 1), (1, 15), (8, 8)] {
        assert_eq!(levels(above, below), 200, "{above} {below}");
    }
    for (above, below) in [(16, 1), (1, 16), (8, 9), (9, 8)] {
        assert_eq!(levels(above, below), 400, "{above} {below}");
    }
}

fn joining_happens_in_the_account_acted_for(server: &Server) {
    let (family, head) = (family(server), Tenant::new(server, "Head"));
    let (admin, code) = (&family.network.admin, renew(&head.admin));
    let joined = join(&admin.acting(family.insured), &code).expect(200).json();
    assert_eq!(joined["id"], json!(family.insured.to_string()));
    assert_eq!(joined["organization_id"], json!(head.organization.to_string()));
    assert_eq!(joined["insurance_id"], json!(family.network.organization.to_string()));
    // It is linked to home already.
    join(&admin.acting(family.child), &code).expect(409);
    // Out of reach: home joins.
    let joined = join(&admin.acting(family.stranger), &code).expect(200).json();
    assert_eq!(joined["id"], json!(family.network.organization.to_string()));
    let sql = "SELECT count(*) FROM organization WHERE id = ?1 AND parent_id IS NOT NULL";
    assert_eq!(family.network.seed.count(sql, params![family.stranger]), 0);
}

fn joining_needs_a_role_of_the_write_set(server: &Server) {
    let (head, tenant) = (Tenant::new(server, "Head"), Tenant::new(server, "Writers"));
    let code = renew(&head.admin);
    only(&Set::Write, server, &tenant, 200, |client| {
        tenant.seed.set_organization(tenant.organization, "parent_id", None::<i64>);
        join(client, &code)
    });
    assert_eq!(tenant.admin.get(ME).expect(200).json()["organization_id"], json!(null));
}

fn every_fault_is_named_at_its_field(server: &Server) {
    let tenant = Tenant::new(server, "Faults");
    let at: Value = json!(["body", "pairing_code"]);
    one_fault(&tenant.admin.post(JOIN, &json!({})), &at, "missing");
    for wrong in [json!(null), json!(123_456), json!(true), json!(["A"]), json!({})] {
        one_fault(&tenant.admin.post(JOIN, &json!({"pairing_code": wrong})), &at, "string_type");
    }
    one_fault(&join(&tenant.admin, &"X".repeat(3000)), &at, "string_too_long");
    one_fault(&join(&tenant.admin, "A\u{0}B"), &at, "value_error");
    one_fault(&tenant.admin.post_empty(JOIN), &json!(["body"]), "missing");
    for body in [json!([]), json!("ABC"), json!(null)] {
        one_fault(&tenant.admin.post(JOIN, &body), &json!(["body"]), "model_attributes_type");
    }
    assert_eq!(tenant.admin.get(ME).expect(200).json()["organization_id"], json!(null));
}
