//! How long a refused login takes: the same whatever is wrong, so that nobody learns which addresses are in use. In
//! process on the native application.

use std::time::{Duration, Instant};

use iam_tests::in_process::InProcess;
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET, MANAGEMENT_RESOURCE};
use serde_json::{Value, json};

const PASSWORD: &str = "Test-only-1";
const WRONG: &str = "Wrong-pass-1";

/// How often each login is measured. The shortest counts: whatever else the machine does only makes it longer.
const TIMES: usize = 5;

/// Makes people by the Logto API: one with a password, one who has been stopped, one who never set one.
fn people(app: &InProcess) {
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
    make(json!({ "primaryEmail": "known@example.org", "password": PASSWORD }));
    make(json!({ "primaryEmail": "bare@example.org" }));
    let stopped = make(json!({ "primaryEmail": "stopped@example.org", "password": PASSWORD }));
    let path = format!("/api/users/{}/is-suspended", stopped["id"].as_str().unwrap());
    app.bearer(token, "PATCH", &path, Some(&json!({ "isSuspended": true }))).expect(200);
}

/// The shortest time of a refused login, its statements, and its answer.
fn measure(app: &InProcess, email: &str, password: &str) -> (Duration, u64, String) {
    let form = [("grant_type", "password"), ("username", email), ("password", password)];
    let once = |_| {
        let (before, start) = (app.statements(), Instant::now());
        let answer = app.form("/oauth/v2/token", &form).expect(400);
        (start.elapsed(), app.statements() - before, answer.body)
    };
    let all: Vec<_> = (0..TIMES).map(once).collect();
    assert!(all.iter().all(|(_, statements, body)| (*statements, body) == (all[0].1, &all[0].2)), "{all:?}");
    all.into_iter().min().unwrap()
}

/// One hash each, neither none nor two.
#[track_caller]
fn alike(time: Duration, usual: Duration, what: &str) {
    assert!(time * 5 < usual * 8 && usual * 5 < time * 8, "{what}: {time:?} instead of {usual:?}");
}

#[test]
fn whatever_is_wrong_a_login_takes_the_same_time_and_statements() {
    let app = InProcess::default();
    people(&app);
    // The first request of an instance is slower.
    measure(&app, "warm@example.org", WRONG);
    let (usual, statements, body) = measure(&app, "known@example.org", WRONG);
    let long = "é".repeat(600);
    for (email, password) in [
        ("nobody@example.org", WRONG),
        ("bare@example.org", WRONG),
        ("stopped@example.org", WRONG),
        ("long@example.org", long.as_str()),
    ] {
        let (time, taken, answer) = measure(&app, email, password);
        assert_eq!((taken, &answer), (statements, &body), "{email}");
        alike(time, usual, email);
    }
    // Of a known account too, once what was counted is forgotten.
    app.form(
        "/oauth/v2/token",
        &[("grant_type", "password"), ("username", "known@example.org"), ("password", PASSWORD)],
    )
    .expect(200);
    let (time, taken, answer) = measure(&app, "known@example.org", &format!("x{long}"));
    assert_eq!((taken, &answer), (statements, &body));
    alike(time, usual, "known@example.org, too long");
    // No address at all: it hashes too, though there is nothing to look up.
    for password in [WRONG, &format!("x{long}")] {
        let (time, _, answer) = measure(&app, "nobody", password);
        assert_eq!(answer, body);
        alike(time, usual, "nobody");
    }
    // What is measured is the hash: without one it is another matter.
    let start = Instant::now();
    app.form("/oauth/v2/token", &[("grant_type", "password"), ("username", "nobody")]).expect(400);
    assert!(start.elapsed() * 2 < usual, "{:?}", start.elapsed());
}
