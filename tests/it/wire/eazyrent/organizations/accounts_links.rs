//! `POST /iam/v1/organizations/accounts/`: what a new account is linked to.

use iam_domain::params;
use iam_tests::{Client, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::acting_account::family;
use crate::wire::eazyrent::organizations::accounts::{PATH, made};
use crate::wire::eazyrent::person::machine;
use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller};

crate::on_both!(
    without_more_the_type_of_the_effective_organization_decides,
    what_is_named_and_within_reach_wins,
    what_is_out_of_reach_is_refused,
    what_does_not_exist_is_not_found,
    the_platform_reaches_everything,
    the_account_acted_for_becomes_the_parent,
    a_network_has_at_most_16_levels,
);

fn links(answer: &Value) -> [Value; 2] {
    for (id, nested) in [("organization_id", "organization"), ("insurance_id", "insurance")] {
        assert_eq!(answer[id], answer[nested]["id"], "{answer}");
    }
    [answer["organization_id"].clone(), answer["insurance_id"].clone()]
}

fn id(id: i64) -> Value {
    json!(id.to_string())
}

fn without_more_the_type_of_the_effective_organization_decides(server: &Server) {
    let tenant = Tenant::new(server, "Typed");
    let (here, none) = (id(tenant.organization), json!(null));
    for (stored, expected) in [
        ("default", [here.clone(), none.clone()]),
        ("organization", [here.clone(), none.clone()]),
        ("insurance", [none, here.clone()]),
    ] {
        tenant.seed.set_organization(tenant.organization, "account_type", stored);
        // Its own type makes no difference.
        for own in ["DEFAULT", "ORGANIZATION", "INSURANCE"] {
            let answer = made(&tenant, &json!({"name": "Child", "account_type": own}));
            assert_eq!(links(&answer), expected, "{stored} {own}");
            let nested = if stored == "insurance" { &answer["insurance"] } else { &answer["organization"] };
            assert_eq!(*nested, json!({"id": here, "name": "Typed", "logo": null}));
        }
    }
}

fn what_is_named_and_within_reach_wins(server: &Server) {
    let family = family(server);
    let tenant = &family.network;
    for parent in [tenant.organization, family.child, family.grandchild, family.insured] {
        let answer = made(tenant, &json!({"name": "Named", "organization_id": parent.to_string()}));
        assert_eq!(links(&answer), [id(parent), json!(null)]);
        // An insurer that is named comes beside the parent that is not.
        let answer = made(tenant, &json!({"name": "Insured", "insurance_id": parent.to_string()}));
        assert_eq!(links(&answer), [id(tenant.organization), id(parent)]);
        let both = json!({"name": "Both", "organization_id": parent.to_string(), "insurance_id": id(family.child)});
        assert_eq!(links(&made(tenant, &both)), [id(parent), id(family.child)]);
    }
    tenant.seed.set_organization(tenant.organization, "account_type", "insurance");
    let answer = made(tenant, &json!({"name": "Named", "organization_id": id(family.child)}));
    assert_eq!(links(&answer)[0], id(family.child));
}

/// How many organizations there are with this name.
fn count(tenant: &Tenant, name: &str) -> i64 {
    tenant.seed.count("SELECT count(*) FROM organization WHERE name = ?1", params![name])
}

fn what_is_out_of_reach_is_refused(server: &Server) {
    let family = family(server);
    let seed = &family.network.seed;
    let name = format!("Out of reach {}", family.child);
    let child = caller(server, seed, family.child, &["org:admin"]);
    seed.set_organization(family.child, "insurer_id", family.insured);
    // Above, beside, its own insurer, and nothing to do with it.
    let refused = |client: &Client, other: i64| {
        for field in ["organization_id", "insurance_id"] {
            shape::detail(&client.post(PATH, &json!({"name": name, field: other.to_string()})).expect(403));
        }
    };
    for other in [family.network.organization, family.insured, family.stranger] {
        refused(&child, other);
    }
    refused(&family.network.admin, family.stranger);
    let one_of_two =
        json!({"name": name, "organization_id": id(family.grandchild), "insurance_id": id(family.stranger)});
    shape::detail(&child.post(PATH, &one_of_two).expect(403));
    assert_eq!(count(&family.network, &name), 0);
}

