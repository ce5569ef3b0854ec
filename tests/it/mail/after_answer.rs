//! Mail goes out once the request that caused it is answered.

use iam_domain::crypto::secret::hex;
use iam_domain::params;
use iam_tests::{Runtime, Server};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::post::{KEY, MEMBERS, begin, deliver, invite, let_pause_end, mail_with, only_mail, operator, webhook};
use super::provider::Provider;
use crate::wire::jwt;
use crate::wire::tenant::Tenant;

crate::wire::on_own_servers!(
    nobody_waits_for_the_webhook,
    the_webhook_can_tell_who_calls,
    a_link_takes_the_place_of_the_code,
    a_server_killed_while_sending_sends_again,
);

fn nobody_waits_for_the_webhook(runtime: Runtime) {
    let (provider, server, tenant) = begin(runtime);
    // The member is there and the client has its answer, while the webhook has given none.
    let email = invite(&tenant);
    let request = provider.next();
    let operator = operator(&server);
    let mail = only_mail(&operator);
    assert_eq!(
        (&mail["recipient"], &mail["attempts"], &mail["delivered_at"]),
        (&json!(email), &json!(1), &Value::Null)
    );
    assert_eq!(mail["payload"], request.json()["payload"]);
    // The same component goes on serving, and a second deliverer leaves the mail to the first.
    assert_eq!(tenant.admin.get(MEMBERS).expect(200).json()[0]["email"], json!(email));
    assert_eq!(deliver(&operator), [0, 0, 1]);
    provider.is_left_alone();
    provider.answer(200, "");
    let mail = mail_with(&operator, "delivered_at");
    assert_eq!((&mail["payload"], &mail["failed_at"], &mail["last_error"]), (&json!({}), &Value::Null, &Value::Null));
    let left = tenant.seed.texts("SELECT payload FROM outbox", params![]);
    assert_eq!(left, ["{}"], "the code is forgotten");
    assert_eq!(deliver(&operator), [0, 0, 0]);
    provider.is_left_alone();
}

fn the_webhook_can_tell_who_calls(runtime: Runtime) {
    let (provider, server, tenant) = begin(runtime);
    let email = invite(&tenant);
    let request = provider.next();
    provider.answer(204, "");
    let mail = mail_with(&operator(&server), "delivered_at");
    assert_eq!(request.line, "POST /hook?from=iam");
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(request.header("idempotency-key"), mail["id"].as_str().unwrap());
    let signature = request.header("x-edge-iam-signature");
    let (time, code) = signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    assert!((jwt::now() - time.parse::<i64>().unwrap()).abs() < 60, "{signature}");
    assert_eq!(code, hex(&jwt::hmac(KEY.as_bytes(), &format!("{time}.{}", request.body))));
    let body = request.json();
    assert_eq!(body.as_object().unwrap().len(), 6, "{body}");
    assert_eq!((&body["id"], &body["recipient"]), (&mail["id"], &json!(email)));
    assert_eq!((&body["template"], &body["payload"]["first_name"]), (&json!("invitation"), &json!("Ada")));
    assert!(body["subject"].as_str().unwrap().starts_with("Your invitation"), "{body}");
    let (text, code) = (body["text"].as_str().unwrap(), body["payload"]["code"].as_str().unwrap());
    assert!(text.starts_with("Hello Ada,\n") && text.contains("POST /iam/v1/users/activate/:"), "{text}");
    assert!(text.contains(code), "{text}");
}

fn a_link_takes_the_place_of_the_code(runtime: Runtime) {
    let provider = Provider::start();
    let page = ("account_page_url", "https://app.example/account".to_owned());
    let server = super::post::start(runtime, &[&webhook(provider.base())[..], &[page]].concat());
    invite(&Tenant::new(&server, "Linked"));
    let body = provider.next().json();
    provider.answer(200, "");
    let code = body["payload"]["code"].as_str().unwrap();
    let link = format!("\nhttps://app.example/account#purpose=first_password&code={code}\n");
    assert!(body["text"].as_str().unwrap().contains(&link), "{body}");
}

fn a_server_killed_while_sending_sends_again(runtime: Runtime) {
    let (state, provider) = (TempDir::new().unwrap(), Provider::start());
    let variables = webhook(provider.base());
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = Server::start_on(runtime, state.path(), &variables);
    let tenant = Tenant::new(&server, "Killed");
    invite(&tenant);
    let first = provider.next();
    server.kill();
    provider.answer(200, "");
    let server = Server::start_on(runtime, state.path(), &variables);
    let operator = operator(&server);
    assert_eq!(deliver(&operator), [0, 0, 1], "the lease goes on");
    let_pause_end(&tenant.seed);
    provider.answer(200, "");
    assert_eq!(deliver(&operator), [1, 0, 0]);
    let second = provider.next();
    assert_eq!(first.header("idempotency-key"), second.header("idempotency-key"));
    assert_eq!(first.body, second.body);
}
