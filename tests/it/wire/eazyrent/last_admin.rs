//! Whoever cannot log in is no administrator to rely on: the last one who can stays.

use iam_domain::params;
use iam_tests::{Runtime, Server};
use serde_json::json;

use super::people::{ME, Person};
use crate::wire::eazyrent::roles::authorizations_replace::{held, put};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(the_last_one_who_can_log_in_stays, with_another_who_can_log_in_each_way_is_open);
crate::wire::on_own_servers!(the_last_one_of_the_platform_who_can_log_in_stays);

const STOPPED: [&str; 3] = ["locked", "inactive", "initial"];

/// An administrator, and another one in this state.
fn two(server: &Server, state: &str) -> (Tenant, Person) {
    let tenant = Tenant::new(server, "Two");
    let person = Person::new(server, &tenant, "last", &["org:admin", "product:read"]);
    let other = tenant.seed.user(tenant.organization, &unique_email(state), &["org:admin"]);
    tenant.seed.set_state(other, state);
    (tenant, person)
}

fn the_last_one_who_can_log_in_stays(server: &Server) {
    for state in STOPPED {
        let (tenant, person) = two(server, state);
        shape::detail(&person.client.delete(ME).expect(409));
        for client in [&person.client, &tenant.admin] {
            for grants in [json!([]), json!(["org:staff", "organization:write"])] {
                shape::detail(&put(client, person.id, &grants).expect(409));
            }
        }
        shape::detail(&tenant.admin.delete(&person.path()).expect(409));
        person.client.get(ME).expect(200);
        assert_eq!(held(&tenant, person.id), json!(["org:admin", "product:read"]), "{state}");
    }
}

fn with_another_who_can_log_in_each_way_is_open(server: &Server) {
    let (_tenant, person) = two(server, "active");
    person.client.delete(ME).expect(410);
    let (tenant, person) = two(server, "active");
    put(&tenant.admin, person.id, &json!([])).expect(200);
    let (tenant, person) = two(server, "active");
    tenant.admin.delete(&person.path()).expect(204);
}

fn the_last_one_of_the_platform_who_can_log_in_stays(runtime: Runtime) {
    let server = Server::start(runtime);
    let tenant = Tenant::new(&server, "Operator");
    // No administrator of the organization: it is the platform that would be left alone.
    let person = Person::new(&server, &tenant, "operator", &["org:user"]);
    tenant.seed.grant(None, person.id, "admin");
    let others = "SELECT cast(g.principal_id AS TEXT) FROM role_grant g JOIN role r ON r.id = g.role_id \
                  WHERE r.key = 'admin' AND g.organization_id IS NULL AND g.principal_id <> ?1";
    let others = tenant.seed.texts(others, params![person.id]);
    assert_eq!(others.len(), 2, "the first client and the first administrator");
    for state in STOPPED {
        for other in &others {
            tenant.seed.set_state(other.parse().unwrap(), state);
        }
        shape::detail(&person.client.delete(ME).expect(409));
    }
    tenant.seed.set_state(others[0].parse().unwrap(), "active");
    person.client.delete(ME).expect(410);
}
