//! Wrong passwords from one network, whosever they are for. How long it waits: `tests/it/time_networks.rs`.

use std::sync::Barrier;

use iam_domain::params;
use iam_tests::{Client, Response, Runtime, Seed, Server};
use serde_json::json;

use crate::wire::eazyrent::logins::token_throttle::subject;
use crate::wire::eazyrent::people::{FORGOT, ME, PASSWORD, Person, TOKEN, refused};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::wire::on_own_servers!(
    a_network_that_guessed_often_waits_and_others_do_not,
    only_the_last_entry_of_the_header_counts,
    half_an_ipv6_address_is_one_network,
    the_right_password_takes_back_itself_alone,
    of_guesses_at_the_same_moment_no_more_are_let_through,
    a_session_notes_the_address_that_the_proxy_tells,
);
crate::on_both!(
    without_a_trusted_header_no_network_of_ours_is_counted,
    a_session_notes_what_the_client_says_where_nobody_knows_better,
);

const WRONG: &str = "Wrong-pass-1";
const NEW: &str = "Other-pass-2";
/// Two networks.
const HERE: &str = "192.0.2.7";
const THERE: &str = "192.0.2.8";

/// A server that a proxy tells the addresses of clients.
fn behind_a_proxy(runtime: Runtime) -> Server {
    Server::start_with(runtime, &[("client_address_header", "X-Forwarded-For")])
}

fn try_from(server: &Server, forwarded: &str, email: &str, password: &str) -> Response {
    let form = [("grant_type", "password"), ("username", email), ("password", password)];
    server.client().with("x-forwarded-for", forwarded).form(TOKEN, &form)
}

fn change_from(client: &Client, forwarded: &str, current: &str) -> Response {
    let body = json!({"current_password": current, "new_password": NEW, "new_password_confirmation": NEW});
    client.with("x-forwarded-for", forwarded).post("/iam/v1/users/me/password/", &body)
}

fn failures(seed: &Seed, network: &str) -> i64 {
    let sql = "SELECT coalesce(sum(failures), 0) FROM login_throttle WHERE subject = 'login-from:' || ?1";
    seed.count(sql, params![network])
}

/// Sets the count of a subject that has failed before.
fn fail_more(seed: &Seed, subject: &str, failures: i64) {
    let sql = "UPDATE login_throttle SET failures = ?2 WHERE subject = ?1 RETURNING 1";
    assert_eq!(seed.count(sql, params![subject, failures]), 1);
}

/// Makes a network wait for a quarter of an hour.
fn lock_out(server: &Server, seed: &Seed, network: &str) {
    refused(&try_from(server, network, &unique_email("nobody"), WRONG));
    fail_more(seed, &format!("login-from:{network}"), 150);
    refused(&try_from(server, network, &unique_email("nobody"), WRONG));
}

#[track_caller]
fn waits(answer: &Response) {
    assert_eq!(answer.status, 429, "{answer:?}");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((800..=901).contains(&wait), "{wait}");
}

fn a_network_that_guessed_often_waits_and_others_do_not(runtime: Runtime) {
    let server = behind_a_proxy(runtime);
    let tenant = Tenant::new(&server, "Networks");
    let person = Person::new(&server, &tenant, "networks", &[]);
    lock_out(&server, &tenant.seed, HERE);
    for (email, password) in [(person.email.as_str(), PASSWORD), (&person.email, WRONG), ("x@example.org", WRONG)] {
        let answer = try_from(&server, HERE, email, password);
        waits(&answer);
        assert_eq!(shape::oauth_error(&answer), "temporarily_unavailable");
    }
    for current in [PASSWORD, WRONG] {
        let answer = change_from(&person.client, HERE, current);
        waits(&answer);
        shape::detail(&answer);
    }
    assert_eq!(failures(&tenant.seed, HERE), 151, "who has to wait does not make it longer");
    // Whoever is logged in there goes on, and others log in elsewhere.
    person.client.with("x-forwarded-for", HERE).get(ME).expect(200);
    try_from(&server, THERE, &person.email, PASSWORD).expect(200);
    change_from(&person.client, THERE, PASSWORD).expect(202);
    try_from(&server, HERE, &person.email, NEW).expect(429);
}

