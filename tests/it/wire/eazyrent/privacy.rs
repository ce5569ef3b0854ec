//! What is nobody's business: other organizations' particulars, who has an address, and the mail of who is gone.

use iam_domain::params;
use iam_domain::store::Value as Sql;
use iam_tests::{Seed, Server};
use serde_json::{Value, json};

use super::people::{FORGOT, ME, Person, forget, invite, mails, member, tables_with};
use crate::wire::eazyrent::memberships::members_list::PATH as MEMBERS;
use crate::wire::eazyrent::memberships::register::{body, register};
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    of_a_guests_home_the_name_is_shown_and_no_more,
    whether_somebody_has_an_address_is_looked_up_after_the_answer,
    who_registers_writes_nothing_to_strangers,
    an_administrators_invitation_says_who_and_where,
    with_a_member_the_mail_that_waits_is_gone,
    with_who_leaves_the_mail_that_waits_is_gone,
    the_mail_of_a_guest_who_is_removed_stays,
);

/// What an organization tells its own people only.
const PARTICULARS: [&str; 5] = ["organization_id", "insurance_id", "logo", "registration_number", "address"];

fn of_a_guests_home_the_name_is_shown_and_no_more(server: &Server) {
    let (home, host) = (Tenant::new(server, "Home"), Tenant::new(server, "Host"));
    let above = home.seed.organization("Above");
    home.seed.set_organization(home.organization, "parent_id", above);
    home.seed.set_organization(home.organization, "insurer_id", above);
    home.seed.set_organization(home.organization, "logo_url", "https://cdn.example.org/h.png");
    home.seed.set_organization(home.organization, "registration_number", "RCS 1");
    home.seed.set_organization(home.organization, "address", "1 rue Ada");
    let guest = Person::new(server, &home, "guest", &["org:user"]);
    host.seed.join(host.organization, guest.id, "user");

    let seen = host.admin.get(&guest.path()).expect(200).json();
    let shown = &seen["organization"];
    assert_eq!((&shown["id"], &shown["name"]), (&json!(home.organization.to_string()), &json!("Home")));
    let own = home.admin.get(&guest.path()).expect(200).json();
    for field in PARTICULARS {
        assert_eq!(shown.get(field), Some(&json!(null)), "{field}");
        assert!(own["organization"][field].is_string(), "{field}: {own}");
    }
    assert_eq!(guest.client.get(ME).expect(200).json(), own);
    // The person is shown as at home.
    for field in ["first_name", "last_name", "email", "state", "config", "updated_at"] {
        assert_eq!(seen[field], own[field], "{field}");
    }
}

fn deliver(server: &Server) {
    server.client().bearer(&server.bootstrap_token()).post_empty("/iam/v1/outbox/deliver/").expect(200);
}

fn whether_somebody_has_an_address_is_looked_up_after_the_answer(server: &Server) {
    let tenant = Tenant::new(server, "Forgetful");
    let (known, unknown) = (Person::new(server, &tenant, "known", &[]).email, unique_email("unknown"));
    let answers = [&known, &unknown].map(|email| server.client().post(FORGOT, &json!({"email": email})).expect(202));
    assert_eq!(answers[0].body, answers[1].body);
    deliver(server);
    let templates =
        |email: &str| -> Vec<String> { mails(&tenant.seed, email).into_iter().map(|mail| mail.0).collect() };
    assert_eq!(templates(&known), ["invitation", "password_reset"]);
    assert_eq!(templates(&unknown), [""; 0]);
    let requests = "SELECT count(*) FROM password_request WHERE email_key IN (lower(?1), lower(?2))";
    assert_eq!(tenant.seed.count(requests, params![&known, &unknown]), 0);
    // Neither request did more than note what was asked.
    for answer in answers {
        let events = "SELECT count(*) FROM audit_event WHERE request_id = ?1";
        assert_eq!(tenant.seed.count(events, params![answer.header("x-request-id")]), 0);
    }
}

