//! Nobody comes to somebody else's rights by a detour: a home where the person is of little account, an account acted
//! for, a machine of the platform.

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use super::people::{Person, member, patch};
use super::person::machine;
use crate::wire::eazyrent::acting_account::family;
use crate::wire::eazyrent::organizations::accounts::PATH as ACCOUNTS;
use crate::wire::eazyrent::roles::authorizations_replace::{held, put};
use crate::wire::eazyrent::service_accounts::service_accounts::PATH as MACHINES;
use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller, unique_email};

crate::on_both!(
    an_administrator_elsewhere_is_changed_by_administrators_of_both,
    an_administrator_elsewhere_by_a_group_as_well,
    a_guest_who_administers_makes_no_accounts_at_home,
    an_insurer_makes_no_accounts_below_its_client,
    an_administrator_makes_accounts_at_home_and_below,
    staff_has_no_hold_on_a_machine_that_administers_the_platform,
    who_administers_the_platform_has,
);

/// Everything that changes a member.
fn writes(client: &Client, id: i64) -> Vec<(&'static str, Response)> {
    let post = |verb: &str| client.post_empty(&format!("{}{verb}/", member(id)));
    vec![
        ("update", patch(client, &member(id), &json!({"email": unique_email("taken-over")}))),
        ("lock", post("lock")),
        ("unlock", post("unlock")),
        ("deactivate", post("deactivate")),
        ("reactivate", post("reactivate")),
        ("resend-invitation", post("resend-invitation")),
        ("delete", client.delete(&member(id))),
    ]
}

