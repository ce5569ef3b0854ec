//! `POST /iam/v1/organizations/leave-organization/`.

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::acting_account::family;
use crate::wire::eazyrent::organizations::pairing_code::{join, renew};
use crate::wire::eazyrent::person::{Person, Set, only};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller};

const PATH: &str = "/iam/v1/organizations/leave-organization/";
const ME: &str = "/iam/v1/organizations/me/";
const ACCOUNTS: &str = "/iam/v1/organizations/accounts/";

crate::on_both!(
    the_answer_is_the_organization_without_its_parent,
    who_has_no_parent_cannot_leave,
    the_insurer_stays,
    the_former_parent_loses_list_entry_and_access_at_once,
    members_roles_and_settings_are_kept,
    what_lies_below_goes_along,
    who_has_left_may_join_again,
    the_parent_may_let_an_account_go,
    leaving_happens_in_the_account_acted_for,
    leaving_needs_a_role_of_the_write_set,
    a_body_is_ignored,
    a_company_number_holds_nobody_back,
);

fn leave(client: &Client) -> Response {
    client.post_empty(PATH)
}

fn id(id: i64) -> Value {
    json!(id.to_string())
}

/// Two tenants, the second of which has joined the first.
fn linked(server: &Server) -> [Tenant; 2] {
    let (head, tenant) = (Tenant::new(server, "Head"), Tenant::new(server, "Child"));
    join(&tenant.admin, &renew(&head.admin)).expect(200);
    [head, tenant]
}

fn the_answer_is_the_organization_without_its_parent(server: &Server) {
    let [_head, tenant] = linked(server);
    let mut expected = tenant.view("Child");
    expected["organization"] = json!(null);
    expected["insurance"] = json!(null);
    let answer = tenant.admin.post_empty(PATH.trim_end_matches('/')).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json(), expected);
    assert_eq!(tenant.admin.get(ME).expect(200).json(), expected);
}

fn who_has_no_parent_cannot_leave(server: &Server) {
    let tenant = Tenant::new(server, "Alone");
    shape::detail(&leave(&tenant.admin).expect(400));
    // An insurer is no parent.
    let insurer = tenant.seed.organization("Insurer");
    tenant.seed.set_organization(tenant.organization, "insurer_id", insurer);
    shape::detail(&leave(&tenant.admin).expect(400));
    let [_head, tenant] = linked(server);
    leave(&tenant.admin).expect(200);
    shape::detail(&leave(&tenant.admin).expect(400));
}

fn the_insurer_stays(server: &Server) {
    let [_head, tenant] = linked(server);
    let insurer = tenant.seed.organization("Insurer");
    tenant.seed.set_organization(tenant.organization, "insurer_id", insurer);
    let answer = leave(&tenant.admin).expect(200).json();
    assert_eq!((&answer["organization_id"], &answer["organization"]), (&json!(null), &json!(null)));
    assert_eq!(answer["insurance_id"], id(insurer));
    assert_eq!(answer["insurance"], json!({"id": id(insurer), "name": "Insurer", "logo": null}));
    assert_eq!(tenant.admin.get(ME).expect(200).json(), answer);
    let insurer = caller(server, &tenant.seed, insurer, &["org:admin"]);
    assert_eq!(insurer.get(ACCOUNTS).expect(200).json()[0]["id"], id(tenant.organization));
}

fn the_former_parent_loses_list_entry_and_access_at_once(server: &Server) {
    let [head, tenant] = linked(server);
    let acting = head.admin.acting(tenant.organization);
    let effective = || acting.post_empty("/iam/v1/service-accounts/").expect(201).json()["organization"]["id"].clone();
    assert_eq!(effective(), id(tenant.organization));
    leave(&tenant.admin).expect(200);
    assert_eq!(effective(), id(head.organization));
    assert_eq!(head.admin.get(ACCOUNTS).expect(200).json(), json!([]));
}

