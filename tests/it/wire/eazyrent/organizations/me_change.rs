//! `PATCH /iam/v1/organizations/me/` and `DELETE /iam/v1/organizations/accounts/{id}/`.

use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::people::patch;
use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller};

crate::on_both!(
    only_what_is_sent_changes,
    null_clears_all_but_the_name,
    a_wrong_value_changes_nothing,
    a_number_that_is_known_at_the_same_parent_is_refused,
    changing_takes_the_right_to_write,
    an_account_is_unlinked_by_its_parent_or_insurer,
    only_accounts_that_are_linked_here_can_be_unlinked,
);

const ME: &str = "/iam/v1/organizations/me/";
const ACCOUNTS: &str = "/iam/v1/organizations/accounts/";

fn profile(tenant: &Tenant) -> Value {
    let me = tenant.admin.get(ME).expect(200).json();
    json!([me["name"], me["registration_number"], me["address"]])
}

fn only_what_is_sent_changes(server: &Server) {
    let tenant = Tenant::new(server, "Before");
    let answer = patch(&tenant.admin, ME, &json!({ "address": "1 rue de la Paix\n75002 Paris" })).expect(200);
    assert_eq!(answer.json(), tenant.admin.get(ME).expect(200).json());
    assert_eq!(profile(&tenant), json!(["Before", null, "1 rue de la Paix\n75002 Paris"]));
    patch(&tenant.admin, ME, &json!({ "name": " After ", "registration_number": "RCS 1", "id": "1" })).expect(200);
    assert_eq!(profile(&tenant), json!(["After", "RCS 1", "1 rue de la Paix\n75002 Paris"]));
    patch(&tenant.admin, ME, &json!({})).expect(200);
    assert_eq!(profile(&tenant), json!(["After", "RCS 1", "1 rue de la Paix\n75002 Paris"]));
}

fn null_clears_all_but_the_name(server: &Server) {
    let tenant = Tenant::new(server, "Cleared");
    patch(&tenant.admin, ME, &json!({ "registration_number": "RCS 1", "address": "Paris" })).expect(200);
    patch(&tenant.admin, ME, &json!({ "registration_number": null, "address": "" })).expect(200);
    assert_eq!(profile(&tenant), json!(["Cleared", null, null]));
    let answer = patch(&tenant.admin, ME, &json!({ "name": null })).expect(422);
    assert_eq!(answer.json()["detail"][0]["loc"], json!(["body", "name"]));
}

fn a_wrong_value_changes_nothing(server: &Server) {
    let tenant = Tenant::new(server, "Kept");
    for (field, value) in
        [("name", json!(" ")), ("name", json!(1)), ("registration_number", json!("a\u{1}b")), ("address", json!([]))]
    {
        let answer = patch(&tenant.admin, ME, &json!({ "name": "New", field: value })).expect(422);
        assert_eq!(answer.json()["detail"][0]["loc"], json!(["body", field]), "{answer:?}");
    }
    assert_eq!(profile(&tenant), json!(["Kept", null, null]));
}

fn a_number_that_is_known_at_the_same_parent_is_refused(server: &Server) {
    for (column, kind) in [("parent_id", "default"), ("insurer_id", "insurance")] {
        let (head, tenant) = (Tenant::new(server, "Head"), Tenant::new(server, "Member"));
        head.seed.set_organization(head.organization, "account_type", kind);
        head.admin.post(ACCOUNTS, &json!({ "name": "Sister", "registration_number": "RCS 1" })).expect(200);
        tenant.seed.set_organization(tenant.organization, column, head.organization);
        shape::detail(&patch(&tenant.admin, ME, &json!({ "registration_number": "RCS 1" })).expect(409));
        assert_eq!(profile(&tenant), json!(["Member", null, null]));
        patch(&tenant.admin, ME, &json!({ "registration_number": "RCS 2" })).expect(200);
    }
}

fn changing_takes_the_right_to_write(server: &Server) {
    let tenant = Tenant::new(server, "Rights");
    for (role, status) in
        [("org:user", 403), ("org:staff", 403), ("organization:read", 403), ("organization:write", 200)]
    {
        let client = caller(server, &tenant.seed, tenant.organization, &[role]);
        patch(&client, ME, &json!({ "name": role })).expect(status);
    }
    assert_eq!(profile(&tenant), json!(["organization:write", null, null]));
}

fn an_account_is_unlinked_by_its_parent_or_insurer(server: &Server) {
    for (kind, field) in [("default", "organization_id"), ("insurance", "insurance_id")] {
        let (head, tenant) = (Tenant::new(server, "Head"), Tenant::new(server, "Member"));
        head.seed.set_organization(head.organization, "account_type", kind);
        let code = head.admin.get("/iam/v1/organizations/pairing-code/").expect(200).json();
        tenant.admin.post("/iam/v1/organizations/join-organization/", &code).expect(200);
        let acting = head.admin.acting(tenant.organization);
        assert_eq!(acting.get("/iam/v1/service-accounts/").expect(200).json().as_array().unwrap().len(), 1);

        let path = format!("{ACCOUNTS}{}/", tenant.organization);
        head.admin.delete(&path).expect(204);
        assert_eq!(head.admin.get(ACCOUNTS).expect(200).json(), json!([]));
        assert_eq!(tenant.admin.get(ME).expect(200).json()[field], json!(null));
        // The acting header falls back to home from now on.
        let seen = acting.get("/iam/v1/service-accounts/").expect(200).json();
        assert_eq!(seen[0]["id"], json!(head.machine.id.to_string()));
        shape::detail(&head.admin.delete(&path).expect(404));
    }
}

fn only_accounts_that_are_linked_here_can_be_unlinked(server: &Server) {
    let (head, other) = (Tenant::new(server, "Head"), Tenant::new(server, "Other"));
    let child = head.seed.organization("Child");
    head.seed.set_organization(child, "parent_id", head.organization);
    let grandchild = head.seed.organization("Grandchild");
    head.seed.set_organization(grandchild, "parent_id", child);
    for id in [other.organization, grandchild, head.organization, 999_999_999_999] {
        shape::detail(&head.admin.delete(&format!("{ACCOUNTS}{id}/")).expect(404));
    }
    shape::detail(&other.admin.delete(&format!("{ACCOUNTS}{child}/")).expect(404));
    let reader = caller(server, &head.seed, head.organization, &["org:user"]);
    shape::detail(&reader.delete(&format!("{ACCOUNTS}{child}/")).expect(403));
    // The grandchild is unlinked where it hangs.
    head.admin.acting(child).delete(&format!("{ACCOUNTS}{grandchild}/")).expect(204);
    head.admin.delete(&format!("{ACCOUNTS}{child}/")).expect(204);
}
