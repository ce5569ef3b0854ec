//! What time does to people: waits after failures, codes and sessions that end. In process on the native application,
//! with a clock of the test's own.

use iam_domain::params;
use iam_tests::in_process::{InProcess, START};
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET};
use iam_tests::{Response, Seed};
use serde_json::{Value, json};

const ME: &str = "/iam/v1/users/me/";
const MEMBERS: &str = "/iam/v1/team/members/";
const PASSWORD: &str = "Test-only-1";
const WRONG: &str = "Wrong-pass-1";
const EMAIL: &str = "ada@example.org";

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

fn post(app: &InProcess, path: &str, body: &Value) -> Response {
    app.send("POST", path, &[("content-type", "application/json")], body.to_string().into_bytes())
}

fn log_in(app: &InProcess, email: &str, password: &str) -> Response {
    app.form("/oauth/v2/token", &[("grant_type", "password"), ("username", email), ("password", password)])
}

/// The code of the newest mail.
fn code(seed: &Seed) -> String {
    let sql = "SELECT payload ->> 'code' FROM outbox ORDER BY created_at DESC, id DESC LIMIT 1";
    seed.texts(sql, vec![]).remove(0)
}

fn with_code(code: &str) -> Value {
    json!({ "code": code, "new_password": PASSWORD, "new_password_confirmation": PASSWORD })
}

/// Invites [`EMAIL`]; gives the path of the member.
fn invite(app: &InProcess) -> String {
    let person = json!({ "first_name": "Ada", "last_name": "Lovelace", "email": EMAIL });
    let token = app.token(CLIENT_ID, CLIENT_SECRET);
    let made = app.bearer(&token, "POST", MEMBERS, Some(&person)).expect(201).json();
    format!("{MEMBERS}{}/", made["id"].as_str().unwrap())
}

