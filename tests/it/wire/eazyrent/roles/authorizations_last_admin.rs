//! `PUT /iam/v1/user-grants/{user_id}/authorizations/`: an organization keeps an administrator.

use iam_tests::Server;
use serde_json::json;

use crate::wire::eazyrent::acting_account::family;
use crate::wire::eazyrent::person::{Person, machine};
use crate::wire::eazyrent::roles::authorizations::path;
use crate::wire::eazyrent::roles::authorizations_replace::put;
use crate::wire::shape;
use crate::wire::tenant::Tenant;

crate::on_both!(
    the_last_administrator_stays_one,
    other_roles_of_the_last_administrator_may_change,
    with_another_administrator_one_may_go,
    a_machine_is_no_administrator_to_rely_on,
    who_is_switched_off_is_no_administrator_to_rely_on,
    an_administrator_of_another_organization_does_not_count,
    the_last_one_stays_in_an_account_acted_for,
);

fn the_last_administrator_stays_one(server: &Server) {
    let tenant = Tenant::new(server, "Last");
    let admin = Person::seeded(server, &tenant, &["org:admin", "product:read"]);
    Person::seeded(server, &tenant, &["org:staff", "organization:write"]);
    for client in [&admin.client, &tenant.admin, &machine(server, &tenant, &[], &["admin"])] {
        for grants in [json!([]), json!(["org:staff"]), json!(["organization:write", "product:read"])] {
            shape::detail(&put(client, admin.id, &grants).expect(409));
        }
        let missing = client.send("PUT", &path(admin.id), Some("application/json"), b"{}");
        shape::detail(&missing.expect(409));
    }
    let held = tenant.admin.get(&path(admin.id)).expect(200).json();
    assert_eq!(crate::wire::eazyrent::roles::authorizations::keys(&held), ["org:admin", "product:read"]);
}

fn other_roles_of_the_last_administrator_may_change(server: &Server) {
    let tenant = Tenant::new(server, "Others");
    let admin = Person::seeded(server, &tenant, &["org:admin"]);
    for grants in [json!(["org:admin", "org:user"]), json!(["org:admin"])] {
        assert_eq!(put(&admin.client, admin.id, &grants).expect(200).json(), grants);
    }
}

fn with_another_administrator_one_may_go(server: &Server) {
    let tenant = Tenant::new(server, "Two");
    let [one, two] = [0, 1].map(|_| Person::seeded(server, &tenant, &["org:admin"]));
    // Even oneself; from then on it is somebody like any other.
    put(&one.client, one.id, &json!(["org:user"])).expect(200);
    shape::detail(&put(&one.client, one.id, &json!(["org:admin"])).expect(403));
    shape::detail(&put(&two.client, two.id, &json!([])).expect(409));
    put(&two.client, one.id, &json!(["org:admin"])).expect(200);
    put(&one.client, two.id, &json!([])).expect(200);
}

fn a_machine_is_no_administrator_to_rely_on(server: &Server) {
    // The tenant has a machine that is an administrator.
    let tenant = Tenant::new(server, "Machines");
    let admin = Person::seeded(server, &tenant, &["org:admin"]);
    put(&tenant.admin, admin.id, &json!([])).expect(409);
    // It may go itself.
    assert_eq!(put(&admin.client, tenant.machine.id, &json!([])).expect(200).json(), json!([]));
    tenant.admin.get(&path(admin.id)).expect(403);
}

fn who_is_switched_off_is_no_administrator_to_rely_on(server: &Server) {
    let tenant = Tenant::new(server, "Off");
    let [one, two] = [0, 1].map(|_| Person::seeded(server, &tenant, &["org:admin"]));
    tenant.seed.set_state(two.id, "inactive");
    shape::detail(&put(&tenant.admin, one.id, &json!(["org:user"])).expect(409));
    tenant.seed.set_state(two.id, "active");
    put(&tenant.admin, one.id, &json!(["org:user"])).expect(200);
}

fn an_administrator_of_another_organization_does_not_count(server: &Server) {
    let (tenant, other) = (Tenant::new(server, "Here"), Tenant::new(server, "There"));
    let admin = Person::seeded(server, &tenant, &["org:admin"]);
    Person::seeded(server, &other, &["org:admin"]);
    // A guest who is administrator at home only.
    let guest = Person::seeded(server, &other, &["org:admin"]);
    tenant.seed.join(tenant.organization, guest.id, "user");
    shape::detail(&put(&tenant.admin, admin.id, &json!([])).expect(409));
    // A guest who is administrator here does.
    tenant.seed.grant(Some(tenant.organization), guest.id, "org:admin");
    put(&tenant.admin, admin.id, &json!([])).expect(200);
}

fn the_last_one_stays_in_an_account_acted_for(server: &Server) {
    let family = family(server);
    let (admin, seed) = (&family.network.admin, &family.network.seed);
    Person::seeded(server, &family.network, &["org:admin"]);
    let there = seed.user(family.child, &crate::wire::tenant::unique_email("last"), &["org:admin"]);
    shape::detail(&put(&admin.acting(family.child), there, &json!([])).expect(409));
    assert_eq!(admin.acting(family.child).get(&path(there)).expect(200).json(), json!(["org:admin"]));
}
