//! `POST /iam/v1/users/me/password/`.

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::logins::token_throttle::subject;
use crate::wire::eazyrent::people::{
    ME, PASSWORD, Person, audit, code, forget, log_in, refused, reset, tables_with, try_log_in, weak_passwords,
};
use crate::wire::shape;
use crate::wire::tenant::Tenant;

crate::on_both!(
    the_next_login_needs_the_new_password,
    this_session_goes_on_and_all_others_end,
    a_change_with_an_api_token_ends_all_sessions,
    sessions_of_others_go_on,
    a_wrong_current_password_changes_nothing,
    many_wrong_current_passwords_have_to_wait,
    a_weak_password_changes_nothing,
    the_confirmation_must_be_the_same,
    every_fault_is_named_at_its_field,
    a_service_account_has_no_password,
    codes_that_were_mailed_end_with_the_old_password,
    neither_password_is_stored_or_answered,
);

const PATH: &str = "/iam/v1/users/me/password/";
const NEW: &str = "Other-pass-2";

fn change(client: &Client, current: &str, new: &str) -> Response {
    client.post(PATH, &json!({"current_password": current, "new_password": new, "new_password_confirmation": new}))
}

fn the_next_login_needs_the_new_password(server: &Server) {
    let tenant = Tenant::new(server, "Changed");
    let person = Person::new(server, &tenant, "changed", &[]);
    let answer = change(&person.client, PASSWORD, NEW).expect(202);
    assert_eq!((answer.header("content-type"), answer.json()), ("application/json", json!(null)));
    refused(&try_log_in(server, &person.email, PASSWORD));
    let client = log_in(server, &person.email, NEW);
    client.get(ME).expect(200);
    let event = ("password.changed".to_owned(), "user".to_owned(), Some(person.id));
    assert_eq!(audit(&tenant.seed, person.id).last(), Some(&event));
    // Once more, without the slash.
    let body = json!({"current_password": NEW, "new_password": PASSWORD, "new_password_confirmation": PASSWORD});
    client.post(PATH.trim_end_matches('/'), &body).expect(202);
    log_in(server, &person.email, PASSWORD);
}

fn this_session_goes_on_and_all_others_end(server: &Server) {
    let tenant = Tenant::new(server, "Sessions");
    let person = Person::new(server, &tenant, "sessions", &[]);
    let others = [person.log_in(server), person.log_in(server)];
    change(&others[0], PASSWORD, NEW).expect(202);
    others[0].get(ME).expect(200);
    for ended in [&person.client, &others[1]] {
        let answer = ended.get(ME).expect(401);
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        shape::detail(&answer);
    }
    log_in(server, &person.email, NEW).get(ME).expect(200);
}

fn a_change_with_an_api_token_ends_all_sessions(server: &Server) {
    let tenant = Tenant::new(server, "Token");
    let person = Person::new(server, &tenant, "token", &[]);
    let key = server.client().bearer(&tenant.seed.api_token(person.id));
    change(&key, PASSWORD, NEW).expect(202);
    person.client.get(ME).expect(401);
    key.get(ME).expect(200);
}

fn sessions_of_others_go_on(server: &Server) {
    let tenant = Tenant::new(server, "Others");
    let [one, other] = ["one", "other"].map(|local| Person::new(server, &tenant, local, &[]));
    change(&one.client, PASSWORD, NEW).expect(202);
    other.client.get(ME).expect(200);
    other.log_in(server);
}

/// Both sessions go on, and the old password is good.
#[track_caller]
fn unchanged(server: &Server, person: &Person, second: &Client) {
    person.client.get(ME).expect(200);
    second.get(ME).expect(200);
    person.log_in(server);
}

fn a_wrong_current_password_changes_nothing(server: &Server) {
    let tenant = Tenant::new(server, "Wrong");
    let person = Person::new(server, &tenant, "wrong", &[]);
    let second = person.log_in(server);
    for wrong in ["", "test-only-1", "Test-only-1 ", NEW] {
        shape::detail(&change(&person.client, wrong, NEW).expect(400));
    }
    shape::detail(&change(&person.client, &"x".repeat(1025), NEW).expect(400));
    unchanged(server, &person, &second);
    refused(&try_log_in(server, &person.email, NEW));
}

fn many_wrong_current_passwords_have_to_wait(server: &Server) {
    let tenant = Tenant::new(server, "Guessed");
    let person = Person::new(server, &tenant, "Guessed", &[]);
    shape::detail(&change(&person.client, "Wrong-pass-1", NEW).expect(400));
    // They count together with failed logins; as if there had been many.
    let many = "UPDATE login_throttle SET failures = 50 WHERE subject = ?1 RETURNING 1";
    assert_eq!(tenant.seed.count(many, params![subject(&person.email)]), 1);
    shape::detail(&change(&person.client, "Wrong-pass-1", NEW).expect(400));
    let answer = change(&person.client, PASSWORD, NEW).expect(429);
    shape::detail(&answer);
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((800..=901).contains(&wait), "{wait}");
    // Everything else goes on.
    person.client.get(ME).expect(200);
}

