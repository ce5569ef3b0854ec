//! `POST /auth/api/login`.

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::crypto::secret::{Alphabet, random_text, sha256};
use iam_domain::params;
use iam_domain::rng::SystemRng;
use iam_tests::in_process::{InProcess, START};
use iam_tests::{Response, Seed, Server};
use serde_json::{Value, json};

use crate::wire::idah::{DOCUMENT, account, faults, ids, number, refusal};
use crate::wire::jwt;

crate::on_both!(
    the_answer_has_everything_that_scripts_read,
    the_scope_is_that_of_the_key,
    rights_are_those_of_the_permissions,
    the_token_lives_as_long_as_asked_for,
    the_token_never_outlives_its_key,
    what_cannot_be_a_key_is_told,
    a_key_that_is_over_is_refused,
    an_owner_who_is_not_active_lets_no_key_in,
    every_fault_is_named,
    a_form_will_do,
    a_key_sees_what_its_permissions_allow,
    a_revoked_key_ends_its_tokens_at_once,
    a_permission_taken_away_counts_at_once,
    credentials_of_other_kinds_are_no_keys,
    nothing_of_the_key_is_kept_or_shown,
);

const PATH: &str = "/auth/api/login";
const HOUR: i64 = 60 * 60 * 1000;

/// A key of an account.
struct Key {
    id: i64,
    text: String,
}

/// The account that owns all API keys.
fn owner(seed: &Seed) -> i64 {
    seed.count("SELECT subject_id FROM installation WHERE name = 'bootstrap_api_service'", vec![])
}

fn key_of(seed: &Seed, owner: i64, permissions: &Value, scope: &str, values: &Value) -> Key {
    let id = number();
    let text = format!("IDAH_{}", random_text(Alphabet::Hex, 64, &SystemRng));
    seed.run(
        "INSERT INTO credential (id, principal_id, kind, name, label, secret_hash, permissions, scope_type, scope_value, \
           created_at, updated_at) VALUES (?1, ?2, 'api_key', 'test', 'IDAH_', ?3, ?4, ?5, ?6, 0, 0)",
        params![id, owner, sha256(&text), permissions.to_string(), scope, values.to_string()],
    );
    Key { id, text }
}

/// A key that reads all accounts.
fn reading(seed: &Seed) -> Key {
    key_of(seed, owner(seed), &json!(["account_ro_all"]), "all", &json!([]))
}

impl Key {
    fn set(&self, seed: &Seed, column: &str, value: impl Into<iam_domain::store::Value>) {
        seed.run(&format!("UPDATE credential SET {column} = ?2 WHERE id = ?1"), vec![self.id.into(), value.into()]);
    }

    fn log_in(&self, server: &Server) -> Response {
        server.client().post(PATH, &json!({ "api_key": self.text }))
    }

    #[track_caller]
    fn token(&self, server: &Server) -> String {
        token(&self.log_in(server))
    }
}

#[track_caller]
fn token(answer: &Response) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["meta"]["token"].as_str().unwrap().to_owned()
}

#[track_caller]
fn refused(answer: &Response, detail: &str) {
    assert_eq!(refusal(answer, 401), ("Verse::Error::Authorization".to_owned(), detail.to_owned()));
    assert_eq!(answer.cookies.len(), 0);
}

fn the_answer_has_everything_that_scripts_read(server: &Server) {
    let seed = server.seed();
    let answer = reading(&seed).log_in(server).expect(200);
    assert_eq!((answer.header("content-type"), answer.cookies.len()), (DOCUMENT, 0));
    let body = answer.json();
    let owner = owner(&seed);
    assert_eq!((&body["data"]["type"], &body["data"]["id"]), (&json!("iam:account_auths"), &json!(owner.to_string())));
    let token = token(&answer);
    let claims = jwt::claims(&token);
    let wanted = json!({
        "email": "api-service@edge-iam.invalid", "name": "API service", "picture_url": null,
        "role_name": "api:account_ro_all", "role_scope": {}, "role_rights": ["iam:accounts.read.*"], "exp": claims["exp"],
    });
    assert_eq!(body["data"]["attributes"], wanted);
    let user = json!({
        "id": owner, "email": "api-service@edge-iam.invalid", "name": "API service", "labels": ["api"],
    });
    assert_eq!(claims["u"], user);
    assert_eq!((&claims["r"], &claims["s"]), (&json!("api:account_ro_all"), &json!({})));
    assert!(!claims.contains_key("sid"));
    let left = claims["exp"].as_i64().unwrap() - jwt::now();
    assert!((3590..=3600).contains(&left), "{left}");
    assert_eq!(seed.count("SELECT count(*) FROM session WHERE user_id = ?1", params![owner]), 0);
    server.client().post("/api/v1/iam/auth/api/login", &json!({ "api_key": reading(&seed).text })).expect(200);
}

