//! `POST /account/passwords/reset`. Rules about passwords: `passwords_rules.rs`.

use std::sync::Barrier;

use iam_domain::params;
use iam_domain::store::Value as Sql;
use iam_tests::{Client, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::people::{audit, code, invite, tables_with};
use crate::wire::idah::logins::passwords_fixtures::{
    NEW, PASSWORD, RESET, UNKNOWN, WRONG, empty, is_valid, requested, reset, row, set_password, stored, unknown,
    with_password, wrong,
};
use crate::wire::idah::{account, caller, faults, login, refusal};
use crate::wire::tenant::Tenant;

crate::on_both!(
    a_token_sets_a_password_once,
    a_token_that_nobody_has_is_not_found,
    a_token_that_has_run_out_is_told_apart,
    who_had_no_password_gets_one,
    nobody_is_logged_in_by_it_and_sessions_go_on,
    nothing_else_of_the_account_changes,
    who_is_disabled_stays_so,
    who_never_joined_may_log_in_and_is_still_invited,
    the_address_is_proven,
    failed_logins_are_forgotten,
    of_many_at_once_one_is_first,
    the_code_of_an_invitation_does_not_reset,
    both_must_be_there,
    the_input_may_come_as_a_form,
    neither_token_nor_password_is_stored,
);

fn a_token_sets_a_password_once(server: &Server) {
    let (id, email) = with_password(server);
    let token = requested(server, &email);
    empty(&reset(server, &token, NEW));
    wrong(server, &email, PASSWORD);
    login(server, &email, NEW).expect(200);
    unknown(&reset(server, &token, "Third-pass-3"));
    login(server, &email, NEW).expect(200);
    let mut events = audit(&server.seed(), id);
    events.retain(|(action, ..)| action.starts_with("password."));
    assert_eq!(events, [("password.reset".to_owned(), "anonymous".to_owned(), None)]);
    // Under the long prefix, and with a credential that is not looked at.
    let token = requested(server, &email);
    let client = server.client().bearer("nonsense");
    empty(&client.post(&format!("/api/v1/iam{RESET}"), &json!({ "token": token, "password": PASSWORD })));
    login(server, &email, PASSWORD).expect(200);
}

fn a_token_that_nobody_has_is_not_found(server: &Server) {
    let (_, email) = with_password(server);
    let token = requested(server, &email);
    for bad in [UNKNOWN, "x", " ", "eic_1", &token[1..], &format!("{token}0"), &token.to_uppercase(), "\0"] {
        unknown(&reset(server, bad, NEW));
    }
    assert!(is_valid(server, &token));
    login(server, &email, PASSWORD).expect(200);
}

fn a_token_that_has_run_out_is_told_apart(server: &Server) {
    let (id, email) = with_password(server);
    let token = requested(server, &email);
    server.seed().run("UPDATE one_time_code SET expires_at = created_at WHERE principal_id = ?1", params![id]);
    for _ in 0..2 {
        let (title, detail) = refusal(&reset(server, &token, NEW), 422);
        assert_eq!(
            (title.as_str(), detail.as_str()),
            ("Verse::Error::ValidationFailed", "Password reset token expired")
        );
    }
    login(server, &email, PASSWORD).expect(200);
    // A new one is good.
    empty(&reset(server, &requested(server, &email), NEW));
}

fn who_had_no_password_gets_one(server: &Server) {
    let (_, email) = account(server, None, &[]);
    wrong(server, &email, NEW);
    empty(&reset(server, &requested(server, &email), NEW));
    login(server, &email, NEW).expect(200);
}

fn nobody_is_logged_in_by_it_and_sessions_go_on(server: &Server) {
    let me = caller(server, "user", &[]);
    let answer = reset(server, &requested(server, &me.email), NEW);
    empty(&answer);
    assert!(!answer.headers.contains_key("set-cookie"));
    me.client.get(&format!("/accounts/{}", me.id)).expect(200);
    let sql = "SELECT json_group_array(json_array(id, revoked_at)) FROM session WHERE user_id = ?1";
    assert_eq!(row(&server.seed(), sql, me.id), json!([[me.session, null]]));
}

fn nothing_else_of_the_account_changes(server: &Server) {
    let organization = server.seed().organization("Reset");
    let me = caller(server, "org_owner", &[organization]);
    server.seed().set_user(me.id, "email_verified_at", 1);
    let view = || {
        let mut view = me.client.get(&format!("/accounts/{}", me.id)).expect(200).json();
        view["data"]["attributes"]["updated_at"].take();
        view
    };
    let before = view();
    empty(&reset(server, &requested(server, &me.email), NEW));
    assert_eq!(view(), before);
}

fn who_is_disabled_stays_so(server: &Server) {
    let seed = server.seed();
    for state in ["inactive", "locked"] {
        let (id, email) = with_password(server);
        seed.set_state(id, state);
        empty(&reset(server, &requested(server, &email), NEW));
        assert_eq!(seed.texts("SELECT state FROM principal WHERE id = ?1", params![id]), [state]);
        assert_eq!(refusal(&login(server, &email, NEW), 401).1, "account_disabled");
        wrong(server, &email, PASSWORD);
        seed.set_state(id, "active");
        login(server, &email, NEW).expect(200);
    }
}

fn who_never_joined_may_log_in_and_is_still_invited(server: &Server) {
    let tenant = Tenant::new(server, "Pending");
    let (id, email) = invite(&tenant, "pending");
    let invitation = code(&tenant.seed, &email);
    let view =
        |client: &Client| client.get(&format!("/accounts/{id}")).expect(200).json()["data"]["attributes"].clone();
    let admin = caller(server, "admin", &[]);
    let before = view(&admin.client);
    assert_eq!((&before["joined_at"], &before["enabled"]), (&Value::Null, &json!(true)));
    crate::wire::idah::logins::passwords_fixtures::request(server, &email).expect(204);
    let token = crate::wire::eazyrent::people::mails(&tenant.seed, &email).pop().unwrap().1;
    empty(&reset(server, &token, NEW));
    let after = view(&admin.client);
    for field in ["joined_at", "invitation_expired_at", "enabled"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    login(server, &email, NEW).expect(200);
    // The invitation is still good.
    assert_eq!(code(&tenant.seed, &email), invitation);
}

fn the_address_is_proven(server: &Server) {
    let (id, email) = with_password(server);
    let seed = server.seed();
    let proven = || seed.count("SELECT email_verified_at IS NOT NULL FROM user WHERE id = ?1", params![id]);
    let token = requested(server, &email);
    assert_eq!(proven(), 0);
    empty(&reset(server, &token, NEW));
    assert_eq!(proven(), 1);
}

fn failed_logins_are_forgotten(server: &Server) {
    let (_, email) = with_password(server);
    for _ in 0..6 {
        wrong(server, &email, WRONG);
    }
    login(server, &email, PASSWORD).expect(429);
    empty(&reset(server, &requested(server, &email), NEW));
    login(server, &email, NEW).expect(200);
}

fn of_many_at_once_one_is_first(server: &Server) {
    const MANY: usize = 8;
    let (_, email) = with_password(server);
    let (token, start) = (requested(server, &email), Barrier::new(MANY));
    let base = server.base().to_owned();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..MANY)
            .map(|number| {
                let (start, body) = (&start, json!({ "token": token, "password": format!("{NEW}-{number}") }));
                let client = Client::new(&base);
                scope.spawn(move || {
                    start.wait();
                    client.post(RESET, &body)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (done, late): (Vec<_>, Vec<_>) = answers.iter().enumerate().partition(|(_, answer)| answer.status == 204);
    assert_eq!(done.len(), 1, "{answers:?}");
    for (_, answer) in late {
        unknown(answer);
    }
    login(server, &email, &format!("{NEW}-{}", done[0].0)).expect(200);
}

fn the_code_of_an_invitation_does_not_reset(server: &Server) {
    let tenant = Tenant::new(server, "Purpose");
    let (id, email) = invite(&tenant, "purpose");
    unknown(&reset(server, &code(&tenant.seed, &email), NEW));
    assert_eq!(stored(&tenant.seed, id), None);
}

fn both_must_be_there(server: &Server) {
    let at = |pointer: &str, text: &str| (pointer.to_owned(), text.to_owned());
    let post = |body: &Value| faults(&server.client().post(RESET, body));
    for empty in [json!({}), json!([]), json!("x")] {
        assert_eq!(post(&empty), ["/token", "/password"].map(|pointer| at(pointer, "is required")));
    }
    for (value, text) in [
        (json!(""), "must be filled"),
        (json!(null), "must be filled"),
        (json!([]), "must be a string"),
        (json!({}), "must be a string"),
        (json!(true), "must be a string"),
    ] {
        let body = json!({ "token": value, "password": value });
        assert_eq!(post(&body), ["/token", "/password"].map(|pointer| at(pointer, text)), "{value}");
    }
    assert_eq!(post(&json!({ "token": UNKNOWN })), [at("/password", "is required")]);
    assert_eq!(post(&json!({ "password": NEW })), [at("/token", "is required")]);
}

fn the_input_may_come_as_a_form(server: &Server) {
    let (id, email) = account(server, Some("user"), &[]);
    set_password(&server.seed(), id, PASSWORD);
    let token = requested(server, &email);
    empty(&server.client().form(RESET, &[("token", &token), ("password", "Über & Maß = 1+1%")]));
    login(server, &email, "Über & Maß = 1+1%").expect(200);
    server.seed().set_user(id, "joined_at", Sql::Null);
    login(server, &email, "Über & Maß = 1+1%").expect(200);
}

fn neither_token_nor_password_is_stored(server: &Server) {
    let (id, email) = with_password(server);
    let password = format!("Aa1-{id}-secret");
    let token = requested(server, &email);
    let answers = [reset(server, &token, &password), reset(server, &token, &password)];
    assert_eq!(answers.each_ref().map(|answer| answer.status), [204, 404]);
    for secret in [&token, &password] {
        assert!(answers.iter().all(|answer| !answer.body.contains(secret.as_str())));
    }
    assert_eq!(tables_with(&server.seed(), &password), Vec::<String>::new());
    assert_eq!(tables_with(&server.seed(), &token), ["outbox"]);
}