/// What stands before it, the client may have written.
fn only_the_last_entry_of_the_header_counts(runtime: Runtime) {
    let server = behind_a_proxy(runtime);
    let seed = server.seed();
    for forged in ["198.51.100.1", "198.51.100.2", THERE] {
        refused(&try_from(&server, &format!("{forged}, {HERE}"), &unique_email("nobody"), WRONG));
    }
    assert_eq!((failures(&seed, HERE), failures(&seed, THERE)), (3, 0));
    // Nothing to go by: nobody's network is counted.
    for odd in ["", "unknown", "192.0.2.999"] {
        refused(&try_from(&server, odd, &unique_email("nobody"), WRONG));
    }
    assert_eq!(seed.count("SELECT count(*) FROM login_throttle WHERE subject LIKE 'login-from:%'", vec![]), 1);
}

fn half_an_ipv6_address_is_one_network(runtime: Runtime) {
    let server = behind_a_proxy(runtime);
    let seed = server.seed();
    for address in ["2001:db8:0:7::1", "2001:db8:0:7:ffff::2", "[2001:db8:0:7::3]:4711", "2001:db8:0:8::1"] {
        refused(&try_from(&server, address, &unique_email("nobody"), WRONG));
    }
    assert_eq!((failures(&seed, "2001:db8:0:7::"), failures(&seed, "2001:db8:0:8::")), (3, 1));
}

/// Else whoever has an account could log in now and then, and guess at others' for ever.
fn the_right_password_takes_back_itself_alone(runtime: Runtime) {
    let server = behind_a_proxy(runtime);
    let tenant = Tenant::new(&server, "Taken back");
    let person = Person::new(&server, &tenant, "back", &[]);
    for _ in 0..3 {
        refused(&try_from(&server, HERE, &person.email, WRONG));
    }
    try_from(&server, HERE, &person.email, PASSWORD).expect(200);
    assert_eq!(failures(&tenant.seed, HERE), 3);
    let own = "SELECT count(*) FROM login_throttle WHERE subject = ?1";
    assert_eq!(tenant.seed.count(own, params![subject(&person.email)]), 0, "those of the account are all forgotten");
    tenant.seed.set_state(person.id, "inactive");
    refused(&try_from(&server, HERE, &person.email, PASSWORD));
    tenant.seed.set_state(person.id, "active");
    change_from(&person.client, HERE, WRONG).expect(400);
    assert_eq!(failures(&tenant.seed, HERE), 4);
    change_from(&person.client, HERE, PASSWORD).expect(202);
    assert_eq!(failures(&tenant.seed, HERE), 4);
    // A login beyond what is free makes nobody wait, as it was no guess.
    fail_more(&tenant.seed, &format!("login-from:{HERE}"), 150);
    for _ in 0..2 {
        try_from(&server, HERE, &person.email, NEW).expect(200);
    }
    assert_eq!(failures(&tenant.seed, HERE), 150);
    refused(&try_from(&server, HERE, &person.email, WRONG));
    waits(&try_from(&server, HERE, &person.email, NEW));
}

