//! `POST /iam/v1/users/activate/`.

use iam_domain::crypto::TokenKind;
use iam_domain::params;
use iam_domain::rng::SystemRng;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::people::{
    ACTIVATE, ME, PASSWORD, Person, activate, audit, code, forget, invite, log_in, member, refused, tables_with,
    try_log_in, weak_passwords, with_code,
};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, client_of};

crate::on_both!(
    the_code_of_an_invitation_makes_a_person_active,
    a_code_is_good_once,
    a_code_that_is_none_is_refused,
    a_code_that_has_run_out_is_refused,
    the_code_of_a_forgotten_password_does_not_activate,
    a_code_is_no_good_to_somebody_who_is_stopped,
    a_weak_password_is_refused_and_the_code_stays_good,
    the_confirmation_must_be_the_same,
    a_password_is_taken_as_it_is,
    every_fault_is_named_at_its_field,
    the_password_is_stored_as_a_hash_alone,
    who_is_logged_in_as_somebody_else_may_activate,
);

fn the_code_of_an_invitation_makes_a_person_active(server: &Server) {
    let tenant = Tenant::new(server, "Activation");
    let (id, email) = invite(&tenant, "Activated");
    refused(&try_log_in(server, &email, PASSWORD));
    let answer = activate(server, &code(&tenant.seed, &email), PASSWORD).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let now = answer.json();
    let expected = json!({
        "user_type": "Human",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": email,
        "phone": null,
        "id": id.to_string(),
        "avatar": null,
        "state": "USER_STATE_ACTIVE",
        "config": {
            "email_signature": "",
            "dark_mode": false,
            "property_rent_subscriptions": [],
            "send_notification_by_mail": false,
            "raw_html_email": false,
            "interface_config": null,
        },
        "organization": tenant.view("Activation"),
        "updated_at": shape::moment(&now["updated_at"]),
    });
    assert_eq!(now, expected);
    assert_eq!(log_in(server, &email, PASSWORD).get(ME).expect(200).json(), expected);
    let stored = "SELECT joined_at IS NOT NULL AND email_verified_at IS NOT NULL AND invitation_expires_at IS NULL \
                  FROM user WHERE id = ?1";
    assert_eq!(tenant.seed.count(stored, params![id]), 1);
    assert_eq!(audit(&tenant.seed, id)[1..], [("user.joined".to_owned(), "anonymous".to_owned(), None)]);
}

fn a_code_is_good_once(server: &Server) {
    let tenant = Tenant::new(server, "Once");
    let (_, email) = invite(&tenant, "once");
    let code = code(&tenant.seed, &email);
    activate(server, &code, PASSWORD).expect(200);
    shape::detail(&activate(server, &code, "Other-pass-2").expect(400));
    refused(&try_log_in(server, &email, "Other-pass-2"));
    log_in(server, &email, PASSWORD);
}

fn a_code_that_is_none_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "None");
    let (_, email) = invite(&tenant, "none");
    let good = code(&tenant.seed, &email);
    let made = |kind: TokenKind| kind.generate(&SystemRng).text.into_exposed();
    let mut texts = Vec::new();
    for bad in [
        String::new(),
        "x".to_owned(),
        "é".repeat(100),
        good[1..].to_owned(),
        good[..good.len() - 1].to_owned(),
        good.to_uppercase(),
        format!("{good}A"),
        made(TokenKind::OneTimeCode),
        made(TokenKind::ApiToken),
        tenant.machine.secret.clone(),
        tenant.seed.api_token(tenant.machine.id),
    ] {
        texts.push(shape::detail(&activate(server, &bad, PASSWORD).expect(400)));
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
    // A mail program may leave blanks around it.
    activate(server, &format!(" {good}\n"), PASSWORD).expect(200);
}

fn a_code_that_has_run_out_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Run out");
    let (id, email) = invite(&tenant, "late");
    let code = code(&tenant.seed, &email);
    tenant.seed.run("UPDATE one_time_code SET expires_at = created_at WHERE principal_id = ?1", params![id]);
    shape::detail(&activate(server, &code, PASSWORD).expect(400));
    assert_eq!(tenant.admin.get(&member(id)).json()["state"], json!("USER_STATE_INITIAL"));
    refused(&try_log_in(server, &email, PASSWORD));
}

fn the_code_of_a_forgotten_password_does_not_activate(server: &Server) {
    let tenant = Tenant::new(server, "Purpose");
    let person = Person::new(server, &tenant, "purpose", &["org:user"]);
    forget(server, &person.email).expect(202);
    let code = code(&tenant.seed, &person.email);
    shape::detail(&activate(server, &code, "Other-pass-2").expect(400));
    person.log_in(server);
}

fn a_code_is_no_good_to_somebody_who_is_stopped(server: &Server) {
    let tenant = Tenant::new(server, "Stopped");
    let (id, email) = invite(&tenant, "stopped");
    let code = code(&tenant.seed, &email);
    for state in ["locked", "inactive"] {
        tenant.seed.set_state(id, state);
        shape::detail(&activate(server, &code, PASSWORD).expect(400));
        let view = tenant.admin.get(&member(id)).json();
        assert_eq!(view["state"], json!(format!("USER_STATE_{}", state.to_uppercase())));
    }
    tenant.seed.set_state(id, "initial");
    activate(server, &code, PASSWORD).expect(200);
}

