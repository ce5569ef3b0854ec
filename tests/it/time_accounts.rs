//! What time does to tokens that set passwords of accounts (IDAH). In process on the native application, with a clock of the
//! test's own.

use iam_tests::in_process::{InProcess, START};
use iam_tests::server::ADMIN_EMAIL;
use iam_tests::{Response, Seed};
use serde_json::{Value, json};

const HOUR: i64 = 60 * 60 * 1000;
const NEW: &str = "Other-pass-2";

fn post(app: &InProcess, path: &str, body: &Value) -> Response {
    app.send("POST", path, &[("content-type", "application/json")], body.to_string().into_bytes())
}

/// An application in which the administrator has asked for a token, and the token.
fn requested() -> (InProcess, Seed, String) {
    let app = InProcess::default();
    let seed = app.seed();
    post(&app, "/account/passwords/request_reset", &json!({ "email": ADMIN_EMAIL })).expect(204);
    let token = seed.texts("SELECT payload ->> 'code' FROM outbox", vec![]).remove(0);
    (app, seed, token)
}

fn reset(app: &InProcess, token: &str) -> Response {
    post(app, "/account/passwords/reset", &json!({ "token": token, "password": NEW }))
}

fn is_valid(app: &InProcess, token: &str) -> Value {
    let path = format!("/account/passwords/token_valid?token={token}");
    app.send("GET", &path, &[], Vec::new()).expect(200).json()["data"]["valid"].clone()
}

#[test]
fn a_token_is_good_for_an_hour() {
    let (app, _, token) = requested();
    for (moment, is_good) in [(0, true), (HOUR - 1, true), (HOUR, false), (HOUR + 1, false), (100 * HOUR, false)] {
        app.set_time(START + moment);
        assert_eq!(is_valid(&app, &token), is_good, "{moment}");
    }
    for moment in [HOUR, 100 * HOUR] {
        app.set_time(START + moment);
        let error = &reset(&app, &token).expect(422).json()["errors"][0];
        assert_eq!(error["detail"], "Password reset token expired");
        assert!(error.get("source").is_none(), "{error}");
    }
    app.set_time(START + HOUR - 1);
    reset(&app, &token).expect(204);
    assert_eq!(is_valid(&app, &token), false);
    // Once used it is unknown, however late it is.
    app.set_time(START + HOUR);
    reset(&app, &token).expect(404);
}

#[test]
fn a_later_token_has_an_hour_of_its_own() {
    let (app, seed, former) = requested();
    app.set_time(START + HOUR);
    post(&app, "/account/passwords/request_reset", &json!({ "email": ADMIN_EMAIL })).expect(204);
    let later = seed.texts("SELECT payload ->> 'code' FROM outbox ORDER BY created_at DESC LIMIT 1", vec![]).remove(0);
    // Replaced, not run out.
    reset(&app, &former).expect(404);
    app.set_time(START + 2 * HOUR - 1);
    reset(&app, &later).expect(204);
}
