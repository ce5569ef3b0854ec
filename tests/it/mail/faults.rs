//! A provider that is down, busy or refuses.

use iam_domain::params;
use iam_tests::Runtime;
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET};
use serde_json::{Value, json};

use super::post::{MEMBERS, begin, deliver, invite, let_pause_end, mail_with, only_mail, operator, start, webhook};
use super::provider::Provider;
use crate::startup::logged::Logged;
use crate::wire::tenant::Tenant;

crate::wire::on_own_servers!(
    a_failed_attempt_is_made_good_later,
    a_refused_mail_is_given_up,
    a_provider_that_is_down_loses_nothing,
    what_is_too_old_is_given_up_without_a_provider,
    one_round_sends_ten,
    the_log_names_the_mail_and_no_secret,
);

fn a_failed_attempt_is_made_good_later(runtime: Runtime) {
    let (provider, server, tenant) = begin(runtime);
    let operator = operator(&server);
    let mut keys = Vec::new();
    invite(&tenant);
    keys.push(provider.next().header("idempotency-key").to_owned());
    provider.answer(500, "{\"message\": \"try later\"}");
    let mail = mail_with(&operator, "last_error");
    assert_eq!(mail["last_error"], json!("the provider answered 500: try later"));
    assert_eq!((&mail["failed_at"], &mail["attempts"]), (&Value::Null, &json!(1)));
    assert!(mail["payload"]["code"].is_string(), "{mail}");
    assert!(mail["next_attempt_at"].as_str() > mail["created_at"].as_str(), "{mail}");
    // It is not due yet.
    assert_eq!(deliver(&operator), [0, 0, 1]);
    let_pause_end(&tenant.seed);
    provider.hang_up();
    assert_eq!(deliver(&operator), [0, 0, 1]);
    keys.push(provider.next().header("idempotency-key").to_owned());
    let_pause_end(&tenant.seed);
    provider.answer(200, "");
    assert_eq!(deliver(&operator), [1, 0, 0]);
    keys.push(provider.next().header("idempotency-key").to_owned());
    let mail = only_mail(&operator);
    assert!(keys.iter().all(|key| *key == mail["id"]), "{keys:?}");
    assert_eq!((&mail["attempts"], &mail["payload"], &mail["last_error"]), (&json!(3), &json!({}), &Value::Null));
}

fn a_refused_mail_is_given_up(runtime: Runtime) {
    let (provider, server, tenant) = begin(runtime);
    let operator = operator(&server);
    invite(&tenant);
    let code = provider.next().json()["payload"]["code"].as_str().unwrap().to_owned();
    // Some providers repeat what they do not like.
    provider.answer(422, &json!({"message": format!("Bad text: {code}")}).to_string());
    let mail = mail_with(&operator, "failed_at");
    assert_eq!((&mail["payload"], &mail["delivered_at"]), (&json!({}), &Value::Null));
    assert_eq!(mail["last_error"], json!("the provider answered 422: Bad text: [code]"));
    let_pause_end(&tenant.seed);
    assert_eq!(deliver(&operator), [0, 0, 0]);
    provider.is_left_alone();
}

fn a_provider_that_is_down_loses_nothing(runtime: Runtime) {
    let server = start(runtime, &webhook(&Provider::nowhere()));
    let tenant = Tenant::new(&server, "Down");
    let email = invite(&tenant);
    let mail = mail_with(&operator(&server), "last_error");
    assert_eq!((&mail["recipient"], &mail["failed_at"]), (&json!(email), &Value::Null));
    assert!(mail["payload"]["code"].is_string(), "{mail}");
    let error = mail["last_error"].as_str().unwrap();
    assert!(!error.is_empty() && error.len() <= 300 && !error.contains("code"), "{error}");
    assert_eq!(tenant.admin.get(MEMBERS).expect(200).json()[0]["email"], json!(email));
}

fn what_is_too_old_is_given_up_without_a_provider(runtime: Runtime) {
    let server = start(runtime, &[]);
    let tenant = Tenant::new(&server, "Old");
    let operator = operator(&server);
    invite(&tenant);
    assert_eq!(deliver(&operator), [0, 0, 1]);
    let mail = only_mail(&operator);
    assert_eq!((&mail["attempts"], mail["payload"]["code"].is_string()), (&json!(0), true), "it waits to be read");
    let past = "UPDATE outbox SET created_at = created_at - 259200000, next_attempt_at = next_attempt_at - 259200000";
    tenant.seed.run(past, params![]);
    assert_eq!(deliver(&operator), [0, 1, 0]);
    let mail = only_mail(&operator);
    assert_eq!((&mail["payload"], &mail["last_error"]), (&json!({}), &json!("not sent in time")));
    assert!(mail["failed_at"].is_string(), "{mail}");
}

fn one_round_sends_ten(runtime: Runtime) {
    let (provider, server, tenant) = begin(runtime);
    invite(&tenant);
    provider.next();
    provider.answer(200, "");
    let operator = operator(&server);
    mail_with(&operator, "delivered_at");
    let copy = "INSERT INTO outbox (id, template, recipient, payload, next_attempt_at, created_at) \
                SELECT ?1, template, recipient, ?2, 1, created_at FROM outbox ORDER BY id LIMIT 1";
    let payload = json!({"code": "the-code", "expires_at": 4_000_000_000_000_i64}).to_string();
    for number in 10..22 {
        tenant.seed.run(copy, params![format!("7Z{number}"), payload.as_str()]);
        provider.answer(200, "");
    }
    assert_eq!(deliver(&operator), [10, 0, 2]);
    assert_eq!(deliver(&operator), [2, 0, 0]);
    let mut keys: Vec<String> = (0..12).map(|_| provider.next().header("idempotency-key").to_owned()).collect();
    provider.is_left_alone();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 12, "each once: {keys:?}");
}

fn the_log_names_the_mail_and_no_secret(runtime: Runtime) {
    let provider = Provider::start();
    let variables = webhook(provider.base());
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = Logged::start(runtime, &variables, &[("RUST_LOG", "debug")]);
    let form = [("grant_type", "client_credentials"), ("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
    let token = server.client().form("/oauth/v2/token", &form).expect(200).json();
    let client = server.client().bearer(token["access_token"].as_str().unwrap());
    let new = json!({"first_name": "Ada", "last_name": "Lovelace", "email": "ada.logged@example.org"});
    client.post(MEMBERS, &new).expect(201);
    let request = provider.next();
    let code = request.json()["payload"]["code"].as_str().unwrap().to_owned();
    provider.answer(503, &json!({"message": format!("for ada.logged@example.org: {code}")}).to_string());
    mail_with(&client, "last_error");
    let (_, log) = server.stop();
    let id = request.header("idempotency-key");
    let wanted = format!("mail={id} provider=webhook to be tried again: the provider answered 503");
    assert!(log.contains(&wanted), "{log}");
    let signature = request.header("x-edge-iam-signature");
    for secret in [code.as_str(), super::post::KEY, "ada.logged", signature] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}
