//! How many passwords are compared at the same time: beyond the bound, a login is refused before it costs anything.

use iam_domain::params;
use iam_tests::Response;
use iam_tests::in_process::InProcess;
use iam_tests::server::ADMIN_EMAIL;
use serde_json::json;

const PASSWORD: &str = "Test-only-1";

/// A login of each API that has passwords, with the status of a right one.
fn logins(app: &InProcess, email: &str, password: &str) -> [Response; 2] {
    let eazyrent = [("grant_type", "password"), ("username", email), ("password", password)];
    let idah = json!({ "email": email, "password": password });
    [app.form("/oauth/v2/token", &eazyrent), app.bearer("", "POST", "/auth/login", Some(&idah))]
}

/// Writes `count` comparisons that end a second after the present time plus `offset` milliseconds.
fn running(app: &InProcess, count: i64, offset: i64) {
    let seed = app.seed();
    for _ in 0..count {
        seed.run("INSERT INTO password_check (ends_at) VALUES (?1)", params![app.now() + offset + 1000]);
    }
}

fn left(app: &InProcess) -> i64 {
    app.seed().count("SELECT count(*) FROM password_check", params![])
}

#[test]
fn every_login_ends_its_check() {
    let app = InProcess::default();
    for (email, password, statuses) in [
        (ADMIN_EMAIL, PASSWORD, [200, 200]),
        (ADMIN_EMAIL, "Wrong-pass-1", [400, 401]),
        ("nobody@example.org", PASSWORD, [400, 401]),
        ("no address at all", PASSWORD, [400, 401]),
    ] {
        let answers = logins(&app, email, password).map(|answer| answer.status);
        assert_eq!(answers, statuses, "{email}");
        assert_eq!(left(&app), 0, "{email}");
    }
}

#[test]
fn beyond_the_bound_a_login_is_told_to_come_again() {
    let app = InProcess::new(&[("max_password_checks", "3")]);
    running(&app, 2, 0);
    for answer in logins(&app, ADMIN_EMAIL, PASSWORD) {
        answer.expect(200);
    }
    running(&app, 1, 0);
    let seed = app.seed();
    let attempts = || seed.count("SELECT ifnull(sum(failures), 0) FROM login_throttle", params![]);
    let before = (app.statements(), attempts());
    for email in [ADMIN_EMAIL, "nobody@example.org", "no address at all"] {
        for answer in logins(&app, email, PASSWORD) {
            assert_eq!(answer.expect(429).header("retry-after"), "1");
        }
    }
    // One look each: no write that others would wait for, and no attempt that the owner of the address would pay for.
    assert_eq!((app.statements() - before.0, attempts()), (6, before.1));
    assert_eq!(left(&app), 3);
}

#[test]
fn checks_of_instances_that_died_count_no_longer() {
    let app = InProcess::default();
    running(&app, 20, -1000);
    for answer in logins(&app, ADMIN_EMAIL, PASSWORD) {
        answer.expect(200);
    }
    assert_eq!(left(&app), 0);
}
