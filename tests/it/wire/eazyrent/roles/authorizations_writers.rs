//! `PUT /iam/v1/user-grants/{user_id}/authorizations/`: whose roles a caller cannot change, and which it cannot give.

use iam_tests::Server;
use serde_json::json;

use crate::wire::eazyrent::person::{Person, machine};
use crate::wire::eazyrent::roles::authorizations::keys;
use crate::wire::eazyrent::roles::authorizations_replace::{ALL, held, put};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, client_of};

crate::on_both!(
    who_may_only_write_makes_no_administrator,
    who_may_only_write_changes_no_administrator,
    an_account_of_the_platform_is_changed_by_the_platform_only,
);

fn who_may_only_write_makes_no_administrator(server: &Server) {
    let tenant = Tenant::new(server, "Writers");
    let writer = tenant.seed.machine(tenant.organization, &["organization:write"]);
    let client = client_of(server, &writer);
    let person = Person::seeded(server, &tenant, &["org:user"]);
    for grants in [json!(["org:admin"]), json!(["org:user", "org:admin"])] {
        for id in [person.id, writer.id] {
            shape::detail(&put(&client, id, &grants).expect(403));
        }
    }
    assert_eq!(held(&tenant, person.id), json!(["org:user"]));
    assert_eq!(held(&tenant, writer.id), json!(["organization:write"]));
    // Anything else.
    let rest: Vec<&str> = ALL.into_iter().filter(|key| *key != "org:admin").collect();
    assert_eq!(keys(&put(&client, person.id, &json!(rest)).expect(200).json()), rest);
    put(&client, person.id, &json!([])).expect(200);
}

fn who_may_only_write_changes_no_administrator(server: &Server) {
    let tenant = Tenant::new(server, "Admins");
    let writer = machine(server, &tenant, &["organization:write"], &[]);
    let [admin, _other] = [0, 1].map(|_| Person::seeded(server, &tenant, &["org:admin", "org:user"]));
    for id in [admin.id, tenant.machine.id] {
        let before = held(&tenant, id);
        for grants in [json!([]), json!(["org:user"]), json!(["org:admin"]), json!(["org:admin", "product:read"])] {
            shape::detail(&put(&writer, id, &grants).expect(403));
        }
        assert_eq!(held(&tenant, id), before);
    }
}

fn an_account_of_the_platform_is_changed_by_the_platform_only(server: &Server) {
    let tenant = Tenant::new(server, "Office");
    let operator = tenant.seed.machine(tenant.organization, &["org:user"]);
    tenant.seed.grant(None, operator.id, "staff");
    for grants in [json!([]), json!(["org:staff"])] {
        shape::detail(&put(&tenant.admin, operator.id, &grants).expect(403));
    }
    assert_eq!(held(&tenant, operator.id), json!(["org:user"]));
    // What it holds on the platform stays.
    put(&client_of(server, &operator), operator.id, &json!([])).expect(200);
    client_of(server, &operator).get("/iam/v1/team/members/").expect(200);
}
