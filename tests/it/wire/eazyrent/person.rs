//! Callers for tests of what people do: somebody who was invited and has logged in, and one caller for each role.

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

const PASSWORD: &str = "Test-only-1";

/// A person with a client.
pub struct Person {
    pub id: i64,
    pub client: Client,
}

impl Person {
    /// Invited by the administrator, then activated with the code from the mail and logged in with the password.
    pub fn invited(server: &Server, tenant: &Tenant) -> Self {
        let email = unique_email("person");
        let new = json!({"first_name": "Ada", "last_name": "Lovelace", "email": email});
        let id = shape::id(&tenant.admin.post("/iam/v1/team/members/", &new).expect(201).json()["id"]);
        let payload = tenant.seed.texts("SELECT payload FROM outbox WHERE recipient = ?1", params![email.as_str()]);
        let payload: Value = serde_json::from_str(&payload[0]).unwrap();
        let first = json!({"code": payload["code"], "new_password": PASSWORD, "new_password_confirmation": PASSWORD});
        server.client().post("/iam/v1/users/activate/", &first).expect(200);
        let form = [("grant_type", "password"), ("username", email.as_str()), ("password", PASSWORD)];
        let answer = server.client().form("/oauth/v2/token", &form).expect(200).json();
        let client = server.client().bearer(answer["access_token"].as_str().unwrap());
        Self { id, client }
    }

    /// Put into the organization with these roles, and an opaque token.
    pub fn seeded(server: &Server, tenant: &Tenant, roles: &[&str]) -> Self {
        let email = unique_email("seeded");
        let id = tenant.seed.user(tenant.organization, &email, roles);
        Self { id, client: server.client().bearer(&tenant.seed.api_token(id)) }
    }
}

/// A machine of the organization with these roles there and these on the platform.
pub fn machine(server: &Server, tenant: &Tenant, here: &[&str], platform: &[&str]) -> Client {
    let machine = tenant.seed.machine(tenant.organization, here);
    for role in platform {
        tenant.seed.grant(None, machine.id, role);
    }
    server.client().bearer(&tenant.seed.api_token(machine.id))
}

/// `Who may call`: the role sets of the contract.
pub enum Set {
    Read,
    Write,
    /// Any caller.
    Own,
}

const SIBLINGS: [&str; 5] =
    ["product:read", "product:write", "rental_file:read", "rental_file:write", "document:write"];

/// `ask` is answered with `status` to callers with a role of the set, with 403 to all others and with 401 to nobody at
/// all.
#[track_caller]
pub fn only(set: &Set, server: &Server, tenant: &Tenant, status: u16, ask: impl Fn(&Client) -> Response) {
    let here = match set {
        Set::Read => &["org:admin", "org:staff", "org:user", "organization:read"][..],
        Set::Write => &["org:admin", "organization:write"],
        Set::Own => &["org:admin", "org:user", "organization:write", "document:write"],
    };
    for role in here {
        ask(&machine(server, tenant, &[role], &[])).expect(status);
    }
    for role in ["admin", "staff", "user"] {
        ask(&machine(server, tenant, &[], &[role])).expect(status);
    }
    shape::detail(&ask(&server.client()).expect(401));
    shape::detail(&ask(&server.client().bearer("nothing")).expect(401));
    let others = match set {
        Set::Read => &["organization:write"][..],
        Set::Write => &["org:staff", "org:user", "organization:read"],
        Set::Own => {
            ask(&machine(server, tenant, &[], &[])).expect(status);
            return;
        }
    };
    // A platform role that was granted inside an organization is none.
    for role in others.iter().chain(&SIBLINGS).chain(&["admin", "staff", "user"]) {
        shape::detail(&ask(&machine(server, tenant, &[role], &[])).expect(403));
    }
    shape::detail(&ask(&machine(server, tenant, &SIBLINGS, &[])).expect(403));
    shape::detail(&ask(&machine(server, tenant, &[], &[])).expect(403));
}

/// A 422 answer with one fault.
#[track_caller]
pub fn one_fault(answer: &Response, loc: &Value, kind: &str) {
    assert_eq!(shape::faults(answer), [(loc.clone(), kind.to_owned())]);
}
