//! What the tests of roles, scopes and resources begin with: such things, made through the API.

use iam_domain::params;
use iam_domain::store::Value as Sql;
use iam_tests::{Client, Response, Seed, Server};
use serde_json::{Value, json};

use crate::wire::logto::{code, manager, unique};

pub const ORGANIZATION_ROLES: &str = "/api/organization-roles";
pub const ORGANIZATION_SCOPES: &str = "/api/organization-scopes";
pub const RESOURCES: &str = "/api/resources";
pub const ROLES: &str = "/api/roles";

/// Somebody who may do everything, and the rows behind.
pub struct Desk {
    pub manager: Client,
    pub seed: Seed,
}

impl Desk {
    pub fn new(server: &Server) -> Self {
        Self { manager: manager(server), seed: server.seed() }
    }

    /// Makes something; gives its id.
    #[track_caller]
    pub fn make(&self, path: &str, body: &Value) -> String {
        let answer = self.manager.post(path, body);
        assert!([200, 201].contains(&answer.status), "{answer:?}");
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// An organization role with these fields and a name of its own.
    pub fn organization_role(&self, more: &Value) -> String {
        self.make(ORGANIZATION_ROLES, &merged(json!({ "name": unique("role-") }), more))
    }

    /// A tenant role with these fields and a name of its own.
    pub fn role(&self, more: &Value) -> String {
        self.make(ROLES, &merged(json!({ "name": unique("role-"), "description": "for a test" }), more))
    }

    /// An organization scope.
    pub fn organization_scope(&self, name: &str) -> String {
        self.make(ORGANIZATION_SCOPES, &json!({ "name": name }))
    }

    /// Organization scopes of random names in this order.
    pub fn organization_scopes<const N: usize>(&self) -> [String; N] {
        let stem = unique("scope-");
        std::array::from_fn(|number| self.organization_scope(&format!("{stem}-{number:02}")))
    }

    /// A resource.
    pub fn resource(&self) -> String {
        let name = unique("api-");
        self.make(RESOURCES, &json!({ "name": name, "indicator": format!("https://{name}.example.org") }))
    }

    /// Scopes `a-00`, `a-01`, … of a new resource; gives its id, too.
    pub fn resource_scopes<const N: usize>(&self) -> (String, [String; N]) {
        let resource = self.resource();
        let path = format!("{RESOURCES}/{resource}/scopes");
        let scopes = std::array::from_fn(|number| self.make(&path, &json!({ "name": format!("a-{number:02}") })));
        (resource, scopes)
    }

    /// A member of a new organization, of this kind.
    pub fn member(&self, kind: &str) -> (i64, i64) {
        let organization = self.seed.organization(&unique("place-"));
        let member = match kind {
            "user" => self.seed.user(organization, &format!("{}@example.org", unique("member-")), &[]),
            _ => self.seed.machine(organization, &[]).id,
        };
        (organization, member)
    }

    /// Gives somebody a role.
    pub fn grant(&self, organization: Option<i64>, principal: i64, role: &str) {
        let sql = "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) \
                   VALUES (?1, ?2, ?3, ?4, 0)";
        let id = self.seed.organization("only an id");
        self.seed.run(sql, params![id, organization, principal, role.parse::<i64>().unwrap()]);
    }

    /// How many hold a role.
    pub fn holders(&self, role: &str) -> i64 {
        let sql = "SELECT count(*) FROM role_grant WHERE role_id = ?1";
        self.seed.count(sql, params![role.parse::<i64>().unwrap()])
    }

    /// Ids of the scopes in a role, in order.
    pub fn scopes_in(&self, role: &str) -> Vec<String> {
        let sql = "SELECT CAST(scope_id AS TEXT) FROM role_scope WHERE role_id = ?1 ORDER BY 1";
        self.seed.texts(sql, params![role.parse::<i64>().unwrap()])
    }

    /// Whether a role, scope or resource of this name is there.
    pub fn has(&self, table: &str, name: &str) -> bool {
        self.seed.count(&format!("SELECT count(*) FROM {table} WHERE name = ?1"), params![name]) > 0
    }

    /// The row with this id.
    pub fn row(&self, table: &str, id: &str) -> Vec<Vec<Sql>> {
        let sql = format!("SELECT * FROM {table} WHERE id = ?1");
        self.seed.run(&sql, params![id.parse::<i64>().unwrap()]).into_iter().map(|row| row.0).collect()
    }

    /// Asserts that a request fails with this status and code, and that a row and, of a role, its scopes stay.
    #[track_caller]
    pub fn refuses(&self, row: (&str, &str), send: impl FnOnce(&Client) -> Response, status: u16, wanted: &str) {
        let state = || (self.row(row.0, row.1), self.scopes_in(row.1), self.holders(row.1));
        let before = state();
        assert_eq!(code(send(&self.manager), status), wanted);
        assert_eq!(state(), before);
    }
}

fn merged(mut object: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().unwrap() {
        object[key] = value.clone();
    }
    object
}

/// The ids in order.
pub fn sorted<const N: usize>(ids: [&String; N]) -> Vec<String> {
    let mut ids: Vec<String> = ids.into_iter().cloned().collect();
    ids.sort();
    ids
}
