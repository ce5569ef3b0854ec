//! One password for all APIs: set by one, it opens all; wrong ones are counted together.

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::json;

use crate::wire::eazyrent::logins::password_texts::{longest, odd};
use crate::wire::eazyrent::logins::token_throttle::subject;
use crate::wire::eazyrent::people::{self, ME, Person, code, log_in, refused, try_log_in};
use crate::wire::idah::logins::passwords_fixtures::{
    CHANGE, NEW, PASSWORD, WRONG, empty, requested, reset, set_password, stored, unknown, with_password, wrong,
};
use crate::wire::idah::{account, login, refusal};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    whatever_is_wrong_the_answer_is_the_same,
    wrong_passwords_count_for_both_apis,
    a_login_by_either_api_forgets_wrong_ones,
    who_has_to_wait_is_told_how_long,
    an_address_that_nobody_has_waits_the_same,
    any_text_set_here_opens_there,
    any_text_set_there_opens_here,
    a_byte_too_many_is_wrong_when_tried,
    a_weak_hash_is_made_anew_at_a_login,
    either_api_takes_the_codes_of_the_other,
    a_code_of_one_api_replaces_that_of_the_other,
    each_api_ends_what_its_own_contract_says,
    who_was_stopped_resets_here_alone,
    a_code_of_ours_lets_somebody_in_there_too,
);

fn token(answer: &Response) -> String {
    answer.json()["meta"]["token"].as_str().unwrap_or_else(|| panic!("no token: {answer:?}")).to_owned()
}

fn change(client: &Client, current: &str, new: &str) -> Response {
    client.post(CHANGE, &json!({ "current_password": current, "new_password": new }))
}

/// Somebody of the EazyRent API who is logged in there, and here.
fn of_both(server: &Server, tenant: &Tenant, local: &str) -> (Person, Client) {
    let person = Person::new(server, tenant, local, &[]);
    let here = server.client().bearer(&token(&login(server, &person.email, PASSWORD).expect(200)));
    here.get(&format!("/accounts/{}", person.id)).expect(200);
    (person, here)
}

