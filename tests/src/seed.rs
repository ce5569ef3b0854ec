//! Rows that the APIs of this release cannot make yet, written straight into the database of a running server.
#![allow(clippy::missing_panics_doc, clippy::return_self_not_must_use, reason = "a test that cannot go on stops")]

use std::path::Path;

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::crypto::secret::sha256;
use iam_domain::crypto::{SigningAlgorithm, SigningKey, TokenKind};
use iam_domain::model::PrincipalId;
use iam_domain::params;
use iam_domain::rng::SystemRng;
use iam_domain::store::native::{NativeConnection, NativeDatabase};
use iam_domain::store::{DbError, Row, Value};

/// A connection to the database of a server.
pub struct Seed(NativeConnection);

/// A machine client with its secret.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Id.
    pub id: i64,
    /// Secret for `client_credentials`.
    pub secret: String,
}

fn new_id() -> i64 {
    PrincipalId::random(&SystemRng).get()
}

impl Seed {
    /// Opens the database at `path`.
    pub fn open(path: &Path) -> Self {
        let connection = NativeDatabase::new(path).connect().unwrap();
        connection.run("PRAGMA busy_timeout = 10000", vec![]).unwrap();
        connection.run("PRAGMA foreign_keys = ON", vec![]).unwrap();
        Self(connection)
    }

