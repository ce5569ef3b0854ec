//! What time does to networks that wrong passwords come from. In process on the native application, with a clock of the
//! test's own; over HTTP: `tests/it/wire/eazyrent/logins/token_networks.rs`.

use iam_domain::params;
use iam_tests::in_process::{InProcess, START};
use iam_tests::server::ADMIN_EMAIL;
use iam_tests::{Response, Seed};
use serde_json::json;

const PASSWORD: &str = "Test-only-1";
const WRONG: &str = "Wrong-pass-1";
const HERE: &str = "192.0.2.7";
const THERE: &str = "192.0.2.8";

const SECOND: i64 = 1000;
const HOUR: i64 = 60 * 60 * SECOND;

/// Behind a proxy that tells the address of the client.
fn behind_a_proxy() -> (InProcess, Seed) {
    let app = InProcess::new(&[("client_address_header", "X-Client")]);
    let seed = app.seed();
    (app, seed)
}

/// A login, with the header that names the client.
fn try_by(app: &InProcess, (header, address): (&str, &str), email: &str, password: &str) -> Response {
    let body = format!("grant_type=password&username={email}&password={password}");
    let headers = [("content-type", "application/x-www-form-urlencoded"), (header, address)];
    app.send("POST", "/oauth/v2/token", &headers, body.into_bytes())
}

fn try_from(app: &InProcess, address: &str, email: &str, password: &str) -> Response {
    try_by(app, ("x-client", address), email, password)
}

/// A wrong password for an account that nobody has tried yet.
fn guess(app: &InProcess, address: &str, number: i64) -> Response {
    try_from(app, address, &format!("nobody{number}@example.org"), WRONG)
}

fn forget(app: &InProcess, address: &str, number: i64) -> Response {
    let headers = [("content-type", "application/json"), ("x-client", address)];
    let body = json!({ "email": format!("nobody{number}@example.org") }).to_string();
    app.send("POST", "/iam/v1/users/password/forgot/", &headers, body.into_bytes())
}

/// As if there had been so many attempts from a network.
fn set_failures(seed: &Seed, subject: &str, failures: i64) {
    let sql = "UPDATE login_throttle SET failures = ?2 WHERE subject = ?1 RETURNING 1";
    assert_eq!(seed.count(sql, params![subject, failures]), 1);
}

fn failures(seed: &Seed, address: &str) -> i64 {
    let sql = "SELECT coalesce(sum(failures), 0) FROM login_throttle WHERE subject = 'login-from:' || ?1";
    seed.count(sql, params![address])
}

/// Seconds that a refusal tells to wait.
#[track_caller]
fn wait(answer: &Response) -> i64 {
    answer.clone().expect(429).header("retry-after").parse().unwrap()
}

/// Ten accounts, ten guesses at each: the waits of the accounts alone would let one go on for ever.
#[test]
fn whoever_guesses_at_many_accounts_waits_for_all_of_them() {
    let (app, seed) = behind_a_proxy();
    let mut now = START;
    for round in 0..10 {
        for account in 0..10 {
            guess(&app, HERE, account).expect(400);
        }
        if round >= 5 {
            // Longer than each account has to wait by now.
            now += 32 * SECOND;
            app.set_time(now);
        }
    }
    assert_eq!(failures(&seed, HERE), 100);
    // One more is compared, and the next has to wait, for whichever account and with whichever password.
    guess(&app, HERE, 10).expect(400);
    assert!((1..=2).contains(&wait(&guess(&app, HERE, 11))));
    wait(&try_from(&app, HERE, ADMIN_EMAIL, PASSWORD));
    try_from(&app, THERE, ADMIN_EMAIL, PASSWORD).expect(200);
    // A success of one's own in between changes nothing.
    now += SECOND;
    app.set_time(now);
    try_from(&app, HERE, ADMIN_EMAIL, PASSWORD).expect(200);
    assert_eq!(failures(&seed, HERE), 101);
    guess(&app, HERE, 12).expect(400);
    assert!((2..=3).contains(&wait(&try_from(&app, HERE, ADMIN_EMAIL, PASSWORD))));
}