fn members_roles_and_settings_are_kept(server: &Server) {
    let [_head, tenant] = linked(server);
    let person = Person::seeded(server, &tenant, &["org:admin", "document:write"]);
    let weights = json!([{"alert_type": {"id": "expired_document", "name": "", "description": ""}, "value": 0.25}]);
    let references = json!({"crm": ["1", null]});
    let put = |path: &str, body: &Value| tenant.admin.send("PUT", path, None, body.to_string().as_bytes()).expect(200);
    put("/iam/v1/organizations/alert-importances/", &weights);
    put("/iam/v1/organizations/external-references/", &references);
    let grants = format!("/iam/v1/user-grants/{}/authorizations/", person.id);
    let all = || {
        let paths = [
            "/iam/v1/team/members/",
            "/iam/v1/service-accounts/",
            grants.as_str(),
            "/iam/v1/organizations/external-references/",
            "/iam/v1/organizations/alert-importances/",
            "/iam/v1/organizations/pairing-code/",
        ];
        let mut all = paths.map(|path| tenant.admin.get(path).expect(200).json());
        // Of the organization that is shown with a machine the link is gone, of course.
        all[1][0]["organization"] = json!(null);
        all
    };
    let before = all();
    leave(&tenant.admin).expect(200);
    assert_eq!(all(), before);
}

fn what_lies_below_goes_along(server: &Server) {
    let family = family(server);
    let child = caller(server, &family.network.seed, family.child, &["org:admin"]);
    leave(&child).expect(200);
    assert_eq!(child.get(ACCOUNTS).expect(200).json()[0]["id"], id(family.grandchild));
    let acting = family.network.admin.acting(family.grandchild);
    let made = acting.post_empty("/iam/v1/service-accounts/").expect(201).json();
    assert_eq!(made["organization"]["id"], id(family.network.organization));
    assert_eq!(family.network.admin.get(ACCOUNTS).expect(200).json()[0]["id"], id(family.insured));
}

fn who_has_left_may_join_again(server: &Server) {
    let [head, tenant] = linked(server);
    leave(&tenant.admin).expect(200);
    let other = Tenant::new(server, "Other");
    for parent in [&other, &head] {
        let answer = join(&tenant.admin, &renew(&parent.admin)).expect(200).json();
        assert_eq!(answer["organization_id"], id(parent.organization));
        leave(&tenant.admin).expect(200);
    }
}

fn the_parent_may_let_an_account_go(server: &Server) {
    let [head, tenant] = linked(server);
    let acting = head.admin.acting(tenant.organization);
    assert_eq!(leave(&acting).expect(200).json()["id"], id(tenant.organization));
    assert_eq!(tenant.admin.get(ME).expect(200).json()["organization_id"], json!(null));
    // The same request now runs at home, which has no parent.
    leave(&acting).expect(400);
}

fn leaving_happens_in_the_account_acted_for(server: &Server) {
    let family = family(server);
    let above = family.network.seed.organization("Above");
    family.network.seed.set_organization(family.network.organization, "parent_id", above);
    let answer = leave(&family.network.admin.acting(family.grandchild)).expect(200).json();
    assert_eq!((&answer["id"], &answer["organization_id"]), (&id(family.grandchild), &json!(null)));
    assert_eq!(family.network.admin.get(ME).expect(200).json()["organization_id"], id(above));
    let answer = leave(&family.network.admin.acting(family.stranger)).expect(200).json();
    assert_eq!(answer["id"], id(family.network.organization));
    let sql = "SELECT parent_id FROM organization WHERE id = ?1";
    assert_eq!(family.network.seed.count(sql, params![family.child]), family.network.organization);
}

fn leaving_needs_a_role_of_the_write_set(server: &Server) {
    let tenant = Tenant::new(server, "Leavers");
    let head = tenant.seed.organization("Head");
    only(&Set::Write, server, &tenant, 200, |client| {
        tenant.seed.set_organization(tenant.organization, "parent_id", head);
        leave(client)
    });
    assert_eq!(tenant.admin.get(ME).expect(200).json()["organization_id"], id(head));
}

fn a_body_is_ignored(server: &Server) {
    for body in [&b"{}"[..], b"not json", b"[1]"] {
        let [_head, tenant] = linked(server);
        tenant.admin.send("POST", PATH, Some("application/json"), body).expect(200);
    }
}

/// The contract has no conflict here: whoever has a parent may leave.
fn a_company_number_holds_nobody_back(server: &Server) {
    let insurer = Tenant::new(server, "Insurer");
    insurer.seed.set_organization(insurer.organization, "account_type", "insurance");
    insurer.admin.post(ACCOUNTS, &json!({"name": "Client", "registration_number": "RCS 1"})).expect(200);
    // With the same number at the same insurer, but in a network.
    let [_head, tenant] = linked(server);
    tenant.seed.set_organization(tenant.organization, "insurer_id", insurer.organization);
    tenant.seed.set_organization(tenant.organization, "registration_number", "RCS 1");
    assert_eq!(leave(&tenant.admin).expect(200).json()["organization_id"], json!(null));
}