fn what_does_not_exist_is_not_found(server: &Server) {
    let tenant = Tenant::new(server, "Unknown");
    let name = format!("Unknown {}", tenant.organization);
    for unknown in ["999999999999", "310976816384838665", "abc", "", "-1", "' OR 1=1 --"] {
        for field in ["organization_id", "insurance_id"] {
            let answer = tenant.admin.post(PATH, &json!({"name": name, field: unknown}));
            shape::detail(&answer.expect(404));
        }
    }
    // A person is no organization.
    let machine = tenant.machine.id.to_string();
    tenant.admin.post(PATH, &json!({"name": name, "organization_id": machine})).expect(404);
    assert_eq!(count(&tenant, &name), 0);
}

fn the_platform_reaches_everything(server: &Server) {
    let (tenant, stranger) = (Tenant::new(server, "Office"), Tenant::new(server, "Far"));
    for role in ["admin", "staff", "user"] {
        let operator = machine(server, &tenant, &[], &[role]);
        let body = json!({"name": "Anywhere", "organization_id": id(stranger.organization)});
        assert_eq!(links(&operator.post(PATH, &body).expect(200).json())[0], id(stranger.organization));
        operator.post(PATH, &json!({"name": "Nowhere", "organization_id": "999999999999"})).expect(404);
    }
    assert_eq!(stranger.admin.get(PATH).expect(200).json().as_array().unwrap().len(), 3);
}

fn the_account_acted_for_becomes_the_parent(server: &Server) {
    let family = family(server);
    let admin = &family.network.admin;
    for account in [family.child, family.grandchild, family.insured] {
        let answer = admin.acting(account).post(PATH, &json!({"name": "Below"})).expect(200).json();
        assert_eq!(links(&answer), [id(account), json!(null)]);
    }
    // Acting for a child, one still reaches home and what lies below it.
    for parent in [family.network.organization, family.insured] {
        let body = json!({"name": "Named", "organization_id": id(parent)});
        assert_eq!(links(&admin.acting(family.child).post(PATH, &body).expect(200).json())[0], id(parent));
    }
    // Nobody acts for a stranger.
    let answer = admin.acting(family.stranger).post(PATH, &json!({"name": "Home"})).expect(200).json();
    assert_eq!(links(&answer)[0], id(family.network.organization));
}

fn a_network_has_at_most_16_levels(server: &Server) {
    let tenant = Tenant::new(server, "Level 1");
    let mut lowest = tenant.organization;
    for level in 2..=16 {
        let body = json!({"name": format!("Level {level}"), "organization_id": id(lowest)});
        let answer = made(&tenant, &body);
        assert_eq!(links(&answer)[0], id(lowest));
        lowest = shape::id(&answer["id"]);
    }
    // As deep as it goes, the head still acts there.
    let members = tenant.admin.acting(lowest).post_empty("/iam/v1/service-accounts/").expect(201).json();
    assert_eq!(members["organization"]["id"], id(lowest));
    let body = json!({"name": "Level 17", "organization_id": id(lowest)});
    shape::detail(&tenant.admin.post(PATH, &body).expect(400));
    shape::detail(&tenant.admin.acting(lowest).post(PATH, &json!({"name": "Level 17"})).expect(400));
    let sql = "SELECT count(*) FROM organization WHERE parent_id = ?1";
    assert_eq!(tenant.seed.count(sql, params![lowest]), 0);
    // As an insurer it has no level.
    made(&tenant, &json!({"name": "Client", "insurance_id": id(lowest)}));
}