    /// Runs a statement that may fail.
    pub fn try_run(&self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, DbError> {
        self.0.run(sql, params)
    }

    /// Runs any statement.
    pub fn run(&self, sql: &str, params: Vec<Value>) -> Vec<Row> {
        self.try_run(sql, params).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// First column of the first row, an integer.
    pub fn count(&self, sql: &str, params: Vec<Value>) -> i64 {
        self.run(sql, params).first().expect("a row").integer(0).unwrap()
    }

    /// First column of every row, texts.
    pub fn texts(&self, sql: &str, params: Vec<Value>) -> Vec<String> {
        self.run(sql, params).iter().map(|row| row.text(0).unwrap()).collect()
    }

    /// Every row of every table: the table's name and the values.
    pub fn dump(&self) -> Vec<(String, Vec<Value>)> {
        let tables = self.texts("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", vec![]);
        let rows = tables.into_iter().flat_map(|table| {
            let rows = self.run(&format!("SELECT * FROM \"{table}\""), vec![]);
            rows.into_iter().map(move |row| (table.clone(), row.0))
        });
        rows.collect()
    }

    /// An organization.
    pub fn organization(&self, name: &str) -> i64 {
        let id = new_id();
        let now = SystemClock.now();
        self.run(
            "INSERT INTO organization (id, name, pairing_code, created_at, updated_at) VALUES (?1, ?2, ?4, ?3, ?3)",
            params![id, name, now, format!("CODE{id}")],
        );
        id
    }

    /// Sets a column of an organization: `parent_id`, `insurer_id`, ….
    pub fn set_organization(&self, id: i64, column: &str, value: impl Into<Value>) {
        self.run(&format!("UPDATE organization SET {column} = ?2 WHERE id = ?1"), vec![id.into(), value.into()]);
    }

    fn principal(&self, kind: &str, organization: i64) -> i64 {
        let id = new_id();
        let now = SystemClock.now();
        self.run(
            "INSERT INTO principal (id, kind, state, organization_id, created_at, updated_at) VALUES (?1, ?2, 'active', ?3, ?4, ?4)",
            params![id, kind, organization, now],
        );
        id
    }

    /// Makes `principal` a member.
    pub fn join(&self, organization: i64, principal: i64, kind: &str) {
        let now = SystemClock.now();
        self.run(
            "INSERT INTO membership (organization_id, principal_id, kind, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
            params![organization, principal, kind, now],
        );
    }

    /// Gives a built-in role; `organization` `None` = on the platform.
    pub fn grant(&self, organization: Option<i64>, principal: i64, key: &str) {
        self.run(
            "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) \
             SELECT ?1, ?2, ?3, id, 0 FROM role WHERE key = ?4",
            params![new_id(), organization, principal, key],
        );
    }

    /// Gives the role with the scope `all` of the Logto management API.
    pub fn grant_management(&self, principal: i64) {
        self.run(
            "INSERT INTO role_grant (id, principal_id, role_id, created_at) \
             SELECT ?1, ?2, id, 0 FROM role WHERE family = 'tenant' AND name = 'Management API access'",
            params![new_id(), principal],
        );
    }

    /// An active person with home in `organization`.
    pub fn user(&self, organization: i64, email: &str, roles: &[&str]) -> i64 {
        let id = self.principal("user", organization);
        self.run(
            "INSERT INTO user (id, email, email_key, first_name, last_name) VALUES (?1, ?2, lower(?2), 'Test', 'Person')",
            params![id, email],
        );
        self.join(organization, id, "user");
        for role in roles {
            self.grant(Some(organization), id, role);
        }
        id
    }

    /// A machine client with home in `organization`.
    pub fn machine(&self, organization: i64, roles: &[&str]) -> Machine {
        let id = self.principal("service_account", organization);
        self.run("INSERT INTO service_account (id, name) VALUES (?1, 'test')", params![id]);
        self.join(organization, id, "service_account");
        for role in roles {
            self.grant(Some(organization), id, role);
        }
        let secret = TokenKind::ClientSecret.generate(&SystemRng).text.into_exposed();
        self.credential(id, "client_secret", &secret);
        Machine { id, secret }
    }

    /// A person without home, membership or address, called `name`.
    pub fn person(&self, name: &str) -> i64 {
        let id = new_id();
        let sql =
            "INSERT INTO principal (id, kind, state, created_at, updated_at) VALUES (?1, 'user', 'active', ?2, ?2)";
        self.run(sql, params![id, SystemClock.now()]);
        let sql = "INSERT INTO user (id, display_name, name_key) VALUES (?1, ?2, ?3)";
        self.run(sql, params![id, name, name.to_lowercase()]);
        id
    }

    /// Sets a column of a person: `email`, `avatar_url`, ….
    pub fn set_user(&self, id: i64, column: &str, value: impl Into<Value>) {
        self.run(&format!("UPDATE user SET {column} = ?2 WHERE id = ?1"), vec![id.into(), value.into()]);
    }

    /// A role of the template that all organizations share, for principals of `kind` (`user`, `service_account`).
    pub fn organization_role(&self, name: &str, kind: &str) -> i64 {
        self.role("template", name, kind)
    }

    /// A role of any family.
    pub fn role(&self, family: &str, name: &str, kind: &str) -> i64 {
        let id = new_id();
        self.run(
            "INSERT INTO role (id, family, name, principal_kind, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
            params![id, family, name, kind, SystemClock.now()],
        );
        id
    }

    /// A scope of organizations.
    pub fn organization_scope(&self, name: &str) -> i64 {
        let id = new_id();
        let sql = "INSERT INTO scope (id, name, created_at) VALUES (?1, ?2, ?3)";
        self.run(sql, params![id, name, SystemClock.now()]);
        id
    }

    /// Puts a scope into a role.
    pub fn role_scope(&self, role: i64, scope: i64) {
        self.run("INSERT INTO role_scope (role_id, scope_id) VALUES (?1, ?2)", params![role, scope]);
    }

    /// Gives any role; `organization` `None` = on the platform.
    pub fn give(&self, organization: Option<i64>, principal: i64, role: i64) {
        let sql = "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) VALUES (?1, ?2, ?3, ?4, 0)";
        self.run(sql, params![new_id(), organization, principal, role]);
    }

    /// An opaque API token of `principal`.
    pub fn api_token(&self, principal: i64) -> String {
        let token = TokenKind::ApiToken.generate(&SystemRng).text.into_exposed();
        self.credential(principal, "api_token", &token);
        token
    }

    /// Lets the credentials of `kind` of a principal end at `expires_at`.
    pub fn expire(&self, principal: i64, kind: &str, expires_at: i64) {
        let sql = "UPDATE credential SET expires_at = ?3 WHERE principal_id = ?1 AND kind = ?2";
        self.run(sql, params![principal, kind, expires_at]);
    }

    /// The public half of an RSA key (PEM) as a key of `principal`; gives its `kid`.
    pub fn key(&self, principal: i64, pem: &str) -> String {
        let id = new_id();
        let kid = id.to_string();
        let jwk = SigningKey::from_stored(SigningAlgorithm::Rs256, pem, Some(&kid)).unwrap().public_jwk().unwrap();
        self.run(
            "INSERT INTO credential (id, principal_id, kind, public_key, created_at, updated_at) \
             VALUES (?1, ?2, 'public_key', ?3, 0, 0)",
            params![id, principal, jwk.to_string()],
        );
        kid
    }

    fn credential(&self, principal: i64, kind: &str, secret: &str) {
        self.run(
            "INSERT INTO credential (id, principal_id, kind, secret_hash, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, 0, 0)",
            params![new_id(), principal, kind, sha256(secret)],
        );
    }

    /// Sets the state of a principal.
    pub fn set_state(&self, principal: i64, state: &str) {
        self.run("UPDATE principal SET state = ?2 WHERE id = ?1", params![principal, state]);
    }
}