/// What is in the mails to `email`, the first first.
fn payloads(seed: &Seed, email: &str) -> Vec<Value> {
    let sql = "SELECT payload FROM outbox WHERE recipient = ?1 ORDER BY created_at, id";
    seed.run(sql, params![email]).iter().map(|row| row.json(0).unwrap()).collect()
}

fn who_registers_writes_nothing_to_strangers(server: &Server) {
    let tenant = Tenant::new(server, "Bystander");
    let email = unique_email("stranger");
    let mut sent = body(&email);
    sent["organization"]["name"] = json!("You have won");
    sent["org_admin"]["first_name"] = json!("Winner");
    sent["org_admin"]["last_name"] = json!("Call 0900 now");
    register(server, &sent).expect(200);
    let mut payloads = payloads(&tenant.seed, &email);
    assert_eq!(payloads.len(), 1);
    let payload = payloads.remove(0);
    assert_eq!((payload.get("organization"), payload.get("first_name")), (Some(&json!(null)), Some(&json!(null))));
    for word in ["You have won", "Winner", "0900"] {
        assert!(!payload.to_string().contains(word), "{payload}");
    }
    assert!(payload["code"].is_string());
}

fn an_administrators_invitation_says_who_and_where(server: &Server) {
    let tenant = Tenant::new(server, "Agence Ada");
    let (id, email) = invite(&tenant, "invited");
    tenant.admin.post_empty(&format!("{}resend-invitation/", member(id))).expect(202);
    let payloads = payloads(&tenant.seed, &email);
    assert_eq!(payloads.len(), 2);
    for payload in payloads {
        assert_eq!((&payload["organization"], &payload["first_name"]), (&json!("Agence Ada"), &json!("Ada")));
    }
}

fn with_a_member_the_mail_that_waits_is_gone(server: &Server) {
    let tenant = Tenant::new(server, "Leavers");
    // The first person of an organization is its administrator, who stays.
    invite(&tenant, "first");
    let (id, email) = invite(&tenant, "leaver");
    let (_, bystander) = invite(&tenant, "bystander");
    tenant.admin.post_empty(&format!("{}resend-invitation/", member(id))).expect(202);
    assert_eq!(payloads(&tenant.seed, &email).len(), 2);
    tenant.admin.delete(&member(id)).expect(204);
    assert_eq!(tables_with(&tenant.seed, &email), [""; 0]);
    assert_eq!(payloads(&tenant.seed, &bystander).len(), 1);
    assert_eq!(tenant.admin.get(MEMBERS).expect(200).json().as_array().unwrap().len(), 2);
}

fn with_who_leaves_the_mail_that_waits_is_gone(server: &Server) {
    let tenant = Tenant::new(server, "Leaving");
    let person = Person::new(server, &tenant, "leaving", &["org:user"]);
    forget(server, &person.email).expect(202);
    // To an earlier address as well.
    let old = "UPDATE outbox SET recipient = 'old.' || recipient WHERE recipient = ?1 AND template = 'invitation'";
    tenant.seed.run(old, params![&person.email]);
    assert_eq!(payloads(&tenant.seed, &person.email).len(), 1);
    person.client.delete(ME).expect(410);
    assert_eq!(tables_with(&tenant.seed, &person.email), [""; 0]);
}

fn the_mail_of_a_guest_who_is_removed_stays(server: &Server) {
    let (home, host) = (Tenant::new(server, "Home"), Tenant::new(server, "Host"));
    let (guest, email) = invite(&home, "guest");
    host.seed.join(host.organization, guest, "user");
    host.admin.delete(&member(guest)).expect(204);
    let whose = "SELECT principal_id FROM outbox WHERE recipient = ?1";
    let rows = home.seed.run(whose, params![&email]);
    assert_eq!(rows.iter().map(|row| row.0[0].clone()).collect::<Vec<_>>(), [Sql::Integer(guest)]);
}
