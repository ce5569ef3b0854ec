//! People who have gone the whole way: invited, active by the code from their mail, logged in.

use iam_domain::crypto::secret::sha256;
use iam_domain::params;
use iam_domain::store::Value as Sql;
use iam_tests::{Client, Response, Seed, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::memberships::members_list::PATH;
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

pub const ME: &str = "/iam/v1/users/me/";
pub const ACTIVATE: &str = "/iam/v1/users/activate/";
pub const FORGOT: &str = "/iam/v1/users/password/forgot/";
pub const RESET: &str = "/iam/v1/users/password/reset/";
pub const TOKEN: &str = "/oauth/v2/token";

/// The password of everybody who has not changed it.
pub const PASSWORD: &str = "Test-only-1";

/// A password that breaks the rule, with what it lacks.
pub fn weak_passwords() -> Vec<(&'static str, String)> {
    vec![
        ("nothing at all", String::new()),
        ("seven characters", "Abcde1!".to_owned()),
        ("seven characters of several bytes", "Äöüéè1!".to_owned()),
        ("no lower-case letter", "ABCDEF1!".to_owned()),
        ("no upper-case letter", "abcdef1!".to_owned()),
        ("no digit", "Abcdefg!".to_owned()),
        ("no symbol", "Abcdefg1".to_owned()),
        ("1025 bytes", format!("Aa1!{}", "x".repeat(1021))),
        ("1025 bytes in fewer characters", format!("Aa1!x{}", "é".repeat(510))),
    ]
}

/// Somebody who is logged in.
pub struct Person {
    pub id: i64,
    pub email: String,
    pub client: Client,
}

impl Person {
    /// Somebody at home in the organization of `tenant`, with these roles and no others.
    pub fn new(server: &Server, tenant: &Tenant, local: &str, roles: &[&str]) -> Self {
        let (id, email) = invite(tenant, local);
        activate(server, &code(&tenant.seed, &email), PASSWORD).expect(200);
        tenant.seed.run("DELETE FROM role_grant WHERE principal_id = ?1", params![id]);
        for role in roles {
            tenant.seed.grant(Some(tenant.organization), id, role);
        }
        let client = log_in(server, &email, PASSWORD);
        Self { id, email, client }
    }

    /// Another session.
    pub fn log_in(&self, server: &Server) -> Client {
        log_in(server, &self.email, PASSWORD)
    }

    /// `/iam/v1/team/members/{id}/`.
    pub fn path(&self) -> String {
        member(self.id)
    }
}

/// `/iam/v1/team/members/{id}/`.
pub fn member(id: impl std::fmt::Display) -> String {
    format!("{PATH}{id}/")
}

/// Adds somebody; gives id and address.
pub fn invite(tenant: &Tenant, local: &str) -> (i64, String) {
    let email = unique_email(local);
    let new = json!({"first_name": "Ada", "last_name": "Lovelace", "email": email});
    (shape::id(&tenant.admin.post(PATH, &new).expect(201).json()["id"]), email)
}

/// Template and code of every mail to `email`, the first first.
pub fn mails(seed: &Seed, email: &str) -> Vec<(String, String)> {
    let sql = "SELECT template, payload FROM outbox WHERE recipient = ?1 ORDER BY created_at, id";
    let mail = |row: &iam_domain::store::Row| {
        (row.text(0).unwrap(), row.json(1).unwrap()["code"].as_str().expect("a code").to_owned())
    };
    seed.run(sql, params![email]).iter().map(mail).collect()
}

/// The code of a mail to `email` that is still stored as good; there must be one alone.
#[track_caller]
pub fn code(seed: &Seed, email: &str) -> String {
    let sql = "SELECT hash FROM one_time_code c JOIN user u ON u.id = c.principal_id WHERE u.email = ?1";
    let hashes: Vec<Sql> = seed.run(sql, params![email]).iter().map(|row| row.0[0].clone()).collect();
    let [hash] = hashes.as_slice() else { panic!("{} codes for {email}", hashes.len()) };
    let mut codes = mails(seed, email).into_iter().map(|(_, code)| code);
    codes.find(|code| Sql::Blob(sha256(code).to_vec()) == *hash).expect("the mail with the code")
}

/// Sets the first password.
pub fn activate(server: &Server, code: &str, password: &str) -> Response {
    server.client().post(ACTIVATE, &with_code(code, password))
}

/// Sets a new password.
pub fn reset(server: &Server, code: &str, password: &str) -> Response {
    server.client().post(RESET, &with_code(code, password))
}

/// The body of both.
pub fn with_code(code: &str, password: &str) -> Value {
    json!({"code": code, "new_password": password, "new_password_confirmation": password})
}

/// Asks for a code to set a new password. Whether somebody has the address is looked up after the answer: it is done when
/// this returns.
pub fn forget(server: &Server, email: &str) -> Response {
    let answer = server.client().post(FORGOT, &json!({"email": email}));
    server.client().bearer(&server.bootstrap_token()).post_empty("/iam/v1/outbox/deliver/").expect(200);
    answer
}

/// Asks for a token.
pub fn try_log_in(server: &Server, email: &str, password: &str) -> Response {
    let form = [("grant_type", "password"), ("username", email), ("password", password)];
    server.client().form(TOKEN, &form)
}

/// A client with a token of a new session.
#[track_caller]
pub fn log_in(server: &Server, email: &str, password: &str) -> Client {
    let answer = try_log_in(server, email, password).expect(200).json();
    server.client().bearer(answer["access_token"].as_str().unwrap())
}

/// Asserts that a login is refused as with a wrong password, or of an account that is not active.
#[track_caller]
pub fn refused(answer: &Response) {
    assert_eq!((answer.status, shape::oauth_error(answer).as_str()), (400, "invalid_grant"), "{answer:?}");
}

/// PATCH of JSON.
pub fn patch(client: &Client, path: &str, body: &Value) -> Response {
    client.send("PATCH", path, Some("application/json"), body.to_string().as_bytes())
}

/// Makes somebody look unchanged since 1970, so that a change shows.
pub fn age(seed: &Seed, id: i64) {
    seed.run("UPDATE principal SET updated_at = 1 WHERE id = ?1", params![id]);
}

/// `before` with these fields changed, and changed at the time that `now` says, which must not be 1970.
#[track_caller]
pub fn changed(before: &Value, fields: &Value, now: &Value) -> Value {
    let mut view = before.clone();
    let object = view.as_object_mut().unwrap();
    object.extend(fields.as_object().unwrap().clone());
    assert!(!shape::moment(&now["updated_at"]).starts_with("1970"), "{now}");
    object.insert("updated_at".to_owned(), now["updated_at"].clone());
    view
}

/// What the audit says about requests on `target`, the first first: action, kind of actor, actor.
pub fn audit(seed: &Seed, target: i64) -> Vec<(String, String, Option<i64>)> {
    let sql = "SELECT action, actor_kind, actor_id FROM audit_event WHERE target_id = ?1 ORDER BY id";
    let event =
        |row: &iam_domain::store::Row| (row.text(0).unwrap(), row.text(1).unwrap(), row.integer_opt(2).unwrap());
    seed.run(sql, params![target]).iter().map(event).collect()
}

/// The tables where some value contains `text`.
pub fn tables_with(seed: &Seed, text: &str) -> Vec<String> {
    let holds = |value: &Sql| match value {
        Sql::Text(stored) => stored.contains(text),
        Sql::Blob(bytes) => bytes.windows(text.len()).any(|window| window == text.as_bytes()),
        Sql::Null | Sql::Integer(_) | Sql::Real(_) => false,
    };
    let mut tables: Vec<String> =
        seed.dump().into_iter().filter(|(_, row)| row.iter().any(holds)).map(|(table, _)| table).collect();
    tables.dedup();
    tables
}