fn a_weak_password_changes_nothing(server: &Server) {
    let tenant = Tenant::new(server, "Weak");
    let person = Person::new(server, &tenant, "weak", &[]);
    let second = person.log_in(server);
    for (lack, password) in weak_passwords() {
        let answer = change(&person.client, PASSWORD, &password);
        assert_eq!(answer.status, 400, "{lack}: {answer:?}");
        let text = shape::detail(&answer);
        assert!(password.is_empty() || !text.contains(&password), "{text}");
    }
    unchanged(server, &person, &second);
}

fn the_confirmation_must_be_the_same(server: &Server) {
    let tenant = Tenant::new(server, "Confirmed");
    let person = Person::new(server, &tenant, "confirmed", &[]);
    let second = person.log_in(server);
    for other in ["", "other-pass-2", "Other-pass-2 ", PASSWORD] {
        let body = json!({"current_password": PASSWORD, "new_password": NEW, "new_password_confirmation": other});
        shape::detail(&person.client.post(PATH, &body).expect(400));
    }
    unchanged(server, &person, &second);
}

fn every_fault_is_named_at_its_field(server: &Server) {
    let tenant = Tenant::new(server, "Faults");
    let person = Person::new(server, &tenant, "faults", &[]);
    let second = person.log_in(server);
    let post = |body: &Value| shape::faults(&person.client.post(PATH, body));
    let at = |field: &str, kind: &str| (json!(["body", field]), kind.to_owned());
    let all = ["current_password", "new_password", "new_password_confirmation"];
    assert_eq!(post(&json!({})), all.map(|field| at(field, "missing")));
    for wrong in [json!(null), json!(12_345_678), json!(true), json!([NEW]), json!({})] {
        let body = json!({"current_password": wrong, "new_password": wrong, "new_password_confirmation": wrong});
        assert_eq!(post(&body), all.map(|field| at(field, "string_type")), "{wrong}");
    }
    for field in all {
        let mut body = json!({"current_password": PASSWORD, "new_password": NEW, "new_password_confirmation": NEW});
        body[field] = json!(null);
        assert_eq!(post(&body), [at(field, "string_type")]);
        body.as_object_mut().unwrap().remove(field);
        assert_eq!(post(&body), [at(field, "missing")]);
    }
    assert_eq!(post(&json!("text")), [(json!(["body"]), "model_attributes_type".to_owned())]);
    assert_eq!(shape::faults(&person.client.post_empty(PATH)), [(json!(["body"]), "missing".to_owned())]);
    unchanged(server, &person, &second);
}

fn a_service_account_has_no_password(server: &Server) {
    let tenant = Tenant::new(server, "Machine");
    shape::detail(&change(&tenant.admin, PASSWORD, NEW).expect(404));
    // Whatever it would have been.
    shape::detail(&change(&tenant.admin, PASSWORD, "weak").expect(404));
    let sql = "SELECT count(*) FROM credential WHERE principal_id = ?1 AND kind = 'password'";
    assert_eq!(tenant.seed.count(sql, params![tenant.machine.id]), 0);
}

fn codes_that_were_mailed_end_with_the_old_password(server: &Server) {
    let tenant = Tenant::new(server, "Codes");
    let person = Person::new(server, &tenant, "codes", &[]);
    forget(server, &person.email).expect(202);
    let code = code(&tenant.seed, &person.email);
    change(&person.client, PASSWORD, NEW).expect(202);
    shape::detail(&reset(server, &code, "Third-pass-3").expect(400));
    log_in(server, &person.email, NEW);
}

fn neither_password_is_stored_or_answered(server: &Server) {
    let tenant = Tenant::new(server, "Secret");
    let person = Person::new(server, &tenant, "secret", &[]);
    let [first, second] = ["first", "second"].map(|which| format!("Aa1-{}-{which}", person.id));
    let answers = [
        change(&person.client, PASSWORD, &first).expect(202),
        change(&person.client, &second, &first).expect(400),
        change(&person.client, &first, "weak").expect(400),
        change(&person.client, &first, &second).expect(202),
    ];
    for secret in [&first, &second] {
        assert!(answers.iter().all(|answer| !answer.body.contains(secret)));
        assert_eq!(tables_with(&tenant.seed, secret), Vec::<String>::new());
    }
}
