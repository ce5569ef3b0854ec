//! `POST /iam/v1/users/password/forgot/` and `reset/`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::people::{
    FORGOT, ME, PASSWORD, Person, RESET, activate, audit, code, forget, invite, log_in, mails, member, refused, reset,
    tables_with, try_log_in, weak_passwords, with_code,
};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    a_code_is_mailed_and_sets_a_new_password,
    all_sessions_end,
    nobody_learns_whether_an_address_is_known,
    an_address_that_nobody_has_gets_no_mail,
    who_is_stopped_gets_no_mail,
    who_was_not_activated_gets_the_invitation_again,
    a_newer_code_replaces_the_older,
    a_code_is_good_once,
    a_code_that_has_run_out_is_refused,
    a_code_is_no_good_to_somebody_who_is_stopped,
    the_code_of_an_invitation_does_not_reset,
    a_weak_password_is_refused_and_the_code_stays_good,
    every_fault_is_named_at_its_field,
    a_reset_forgets_failed_logins,
    the_fourth_in_an_hour_is_the_last_whether_or_not_the_address_is_known,
);

const NEW: &str = "Other-pass-2";

fn a_code_is_mailed_and_sets_a_new_password(server: &Server) {
    let tenant = Tenant::new(server, "Forgotten");
    let person = Person::new(server, &tenant, "Forgotten", &[]);
    // As people type it.
    forget(server, &format!(" {} ", person.email.to_uppercase())).expect(202);
    let sent = mails(&tenant.seed, &person.email);
    assert_eq!(
        sent.iter().map(|(template, _)| template.as_str()).collect::<Vec<_>>(),
        ["invitation", "password_reset"]
    );
    // Nothing has happened yet.
    person.client.get(ME).expect(200);
    person.log_in(server);
    assert_eq!(tables_with(&tenant.seed, &sent[1].1), ["outbox"]);

    let answer = reset(server, &sent[1].1, NEW).expect(202);
    assert_eq!((answer.header("content-type"), answer.json()), ("application/json", json!(null)));
    refused(&try_log_in(server, &person.email, PASSWORD));
    log_in(server, &person.email, NEW).get(ME).expect(200);
    let mut events = audit(&tenant.seed, person.id);
    events.retain(|(action, ..)| action.starts_with("password."));
    assert_eq!(events, [("password.reset".to_owned(), "anonymous".to_owned(), None)]);
    let asked = "SELECT count(*) FROM audit_event, json_each(detail, '$.mailed') m \
                 WHERE action = 'password.requested' AND m.value = ?1";
    assert_eq!(tenant.seed.count(asked, params![person.id]), 1);
}

fn all_sessions_end(server: &Server) {
    let tenant = Tenant::new(server, "Sessions");
    let person = Person::new(server, &tenant, "sessions", &[]);
    let second = person.log_in(server);
    forget(server, &person.email).expect(202);
    let body = with_code(&code(&tenant.seed, &person.email), NEW);
    // Even the one that asks.
    second.post(RESET, &body).expect(202);
    for ended in [&person.client, &second] {
        shape::detail(&ended.get(ME).expect(401));
    }
}

fn nobody_learns_whether_an_address_is_known(server: &Server) {
    let tenant = Tenant::new(server, "Same");
    let person = Person::new(server, &tenant, "same", &[]);
    let (_, invited) = invite(&tenant, "invited");
    let locked = unique_email("locked");
    tenant.seed.set_state(tenant.seed.user(tenant.organization, &locked, &[]), "locked");
    let mut headers = Vec::new();
    for path in [FORGOT, FORGOT.trim_end_matches('/')] {
        for email in [person.email.clone(), invited.clone(), locked.clone(), unique_email("nobody")] {
            let mut answer = server.client().post(path, &json!({"email": email})).expect(202);
            assert_eq!(answer.json(), json!(null));
            answer.headers.retain(|name, _| name != "x-request-id" && name != "date");
            headers.push(answer.headers);
        }
    }
    headers.dedup();
    assert_eq!(headers.len(), 1, "{headers:?}");
}

