//! `POST /account/passwords/request_reset`.

use iam_domain::params;
use iam_domain::store::Value as Sql;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::people::{self, mails, tables_with};
use crate::wire::idah::logins::passwords_fixtures::{
    NEW, PASSWORD, REQUEST, empty, is_valid, request, requested, reset, stored, unknown, with_password,
};
use crate::wire::idah::{account, faults, login, refusal};
use crate::wire::tenant::unique_email;

crate::on_both!(
    a_token_of_64_digits_is_mailed,
    the_token_is_good_for_an_hour_and_stored_as_a_digest,
    nobody_learns_whether_an_address_is_known,
    an_address_that_nobody_has_leaves_no_trace,
    every_account_gets_one,
    what_strangers_called_somebody_is_not_written,
    a_later_request_replaces_the_former,
    the_old_password_goes_on,
    the_address_must_be_there,
    the_address_may_come_as_a_form_or_in_the_query,
    credentials_are_ignored,
    who_asks_often_has_to_wait_whether_or_not_the_address_is_known,
    both_apis_count_together,
);

fn a_token_of_64_digits_is_mailed(server: &Server) {
    let (_, email) = account(server, Some("user"), &[]);
    let answer = request(server, &email);
    empty(&answer);
    let sent = mails(&server.seed(), &email);
    let [(template, token)] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(template, "account_password_reset");
    assert_eq!(token.len(), 64);
    assert!(token.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{token}");
    assert!(answer.headers.values().all(|value| !value.contains(token.as_str())));
    // Under the long prefix as well.
    let (_, email) = account(server, Some("user"), &[]);
    empty(&server.client().post(&format!("/api/v1/iam{REQUEST}"), &json!({ "email": email })));
}

fn the_token_is_good_for_an_hour_and_stored_as_a_digest(server: &Server) {
    let (id, email) = account(server, Some("user"), &[]);
    let (seed, token) = (server.seed(), requested(server, &email));
    let sql =
        "SELECT expires_at - created_at FROM one_time_code WHERE principal_id = ?1 AND purpose = 'password_reset'";
    assert_eq!(seed.count(sql, params![id]), 3_600_000);
    assert_eq!(tables_with(&seed, &token), ["outbox"]);
}

fn nobody_learns_whether_an_address_is_known(server: &Server) {
    let seed = server.seed();
    let (_, known) = with_password(server);
    let (stopped, disabled) = with_password(server);
    seed.set_state(stopped, "inactive");
    let (new, pending) = account(server, Some("user"), &[]);
    seed.set_state(new, "initial");
    let mut answers = Vec::new();
    for email in [&known, &disabled, &pending, &unique_email("nobody"), "no address", "a@b", " ", "@", "x@y@z"] {
        let mut answer = request(server, email);
        empty(&answer);
        answer.headers.retain(|name, _| name != "x-request-id" && name != "date");
        answers.push(answer.headers);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

fn an_address_that_nobody_has_leaves_no_trace(server: &Server) {
    for email in [unique_email("Nobody"), unique_email("no address")] {
        let answer = request(server, &email);
        empty(&answer);
        assert_eq!(tables_with(&server.seed(), &email), Vec::<String>::new());
        assert_eq!(tables_with(&server.seed(), &email.to_lowercase()), Vec::<String>::new());
        let events = "SELECT count(*) FROM audit_event WHERE request_id = ?1";
        assert_eq!(server.seed().count(events, params![answer.header("x-request-id")]), 0);
    }
}

fn every_account_gets_one(server: &Server) {
    let seed = server.seed();
    for role in [Some("user"), Some("org_owner"), Some("admin"), None] {
        for state in ["active", "inactive", "locked", "initial"] {
            let (id, email) = account(server, role, &[]);
            seed.set_state(id, state);
            seed.set_user(id, "joined_at", Sql::Null);
            assert!(is_valid(server, &requested(server, &email)), "{role:?} {state}");
            assert_eq!(stored(&seed, id), None);
        }
    }
}

/// Whoever registers somebody must not choose what we write to strangers.
fn what_strangers_called_somebody_is_not_written(server: &Server) {
    let seed = server.seed();
    for (state, name) in [("active", json!("Ada")), ("initial", Value::Null)] {
        let (id, email) = account(server, Some("user"), &[]);
        seed.set_user(id, "first_name", "Ada");
        seed.set_state(id, state);
        requested(server, &email);
        let payload = seed.run("SELECT payload FROM outbox WHERE recipient = ?1", params![email]);
        assert_eq!(payload[0].json(0).unwrap()["first_name"], name, "{state}");
    }
}

fn a_later_request_replaces_the_former(server: &Server) {
    let (_, email) = with_password(server);
    let former = requested(server, &email);
    let later = requested(server, &email);
    assert_ne!(former, later);
    assert_eq!((is_valid(server, &former), is_valid(server, &later)), (false, true));
    unknown(&reset(server, &former, NEW));
    login(server, &email, PASSWORD).expect(200);
    empty(&reset(server, &later, NEW));
}

fn the_old_password_goes_on(server: &Server) {
    let (_, email) = with_password(server);
    requested(server, &email);
    login(server, &email, PASSWORD).expect(200);
}

fn the_address_must_be_there(server: &Server) {
    let client = server.client();
    let at = |message: &str| vec![("/email".to_owned(), message.to_owned())];
    for (body, message) in [
        (json!({}), "is required"),
        (json!({ "mail": "a@example.org" }), "is required"),
        (json!([]), "is required"),
        (json!("text"), "is required"),
        (json!({ "email": "" }), "must be filled"),
        (json!({ "email": null }), "must be filled"),
        (json!({ "email": [] }), "must be a string"),
        (json!({ "email": {} }), "must be a string"),
        (json!({ "email": true }), "must be a string"),
    ] {
        assert_eq!(faults(&client.post(REQUEST, &body)), at(message), "{body}");
    }
    assert_eq!(faults(&client.post_empty(REQUEST)), at("is required"));
    let bad = client.send("POST", REQUEST, Some("application/json"), b"{").expect(400).json();
    assert_eq!((&bad["status"], &bad["type"]), (&json!("400"), &json!("Verse::Error::BadRequest")));
    // A number is a text, of an address that nobody has.
    empty(&client.post(REQUEST, &json!({ "email": 1 })));
    for method in ["GET", "PUT", "DELETE"] {
        client.send(method, REQUEST, None, b"").expect(404);
    }
    client.post(&format!("{REQUEST}/"), &json!({ "email": "a@example.org" })).expect(404);
}

fn the_address_may_come_as_a_form_or_in_the_query(server: &Server) {
    let [form, query, document] = [(); 3].map(|()| account(server, Some("user"), &[]).1);
    empty(&server.client().form(REQUEST, &[("email", &form)]));
    // The query counts before the body.
    let path = format!("{REQUEST}?email={query}");
    empty(&server.client().post(&path, &json!({ "email": unique_email("other") })));
    let body = json!({ "email": document }).to_string();
    empty(&server.client().send("POST", REQUEST, Some("application/vnd.api+json; charset=utf-8"), body.as_bytes()));
    server.client().bearer(&server.bootstrap_token()).post_empty("/iam/v1/outbox/deliver/").expect(200);
    for email in [form, query, document] {
        assert_eq!(mails(&server.seed(), &email).len(), 1, "{email}");
    }
}

fn credentials_are_ignored(server: &Server) {
    let (_, email) = account(server, Some("user"), &[]);
    for client in [server.client().bearer("nonsense"), server.client().with("cookie", "auth-token=nonsense")] {
        empty(&client.post(REQUEST, &json!({ "email": email })));
    }
}

fn who_asks_often_has_to_wait_whether_or_not_the_address_is_known(server: &Server) {
    let (_, known) = account(server, Some("user"), &[]);
    let mut answers = Vec::new();
    for email in [known.clone(), unique_email("nobody")] {
        for _ in 0..4 {
            empty(&request(server, &email));
        }
        let refused = request(server, &email.to_uppercase());
        assert_eq!(refusal(&refused, 429).0, "Verse::Error::TooManyRequests");
        let wait: u64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=61).contains(&wait), "{wait}");
        answers.push(refused.body);
    }
    assert_eq!(answers[0], answers[1]);
    let sent = mails(&server.seed(), &known);
    assert_eq!(sent.len(), 4);
    assert!(is_valid(server, &sent[3].1));
}

fn both_apis_count_together(server: &Server) {
    let (_, email) = with_password(server);
    for _ in 0..2 {
        empty(&request(server, &email));
        people::forget(server, &email).expect(202);
    }
    request(server, &email).expect(429);
    people::forget(server, &email).expect(429);
}
