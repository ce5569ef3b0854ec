//! Accounts that are made through this API: what most tests of writing begin with.

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::crypto::secret::{Alphabet, random_text, sha256};
use iam_domain::params;
use iam_domain::rng::SystemRng;
use iam_domain::store::Value as Sql;
use iam_tests::{Client, Response, Seed, Server};
use serde_json::{Value, json};

use crate::wire::idah::{account, document, faults, number, send, sign};

pub const ACCOUNTS: &str = "/accounts";

/// `POST /accounts`.
pub fn create(client: &Client, attributes: Value) -> Response {
    send(client, "POST", ACCOUNTS, &document("iam:accounts", attributes))
}

/// Makes an account; gives its id and attributes.
#[track_caller]
pub fn made(client: &Client, attributes: Value) -> (i64, Value) {
    one(&create(client, attributes), 201)
}

/// `PATCH /accounts/{id}`.
pub fn change(client: &Client, id: i64, attributes: Value) -> Response {
    send(client, "PATCH", &at(id), &document("iam:accounts", attributes))
}

/// Changes an account; gives its attributes.
#[track_caller]
pub fn changed(client: &Client, id: i64, attributes: Value) -> Value {
    one(&change(client, id, attributes), 200).1
}

/// Id and attributes of an account in an answer.
#[track_caller]
pub fn one(answer: &Response, status: u16) -> (i64, Value) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), crate::wire::idah::DOCUMENT);
    let data = &answer.json()["data"];
    assert_eq!(data["type"], "iam:accounts");
    (data["id"].as_str().unwrap().parse().unwrap(), data["attributes"].clone())
}

/// Attributes of an account as they are now.
#[track_caller]
pub fn shown(client: &Client, id: i64) -> Value {
    one(&client.get(&at(id)), 200).1
}

/// Path of an account.
pub fn at(id: i64) -> String {
    format!("{ACCOUNTS}/{id}")
}

/// A role scope of these organizations.
pub fn scope(organizations: &[i64]) -> Value {
    json!({ "org": organizations.iter().map(ToString::to_string).collect::<Vec<_>>() })
}

/// One fault, at an attribute.
#[track_caller]
pub fn fault_at(answer: &Response, attribute: &str) -> String {
    let found = faults(answer);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, format!("/data/attributes/{attribute}"));
    found[0].1.clone()
}

/// Template and payload of the mails to an address, the first first.
pub fn mails(seed: &Seed, email: &str) -> Vec<(String, Value)> {
    let sql = "SELECT template, payload FROM outbox WHERE recipient = ?1 ORDER BY id";
    seed.run(sql, params![email]).iter().map(|row| (row.text(0).unwrap(), row.json(1).unwrap())).collect()
}

/// The token of the newest mail to an address.
#[track_caller]
pub fn token_of(seed: &Seed, email: &str) -> String {
    let mails = mails(seed, email);
    let code = mails.last().expect("a mail").1["code"].as_str().expect("a token").to_owned();
    assert!(code.len() == 64 && code.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{code}");
    code
}

/// `PATCH /accounts/{token}/join`, as the web application sends it.
pub fn join(server: &Server, token: &str) -> Response {
    let body = document("iam:accounts", json!({ "joined_at": "2026-01-01T00:00:00.000Z" }));
    send(&server.client(), "PATCH", &format!("{ACCOUNTS}/{token}/join"), &body)
}

/// Everything of an account that a refused request must leave alone.
pub fn rows(seed: &Seed, id: i64) -> Vec<Vec<Sql>> {
    let tables = [
        "SELECT * FROM principal WHERE id = ?1",
        "SELECT * FROM user WHERE id = ?1",
        "SELECT * FROM membership WHERE principal_id = ?1 ORDER BY organization_id",
        "SELECT * FROM one_time_code WHERE principal_id = ?1 ORDER BY hash",
        "SELECT id FROM outbox WHERE principal_id = ?1 ORDER BY id",
        "SELECT id, revoked_at FROM session WHERE user_id = ?1 ORDER BY id",
        "SELECT id FROM audit_event WHERE target_id = ?1 ORDER BY id",
    ];
    tables.iter().flat_map(|sql| seed.run(sql, params![id])).map(|row| row.0).collect()
}

/// Organizations of an account, by id, and whether it owns each.
pub fn memberships(seed: &Seed, id: i64) -> Vec<(i64, bool, String)> {
    let sql =
        "SELECT organization_id, is_owner, state FROM membership WHERE principal_id = ?1 ORDER BY organization_id";
    let membership =
        |row: &iam_domain::store::Row| (row.integer(0).unwrap(), row.boolean(1).unwrap(), row.text(2).unwrap());
    seed.run(sql, params![id]).iter().map(membership).collect()
}

/// A caller with a token of a new API key that has these permissions, in these organizations (none: everywhere).
pub fn key(server: &Server, permissions: &[&str], organizations: &[i64]) -> Client {
    let (owner, _) = account(server, Some("api_service"), &[]);
    let (id, now) = (number(), SystemClock.now());
    let texts: Vec<String> = organizations.iter().map(ToString::to_string).collect();
    let (kind, claim) = if texts.is_empty() { ("all", json!({})) } else { ("org", json!({ "org": texts })) };
    let secret = random_text(Alphabet::Hex, 64, &SystemRng);
    server.seed().run(
        "INSERT INTO credential (id, principal_id, kind, secret_hash, permissions, scope_type, scope_value, created_at, \
         updated_at) VALUES (?1, ?2, 'api_key', ?3, ?4, ?5, ?6, ?7, ?7)",
        params![id, owner, sha256(&secret), json!(permissions).to_string(), kind, json!(texts).to_string(), now],
    );
    let seconds = SystemClock.now_seconds();
    let token = sign(
        server,
        &json!({
            "u": { "id": owner, "labels": ["api"] }, "r": format!("api:{}", permissions.join(",")), "s": claim,
            "exp": seconds + 3600, "iat": seconds, "cid": id, "jti": random_text(Alphabet::Hex, 20, &SystemRng),
        }),
    );
    server.client().bearer(&token)
}