fn whatever_is_wrong_the_answer_is_the_same(server: &Server) {
    let seed = server.seed();
    let (_, known) = with_password(server);
    let (_, bare) = account(server, Some("user"), &[]);
    let (stopped, disabled) = with_password(server);
    seed.set_state(stopped, "inactive");
    let mut answers = Vec::new();
    for email in [&known, &bare, &disabled, &unique_email("nobody"), "no address"] {
        wrong(server, email, WRONG);
        let mut answer = login(server, email, WRONG);
        answer.headers.retain(|name, _| name != "x-request-id" && name != "date");
        answers.push((answer.status, answer.headers, answer.body));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    // Only who knows the password learns that the account is disabled.
    assert_eq!(refusal(&login(server, &disabled, PASSWORD), 401).1, "account_disabled");
}

fn wrong_passwords_count_for_both_apis(server: &Server) {
    let here = |email: &str| wrong(server, email, WRONG);
    let there = |email: &str| refused(&try_log_in(server, email, WRONG));
    for tried in [[true; 6], [false; 6], [true, false, true, false, true, false]] {
        let (_, email) = with_password(server);
        for is_here in tried {
            if is_here { here(&email) } else { there(&email) }
        }
        for password in [PASSWORD, WRONG] {
            login(server, &email, password).expect(429);
            try_log_in(server, &email.to_uppercase(), password).expect(429);
        }
        let sql = "SELECT failures FROM login_throttle WHERE subject = ?1";
        assert_eq!(server.seed().count(sql, params![subject(&email)]), 6, "who waits does not make it longer");
    }
}

fn a_login_by_either_api_forgets_wrong_ones(server: &Server) {
    let (_, email) = with_password(server);
    for _ in 0..2 {
        for _ in 0..5 {
            wrong(server, &email, WRONG);
        }
        log_in(server, &email, PASSWORD);
        for _ in 0..5 {
            refused(&try_log_in(server, &email, WRONG));
        }
        login(server, &email, PASSWORD).expect(200);
    }
}

fn who_has_to_wait_is_told_how_long(server: &Server) {
    let (_, email) = with_password(server);
    wrong(server, &email, WRONG);
    let many = "UPDATE login_throttle SET failures = 50 WHERE subject = ?1 RETURNING 1";
    assert_eq!(server.seed().count(many, params![subject(&email)]), 1);
    wrong(server, &email, WRONG);
    let answer = login(server, &email, PASSWORD);
    let (title, detail) = refusal(&answer, 429);
    assert_eq!(title, "Verse::Error::TooManyRequests");
    assert!(!detail.contains(&email) && !detail.contains(PASSWORD), "{detail}");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((800..=901).contains(&wait), "{wait}");
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(!answer.headers.contains_key("set-cookie"));
}

fn an_address_that_nobody_has_waits_the_same(server: &Server) {
    let (_, known) = with_password(server);
    let bodies = [known, unique_email("nobody")].map(|email| {
        for _ in 0..6 {
            wrong(server, &email, WRONG);
        }
        login(server, &email, PASSWORD).expect(429).body
    });
    assert_eq!(bodies[0], bodies[1]);
}

fn any_text_set_here_opens_there(server: &Server) {
    let (_, email) = with_password(server);
    let odd = odd();
    let token = token(&login(server, &email, PASSWORD).expect(200));
    let (client, mut current) = (server.client().bearer(&token), PASSWORD.to_owned());
    for (password, other) in &odd {
        assert_eq!(change(&client, &current, password).status, 204, "{password:?}");
        refused(&try_log_in(server, &email, other));
        assert_eq!(try_log_in(server, &email, password).status, 200, "{password:?}");
        current.clone_from(password);
    }
    for (password, other) in [&odd[3], odd.last().unwrap()] {
        empty(&reset(server, &requested(server, &email), password));
        refused(&try_log_in(server, &email, other));
        log_in(server, &email, password);
    }
}

fn any_text_set_there_opens_here(server: &Server) {
    let tenant = Tenant::new(server, "Odd there");
    let person = Person::new(server, &tenant, "odd", &[]);
    let mut current = PASSWORD.to_owned();
    for (password, other) in odd() {
        let body = json!({
            "current_password": current, "new_password": password, "new_password_confirmation": password,
        });
        assert_eq!(person.client.post("/iam/v1/users/me/password/", &body).status, 202, "{password:?}");
        wrong(server, &person.email, &other);
        assert_eq!(login(server, &person.email, &password).status, 200, "{password:?}");
        current = password;
    }
    // What the Logto API sets need keep to no rule.
    for (password, other) in [("\0", "\0\0"), (" ", "  "), ("🔐", "🔑")] {
        let email = unique_email("odd");
        server.manager().post("/api/users", &json!({ "primaryEmail": email, "password": password })).expect(200);
        wrong(server, &email, other);
        login(server, &email, password).expect(200);
    }
}

fn a_byte_too_many_is_wrong_when_tried(server: &Server) {
    let (id, email) = account(server, Some("user"), &[]);
    let password = longest("🔐");
    set_password(&server.seed(), id, &password);
    wrong(server, &email, &format!("{password}x"));
    wrong(server, &email, &"x".repeat(100_000));
    login(server, &email, &password).expect(200);
}

fn a_weak_hash_is_made_anew_at_a_login(server: &Server) {
    let (id, email) = with_password(server);
    let weak = stored(&server.seed(), id).unwrap();
    assert!(weak.contains("m=64,t=1"), "{weak}");
    wrong(server, &email, WRONG);
    assert_eq!(stored(&server.seed(), id).unwrap(), weak, "a wrong password changes nothing");
    login(server, &email, PASSWORD).expect(200);
    let strong = stored(&server.seed(), id).unwrap();
    assert!(strong.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{strong}");
    login(server, &email, PASSWORD).expect(200);
    assert_eq!(stored(&server.seed(), id).unwrap(), strong, "once is enough");
    log_in(server, &email, PASSWORD);
}

fn either_api_takes_the_codes_of_the_other(server: &Server) {
    let (_, email) = with_password(server);
    people::forget(server, &email).expect(202);
    empty(&reset(server, &code(&server.seed(), &email), NEW));
    log_in(server, &email, NEW);
    people::reset(server, &requested(server, &email), PASSWORD).expect(202);
    login(server, &email, PASSWORD).expect(200);
}

fn a_code_of_one_api_replaces_that_of_the_other(server: &Server) {
    let (_, email) = with_password(server);
    let ours = requested(server, &email);
    people::forget(server, &email).expect(202);
    let theirs = code(&server.seed(), &email);
    unknown(&reset(server, &ours, NEW));
    let ours = requested(server, &email);
    shape::detail(&people::reset(server, &theirs, NEW).expect(400));
    empty(&reset(server, &ours, NEW));
}

fn each_api_ends_what_its_own_contract_says(server: &Server) {
    let tenant = Tenant::new(server, "Ends");
    let (person, here) = of_both(server, &tenant, "ends");
    let view = format!("/accounts/{}", person.id);
    let both = |status: u16| {
        person.client.get(ME).expect(status);
        here.get(&view).expect(status);
    };
    empty(&change(&here, PASSWORD, NEW));
    both(200);
    empty(&reset(server, &requested(server, &person.email), PASSWORD));
    both(200);
    // A clean break, also for sessions that began here.
    people::reset(server, &requested(server, &person.email), NEW).expect(202);
    both(401);
}

fn who_was_stopped_resets_here_alone(server: &Server) {
    let (id, email) = with_password(server);
    server.seed().set_state(id, "inactive");
    let token = requested(server, &email);
    shape::detail(&people::reset(server, &token, NEW).expect(400));
    // Their own mail is not sent to who is stopped.
    people::forget(server, &email).expect(202);
    assert_eq!(code(&server.seed(), &email), token);
    empty(&reset(server, &token, NEW));
    refused(&try_log_in(server, &email, NEW));
    server.seed().set_state(id, "active");
    log_in(server, &email, NEW);
}

/// Whoever reads the mail and has set a password is not left outside.
fn a_code_of_ours_lets_somebody_in_there_too(server: &Server) {
    let tenant = Tenant::new(server, "Let in");
    for is_here in [true, false] {
        let (_, email) = people::invite(&tenant, "in");
        crate::wire::idah::logins::passwords_fixtures::request(server, &email).expect(204);
        let token = people::mails(&tenant.seed, &email).pop().unwrap().1;
        if is_here {
            empty(&reset(server, &token, NEW));
        } else {
            people::reset(server, &token, NEW).expect(202);
        }
        assert_eq!(log_in(server, &email, NEW).get(ME).expect(200).json()["state"], "USER_STATE_ACTIVE");
        login(server, &email, NEW).expect(200);
    }
}
