//! How long a refused login takes: the same whatever is wrong, so that nobody learns which addresses are in use. In
//! process on the native application.

use std::time::{Duration, Instant};

use iam_tests::Response;
use iam_tests::in_process::InProcess;
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET, MANAGEMENT_RESOURCE};
use serde_json::{Value, json};

const PASSWORD: &str = "Test-only-1";
const WRONG: &str = "Wrong-pass-1";

/// How often each login is measured, all in turn. The shortest counts: whatever else the machine does only makes it longer.
const TIMES: usize = 5;

/// Where people log in with a password.
struct Door {
    /// Of its own are the people who try it: failures count for all doors together.
    name: &'static str,
    /// Status of a refusal.
    refused: u16,
    try_log_in: fn(&InProcess, &str, &str) -> Response,
    leave_password_out: fn(&InProcess) -> Response,
}

impl Door {
    fn email(&self, local: &str) -> String {
        format!("{local}@{}.example.org", self.name)
    }
}

/// `/oauth/v2/token`.
const GRANT: Door = Door {
    name: "grant",
    refused: 400,
    try_log_in: |app, email, password| {
        app.form("/oauth/v2/token", &[("grant_type", "password"), ("username", email), ("password", password)])
    },
    leave_password_out: |app| app.form("/oauth/v2/token", &[("grant_type", "password"), ("username", "nobody")]),
};

/// `/auth/login`.
const LOGIN: Door = Door {
    name: "login",
    refused: 401,
    try_log_in: |app, email, password| app.form("/auth/login", &[("email", email), ("password", password)]),
    leave_password_out: |app| app.form("/auth/login", &[("email", "nobody")]),
};

/// Makes people by the Logto API: two with a password, one who has been stopped, one who never set one.
fn people(app: &InProcess, door: &Door) {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("resource", MANAGEMENT_RESOURCE),
        ("scope", "all"),
    ];
    let answer = app.form("/oidc/token", &form).expect(200).json();
    let token = answer["access_token"].as_str().unwrap();
    let make = |body: Value| app.bearer(token, "POST", "/api/users", Some(&body)).expect(200).json();
    for local in ["known", "lengthy"] {
        make(json!({ "primaryEmail": door.email(local), "password": PASSWORD }));
    }
    make(json!({ "primaryEmail": door.email("bare") }));
    let stopped = make(json!({ "primaryEmail": door.email("stopped"), "password": PASSWORD }));
    let path = format!("/api/users/{}/is-suspended", stopped["id"].as_str().unwrap());
    app.bearer(token, "PATCH", &path, Some(&json!({ "isSuspended": true }))).expect(200);
}

/// What a refused login took.
#[derive(Debug, Clone)]
struct Taken {
    time: Duration,
    statements: u64,
    body: String,
}

fn measure(app: &InProcess, door: &Door, email: &str, password: &str) -> Taken {
    let (before, start) = (app.statements(), Instant::now());
    let answer = (door.try_log_in)(app, email, password).expect(door.refused);
    Taken { time: start.elapsed(), statements: app.statements() - before, body: answer.body }
}

/// One hash each, neither none nor two.
fn is_alike(time: Duration, usual: Duration) -> bool {
    time * 5 < usual * 8 && usual * 5 < time * 8
}

/// Tries everything once. What is told is a time that is another than it should: maybe because of what else the machine
/// does.
fn try_everything(door: &Door) -> Result<(), String> {
    let app = InProcess::default();
    people(&app, door);
    // The first request of an instance is slower.
    measure(&app, door, &door.email("warm"), WRONG);
    let long = "é".repeat(600);
    let known = (door.email("known"), WRONG);
    let addresses = [("nobody", WRONG), ("bare", WRONG), ("stopped", WRONG), ("long", &long), ("lengthy", &long)];
    let others = addresses.map(|(local, password)| (door.email(local), password));
    // It hashes too, though there is nothing to look up.
    let no_addresses = [WRONG, &long].map(|password| ("nobody".to_owned(), password));
    let cases: Vec<(String, &str)> = [known].into_iter().chain(others).chain(no_addresses).collect();
    let mut shortest = vec![Duration::MAX; cases.len()];
    for _ in 0..TIMES {
        let round: Vec<Taken> = cases.iter().map(|(email, password)| measure(&app, door, email, password)).collect();
        for ((taken, (email, _)), shortest) in round.iter().zip(&cases).zip(&mut shortest) {
            assert_eq!(taken.body, round[0].body, "{email}");
            assert!(taken.statements == round[0].statements || !email.contains('@'), "{email}: {round:?}");
            *shortest = taken.time.min(*shortest);
        }
    }
    let usual = shortest[0];
    if !shortest.iter().all(|time| is_alike(*time, usual)) {
        return Err(format!("{shortest:?} of {cases:?}"));
    }
    // What is measured is the hash: without one it is another matter.
    let start = Instant::now();
    let status = (door.leave_password_out)(&app).status;
    let time = start.elapsed();
    assert!(matches!(status, 400 | 422), "{status}");
    if time * 2 < usual { Ok(()) } else { Err(format!("without a password: {time:?} of {usual:?}")) }
}

#[test]
fn whatever_is_wrong_a_login_takes_the_same_time_and_statements() {
    for door in [GRANT, LOGIN] {
        let faults: Vec<String> = (0..3).map_while(|_| try_everything(&door).err()).collect();
        assert!(faults.len() < 3, "{}: {faults:?}", door.name);
    }
}