/// Statuses of guesses that are made at the same moment, each on a connection of its own.
fn guess_at_once(server: &Server, guesses: &[(String, String)]) -> Vec<u16> {
    let start = Barrier::new(guesses.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = guesses
            .iter()
            .map(|(network, email)| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    try_from(server, network, email, WRONG).status
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn of_guesses_at_the_same_moment_no_more_are_let_through(runtime: Runtime) {
    const MANY: usize = 12;
    let server = behind_a_proxy(runtime);
    let seed = server.seed();
    let one_let_through = |guesses: &[(String, String)]| {
        let mut statuses = guess_at_once(&server, guesses);
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (400, &[429; MANY - 1][..]));
    };
    // Each for another account, from one network.
    refused(&try_from(&server, HERE, &unique_email("nobody"), WRONG));
    fail_more(&seed, &format!("login-from:{HERE}"), 150);
    one_let_through(&[(); MANY].map(|()| (HERE.to_owned(), unique_email("nobody"))));
    // Each from another network, for one account.
    let email = unique_email("victim");
    refused(&try_from(&server, THERE, &email, WRONG));
    fail_more(&seed, &subject(&email), 50);
    let networks: Vec<_> = (0..MANY).map(|number| (format!("198.51.100.{number}"), email.clone())).collect();
    one_let_through(&networks);
}

/// Address and name of the client that the newest session of somebody was begun by.
fn noted(seed: &Seed, id: i64) -> (Option<String>, Option<String>) {
    let sql = "SELECT ip, user_agent FROM session WHERE user_id = ?1 ORDER BY created_at DESC, rowid DESC LIMIT 1";
    let row = seed.run(sql, params![id]).remove(0);
    seed.run("DELETE FROM session WHERE user_id = ?1", params![id]);
    (row.text_opt(0).unwrap(), row.text_opt(1).unwrap())
}

/// Logs in with these headers.
fn log_in_with(server: &Server, person: &Person, headers: &[(&str, &str)]) {
    let client = headers.iter().fold(server.client(), |client, (name, value)| client.with(name, value));
    let form = [("grant_type", "password"), ("username", &*person.email), ("password", PASSWORD)];
    client.form(TOKEN, &form).expect(200);
}

fn a_session_notes_the_address_that_the_proxy_tells(runtime: Runtime) {
    let server = behind_a_proxy(runtime);
    let tenant = Tenant::new(&server, "Noted");
    let person = Person::new(&server, &tenant, "noted", &[]);
    noted(&tenant.seed, person.id);
    let forwarded = ("x-forwarded-for", "9.9.9.9, 2001:db8::77");
    log_in_with(&server, &person, &[forwarded, ("x-real-ip", "8.8.8.8"), ("user-agent", "curl/8.5.0")]);
    let told = (Some("2001:db8::77".to_owned()), Some("curl/8.5.0".to_owned()));
    assert_eq!(noted(&tenant.seed, person.id), told);
}

fn a_session_notes_what_the_client_says_where_nobody_knows_better(server: &Server) {
    let tenant = Tenant::new(server, "Said");
    let person = Person::new(server, &tenant, "said", &[]);
    noted(&tenant.seed, person.id);
    let long = "é".repeat(1000);
    log_in_with(server, &person, &[("x-real-ip", "192.0.2.9, 10.0.0.1"), ("user-agent", &long)]);
    assert_eq!(noted(&tenant.seed, person.id), (Some("192.0.2.9".to_owned()), Some("é".repeat(256))));
    for no_address in ["", "unknown", "<b>", "192.0.2.9 OR 1=1"] {
        log_in_with(server, &person, &[("x-real-ip", no_address), ("x-forwarded-for", HERE)]);
        // The native runtime does not know its peer.
        let (ip, _) = noted(&tenant.seed, person.id);
        assert!(ip.as_deref().is_none_or(|ip| ip == "127.0.0.1"), "{ip:?}");
    }
}

/// All clients of a proxy on this machine would wait together.
fn without_a_trusted_header_no_network_of_ours_is_counted(server: &Server) {
    let seed = server.seed();
    for header in ["x-forwarded-for", "x-real-ip", "forwarded"] {
        let (client, email) = (server.client().with(header, HERE), unique_email("nobody"));
        refused(&client.form(TOKEN, &[("grant_type", "password"), ("username", &email), ("password", WRONG)]));
        client.post(FORGOT, &json!({"email": email})).expect(202);
    }
    let sql =
        "SELECT count(*) FROM login_throttle WHERE subject LIKE 'login-from:%' OR subject LIKE 'forgotten-from:%'";
    assert_eq!(seed.count(sql, vec![]), 0);
}