fn a_weak_password_is_refused_and_the_code_stays_good(server: &Server) {
    let tenant = Tenant::new(server, "Weak");
    let (id, email) = invite(&tenant, "weak");
    let code = code(&tenant.seed, &email);
    for (lack, password) in weak_passwords() {
        let answer = activate(server, &code, &password);
        assert_eq!(answer.status, 400, "{lack}: {answer:?}");
        let text = shape::detail(&answer);
        assert!(password.is_empty() || !text.contains(&password), "{text}");
    }
    assert_eq!(tenant.admin.get(&member(id)).json()["state"], json!("USER_STATE_INITIAL"));
    // The shortest and the longest that the rule allows.
    let longest = format!("Aa1!{}", "x".repeat(1020));
    activate(server, &code, &longest).expect(200);
    log_in(server, &email, &longest);
    refused(&try_log_in(server, &email, &longest[..1023]));
    refused(&try_log_in(server, &email, &format!("{longest}x")));
}

fn the_confirmation_must_be_the_same(server: &Server) {
    let tenant = Tenant::new(server, "Confirmed");
    let (_, email) = invite(&tenant, "confirmed");
    let code = code(&tenant.seed, &email);
    for other in ["", "Test-only-2", "test-only-1", "Test-only-1 "] {
        let body = json!({"code": code, "new_password": PASSWORD, "new_password_confirmation": other});
        shape::detail(&server.client().post(ACTIVATE, &body).expect(400));
    }
    refused(&try_log_in(server, &email, PASSWORD));
    activate(server, &code, PASSWORD).expect(200);
}

fn a_password_is_taken_as_it_is(server: &Server) {
    let tenant = Tenant::new(server, "Verbatim");
    for (local, password) in [("blanks", "  Ab c1  "), ("letters", "Übergröße-1"), ("shortest", "Abcdef1!")] {
        let (_, email) = invite(&tenant, local);
        activate(server, &code(&tenant.seed, &email), password).expect(200);
        log_in(server, &email, password);
        refused(&try_log_in(server, &email, &format!("{password} ")));
    }
    let (_, email) = invite(&tenant, "trimmed");
    activate(server, &code(&tenant.seed, &email), "  Ab c1  ").expect(200);
    refused(&try_log_in(server, &email, "Ab c1"));
}

fn every_fault_is_named_at_its_field(server: &Server) {
    let tenant = Tenant::new(server, "Faults");
    let (id, email) = invite(&tenant, "faults");
    let good = with_code(&code(&tenant.seed, &email), PASSWORD);
    let post = |body: &Value| shape::faults(&server.client().post(ACTIVATE, body));
    let at = |field: &str, kind: &str| (json!(["body", field]), kind.to_owned());
    let all = ["code", "new_password", "new_password_confirmation"];
    assert_eq!(post(&json!({})), all.map(|field| at(field, "missing")));
    for wrong in [json!(null), json!(1), json!(true), json!([PASSWORD]), json!({})] {
        let body = json!({"code": wrong, "new_password": wrong, "new_password_confirmation": wrong});
        assert_eq!(post(&body), all.map(|field| at(field, "string_type")), "{wrong}");
    }
    for field in all {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(field);
        assert_eq!(post(&body), [at(field, "missing")]);
    }
    assert_eq!(post(&json!([])), [(json!(["body"]), "model_attributes_type".to_owned())]);
    assert_eq!(shape::faults(&server.client().post_empty(ACTIVATE)), [(json!(["body"]), "missing".to_owned())]);
    assert_eq!(tenant.admin.get(&member(id)).json()["state"], json!("USER_STATE_INITIAL"));
}

fn the_password_is_stored_as_a_hash_alone(server: &Server) {
    let tenant = Tenant::new(server, "Hashed");
    let (id, email) = invite(&tenant, "hashed");
    let (code, password) = (code(&tenant.seed, &email), format!("Aa1-{id}-secret"));
    let answer = activate(server, &code, &password).expect(200);
    let login = try_log_in(server, &email, &password).expect(200);
    for answer in [&answer, &login] {
        assert!(!answer.body.contains(&password) && !answer.body.contains(&code), "{answer:?}");
        assert!(!answer.body.contains("argon2"), "{answer:?}");
    }
    assert_eq!(tables_with(&tenant.seed, &password), Vec::<String>::new());
    // The mail is still to be sent.
    assert_eq!(tables_with(&tenant.seed, &code), ["outbox"]);
    let hash = "SELECT password_hash FROM credential WHERE principal_id = ?1 AND kind = 'password'";
    let hashes = tenant.seed.texts(hash, params![id]);
    assert_eq!(hashes.len(), 1);
    assert!(hashes[0].starts_with("$argon2id$v=19$"), "{hashes:?}");
}

fn who_is_logged_in_as_somebody_else_may_activate(server: &Server) {
    let tenant = Tenant::new(server, "Browser");
    let (id, email) = invite(&tenant, "browser");
    let machine = tenant.seed.machine(tenant.organization, &[]);
    let body = with_code(&code(&tenant.seed, &email), PASSWORD);
    let path = ACTIVATE.trim_end_matches('/');
    let made = client_of(server, &machine).post(path, &body).expect(200).json();
    assert_eq!(made["id"], json!(id.to_string()));
}
