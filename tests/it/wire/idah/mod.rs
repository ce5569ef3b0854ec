//! IDAH API (contracts/idah.md).

mod access_tokens;
mod boundaries;
mod cookies;
mod cookies_browser;
mod graph;
mod jwt_key;
mod keys;
mod logins;
mod organizations;
mod properties;
mod refusals;
mod revocation;
mod sessions;
mod tokens;
mod users;

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::crypto::secret::{Alphabet, random_text};
use iam_domain::crypto::{Claims, SigningAlgorithm, SigningKey};
use iam_domain::params;
use iam_domain::rng::SystemRng;
use iam_tests::server::{ADMIN_EMAIL, ADMIN_PASSWORD};
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

pub use keys::fixtures::key_caller;

use super::tenant::unique_email;

/// Media type of documents.
pub const DOCUMENT: &str = "application/vnd.api+json";

/// Somebody who calls.
pub struct Caller {
    pub id: i64,
    pub email: String,
    pub session: i64,
    pub client: Client,
}

/// A new account of `role` in these organizations, which it owns if it is an `org_owner`; logged in.
pub fn caller(server: &Server, role: &str, organizations: &[i64]) -> Caller {
    let (id, email) = account(server, Some(role), organizations);
    let session = session(server, id);
    let client = server.client().bearer(&token(server, id, role, organizations, session));
    Caller { id, email, session, client }
}

/// A new account that nobody is logged in with; `role` `None`: made by another API. Gives id and address.
pub fn account(server: &Server, role: Option<&str>, organizations: &[i64]) -> (i64, String) {
    let (seed, email) = (server.seed(), unique_email("account"));
    let id = seed.person("Test Account");
    seed.set_user(id, "email", email.as_str());
    seed.set_user(id, "email_key", email.as_str());
    seed.set_user(id, "account_role", role);
    seed.set_user(id, "joined_at", SystemClock.now());
    for organization in organizations {
        seed.join(*organization, id, "user");
        if role == Some("org_owner") {
            let sql = "UPDATE membership SET is_owner = 1 WHERE organization_id = ?1 AND principal_id = ?2";
            seed.run(sql, params![*organization, id]);
        }
    }
    (id, email)
}

/// A session of an account, as a login makes one.
pub fn session(server: &Server, account: i64) -> i64 {
    let now = SystemClock.now();
    let id = number();
    server.seed().run(
        "INSERT INTO session (id, user_id, dialect, refresh_seq, created_at, updated_at, expires_at) \
         VALUES (?1, ?2, 'idah', ?3 / 1000, ?3, ?3, ?3 + 1209600000)",
        params![id, account, now],
    );
    id
}

/// An access token as a login issues one.
pub fn token(server: &Server, account: i64, role: &str, organizations: &[i64], session: i64) -> String {
    let texts: Vec<String> = organizations.iter().map(ToString::to_string).collect();
    let scope = if texts.is_empty() { json!({}) } else { json!({ "org": texts }) };
    let now = SystemClock.now_seconds();
    sign(
        server,
        &json!({
            "u": { "id": account }, "r": role, "s": scope, "exp": now + 3600, "iat": now, "sid": session,
            "jti": random_text(Alphabet::Hex, 20, &SystemRng),
        }),
    )
}

/// Claims signed with the key of the server.
pub fn sign(server: &Server, claims: &Value) -> String {
    sign_as(server, "JWT", claims)
}

/// The same in a token of another type.
pub fn sign_as(server: &Server, typ: &str, claims: &Value) -> String {
    let seed = server.seed();
    let find = "SELECT kid, private_key FROM signing_key WHERE algorithm = 'ES256' AND generation = '1'";
    if seed.run(find, vec![]).is_empty() {
        login(server, ADMIN_EMAIL, ADMIN_PASSWORD).expect(200);
    }
    let rows = seed.run(find, vec![]);
    let (kid, key) = (rows[0].text(0).unwrap(), rows[0].text(1).unwrap());
    let key = SigningKey::from_stored(SigningAlgorithm::Es256, &key, Some(&kid)).unwrap();
    let claims: &Claims = claims.as_object().unwrap();
    key.sign(typ, claims).unwrap()
}