#[track_caller]
fn statuses(answers: &[(&'static str, Response)], expected: [u16; 7]) {
    let statuses: Vec<u16> = answers.iter().map(|(_, answer)| answer.status).collect();
    assert_eq!(statuses, expected, "{answers:?}");
}

/// Somebody with little to say at `home`.
fn ordinary(home: &Tenant) -> i64 {
    home.seed.user(home.organization, &unique_email("ordinary"), &["org:user"])
}

/// Only who administers there as well changes `person`, who is an administrator of another organization.
#[track_caller]
fn only_administrators_of_both_change(server: &Server, home: &Tenant, person: i64) {
    let before = home.admin.get(&member(person)).expect(200).json();
    let writer = caller(server, &home.seed, home.organization, &["organization:write", "organization:read"]);
    statuses(&writes(&writer, person), [403; 7]);
    shape::detail(&put(&writer, person, &json!([])).expect(403));
    assert_eq!(home.admin.get(&member(person)).expect(200).json(), before);
    // An invitation goes to the address that the person has.
    statuses(&writes(&home.admin, person), [403, 403, 403, 403, 403, 202, 403]);
    let operator = server.client().bearer(&server.bootstrap_token()).acting(home.organization);
    statuses(&writes(&operator, person), [200, 200, 200, 200, 200, 202, 204]);
}

fn an_administrator_elsewhere_is_changed_by_administrators_of_both(server: &Server) {
    let (home, host) = (Tenant::new(server, "Home"), Tenant::new(server, "Host"));
    let person = ordinary(&home);
    host.seed.join(host.organization, person, "user");
    host.seed.grant(Some(host.organization), person, "org:admin");
    host.seed.user(host.organization, &unique_email("heir"), &["org:admin"]);
    only_administrators_of_both_change(server, &home, person);
}

fn an_administrator_elsewhere_by_a_group_as_well(server: &Server) {
    let (home, host) = (Tenant::new(server, "Home"), Tenant::new(server, "Host"));
    let person = ordinary(&home);
    host.seed.join(host.organization, person, "user");
    let group = host.organization + 1;
    host.seed.run(
        "INSERT INTO user_group (id, organization_id, name, created_at, updated_at) VALUES (?1, ?2, 'Heads', 0, 0)",
        params![group, host.organization],
    );
    host.seed.run(
        "INSERT INTO group_member (organization_id, group_id, principal_id, created_at) VALUES (?1, ?2, ?3, 0)",
        params![host.organization, group, person],
    );
    let grant = "INSERT INTO role_grant (id, organization_id, group_id, role_id, created_at) \
                 SELECT ?1, ?2, ?3, id, 0 FROM role WHERE key = 'org:admin'";
    host.seed.run(grant, params![group + 1, host.organization, group]);
    only_administrators_of_both_change(server, &home, person);
}

fn make(client: &Client, field: &str, id: i64) -> Response {
    client.post(ACCOUNTS, &json!({"name": "Made", field: id.to_string()}))
}

/// How many organizations there are right below `id`.
fn below(tenant: &Tenant, id: i64) -> i64 {
    tenant.seed.count("SELECT count(*) FROM organization WHERE ?1 IN (parent_id, insurer_id)", params![id])
}

fn a_guest_who_administers_makes_no_accounts_at_home(server: &Server) {
    let (home, host) = (Tenant::new(server, "Home"), Tenant::new(server, "Host"));
    let child = home.seed.organization("Child");
    home.seed.set_organization(child, "parent_id", home.organization);
    let guest = Person::new(server, &home, "guest", &["org:user"]);
    host.seed.join(host.organization, guest.id, "user");
    host.seed.grant(Some(host.organization), guest.id, "org:admin");
    let guest = guest.client.acting(host.organization);
    for field in ["organization_id", "insurance_id"] {
        for out_of_reach in [home.organization, child] {
            shape::detail(&make(&guest, field, out_of_reach).expect(403));
        }
        make(&guest, field, host.organization).expect(200);
    }
    assert_eq!((below(&home, home.organization), below(&home, child)), (1, 0));
    // Not named, it is made where the guest administers.
    let made = guest.post(ACCOUNTS, &json!({"name": "Made"})).expect(200).json();
    assert_eq!(made["organization_id"], json!(host.organization.to_string()));
}

fn an_insurer_makes_no_accounts_below_its_client(server: &Server) {
    let insurer = Tenant::new(server, "Insurer");
    insurer.seed.set_organization(insurer.organization, "account_type", "insurance");
    let [client, child] = ["Client", "Child"].map(|name| insurer.seed.organization(name));
    insurer.seed.set_organization(client, "insurer_id", insurer.organization);
    insurer.seed.set_organization(child, "parent_id", client);
    for acting in [&insurer.admin.acting(client), &insurer.admin, &insurer.admin.acting(child)] {
        for field in ["organization_id", "insurance_id"] {
            shape::detail(&make(acting, field, child).expect(403));
        }
    }
    assert_eq!(below(&insurer, child), 0);
    // The client itself is within reach.
    for acting in [&insurer.admin.acting(client), &insurer.admin] {
        let made = make(acting, "organization_id", client).expect(200).json();
        assert_eq!(made["organization_id"], json!(client.to_string()));
    }
}

fn an_administrator_makes_accounts_at_home_and_below(server: &Server) {
    let family = family(server);
    let home = family.network.organization;
    let writer = caller(server, &family.network.seed, home, &["organization:write"]);
    for client in [&family.network.admin, &writer] {
        for acting in [client.clone(), client.acting(family.child), client.acting(family.insured)] {
            for parent in [home, family.child, family.grandchild, family.insured] {
                let made = make(&acting, "organization_id", parent).expect(200).json();
                assert_eq!(made["organization_id"], json!(parent.to_string()));
            }
        }
    }
}

/// A machine that holds a role of the platform, and one of its keys.
fn of_the_platform(server: &Server, tenant: &Tenant, role: &str) -> (i64, String) {
    let target = tenant.seed.machine(tenant.organization, &["org:user"]).id;
    tenant.seed.grant(None, target, role);
    let operator = server.client().bearer(&server.bootstrap_token()).acting(tenant.organization);
    let key = operator.post_empty(&format!("{MACHINES}{target}/keys/")).expect(201).json()["keyId"].clone();
    (target, key.as_str().unwrap().to_owned())
}

/// Everything that makes a machine another: its keys, its roles, its end.
fn takes_over(client: &Client, target: i64, key: &str) -> [u16; 4] {
    let account = format!("{MACHINES}{target}/");
    let grants: Value = json!(["org:user", "product:read"]);
    [
        client.post_empty(&format!("{account}keys/")).status,
        client.delete(&format!("{account}keys/{key}/")).status,
        put(client, target, &grants).status,
        client.delete(&account).status,
    ]
}

const DONE: [u16; 4] = [201, 204, 200, 204];

fn staff_has_no_hold_on_a_machine_that_administers_the_platform(server: &Server) {
    let (tenant, office) = (Tenant::new(server, "Operator"), Tenant::new(server, "Office"));
    let (target, key) = of_the_platform(server, &tenant, "admin");
    for role in ["staff", "user"] {
        // Whatever they are in the organization besides.
        let colleague = machine(server, &tenant, &["org:admin"], &[role]);
        let stranger = machine(server, &office, &[], &[role]).acting(tenant.organization);
        for client in [colleague, stranger] {
            assert_eq!(takes_over(&client, target, &key), [403; 4], "{role}");
            // Any other machine is in their hands.
            let other = tenant.seed.machine(tenant.organization, &["org:admin"]).id;
            let key = client.post_empty(&format!("{MACHINES}{other}/keys/")).expect(201).json()["keyId"].clone();
            assert_eq!(takes_over(&client, other, key.as_str().unwrap()), DONE, "{role}");
        }
    }
    let keys = "SELECT count(*) FROM credential WHERE principal_id = ?1 AND kind = 'public_key'";
    assert_eq!(tenant.seed.count(keys, params![target]), 1);
    assert_eq!(held(&tenant, target), json!(["org:user"]));
}

fn who_administers_the_platform_has(server: &Server) {
    let tenant = Tenant::new(server, "Operator");
    for role in ["admin", "staff", "user"] {
        let (target, key) = of_the_platform(server, &tenant, role);
        let client = machine(server, &tenant, &[], &["admin"]);
        assert_eq!(takes_over(&client, target, &key), DONE, "{role}");
    }
}