fn an_address_that_nobody_has_gets_no_mail(server: &Server) {
    let tenant = Tenant::new(server, "Nobody");
    let email = unique_email("Nobody");
    let answer = forget(server, &email).expect(202);
    assert_eq!(mails(&tenant.seed, &email), []);
    assert_eq!(tables_with(&tenant.seed, &email), Vec::<String>::new(), "a stranger's word is not stored");
    let events = "SELECT count(*) FROM audit_event WHERE request_id = ?1";
    assert_eq!(tenant.seed.count(events, params![answer.header("x-request-id")]), 0);
}

fn who_is_stopped_gets_no_mail(server: &Server) {
    let tenant = Tenant::new(server, "Stopped");
    let person = Person::new(server, &tenant, "stopped", &[]);
    for state in ["locked", "inactive"] {
        tenant.seed.set_state(person.id, state);
        forget(server, &person.email).expect(202);
    }
    assert_eq!(mails(&tenant.seed, &person.email).len(), 1);
}

fn who_was_not_activated_gets_the_invitation_again(server: &Server) {
    let tenant = Tenant::new(server, "Initial");
    let (id, email) = invite(&tenant, "initial");
    let old = code(&tenant.seed, &email);
    forget(server, &email).expect(202);
    let new = code(&tenant.seed, &email);
    assert_ne!(old, new);
    assert!(mails(&tenant.seed, &email).iter().all(|(template, _)| template == "invitation"));
    shape::detail(&activate(server, &old, PASSWORD).expect(400));
    shape::detail(&reset(server, &new, PASSWORD).expect(400));
    assert_eq!(tenant.admin.get(&member(id)).json()["state"], json!("USER_STATE_INITIAL"));
    activate(server, &new, PASSWORD).expect(200);
}

fn a_newer_code_replaces_the_older(server: &Server) {
    let tenant = Tenant::new(server, "Newer");
    let person = Person::new(server, &tenant, "newer", &[]);
    forget(server, &person.email).expect(202);
    let old = code(&tenant.seed, &person.email);
    forget(server, &person.email).expect(202);
    let new = code(&tenant.seed, &person.email);
    shape::detail(&reset(server, &old, NEW).expect(400));
    person.log_in(server);
    reset(server, &new, NEW).expect(202);
}

fn a_code_is_good_once(server: &Server) {
    let tenant = Tenant::new(server, "Once");
    let person = Person::new(server, &tenant, "once", &[]);
    forget(server, &person.email).expect(202);
    let code = code(&tenant.seed, &person.email);
    reset(server, &code, NEW).expect(202);
    shape::detail(&reset(server, &code, "Third-pass-3").expect(400));
    shape::detail(&activate(server, &code, "Third-pass-3").expect(400));
    log_in(server, &person.email, NEW);
}

fn a_code_that_has_run_out_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Run out");
    let person = Person::new(server, &tenant, "late", &[]);
    forget(server, &person.email).expect(202);
    let code = code(&tenant.seed, &person.email);
    tenant.seed.run("UPDATE one_time_code SET expires_at = created_at WHERE principal_id = ?1", params![person.id]);
    shape::detail(&reset(server, &code, NEW).expect(400));
    person.client.get(ME).expect(200);
    person.log_in(server);
}

fn a_code_is_no_good_to_somebody_who_is_stopped(server: &Server) {
    let tenant = Tenant::new(server, "Locked");
    let person = Person::new(server, &tenant, "locked", &[]);
    forget(server, &person.email).expect(202);
    let code = code(&tenant.seed, &person.email);
    for state in ["locked", "inactive"] {
        tenant.seed.set_state(person.id, state);
        shape::detail(&reset(server, &code, NEW).expect(400));
    }
    tenant.seed.set_state(person.id, "active");
    person.log_in(server);
}

