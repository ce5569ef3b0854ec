//! Wrong passwords at `/oauth/v2/token`: whoever fails often has to wait. How long: `tests/it/time_logins.rs`.

use iam_domain::crypto::secret::{hex, sha256};
use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use crate::wire::eazyrent::people::{ME, PASSWORD, Person, log_in, refused, try_log_in};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    the_right_password_has_to_wait_too,
    an_address_that_nobody_has_is_throttled_the_same,
    others_log_in_meanwhile,
    tokens_that_were_issued_go_on,
    five_failures_cost_nothing_and_a_success_forgets_them,
    however_the_address_is_written_it_is_counted_as_one,
    what_is_no_guess_is_not_counted,
);

const WRONG: &str = "Wrong-pass-1";

/// What failures for an address are counted under.
pub fn subject(email: &str) -> String {
    format!("login:{}", hex(&sha256(email.to_lowercase())))
}

fn failures(tenant: &Tenant, email: &str) -> i64 {
    let sql = "SELECT coalesce(sum(failures), 0) FROM login_throttle WHERE subject = ?1";
    tenant.seed.count(sql, params![subject(email)])
}

/// Fails as if for the fifty-first time, so that `email` has to wait for a quarter of an hour.
pub fn fail_often(server: &Server, tenant: &Tenant, email: &str) {
    refused(&try_log_in(server, email, WRONG));
    let many = "UPDATE login_throttle SET failures = 50 WHERE subject = ?1 RETURNING 1";
    assert_eq!(tenant.seed.count(many, params![subject(email)]), 1);
    refused(&try_log_in(server, email, WRONG));
}

fn the_right_password_has_to_wait_too(server: &Server) {
    let tenant = Tenant::new(server, "Throttled");
    let person = Person::new(server, &tenant, "throttled", &[]);
    fail_often(server, &tenant, &person.email);
    for password in [PASSWORD, WRONG] {
        let answer = try_log_in(server, &person.email, password).expect(429);
        assert_eq!(shape::oauth_error(&answer), "temporarily_unavailable");
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((800..=901).contains(&wait), "{wait}");
    }
    assert_eq!(failures(&tenant, &person.email), 51, "who has to wait does not make it longer");
}

fn an_address_that_nobody_has_is_throttled_the_same(server: &Server) {
    let tenant = Tenant::new(server, "Unknown");
    let person = Person::new(server, &tenant, "known", &[]);
    let unknown = unique_email("unknown");
    for email in [&person.email, &unknown] {
        fail_often(server, &tenant, email);
    }
    let [known, unknown] = [&person.email, &unknown].map(|email| try_log_in(server, email, PASSWORD).expect(429));
    assert_eq!(known.body, unknown.body);
}

fn others_log_in_meanwhile(server: &Server) {
    let tenant = Tenant::new(server, "Others");
    let [one, other] = ["one", "other"].map(|local| Person::new(server, &tenant, local, &[]));
    fail_often(server, &tenant, &one.email);
    other.log_in(server).get(ME).expect(200);
    try_log_in(server, &one.email, PASSWORD).expect(429);
}

fn tokens_that_were_issued_go_on(server: &Server) {
    let tenant = Tenant::new(server, "Tokens");
    let person = Person::new(server, &tenant, "tokens", &[]);
    fail_often(server, &tenant, &person.email);
    // A stranger who guesses must not be able to throw somebody out.
    assert_eq!(person.client.get(ME).expect(200).json()["state"], json!("USER_STATE_ACTIVE"));
}

fn five_failures_cost_nothing_and_a_success_forgets_them(server: &Server) {
    let tenant = Tenant::new(server, "Free");
    let person = Person::new(server, &tenant, "free", &[]);
    for _ in 0..2 {
        for _ in 0..5 {
            refused(&try_log_in(server, &person.email, WRONG));
        }
        assert_eq!(failures(&tenant, &person.email), 5);
        log_in(server, &person.email, PASSWORD);
        assert_eq!(failures(&tenant, &person.email), 0);
    }
}

fn however_the_address_is_written_it_is_counted_as_one(server: &Server) {
    let tenant = Tenant::new(server, "Case");
    let person = Person::new(server, &tenant, "Case", &[]);
    for address in [person.email.clone(), person.email.to_uppercase(), format!("  {} ", person.email.to_lowercase())] {
        refused(&try_log_in(server, &address, WRONG));
    }
    assert_eq!(failures(&tenant, &person.email), 3);
}

fn what_is_no_guess_is_not_counted(server: &Server) {
    let tenant = Tenant::new(server, "No guess");
    let person = Person::new(server, &tenant, "guess", &[]);
    for form in [
        vec![("grant_type", "password"), ("username", &person.email)],
        vec![("grant_type", "other"), ("username", &person.email), ("password", WRONG)],
        vec![("grant_type", "password"), ("username", "nobody"), ("password", WRONG)],
    ] {
        server.client().form("/oauth/v2/token", &form).expect(400);
    }
    assert_eq!(failures(&tenant, &person.email), 0);
    // A wrong client never gets as far as the password.
    let form = [
        ("grant_type", "password"),
        ("username", &person.email),
        ("password", WRONG),
        ("client_id", "999999999999"),
        ("client_secret", "nothing"),
    ];
    server.client().form("/oauth/v2/token", &form).expect(401);
    assert_eq!(failures(&tenant, &person.email), 0);
}
