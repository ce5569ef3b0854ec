//! Providers of mail, by what they document of their APIs.

use iam_tests::Runtime;
use serde_json::json;

use super::post::{KEY, invite, mail_with, operator, start};
use super::provider::{Provider, Received};
use crate::wire::tenant::Tenant;

crate::wire::on_own_servers!(resend, postmark);

/// The request by which `provider` is asked to send the invitation to the address, and the id of the mail.
fn sent(runtime: Runtime, name: &str, path: &str) -> (Received, String, String) {
    let provider = Provider::start();
    let server = start(
        runtime,
        &[
            ("mail_provider", name.to_owned()),
            ("mail_from", "Accounts <accounts@example.org>".to_owned()),
            ("mail_api_key", KEY.to_owned()),
            ("mail_api_url", provider.base().to_owned()),
            ("mail_allowed_host", provider.base().to_owned()),
        ],
    );
    let email = invite(&Tenant::new(&server, "Provided"));
    let request = provider.next();
    provider.answer(200, "{\"id\": \"1\"}");
    let mail = mail_with(&operator(&server), "delivered_at");
    assert_eq!(request.line, format!("POST {path}"));
    assert_eq!(request.header("content-type"), "application/json");
    (request, email, mail["id"].as_str().unwrap().to_owned())
}

fn resend(runtime: Runtime) {
    let (request, email, id) = sent(runtime, "resend", "/emails");
    assert_eq!(request.header("authorization"), format!("Bearer {KEY}"));
    assert_eq!(request.header("idempotency-key"), id);
    let body = request.json();
    assert_eq!(body.as_object().unwrap().len(), 4, "{body}");
    assert_eq!((&body["from"], &body["to"]), (&json!("Accounts <accounts@example.org>"), &json!([email])));
    assert!(body["subject"].as_str().unwrap().starts_with("Your invitation"), "{body}");
    assert!(body["text"].as_str().unwrap().starts_with("Hello Ada,\n"), "{body}");
}

fn postmark(runtime: Runtime) {
    let (request, email, id) = sent(runtime, "postmark", "/email");
    assert_eq!(request.header("x-postmark-server-token"), KEY);
    let body = request.json();
    assert_eq!(body.as_object().unwrap().len(), 6, "{body}");
    assert_eq!((&body["From"], &body["To"]), (&json!("Accounts <accounts@example.org>"), &json!(email)));
    assert_eq!((&body["MessageStream"], &body["Metadata"]), (&json!("outbound"), &json!({"outbox_id": id})));
    assert!(body["Subject"].as_str().unwrap().starts_with("Your invitation"), "{body}");
    assert!(body["TextBody"].as_str().unwrap().starts_with("Hello Ada,\n"), "{body}");
}
