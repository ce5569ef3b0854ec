//! Logging in by hand: people with a password, cookies, refreshes.

use std::sync::OnceLock;

use iam_domain::crypto::password;
use iam_domain::params;
use iam_domain::rng::SystemRng;
use iam_tests::{Client, Response, Seed, Server};
use serde_json::{Value, json};

use crate::wire::idah::{account, number, refusal};
use crate::wire::jwt;

/// Password of everybody made here.
pub const PASSWORD: &str = "Test-only-1";

/// Somebody who can log in.
pub struct Person {
    pub id: i64,
    pub email: String,
}

/// A new account with a password.
pub fn person(server: &Server, role: Option<&str>, organizations: &[i64]) -> Person {
    let (id, email) = account(server, role, organizations);
    give_password(&server.seed(), id);
    Person { id, email }
}

/// Lets an account log in.
pub fn give_password(seed: &Seed, id: i64) {
    static HASH: OnceLock<String> = OnceLock::new();
    let hash = HASH.get_or_init(|| password::hash(PASSWORD, &SystemRng).unwrap());
    let sql = "INSERT INTO credential (id, principal_id, kind, password_hash, created_at, updated_at) \
        VALUES (?1, ?2, 'password', ?3, 0, 0)";
    seed.run(sql, params![number(), id, hash.as_str()]);
}

/// Tokens of a login with cookies.
#[derive(Debug, Clone)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
}

impl Tokens {
    /// Those that an answer sets.
    #[track_caller]
    pub fn of(answer: &Response) -> Self {
        Self { access: cookie(answer, "auth-token").value, refresh: cookie(answer, "refresh-token").value }
    }

    /// The session that they are of.
    pub fn session(&self) -> i64 {
        jwt::claims(&self.access)["sid"].as_i64().unwrap()
    }
}

impl Person {
    /// Logs in.
    #[track_caller]
    pub fn log_in(&self, server: &Server) -> Tokens {
        Tokens::of(&try_log_in(&server.client(), &self.email, PASSWORD).expect(200))
    }
}

/// Asks for cookies with address and password.
pub fn try_log_in(client: &Client, email: &str, password: &str) -> Response {
    client.post("/auth/login", &json!({ "email": email, "password": password, "cookie": true }))
}

/// Asks for new tokens.
pub fn refresh(server: &Server, token: &str) -> Response {
    server.client().with("cookie", &format!("refresh-token={token}")).get("/auth/refresh")
}

/// Status of a request with an access token that everybody may make.
pub fn status(server: &Server, access: &str) -> u16 {
    server.client().bearer(access).get("/account_sessions").status
}

/// That a refresh is refused so; the cookie is taken away.
#[track_caller]
pub fn refused(answer: &Response, title: &str, detail: &str) {
    assert_eq!(refusal(answer, 401), (title.to_owned(), detail.to_owned()));
    let [only] = answer.cookies.as_slice() else { panic!("{answer:?}") };
    assert_eq!(Cookie::read(only).name, "refresh-token");
    assert!(Cookie::read(only).is_gone(), "{only}");
}

/// That a refresh is refused because its token was used before.
#[track_caller]
pub fn replayed(answer: &Response) {
    refused(answer, "BadRefreshTokenError", "Bad uid/refid");
}

/// Sessions of an account in the store.
pub fn sessions(seed: &Seed, account: i64) -> Vec<i64> {
    let rows = seed.run("SELECT id FROM session WHERE user_id = ?1 ORDER BY id", params![account]);
    rows.iter().map(|row| row.integer(0).unwrap()).collect()
}

/// Everything that is stored of a session.
pub fn row(seed: &Seed, session: i64) -> Value {
    let sql = "SELECT json_array(nonce, refresh_seq, user_agent, ip, created_at, updated_at, expires_at, revoked_at) \
        FROM session WHERE id = ?1";
    seed.run(sql, params![session]).first().map_or(Value::Null, |row| row.json(0).unwrap())
}

/// A cookie as an answer sets it.
#[derive(Debug, Clone)]
pub struct Cookie {
    pub name: String,
    pub value: String,
    /// Attributes, names in lower case.
    pub attributes: Vec<(String, String)>,
}

impl Cookie {
    /// Reads a `Set-Cookie` header.
    pub fn read(text: &str) -> Self {
        let mut pairs = text.split("; ").map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let (name, value) = pairs.next().unwrap();
        let attributes = pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Self { name: name.to_owned(), value: value.to_owned(), attributes }
    }

    /// An attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it takes a cookie away.
    pub fn is_gone(&self) -> bool {
        self.value.is_empty() && self.attribute("max-age") == Some("0")
    }
}

/// A cookie that an answer must set, once.
#[track_caller]
pub fn cookie(answer: &Response, name: &str) -> Cookie {
    let found: Vec<Cookie> =
        answer.cookies.iter().map(|text| Cookie::read(text)).filter(|one| one.name == name).collect();
    let [one] = found.as_slice() else { panic!("{} cookies {name}: {answer:?}", found.len()) };
    one.clone()
}
