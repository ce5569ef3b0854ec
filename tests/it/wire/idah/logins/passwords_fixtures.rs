//! What tests about passwords of accounts share.

use iam_domain::crypto::PasswordParams;
use iam_domain::crypto::password::hash_with;
use iam_domain::params;
use iam_domain::rng::SystemRng;
use iam_tests::{Response, Seed, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::people;
use crate::wire::idah::{account, login, number, refusal};

pub const REQUEST: &str = "/account/passwords/request_reset";
pub const RESET: &str = "/account/passwords/reset";
pub const VALID: &str = "/account/passwords/token_valid";
pub const CHANGE: &str = "/account/passwords/change";

/// The password of everybody who has not changed it.
pub const PASSWORD: &str = "Test-only-1";
pub const NEW: &str = "Other-pass-2";
pub const WRONG: &str = "Wrong-pass-1";

/// A token that nobody has.
pub const UNKNOWN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A new account with [`PASSWORD`]; gives id and address.
pub fn with_password(server: &Server) -> (i64, String) {
    let (id, email) = account(server, Some("user"), &[]);
    set_password(&server.seed(), id, PASSWORD);
    (id, email)
}

/// Gives a password to somebody who has none, hashed weakly, to save time.
pub fn set_password(seed: &Seed, id: i64, text: &str) {
    let params = PasswordParams { memory_kib: 64, iterations: 1, lanes: 1 };
    seed.run(
        "INSERT INTO credential (id, principal_id, kind, password_hash, created_at, updated_at) \
         VALUES (?1, ?2, 'password', ?3, 0, 0)",
        params![number(), id, hash_with(params, text, &SystemRng).unwrap()],
    );
}

/// The stored hash, if there is one.
pub fn stored(seed: &Seed, id: i64) -> Option<String> {
    let sql = "SELECT password_hash FROM credential WHERE principal_id = ?1 AND kind = 'password'";
    seed.texts(sql, params![id]).pop()
}

/// Asks for a token to set a new password. Whether somebody has the address is looked up after the answer: it is done when
/// this returns.
pub fn request(server: &Server, email: &str) -> Response {
    let answer = server.client().post(REQUEST, &json!({ "email": email }));
    server.client().bearer(&server.bootstrap_token()).post_empty("/iam/v1/outbox/deliver/").expect(200);
    answer
}

/// A token of somebody.
pub fn requested(server: &Server, email: &str) -> String {
    request(server, email).expect(204);
    people::code(&server.seed(), email)
}

/// Sets a new password.
pub fn reset(server: &Server, token: &str, password: &str) -> Response {
    server.client().post(RESET, &json!({ "token": token, "password": password }))
}

/// Whether a token is good, as the API says.
#[track_caller]
pub fn is_valid(server: &Server, token: &str) -> bool {
    let body = server.client().get(&format!("{VALID}?token={token}")).expect(200).json();
    let valid = body["data"]["valid"].as_bool().unwrap_or_else(|| panic!("{body}"));
    assert_eq!(body, json!({ "data": { "valid": valid } }));
    valid
}

/// Asserts that a login is refused as with a wrong password.
#[track_caller]
pub fn wrong(server: &Server, email: &str, password: &str) {
    let refused = refusal(&login(server, email, password), 401);
    assert_eq!(refused, ("Verse::Error::Authorization".to_owned(), "invalid_credentials".to_owned()));
}

/// Asserts that the token is refused as one that nobody has.
#[track_caller]
pub fn unknown(answer: &Response) {
    let refused = refusal(answer, 404);
    assert_eq!(refused, ("Verse::Error::NotFound".to_owned(), "Invalid password reset token".to_owned()));
}

/// Asserts that the answer is one without a body.
#[track_caller]
pub fn empty(answer: &Response) {
    assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{answer:?}");
    assert!(!answer.headers.contains_key("content-type"), "{answer:?}");
}

/// The one row that `sql` finds about somebody, as JSON.
pub fn row(seed: &Seed, sql: &str, id: i64) -> Value {
    seed.run(sql, params![id])[0].json(0).unwrap()
}
