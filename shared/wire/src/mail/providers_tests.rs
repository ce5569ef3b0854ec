use iam_domain::crypto::Sensitive;

use super::*;

fn mail() -> DueMail {
    DueMail {
        id: "01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned(),
        template: "invitation".to_owned(),
        recipient: "ada@example.org".to_owned(),
        payload: json!({"code": "eic_1"}),
    }
}

fn account(url: &'static str) -> Account {
    Account { url: Uri::from_static(url), from: "a@b.example".to_owned(), key: Sensitive::new("key".to_owned()) }
}

/// Address, headers and JSON body of the request.
fn sent(provider: &Provider) -> (String, http::HeaderMap, Value) {
    let message = Message { subject: "Hi".to_owned(), text: "Hello".to_owned() };
    let request = request(provider, &mail(), &message, 1_700_000_000).unwrap().unwrap();
    assert_eq!(request.method(), Method::POST);
    assert_eq!(request.headers()["content-type"], "application/json");
    assert_eq!(request.headers()["content-length"], request.body().len().to_string());
    let body = serde_json::from_slice(request.body()).unwrap();
    (request.uri().to_string(), request.headers().clone(), body)
}

#[test]
fn resend() {
    let (url, headers, body) = sent(&Provider::Resend(account("https://api.resend.com/emails")));
    assert_eq!(url, "https://api.resend.com/emails");
    assert_eq!(headers["authorization"], "Bearer key");
    assert_eq!(headers["idempotency-key"], "01ARZ3NDEKTSV4RRFFQ69G5FAV");
    assert_eq!(body, json!({"from": "a@b.example", "to": ["ada@example.org"], "subject": "Hi", "text": "Hello"}));
}

#[test]
fn postmark() {
    let (url, headers, body) = sent(&Provider::Postmark(account("https://api.postmarkapp.com/email")));
    assert_eq!(url, "https://api.postmarkapp.com/email");
    assert_eq!(headers["x-postmark-server-token"], "key");
    let wanted = json!({
        "From": "a@b.example",
        "To": "ada@example.org",
        "Subject": "Hi",
        "TextBody": "Hello",
        "MessageStream": "outbound",
        "Metadata": {"outbox_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
    });
    assert_eq!(body, wanted);
}

#[test]
fn webhook() {
    let url = Uri::from_static("https://hooks.example.org/mail");
    let key = Some(Sensitive::new("whsec".to_owned()));
    let (to, headers, body) = sent(&Provider::Webhook(Webhook { url: url.clone(), key }));
    assert_eq!(to, url.to_string());
    assert_eq!(headers["idempotency-key"], "01ARZ3NDEKTSV4RRFFQ69G5FAV");
    let wanted = json!({
        "id": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "template": "invitation",
        "recipient": "ada@example.org",
        "subject": "Hi",
        "text": "Hello",
        "payload": {"code": "eic_1"},
    });
    assert_eq!(body, wanted);
    let mac = hmac_sha256::HMAC::mac(format!("1700000000.{body}"), "whsec");
    assert_eq!(headers["x-edge-iam-signature"], format!("t=1700000000,v1={}", hex(&mac)));
    let (_, headers, _) = sent(&Provider::Webhook(Webhook { url, key: None }));
    assert!(!headers.contains_key("x-edge-iam-signature"));
}

/// RFC 4231, test case 2: the crate computes what receivers will.
#[test]
fn signatures_are_hmac_sha256() {
    let mac = hmac_sha256::HMAC::mac("what do ya want for nothing?", "Jefe");
    assert_eq!(hex(&mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

fn fault(status: u16, body: &'static str) -> Option<Fault> {
    let mut answer = Response::new(Bytes::from_static(body.as_bytes()));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
    verdict(&answer).err()
}

#[test]
fn only_a_refused_mail_is_final() {
    for status in [200, 201, 202, 204] {
        assert_eq!(fault(status, ""), None);
    }
    for status in [400, 406, 410, 413, 422] {
        assert!(fault(status, "").unwrap().is_final, "{status}");
    }
    for status in [302, 401, 403, 404, 408, 409, 425, 429, 500, 502, 503, 504] {
        assert!(!fault(status, "").unwrap().is_final, "{status}");
    }
}

#[test]
fn what_the_provider_says_is_kept_apart() {
    for body in [r#"{"name":"validation_error","message":"No."}"#, r#"{"ErrorCode":300,"Message":"No."}"#] {
        let fault = fault(422, body).unwrap();
        assert_eq!(fault.summary, "the provider answered 422");
        assert_eq!(fault.detail.as_deref(), Some("No."));
    }
    for body in ["", "<html>", "[]", r#"{"message":7}"#] {
        assert_eq!(fault(500, body).unwrap().detail, None, "{body}");
    }
}