fn the_scope_is_that_of_the_key(server: &Server) {
    let seed = server.seed();
    let organization = seed.organization("Of keys").to_string();
    for (scope, values, wanted) in [
        ("org", json!([organization]), json!({ "org": [organization] })),
        ("project", json!(["7", "8"]), json!({ "project": ["7", "8"] })),
        ("all", json!([]), json!({})),
    ] {
        let answer = key_of(&seed, owner(&seed), &json!(["project_ro_org"]), scope, &values).log_in(server);
        assert_eq!(jwt::claims(&token(&answer))["s"], wanted);
        assert_eq!(answer.json()["data"]["attributes"]["role_scope"], wanted);
    }
}

fn rights_are_those_of_the_permissions(server: &Server) {
    let seed = server.seed();
    let key = key_of(&seed, owner(&seed), &json!(["org_ro_org", "org_rw_all"]), "all", &json!([]));
    let answer = key.log_in(server);
    assert_eq!(jwt::claims(&token(&answer))["r"], "api:org_ro_org,org_rw_all");
    let body = answer.json();
    assert_eq!(body["data"]["attributes"]["role_name"], "api:org_ro_org,org_rw_all");
    assert_eq!(
        body["data"]["attributes"]["role_rights"],
        json!(["iam:organizations.read.as_org_owner", "iam:organizations.*.*", "iam:accounts.*.*"])
    );
}

fn the_token_lives_as_long_as_asked_for(server: &Server) {
    let key = reading(&server.seed());
    let asked =
        |seconds: Value| server.client().post(PATH, &json!({ "api_key": key.text, "token_expiration": seconds }));
    for (sent, wanted) in [(json!(60), 60), (json!("120"), 120), (json!(86_400), 86_400), (json!(null), 3600)] {
        let answer = asked(sent);
        let exp = jwt::claims(&token(&answer))["exp"].as_i64().unwrap();
        assert!((wanted - 10..=wanted).contains(&(exp - jwt::now())), "{wanted}");
        assert_eq!(answer.json()["data"]["attributes"]["exp"], json!(exp));
    }
    for wrong in [json!(0), json!(-1), json!(86_401), json!(i64::MAX)] {
        let wanted = ("/token_expiration".to_owned(), "must be between 1 and 86400".to_owned());
        assert_eq!(faults(&asked(wrong)), [wanted]);
    }
    assert_eq!(faults(&asked(json!("soon"))), [("/token_expiration".to_owned(), "must be an integer".to_owned())]);
}

fn the_token_never_outlives_its_key(server: &Server) {
    let seed = server.seed();
    let key = reading(&seed);
    let end = SystemClock.now() + HOUR / 6;
    key.set(&seed, "expires_at", end);
    assert_eq!(jwt::claims(&key.token(server))["exp"], json!(end / 1000));
}

fn what_cannot_be_a_key_is_told(server: &Server) {
    let seed = server.seed();
    let text = reading(&seed).text;
    let short = text.get(..68).unwrap().to_owned();
    for wrong in [short, format!("{text}0"), text.replace("IDAH_", "IDAX_"), format!(" {text}"), "x".to_owned()] {
        refused(&server.client().post(PATH, &json!({ "api_key": wrong })), "Invalid Key");
    }
    refused(&server.client().post(PATH, &json!({ "api_key": 17 })), "Invalid Key");
    // A key like any other, that nobody has.
    let other = format!("IDAH_{}", random_text(Alphabet::Hex, 64, &SystemRng));
    refused(&server.client().post(PATH, &json!({ "api_key": other })), "Invalid credentials");
}

fn a_key_that_is_over_is_refused(server: &Server) {
    let seed = server.seed();
    for column in ["revoked_at", "expires_at"] {
        let key = reading(&seed);
        key.set(&seed, column, SystemClock.now() - 1000);
        refused(&key.log_in(server), "API key has been revoked or expired");
        assert_eq!(seed.count("SELECT last_used_at IS NULL FROM credential WHERE id = ?1", params![key.id]), 1);
    }
    let key = reading(&seed);
    key.set(&seed, "expires_at", SystemClock.now() + HOUR);
    key.token(server);
}

fn an_owner_who_is_not_active_lets_no_key_in(server: &Server) {
    let seed = server.seed();
    let (owner, _) = account(server, Some("api_service"), &[]);
    let key = key_of(&seed, owner, &json!(["account_ro_all"]), "all", &json!([]));
    let token = key.token(server);
    seed.set_state(owner, "inactive");
    refused(&key.log_in(server), "account_disabled");
    let client = server.client().bearer(&token);
    assert_eq!(refusal(&client.get("/accounts"), 401).1, "account_disabled");
}

fn every_fault_is_named(server: &Server) {
    let found = |body: Value| {
        let faults = faults(&server.client().post(PATH, &body));
        faults.into_iter().map(|(at, what)| format!("{at} {what}")).collect::<Vec<_>>()
    };
    assert_eq!(found(json!({})), ["/api_key is required"]);
    assert_eq!(found(json!({ "api_key": "" })), ["/api_key must be filled"]);
    assert_eq!(
        found(json!({ "api_key": ["x"], "token_expiration": [] })),
        ["/api_key must be a string", "/token_expiration must be an integer"]
    );
}