fn the_code_of_an_invitation_does_not_reset(server: &Server) {
    let tenant = Tenant::new(server, "Purpose");
    let (id, email) = invite(&tenant, "purpose");
    shape::detail(&reset(server, &code(&tenant.seed, &email), NEW).expect(400));
    for bad in ["", "x", &tenant.machine.secret] {
        shape::detail(&reset(server, bad, NEW).expect(400));
    }
    assert_eq!(tenant.admin.get(&member(id)).json()["state"], json!("USER_STATE_INITIAL"));
}

fn a_weak_password_is_refused_and_the_code_stays_good(server: &Server) {
    let tenant = Tenant::new(server, "Weak");
    let person = Person::new(server, &tenant, "weak", &[]);
    forget(server, &person.email).expect(202);
    let code = code(&tenant.seed, &person.email);
    for (lack, password) in weak_passwords() {
        let answer = reset(server, &code, &password);
        assert_eq!(answer.status, 400, "{lack}: {answer:?}");
        shape::detail(&answer);
    }
    let body = json!({"code": code, "new_password": NEW, "new_password_confirmation": PASSWORD});
    shape::detail(&server.client().post(RESET, &body).expect(400));
    person.client.get(ME).expect(200);
    reset(server, &format!("\t{code} "), NEW).expect(202);
}

fn every_fault_is_named_at_its_field(server: &Server) {
    let post = |path: &str, body: &Value| shape::faults(&server.client().post(path, body));
    let at = |field: &str, kind: &str| (json!(["body", field]), kind.to_owned());
    let all = ["code", "new_password", "new_password_confirmation"];
    assert_eq!(post(RESET, &json!({})), all.map(|field| at(field, "missing")));
    assert_eq!(post(FORGOT, &json!({})), [at("email", "missing")]);
    for wrong in [json!(null), json!(1), json!(true), json!([]), json!({})] {
        let body = json!({"code": wrong, "new_password": wrong, "new_password_confirmation": wrong});
        assert_eq!(post(RESET, &body), all.map(|field| at(field, "string_type")), "{wrong}");
        assert_eq!(post(FORGOT, &json!({"email": wrong})), [at("email", "string_type")], "{wrong}");
    }
    for (address, kind) in [
        (String::new(), "value_error"),
        ("nobody".to_owned(), "value_error"),
        ("a@localhost".to_owned(), "value_error"),
        (format!("{}@example.org", "a".repeat(200)), "string_too_long"),
    ] {
        assert_eq!(post(FORGOT, &json!({"email": address})), [at("email", kind)], "{address}");
    }
    for path in [RESET, FORGOT] {
        assert_eq!(post(path, &json!([])), [(json!(["body"]), "model_attributes_type".to_owned())]);
        assert_eq!(shape::faults(&server.client().post_empty(path)), [(json!(["body"]), "missing".to_owned())]);
    }
}

fn a_reset_forgets_failed_logins(server: &Server) {
    let tenant = Tenant::new(server, "Forgiven");
    let person = Person::new(server, &tenant, "forgiven", &[]);
    crate::wire::eazyrent::logins::token_throttle::fail_often(server, &tenant, &person.email);
    try_log_in(server, &person.email, PASSWORD).expect(429);
    forget(server, &person.email).expect(202);
    reset(server, &code(&tenant.seed, &person.email), NEW).expect(202);
    log_in(server, &person.email, NEW);
}

fn the_fourth_in_an_hour_is_the_last_whether_or_not_the_address_is_known(server: &Server) {
    let tenant = Tenant::new(server, "Often");
    let person = Person::new(server, &tenant, "often", &[]);
    for email in [person.email.clone(), unique_email("nobody")] {
        for _ in 0..4 {
            forget(server, &email).expect(202);
        }
        let refused = forget(server, &email.to_uppercase()).expect(429);
        shape::detail(&refused);
        let wait: u64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=61).contains(&wait), "{wait}");
    }
    assert_eq!(mails(&tenant.seed, &person.email).len(), 5);
    reset(server, &code(&tenant.seed, &person.email), NEW).expect(202);
}