/// Logs in with address and password.
pub fn login(server: &Server, email: &str, password: &str) -> Response {
    server.client().post("/auth/login", &json!({ "email": email, "password": password }))
}

/// A document that writes a resource.
#[allow(clippy::needless_pass_by_value, reason = "it is written where it is passed")]
pub fn document(kind: &str, attributes: Value) -> Value {
    json!({ "data": { "type": kind, "attributes": attributes } })
}

/// Sends a document.
pub fn send(client: &Client, method: &str, path: &str, document: &Value) -> Response {
    client.send(method, path, Some(DOCUMENT), document.to_string().as_bytes())
}

/// The filter that only these are wanted, with an ampersand behind.
pub fn among(ids: &[i64]) -> String {
    let filters: Vec<String> = ids.iter().map(|id| format!("filter[id__in][]={id}&")).collect();
    filters.concat()
}

/// A number that no other test uses as an id.
pub fn number() -> i64 {
    iam_domain::model::PrincipalId::random(&SystemRng).get()
}

/// Ids of a list, as numbers.
#[track_caller]
pub fn ids(answer: &Response) -> Vec<i64> {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), DOCUMENT);
    let body = answer.json();
    let data = body["data"].as_array().unwrap_or_else(|| panic!("no list: {body}"));
    assert!(body["meta"].is_object(), "{body}");
    data.iter().map(|one| one["id"].as_str().unwrap().parse().unwrap()).collect()
}

/// A refusal with this status: exactly one error. Gives title and detail.
#[track_caller]
pub fn refusal(answer: &Response, status: u16) -> (String, String) {
    assert_eq!(answer.status, status, "{answer:?}");
    let body = answer.json();
    let errors = body["errors"].as_array().unwrap_or_else(|| panic!("no errors: {body}"));
    assert_eq!((errors.len(), body.as_object().unwrap().len()), (1, 1), "{body}");
    let error = errors[0].as_object().unwrap();
    let is_validation = error["title"] == "Verse::Error::ValidationFailed";
    let wanted = if is_validation { json!(status) } else { json!(status.to_string()) };
    assert_eq!(error["status"], wanted, "{body}");
    assert!(!error.contains_key("source"), "{body}");
    (error["title"].as_str().unwrap().to_owned(), error["detail"].as_str().unwrap().to_owned())
}

/// Faults of the input, as pointer and detail.
#[track_caller]
pub fn faults(answer: &Response) -> Vec<(String, String)> {
    assert_eq!(answer.status, 422, "{answer:?}");
    assert_eq!(answer.header("content-type"), "application/json");
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    let fault = |error: &Value| {
        assert_eq!(error["status"], 422, "{body}");
        assert_eq!(error["title"], "Verse::Error::ValidationFailed");
        assert_eq!(error.as_object().unwrap().len(), 4, "{body}");
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("no text: {body}")).to_owned();
        (text(&error["source"]["pointer"]), text(&error["detail"]))
    };
    body["errors"].as_array().unwrap_or_else(|| panic!("no errors: {body}")).iter().map(fault).collect()
}

/// A body with which an operation might succeed.
pub fn body(op: &str) -> Value {
    match op {
        "iam_accounts.create" => document("iam:accounts", json!({ "email": unique_email("isolated") })),
        "iam_accounts.update" => document("iam:accounts", json!({ "name": "Changed" })),
        "iam_organizations.create" | "iam_organizations.update" => {
            document("iam:organizations", json!({ "name": "Changed" }))
        }
        "iam_keys.create" => document(
            "iam:api_keys",
            json!({ "name": "k", "permissions": ["org_ro_org"], "scope_type": "org", "scope_value": ["1"] }),
        ),
        "iam_keys.update" => document("iam:api_keys", json!({ "name": "Changed" })),
        _ => json!({}),
    }
}
