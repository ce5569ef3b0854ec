//! API keys for tests: their owner, keys in the store, callers with tokens of them.

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::crypto::secret::{Alphabet, random_text, sha256};
use iam_domain::params;
use iam_domain::rng::SystemRng;
use iam_tests::{Client, Server};
use serde_json::{Value, json};

use crate::wire::idah::{number, sign};

/// The account that owns all keys.
pub fn service_account(server: &Server) -> i64 {
    server.seed().count("SELECT subject_id FROM installation WHERE name = 'bootstrap_api_service'", vec![])
}

/// A key in the store. `scope`: `all`, `org`, `project`.
pub fn key(server: &Server, permissions: &[&str], scope: &str, values: &[i64]) -> i64 {
    let (id, owner, now) = (number(), service_account(server), SystemClock.now());
    let text = format!("IDAH_{}", random_text(Alphabet::Hex, 64, &SystemRng));
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    server.seed().run(
        "INSERT INTO credential (id, principal_id, kind, name, name_key, label, secret_hash, permissions, scope_type, \
         scope_value, created_at, updated_at) VALUES (?1, ?2, 'api_key', 'Key', 'key', ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        params![
            id,
            owner,
            format!("{}...{}", &text[..10], &text[65..]),
            sha256(&text),
            json!(permissions).to_string(),
            scope,
            json!(values).to_string(),
            now
        ],
    );
    id
}

/// Sets a column of a key.
pub fn set_key(server: &Server, id: i64, column: &str, value: impl Into<iam_domain::store::Value>) {
    server.seed().run(&format!("UPDATE credential SET {column} = ?2 WHERE id = ?1"), vec![id.into(), value.into()]);
}

/// A caller with a token of a key.
pub fn client_of_key(server: &Server, id: i64) -> Client {
    let find = "SELECT principal_id, permissions, scope_type, scope_value FROM credential WHERE id = ?1";
    let row = &server.seed().run(find, params![id])[0];
    let names: Vec<String> = row.list(1).unwrap();
    let values: Value = row.json(3).unwrap();
    let scope = match row.text(2).unwrap().as_str() {
        "all" => json!({}),
        kind => json!({ kind: values }),
    };
    let now = SystemClock.now_seconds();
    let claims = json!({
        "u": { "id": row.integer(0).unwrap(), "labels": ["api"] }, "r": format!("api:{}", names.join(",")), "s": scope,
        "exp": now + 3600, "iat": now, "cid": id, "jti": random_text(Alphabet::Hex, 20, &SystemRng),
    });
    server.client().bearer(&sign(server, &claims))
}

/// A caller with a token of a new key.
pub fn key_caller(server: &Server, permissions: &[&str], scope: &str, values: &[i64]) -> Client {
    client_of_key(server, key(server, permissions, scope, values))
}