fn a_form_will_do(server: &Server) {
    let key = reading(&server.seed());
    server.client().form(PATH, &[("api_key", &key.text), ("token_expiration", "60")]).expect(200);
}

fn a_key_sees_what_its_permissions_allow(server: &Server) {
    let seed = server.seed();
    let organization = seed.organization("Seen by keys");
    let (inside, _) = account(server, Some("user"), &[organization]);
    let (outside, _) = account(server, Some("user"), &[]);
    let path = format!("/accounts?filter[id__in][]={inside}&filter[id__in][]={outside}");
    let listed = |permission: &str, scope: &str, values: Value| {
        let key = key_of(&seed, owner(&seed), &json!([permission]), scope, &values);
        let mut found = ids(&server.client().bearer(&key.token(server)).get(&path));
        found.sort_unstable();
        found
    };
    let mut both = [inside, outside];
    both.sort_unstable();
    assert_eq!(listed("account_ro_all", "all", json!([])), both);
    assert_eq!(listed("org_rw_org", "org", json!([organization.to_string()])), [inside]);
    assert_eq!(listed("org_ro_all", "all", json!([])), [0; 0], "itself alone");
}

fn a_revoked_key_ends_its_tokens_at_once(server: &Server) {
    let seed = server.seed();
    for sql in [
        "UPDATE credential SET revoked_at = 1 WHERE id = ?1",
        "UPDATE credential SET expires_at = 1 WHERE id = ?1",
        "DELETE FROM credential WHERE id = ?1",
    ] {
        let key = reading(&seed);
        let client = server.client().bearer(&key.token(server));
        client.get("/accounts?page[size]=1").expect(200);
        seed.run(sql, params![key.id]);
        assert_eq!(refusal(&client.get("/accounts"), 401).1, "Invalid JWT token");
    }
}

fn a_permission_taken_away_counts_at_once(server: &Server) {
    let seed = server.seed();
    let key = key_of(&seed, owner(&seed), &json!(["account_ro_all", "org_ro_all"]), "all", &json!([]));
    let (other, _) = account(server, Some("user"), &[]);
    let client = server.client().bearer(&key.token(server));
    client.get(&format!("/accounts/{other}")).expect(200);
    key.set(&seed, "permissions", "[\"org_ro_all\"]");
    client.get(&format!("/accounts/{other}")).expect(404);
}

/// A text of the right form may be the secret of another credential; only keys have permissions of their own.
fn credentials_of_other_kinds_are_no_keys(server: &Server) {
    let seed = server.seed();
    for sql in [
        "UPDATE credential SET kind = 'api_token' WHERE id = ?1",
        "UPDATE credential SET permissions = NULL WHERE id = ?1",
    ] {
        let key = reading(&seed);
        seed.run(sql, params![key.id]);
        refused(&key.log_in(server), "Invalid credentials");
    }
}

fn nothing_of_the_key_is_kept_or_shown(server: &Server) {
    let seed = server.seed();
    let key = reading(&seed);
    let answer = key.log_in(server);
    let digits = key.text.get(5..).unwrap();
    assert!(!answer.body.contains(digits));
    assert!(!format!("{:?}", seed.dump()).contains(digits));
}

/// In process, with a clock of the test's own.
mod own_native {
    use super::*;

    #[test]
    fn use_is_noted_once_a_minute() {
        let app = InProcess::default();
        let seed = app.seed();
        let key = reading(&seed);
        let log_in = || {
            let body = json!({ "api_key": key.text }).to_string().into_bytes();
            let before = app.statements();
            app.send("POST", PATH, &[("content-type", "application/json")], body).expect(200);
            let used = seed.count("SELECT last_used_at FROM credential WHERE id = ?1", params![key.id]);
            (used, app.statements() - before)
        };
        // Also finds the signing key.
        assert_eq!(log_in().0, START);
        for (later, noted, statements) in [(1, START, 1), (59_999, START, 1), (60_000, START + 60_000, 4)] {
            app.set_time(START + later);
            assert_eq!(log_in(), (noted, statements), "after {later} ms");
        }
        assert_eq!(seed.count("SELECT updated_at FROM credential WHERE id = ?1", params![key.id]), 0);
    }

    #[test]
    fn a_key_ends_in_time() {
        let app = InProcess::default();
        let seed = app.seed();
        let key = reading(&seed);
        key.set(&seed, "expires_at", START + 10_500);
        let log_in = || {
            let body = json!({ "api_key": key.text }).to_string().into_bytes();
            app.send("POST", PATH, &[("content-type", "application/json")], body)
        };
        let first = token(&log_in());
        app.set_time(START + 9_999);
        assert_eq!(jwt::claims(&token(&log_in()))["exp"], json!(START / 1000 + 10));
        app.bearer(&first, "GET", "/accounts?page[size]=1", None).expect(200);
        app.set_time(START + 10_000);
        refused(&log_in(), "API key has been revoked or expired");
        app.bearer(&first, "GET", "/accounts", None).expect(401);
    }
}
