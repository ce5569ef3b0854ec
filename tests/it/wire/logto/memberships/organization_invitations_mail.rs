//! Mail with an invitation: `messagePayload`, and `POST /api/organization-invitations/{id}/message`. The servers here have
//! no provider, so that it stays in the outbox.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::logto::memberships::fixtures::{INVITATIONS, Invited, path};
use crate::wire::logto::{empty, put};
use crate::wire::tenant::unique_email;

crate::on_both!(
    a_mail_says_who_invites_where_and_until_when,
    a_mail_goes_out_when_it_is_asked_for,
    the_mail_of_somebody_known_is_that_persons,
    it_is_sent_again_with_what_is_said_then_or_before,
    a_message_must_have_a_link_if_any,
    what_has_ended_is_not_sent_again,
    sending_again_is_bounded,
    what_it_is_mailed_with_goes_with_its_end,
);

/// Payloads of the mails of the organization, the first first.
fn mails(place: &Invited) -> Vec<Value> {
    let sql = "SELECT payload FROM outbox WHERE organization_id = ?1 ORDER BY created_at, id";
    let texts = place.seed.texts(sql, params![place.organization]);
    texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

/// What the invitation is mailed with; null without.
fn stored(place: &Invited, invitation: &Value) -> Value {
    let id: i64 = invitation["id"].as_str().unwrap().parse().unwrap();
    let sql = "SELECT ifnull(message_payload, 'null') FROM invitation WHERE id = ?1";
    serde_json::from_str(&place.seed.texts(sql, params![id])[0]).unwrap()
}

fn message(invitation: &Value) -> String {
    format!("{}/message", path(invitation))
}

fn a_mail_says_who_invites_where_and_until_when(server: &Server) {
    let place = Invited::new(server, "Engines");
    let inviter = place.person(&unique_email("inviter"));
    let email = unique_email("Mailed");
    let payload = json!({"link": "https://app.example/join?t=1", "code": "x", "more": {"a": [1]}});
    let made = place.invite(&email, &json!({"inviterId": inviter.to_string(), "messagePayload": payload}));
    let expected = json!({
        "organization": "Engines",
        "inviter": "Test Person",
        "link": "https://app.example/join?t=1",
        "expires_at": made["expiresAt"],
    });
    assert_eq!(mails(&place), [expected]);
    let sql = "SELECT template || ' ' || recipient || ' ' || ifnull(principal_id, '-') FROM outbox WHERE organization_id = ?1";
    assert_eq!(place.seed.texts(sql, params![place.organization]), [format!("organization_invitation {email} -")]);
    assert_eq!(stored(&place, &made), payload);
    assert!(!made.as_object().unwrap().contains_key("messagePayload"), "{made}");
}

fn a_mail_goes_out_when_it_is_asked_for(server: &Server) {
    let place = Invited::new(server, "Asked");
    for no in [json!({}), json!({"messagePayload": false})] {
        let made = place.invite(&unique_email("unasked"), &no);
        assert_eq!((mails(&place), stored(&place, &made)), (vec![], Value::Null));
    }
    let made = place.invite(&unique_email("asked"), &json!({"messagePayload": {}}));
    let expected = json!({"organization": "Asked", "inviter": null, "link": null, "expires_at": made["expiresAt"]});
    assert_eq!((mails(&place), stored(&place, &made)), (vec![expected], json!({})));
}

fn the_mail_of_somebody_known_is_that_persons(server: &Server) {
    let place = Invited::new(server, "Known");
    let email = unique_email("known");
    let person = place.person(&email);
    place.invite(&email.to_uppercase(), &json!({"messagePayload": {}}));
    let sql = "SELECT count(*) FROM outbox WHERE organization_id = ?1 AND principal_id = ?2";
    assert_eq!(place.seed.count(sql, params![place.organization, person]), 1);
}

fn it_is_sent_again_with_what_is_said_then_or_before(server: &Server) {
    let place = Invited::new(server, "Again");
    let made = place.invite(&unique_email("again"), &json!({}));
    let link = |mail: &Value| mail["link"].clone();
    empty(place.manager.post(&message(&made), &json!({"link": "https://a.example/1"})), 204);
    assert_eq!(stored(&place, &made), json!({"link": "https://a.example/1"}));
    // With nothing said, as before; a client that sends no body at all says nothing.
    empty(place.manager.post_empty(&message(&made)), 204);
    empty(place.manager.post(&message(&made), &json!({"link": "https://a.example/2"})), 204);
    let links: Vec<Value> = mails(&place).iter().map(link).collect();
    assert_eq!(json!(links), json!(["https://a.example/1", "https://a.example/1", "https://a.example/2"]));
    let found = place.manager.get(&path(&made)).expect(200).json();
    assert_eq!(found, made, "the invitation is the same");
    let events = "SELECT action FROM audit_event WHERE organization_id = ?1 ORDER BY id";
    let expected = ["invitation.created", "invitation.sent", "invitation.sent", "invitation.sent"];
    let mut events = place.seed.texts(events, params![place.organization]);
    events.sort();
    assert_eq!(events, expected);
}

fn a_message_must_have_a_link_if_any(server: &Server) {
    let place = Invited::new(server, "Links");
    let made = place.invite(&unique_email("link"), &json!({}));
    let path = message(&made);
    for body in [
        json!({"link": null}),
        json!({"link": 1}),
        json!({"link": ""}),
        json!({"link": "a.example"}),
        json!({"link": "javascript:alert(1)"}),
        json!({"link": "ftp://a.example/"}),
        json!({"link": "https://a.example/\nBcc: b@c.example"}),
        json!({"link": "https://a.example/ b"}),
        json!([]),
    ] {
        place.refuses(|manager| manager.post(&path, &body), 400, "guard.invalid_input");
    }
}

fn what_has_ended_is_not_sent_again(server: &Server) {
    let place = Invited::new(server, "Ended");
    let email = unique_email("accepts");
    let person = place.person(&email).to_string();
    let [revoked, accepted, overdue] =
        [unique_email("revoked"), email, unique_email("overdue")].map(|email| place.invite(&email, &json!({})));
    put(&place.manager, &format!("{}/status", path(&revoked)), &json!({"status": "Revoked"})).expect(200);
    let body = json!({"status": "Accepted", "acceptedUserId": person});
    put(&place.manager, &format!("{}/status", path(&accepted)), &body).expect(200);
    place.let_end(&overdue);
    for ended in [&revoked, &accepted, &overdue] {
        place.refuses(|manager| manager.post(&message(ended), &json!({})), 422, "request.invalid_input");
    }
}

fn sending_again_is_bounded(server: &Server) {
    let (place, other) = (Invited::new(server, "Often"), Invited::new(server, "Also"));
    let email = unique_email("often");
    let made = place.invite(&email, &json!({"messagePayload": {}}));
    for _ in 0..4 {
        empty(place.manager.post(&message(&made), &json!({})), 204);
    }
    let before = place.rows();
    let answer = place.manager.post(&message(&made), &json!({})).expect(429);
    assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0, "{answer:?}");
    assert_eq!(place.rows(), before);
    // Another invitation to the same address, whatever its case, is no way around.
    empty(place.manager.delete(&path(&made)), 204);
    for place in [&place, &other] {
        let again = place.invite(&email.to_uppercase(), &json!({}));
        place.manager.post(&message(&again), &json!({})).expect(429);
    }
    // Others are not concerned.
    let made = place.invite(&unique_email("seldom"), &json!({}));
    empty(place.manager.post(&message(&made), &json!({})), 204);
}

fn what_it_is_mailed_with_goes_with_its_end(server: &Server) {
    let place = Invited::new(server, "Forgotten");
    let payload = json!({"messagePayload": {"link": "https://a.example/?token=secret"}});
    let revoked = place.invite(&unique_email("revoked"), &payload);
    put(&place.manager, &format!("{}/status", path(&revoked)), &json!({"status": "Revoked"})).expect(200);
    assert_eq!(stored(&place, &revoked), Value::Null);
    let email = unique_email("overdue");
    let overdue = place.invite(&email, &payload);
    place.let_end(&overdue);
    place.manager.post(INVITATIONS, &place.body(&email, &json!({}))).expect(201);
    assert_eq!(stored(&place, &overdue), Value::Null);
}