#[test]
fn waits_of_a_network_double_from_a_second_to_a_quarter_of_an_hour() {
    let (app, seed) = behind_a_proxy();
    guess(&app, HERE, 0).expect(400);
    set_failures(&seed, &format!("login-from:{HERE}"), 100);
    let mut now = START;
    for (number, seconds) in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900].into_iter().enumerate() {
        let number = i64::try_from(number).unwrap();
        guess(&app, HERE, 1 + number).expect(400);
        let told = wait(&guess(&app, HERE, 100 + number));
        assert!((seconds..=seconds + 1).contains(&told), "{told} instead of {seconds}");
        app.set_time(now + seconds * SECOND - 1);
        assert_eq!(wait(&try_from(&app, HERE, ADMIN_EMAIL, PASSWORD)), 1);
        now += seconds * SECOND;
        app.set_time(now);
    }
    try_from(&app, HERE, ADMIN_EMAIL, PASSWORD).expect(200);
}

#[test]
fn an_hour_after_the_first_guess_a_network_begins_anew() {
    let (app, seed) = behind_a_proxy();
    guess(&app, HERE, 0).expect(400);
    set_failures(&seed, &format!("login-from:{HERE}"), 99);
    app.set_time(START + HOUR);
    guess(&app, HERE, 1).expect(400);
    assert_eq!(failures(&seed, HERE), 100);
    app.set_time(START + HOUR + SECOND);
    guess(&app, HERE, 2).expect(400);
    assert_eq!(failures(&seed, HERE), 1);
}

/// Whether a network is counted, by its address.
#[test]
fn without_a_trusted_header_only_public_addresses_are_counted() {
    let app = InProcess::default();
    let seed = app.seed();
    let by_peer = |address: &str| try_by(&app, ("spin-client-addr", address), "nobody@example.org", WRONG);
    for inner in ["127.0.0.1:5000", "[::1]:5000", "10.0.0.1:1", "172.16.0.1:1", "192.168.7.7:1", "100.64.0.1:1"] {
        by_peer(inner).expect(400);
        seed.run("DELETE FROM login_throttle WHERE subject LIKE 'login:%'", vec![]);
    }
    assert_eq!(seed.count("SELECT count(*) FROM login_throttle", vec![]), 0);
    by_peer("192.0.2.7:5000").expect(400);
    by_peer("[2001:db8::1]:5000").expect(400);
    assert_eq!((failures(&seed, HERE), failures(&seed, "2001:db8::")), (1, 1));
    // An intranet whose proxy tells who is who.
    let (app, seed) = behind_a_proxy();
    guess(&app, "10.0.0.1", 0).expect(400);
    assert_eq!(failures(&seed, "10.0.0.1"), 1);
}

/// All clients of a proxy that tells nobody who they are have its address.
#[test]
fn a_proxy_that_tells_nothing_locks_nobody_out() {
    let app = InProcess::default();
    app.seed();
    for number in 0..=105 {
        let email = format!("nobody{number}@example.org");
        try_by(&app, ("spin-client-addr", "127.0.0.1:5000"), &email, WRONG).expect(400);
    }
    try_by(&app, ("spin-client-addr", "127.0.0.1:5000"), ADMIN_EMAIL, PASSWORD).expect(200);
}

#[test]
fn forgotten_passwords_from_one_network_are_throttled() {
    let (app, seed) = behind_a_proxy();
    for number in 0..=100 {
        forget(&app, HERE, number).expect(202);
    }
    let refused = forget(&app, HERE, 200);
    assert!((60..=61).contains(&wait(&refused)), "{refused:?}");
    forget(&app, THERE, 200).expect(202);
    // It is another count than that of passwords.
    guess(&app, HERE, 0).expect(400);
    app.set_time(START + 60 * SECOND);
    forget(&app, HERE, 201).expect(202);
    assert!(wait(&forget(&app, HERE, 202)) > 61);
    assert_eq!(failures(&seed, HERE), 1);
}
