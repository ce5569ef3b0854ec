//! `POST /iam/v1/register/` with a pairing code.

use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::memberships::members_list::PATH as MEMBERS;
use crate::wire::eazyrent::memberships::register::{administrator, body, left_behind, register};
use crate::wire::eazyrent::people::{mails, tables_with};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    a_pairing_code_links_to_its_owner_as_by_joining,
    an_unknown_pairing_code_leaves_nothing_behind,
    a_company_number_is_taken_once_under_the_same_parent,
    a_network_does_not_get_too_deep,
);

fn with_code(email: &str, code: &str) -> Value {
    let mut body = body(email);
    body["organization"]["pairing_code"] = json!(code);
    body
}

fn a_pairing_code_links_to_its_owner_as_by_joining(server: &Server) {
    for (account_type, field, view) in [
        ("default", "organization_id", "organization"),
        ("organization", "organization_id", "organization"),
        ("insurance", "insurance_id", "insurance"),
    ] {
        let owner = Tenant::new(server, "Owner");
        owner.seed.set_organization(owner.organization, "account_type", account_type);
        let pairing = format!("Code{}", owner.organization).to_uppercase();
        owner.seed.set_organization(owner.organization, "pairing_code", pairing.as_str());
        let email = unique_email("joined");
        // As people copy it.
        register(server, &with_code(&email, &format!(" {}\t", pairing.to_lowercase()))).expect(200);
        let mine = administrator(server, &owner, &email).get("/iam/v1/organizations/me/").expect(200).json();
        let parent = json!({"id": owner.organization.to_string(), "name": "Owner", "logo": null});
        assert_eq!((&mine[field], &mine[view]), (&parent["id"], &parent), "{account_type}");
        let other = if field == "insurance_id" { "organization_id" } else { "insurance_id" };
        assert_eq!(mine[other], json!(null), "{account_type}");
        // The owner lists it and works in it.
        let list = owner.admin.get("/iam/v1/organizations/accounts/").expect(200).json();
        assert_eq!(list[0]["id"], mine["id"]);
        let members = owner.admin.acting(mine["id"].as_str().unwrap()).get(MEMBERS).expect(200).json();
        assert_eq!(members[0]["email"], json!(email));
    }
}

fn an_unknown_pairing_code_leaves_nothing_behind(server: &Server) {
    let tenant = Tenant::new(server, "Bystander");
    let (email, name) = (unique_email("guess"), unique_email("Guess"));
    for pairing in ["NOSUCHCODE", "é", "' OR 1=1 --", &tenant.organization.to_string()] {
        let mut sent = with_code(&email, pairing);
        sent["organization"]["name"] = json!(name);
        shape::detail(&register(server, &sent).expect(404));
    }
    assert_eq!(left_behind(&tenant, &name), 0);
    assert_eq!(tables_with(&tenant.seed, &email), Vec::<String>::new());
    register(server, &body(&email)).expect(200);
}

fn a_company_number_is_taken_once_under_the_same_parent(server: &Server) {
    let owner = Tenant::new(server, "Owner");
    let pairing = format!("CODE{}", owner.organization);
    owner.seed.set_organization(owner.organization, "pairing_code", pairing.as_str());
    let [first, second] = ["first", "second"].map(unique_email);
    register(server, &with_code(&first, &pairing)).expect(200);
    shape::detail(&register(server, &with_code(&second, &pairing)).expect(409));
    assert_eq!(mails(&owner.seed, &second), []);
    // Without a parent, numbers may repeat.
    register(server, &body(&second)).expect(200);
}

fn a_network_does_not_get_too_deep(server: &Server) {
    let root = Tenant::new(server, "Root");
    let mut deepest = root.organization;
    for level in 2..=16 {
        let below = root.seed.organization(&format!("Level {level}"));
        root.seed.set_organization(below, "parent_id", deepest);
        deepest = below;
    }
    let pairing = format!("CODE{deepest}");
    root.seed.set_organization(deepest, "pairing_code", pairing.as_str());
    // Joining is refused, so registering must be.
    let joiner = Tenant::new(server, "Joiner");
    let join = json!({"pairing_code": pairing});
    shape::detail(&joiner.admin.post("/iam/v1/organizations/join-organization/", &join).expect(400));
    shape::detail(&register(server, &with_code(&unique_email("deep"), &pairing)).expect(400));
}
