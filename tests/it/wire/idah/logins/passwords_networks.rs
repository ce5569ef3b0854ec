//! Wrong passwords and requests for tokens from one network, whosever they are for.

use iam_domain::params;
use iam_tests::{Client, Response, Runtime, Seed, Server};
use serde_json::json;

use crate::wire::eazyrent::people::{TOKEN, refused};
use crate::wire::idah::logins::passwords_fixtures::{CHANGE, NEW, PASSWORD, REQUEST, WRONG, empty, set_password};
use crate::wire::idah::{caller, refusal};
use crate::wire::tenant::unique_email;

crate::wire::on_own_servers!(
    a_network_that_guessed_often_waits_for_both_apis,
    the_right_password_takes_back_itself_alone,
    a_network_that_asked_for_many_mails_waits,
);

/// Two networks.
const HERE: &str = "192.0.2.7";
const THERE: &str = "192.0.2.8";

fn behind_a_proxy(runtime: Runtime) -> Server {
    Server::start_with(runtime, &[("client_address_header", "X-Forwarded-For")])
}

fn from(client: &Client, network: &str) -> Client {
    client.with("x-forwarded-for", network)
}

fn login_from(server: &Server, network: &str, email: &str, password: &str) -> Response {
    from(&server.client(), network).post("/auth/login", &json!({ "email": email, "password": password }))
}

/// The same at the token endpoint.
fn grant_from(server: &Server, network: &str, email: &str, password: &str) -> Response {
    let form = [("grant_type", "password"), ("username", email), ("password", password)];
    from(&server.client(), network).form(TOKEN, &form)
}

fn change_from(client: &Client, network: &str, current: &str) -> Response {
    from(client, network).post(CHANGE, &json!({ "current_password": current, "new_password": NEW }))
}

fn failures(seed: &Seed) -> i64 {
    let sql = "SELECT coalesce(sum(failures), 0) FROM login_throttle WHERE subject = 'login-from:' || ?1";
    seed.count(sql, params![HERE])
}

/// As if there had been so many attempts.
fn set_failures(seed: &Seed, kind: &str, failures: i64) {
    let sql = "UPDATE login_throttle SET failures = ?2 WHERE subject = ?1 RETURNING 1";
    assert_eq!(seed.count(sql, params![format!("{kind}:{HERE}"), failures]), 1);
}

#[track_caller]
fn waits(answer: &Response) {
    assert_eq!(refusal(answer, 429).0, "Verse::Error::TooManyRequests");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((800..=901).contains(&wait), "{wait}");
}

fn a_network_that_guessed_often_waits_for_both_apis(runtime: Runtime) {
    let server = behind_a_proxy(runtime);
    let (seed, me) = (server.seed(), caller(&server, "user", &[]));
    set_password(&seed, me.id, PASSWORD);
    refusal(&login_from(&server, HERE, &unique_email("nobody"), WRONG), 401);
    refused(&grant_from(&server, HERE, &unique_email("nobody"), WRONG));
    assert_eq!(failures(&seed), 2);
    set_failures(&seed, "login-from", 150);
    refusal(&login_from(&server, HERE, &unique_email("nobody"), WRONG), 401);
    for password in [PASSWORD, WRONG] {
        waits(&login_from(&server, HERE, &me.email, password));
        waits(&change_from(&me.client, HERE, password));
        grant_from(&server, HERE, &me.email, password).expect(429);
    }
    assert_eq!(failures(&seed), 151, "who has to wait does not make it longer");
    from(&me.client, HERE).get(&format!("/accounts/{}", me.id)).expect(200);
    login_from(&server, THERE, &me.email, PASSWORD).expect(200);
    empty(&change_from(&me.client, THERE, PASSWORD));
}

fn the_right_password_takes_back_itself_alone(runtime: Runtime) {
    let server = behind_a_proxy(runtime);
    let (seed, me) = (server.seed(), caller(&server, "user", &[]));
    set_password(&seed, me.id, PASSWORD);
    for _ in 0..2 {
        refusal(&login_from(&server, HERE, &me.email, WRONG), 401);
    }
    login_from(&server, HERE, &me.email, PASSWORD).expect(200);
    assert_eq!(failures(&seed), 2);
    refusal(&change_from(&me.client, HERE, WRONG), 422);
    empty(&change_from(&me.client, HERE, PASSWORD));
    assert_eq!(failures(&seed), 3);
    // Nor does one whose owner may not log in.
    seed.set_state(me.id, "inactive");
    refusal(&login_from(&server, HERE, &me.email, NEW), 401);
    assert_eq!(failures(&seed), 3);
}

fn a_network_that_asked_for_many_mails_waits(runtime: Runtime) {
    let server = behind_a_proxy(runtime);
    let ask =
        |network: &str| from(&server.client(), network).post(REQUEST, &json!({ "email": unique_email("nobody") }));
    empty(&ask(HERE));
    set_failures(&server.seed(), "forgotten-from", 150);
    empty(&ask(HERE));
    let answer = ask(HERE);
    assert_eq!(refusal(&answer, 429).0, "Verse::Error::TooManyRequests");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 60);
    empty(&ask(THERE));
}
