//! Logto management API (contracts/logto.md).

mod concurrency;
mod conventions;
mod conventions_auth;
mod conventions_bodies;
mod graph;
mod graph_roles;
mod keys;
mod logins;
mod memberships;
mod organizations;
mod pagination;
mod races;
mod races_rights;
mod roles;
mod scope_all;
mod search;
mod service_accounts;
mod tokens;
mod users;

use std::borrow::Borrow;

use iam_domain::crypto::secret::{Alphabet, random_text};
use iam_domain::params;
use iam_domain::rng::SystemRng;
use iam_domain::store::Value as Sql;
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET, MANAGEMENT_RESOURCE};
use iam_tests::{Client, Response, Seed, Server};
use serde_json::{Value, json};

use super::shape;

/// Organizations.
pub const ORGANIZATIONS: &str = "/api/organizations";
/// What nothing has as an id: odd ones, one too many, ways to write a number.
pub const NO_IDS: [&str; 9] =
    ["0", "999999999999", "abc", "-1", "x-y_z", "1e11", "%20", "184467440737095516160", "0123456789012"];

/// Answer of the token endpoint to a client that wants the scope `scope` of the management API.
pub fn ask(server: &Server, id: &str, secret: &str, scope: &str) -> Response {
    let form = [("grant_type", "client_credentials"), ("resource", MANAGEMENT_RESOURCE), ("scope", scope)];
    server.client().basic(id, secret).form("/oidc/token", &form)
}

/// A token of the first machine client, which may do everything.
pub fn manager_token(server: &Server) -> String {
    server.management_token(CLIENT_ID, CLIENT_SECRET, "all")
}

/// A client that may do everything.
pub fn manager(server: &Server) -> Client {
    server.manager()
}

/// A name that no other test uses.
pub fn unique(prefix: &str) -> String {
    format!("{prefix}{}", random_text(Alphabet::LowerDigits, 14, &SystemRng))
}

/// Asserts status and shape of an error; gives its code.
#[track_caller]
pub fn code(answer: impl Borrow<Response>, status: u16) -> String {
    let answer = answer.borrow();
    assert_eq!(answer.status, status, "{answer:?}");
    shape::logto_error(answer)
}

/// The items of a list answer.
#[track_caller]
pub fn items(answer: &Response) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json().as_array().unwrap_or_else(|| panic!("not a list: {answer:?}")).clone()
}

/// One field of every item of a list answer.
#[track_caller]
pub fn column(answer: &Response, field: &str) -> Vec<String> {
    let text = |item: &Value| item[field].as_str().unwrap_or_else(|| panic!("{field}: {item}")).to_owned();
    items(answer).iter().map(text).collect()
}

/// `Total-Number`.
#[track_caller]
pub fn total(answer: &Response) -> usize {
    answer.header("total-number").parse().unwrap()
}

/// Asserts an answer without body.
#[track_caller]
pub fn empty(answer: Response, status: u16) {
    let answer = answer.expect(status);
    assert_eq!(answer.body, "");
    match status {
        204 => assert!(!answer.headers.contains_key("content-length"), "{answer:?}"),
        _ => assert_eq!(answer.header("content-length"), "0"),
    }
}

/// PATCH of JSON.
pub fn patch(client: &Client, path: &str, body: &Value) -> Response {
    client.send("PATCH", path, Some("application/json"), body.to_string().as_bytes())
}

/// PUT of JSON.
pub fn put(client: &Client, path: &str, body: &Value) -> Response {
    client.send("PUT", path, Some("application/json"), body.to_string().as_bytes())
}

/// Ids as they stand on the wire.
pub fn texts(ids: &[i64]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

/// An organization made through the API.
pub struct Place {
    pub seed: Seed,
    /// May do everything.
    pub manager: Client,
    pub id: i64,
    /// `/api/organizations/{id}`.
    pub path: String,
}

impl Place {
    pub fn new(server: &Server, name: &str) -> Self {
        Self::with(server, &json!({ "name": name }))
    }

    /// One of these fields.
    pub fn with(server: &Server, fields: &Value) -> Self {
        let manager = server.manager();
        let made = manager.post(ORGANIZATIONS, fields).expect(201).json();
        let id = made["id"].as_str().unwrap().to_owned();
        Self { seed: server.seed(), manager, path: format!("{ORGANIZATIONS}/{id}"), id: id.parse().unwrap() }
    }

    /// A path below the organization.
    pub fn at(&self, below: &str) -> String {
        format!("{}/{below}", self.path)
    }

    /// `…/users/{user}/roles`.
    pub fn roles_of(&self, user: i64) -> String {
        self.at(&format!("users/{user}/roles"))
    }

    /// The organization as it is shown.
    pub fn view(&self) -> Value {
        self.manager.get(&self.path).expect(200).json()
    }

    /// A new person who is a member.
    pub fn member(&self, name: &str) -> i64 {
        let id = self.seed.person(name);
        self.seed.join(self.id, id, "user");
        id
    }

    /// New roles for people, of random names in this order.
    pub fn roles<const N: usize>(&self) -> [i64; N] {
        let stem = unique("role-");
        std::array::from_fn(|number| self.seed.organization_role(&format!("{stem}-{number:02}"), "user"))
    }

    /// Ids of the people in it, in order.
    pub fn members(&self) -> Vec<i64> {
        let sql = "SELECT principal_id FROM membership WHERE organization_id = ?1 AND kind = 'user' ORDER BY 1";
        self.seed.run(sql, params![self.id]).iter().map(|row| row.integer(0).unwrap()).collect()
    }

    /// Ids of the roles that somebody holds in it, in order.
    pub fn held(&self, user: i64) -> Vec<i64> {
        let sql = "SELECT role_id FROM role_grant WHERE organization_id = ?1 AND principal_id = ?2 ORDER BY 1";
        self.seed.run(sql, params![self.id, user]).iter().map(|row| row.integer(0).unwrap()).collect()
    }

    /// Every row about the organization.
    pub fn rows(&self) -> Vec<Vec<Sql>> {
        rows(&self.seed, self.id)
    }

    /// Asserts that a request fails with this status and code, and that nothing changes.
    #[track_caller]
    pub fn refuses(&self, send: impl FnOnce(&Client) -> Response, status: u16, wanted: &str) {
        let before = self.rows();
        let answer = send(&self.manager);
        assert_eq!(code(&answer, status), wanted, "{answer:?}");
        assert_eq!(self.rows(), before);
    }
}

/// Every row about an organization: itself, who is in it, who holds what, what happened.
pub fn rows(seed: &Seed, organization: i64) -> Vec<Vec<Sql>> {
    let of = |sql: &str| seed.run(sql, params![organization]).into_iter().map(|row| row.0).collect::<Vec<_>>();
    let mut rows = of("SELECT * FROM organization WHERE id = ?1");
    for table in ["membership", "role_grant", "invitation", "audit_event"] {
        rows.extend(of(&format!("SELECT '{table}', * FROM {table} WHERE organization_id = ?1 ORDER BY 2, 3, 4")));
    }
    rows
}

/// A client of `id` that may manage everything.
pub fn manager_of(server: &Server, id: &str, secret: &str) -> Client {
    server.client().bearer(&server.management_token(id, secret, "all"))
}