/// An application with somebody who has set a password.
fn with_person(variables: &[(&'static str, &str)]) -> (InProcess, Seed) {
    let app = InProcess::new(variables);
    let seed = app.seed();
    invite(&app);
    post(&app, "/iam/v1/users/activate/", &with_code(&code(&seed))).expect(200);
    (app, seed)
}

/// Seconds that a refusal tells to wait.
#[track_caller]
fn wait(answer: &Response) -> i64 {
    answer.clone().expect(429).header("retry-after").parse().unwrap()
}

#[test]
fn waits_double_from_a_second_to_a_quarter_of_an_hour() {
    let (app, _) = with_person(&[]);
    let mut now = START;
    for _ in 1..=5 {
        log_in(&app, EMAIL, WRONG).expect(400);
    }
    for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        log_in(&app, EMAIL, WRONG).expect(400);
        // Neither password is looked at until the wait is over.
        for password in [WRONG, PASSWORD] {
            let told = wait(&log_in(&app, EMAIL, password));
            assert!((seconds..=seconds + 1).contains(&told), "{told} instead of {seconds}");
        }
        app.set_time(now + seconds * SECOND - 1);
        assert_eq!(wait(&log_in(&app, EMAIL, PASSWORD)), 1);
        now += seconds * SECOND;
        app.set_time(now);
    }
    // After a wait, the right password is good, and forgets everything.
    log_in(&app, EMAIL, PASSWORD).expect(200);
    for _ in 1..=5 {
        log_in(&app, EMAIL, WRONG).expect(400);
    }
    log_in(&app, EMAIL, PASSWORD).expect(200);
}

#[test]
fn an_hour_after_the_first_failure_counting_begins_anew() {
    let (app, _) = with_person(&[]);
    for _ in 1..=5 {
        log_in(&app, EMAIL, WRONG).expect(400);
    }
    app.set_time(START + HOUR);
    log_in(&app, EMAIL, WRONG).expect(400);
    assert!(wait(&log_in(&app, EMAIL, PASSWORD)) <= 2, "the sixth within the hour");
    app.set_time(START + HOUR + SECOND);
    for _ in 1..=5 {
        log_in(&app, EMAIL, WRONG).expect(400);
    }
    log_in(&app, EMAIL, PASSWORD).expect(200);
}

#[test]
fn a_wrong_current_password_counts_as_a_failed_login() {
    let (app, _) = with_person(&[]);
    let token = log_in(&app, EMAIL, PASSWORD).expect(200).json()["access_token"].as_str().unwrap().to_owned();
    let change = |current: &str| {
        let new = "Other-pass-2";
        let body = json!({ "current_password": current, "new_password": new, "new_password_confirmation": new });
        app.bearer(&token, "POST", "/iam/v1/users/me/password/", Some(&body))
    };
    for _ in 1..=3 {
        change(WRONG).expect(400);
        log_in(&app, EMAIL, WRONG).expect(400);
    }
    assert!(wait(&change(PASSWORD)) <= 2);
    wait(&log_in(&app, EMAIL, PASSWORD));
    app.set_time(START + SECOND);
    change(PASSWORD).expect(202);
    log_in(&app, EMAIL, "Other-pass-2").expect(200);
}

#[test]
fn a_token_of_a_person_is_refused_in_the_second_it_expires() {
    let (app, seed) = with_person(&[("eazyrent_access_token_ttl", "600")]);
    let answer = log_in(&app, EMAIL, PASSWORD).expect(200).json();
    assert_eq!(answer["expires_in"], json!(600));
    let token = answer["access_token"].as_str().unwrap();
    app.set_time(START + 600 * SECOND - 1);
    app.bearer(token, "GET", ME, None).expect(200);
    app.set_time(START + 600 * SECOND);
    let refused = app.bearer(token, "GET", ME, None).expect(401);
    assert_eq!(refused.headers["www-authenticate"], "Bearer error=\"invalid_token\"");
    // Sessions that are over do not pile up.
    app.set_time(START + 601 * SECOND);
    log_in(&app, EMAIL, PASSWORD).expect(200);
    assert_eq!(seed.count("SELECT count(*) FROM session", vec![]), 1);
}

#[test]
fn an_invitation_can_be_accepted_for_three_days() {
    for (moment, status) in [(72 * HOUR - 1, 200), (72 * HOUR, 400)] {
        let app = InProcess::default();
        let seed = app.seed();
        invite(&app);
        app.set_time(START + moment);
        post(&app, "/iam/v1/users/activate/", &with_code(&code(&seed))).expect(status);
    }
}

#[test]
fn an_invitation_that_is_sent_again_is_good_for_three_days_more() {
    let app = InProcess::default();
    let seed = app.seed();
    let member = invite(&app);
    app.set_time(START + 80 * HOUR);
    let token = app.token(CLIENT_ID, CLIENT_SECRET);
    app.bearer(&token, "POST", &format!("{member}resend-invitation/"), None).expect(202);
    let code = code(&seed);
    app.set_time(START + 152 * HOUR);
    post(&app, "/iam/v1/users/activate/", &with_code(&code)).expect(400);
    app.set_time(START + 152 * HOUR - 1);
    post(&app, "/iam/v1/users/activate/", &with_code(&code)).expect(200);
}

#[test]
fn the_code_of_a_forgotten_password_is_good_for_an_hour() {
    for (moment, status) in [(HOUR - 1, 202), (HOUR, 400)] {
        let (app, seed) = with_person(&[]);
        app.set_time(START + 1);
        post(&app, "/iam/v1/users/password/forgot/", &json!({ "email": EMAIL })).expect(202);
        let code = code(&seed);
        app.set_time(START + 1 + moment);
        post(&app, "/iam/v1/users/password/reset/", &with_code(&code)).expect(status);
    }
}

#[test]
fn who_asks_for_mail_often_waits_from_a_minute_on_and_longer_each_time() {
    let app = InProcess::default();
    let seed = app.seed();
    let member = invite(&app);
    let token = app.token(CLIENT_ID, CLIENT_SECRET);
    let resend = || app.bearer(&token, "POST", &format!("{member}resend-invitation/"), None);
    let forget = || post(&app, "/iam/v1/users/password/forgot/", &json!({ "email": "nobody@example.org" }));
    for ask in [&resend as &dyn Fn() -> Response, &forget] {
        app.set_time(START);
        for _ in 1..=3 {
            ask().expect(202);
        }
        let mut now = START;
        for minutes in [1, 2, 4, 8, 16, 32] {
            ask().expect(202);
            let told = wait(&ask());
            assert!((minutes * 60..=minutes * 60 + 1).contains(&told), "{told} instead of {minutes} minutes");
            now += minutes * MINUTE;
            app.set_time(now - 1);
            wait(&ask());
            app.set_time(now);
        }
    }
    let mails = "SELECT count(*) FROM outbox WHERE recipient = ?1";
    assert_eq!(seed.count(mails, params!["nobody@example.org"]), 0);
}

/// Registers from a network address.
fn register(app: &InProcess, address: &str, name: &str, code: Option<&str>) -> Response {
    let body = json!({
        "organization": { "name": name, "registration_number": "1", "pairing_code": code },
        "org_admin": { "first_name": "Ada", "last_name": "Lovelace", "email": format!("{name}@example.org") },
    });
    let headers = [("content-type", "application/json"), ("spin-client-addr", address)];
    app.send("POST", "/iam/v1/register/", &headers, body.to_string().into_bytes())
}

#[test]
fn registrations_from_one_network_address_are_throttled() {
    let app = InProcess::default();
    for number in 0..=100 {
        // The port is another one each time.
        register(&app, &format!("192.0.2.1:{}", 40_000 + number), &format!("n{number}"), None).expect(200);
    }
    let refused = register(&app, "192.0.2.1:1", "next", None);
    assert!((60..=61).contains(&wait(&refused)), "{refused:?}");
    assert_eq!(refused.json().as_object().unwrap().len(), 1);
    register(&app, "192.0.2.2:1", "elsewhere", None).expect(200);
    app.set_time(START + MINUTE - 1);
    wait(&register(&app, "192.0.2.1:1", "next", None));
    app.set_time(START + MINUTE);
    register(&app, "192.0.2.1:1", "next", None).expect(200);
}

#[test]
fn guesses_of_pairing_codes_count_as_registrations() {
    let app = InProcess::default();
    for number in 0..=100 {
        register(&app, "192.0.2.1:1", &format!("n{number}"), Some("NOSUCHCODE")).expect(404);
    }
    wait(&register(&app, "192.0.2.1:1", "next", None));
}

/// Whoever asks which addresses are in use must not go on for ever.
#[test]
fn registrations_with_an_address_in_use_count_too() {
    let app = InProcess::default();
    register(&app, "192.0.2.2:1", "taken", None).expect(200);
    let answers: Vec<u16> = (0..=100).map(|_| register(&app, "192.0.2.2:1", "taken", None).status).collect();
    assert_eq!(answers.iter().filter(|status| **status == 409).count(), 100, "{answers:?}");
    assert_eq!(answers.last(), Some(&429));
}
