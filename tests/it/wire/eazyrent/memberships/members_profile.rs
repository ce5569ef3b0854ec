//! `GET` and `PATCH /iam/v1/team/members/{id}/`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::people::{PASSWORD, activate, forget, reset};
use crate::wire::eazyrent::people::{
    Person, age, audit, changed, code, invite, log_in, mails, member, patch, refused, try_log_in,
};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email, unique_phone};

crate::on_both!(
    a_member_is_answered_as_a_whole_user,
    only_fields_that_are_sent_change,
    null_clears_names_and_phone,
    what_cannot_be_changed_is_ignored,
    nothing_new_changes_nothing,
    every_fault_is_named_at_its_field_and_nothing_changes,
    an_address_in_use_is_refused_whatever_its_case,
    a_telephone_number_in_use_is_refused,
    a_telephone_number_that_stays_is_not_refused_whatever_its_form,
    the_own_address_may_be_written_in_another_way,
    a_new_address_before_activation_gets_a_new_invitation,
    a_new_address_after_activation_is_the_new_login,
    a_new_address_ends_the_code_of_a_forgotten_password,
);

fn a_member_is_answered_as_a_whole_user(server: &Server) {
    let tenant = Tenant::new(server, "Profile");
    let email = unique_email("Profile");
    let id = tenant.seed.user(tenant.organization, &email, &["org:user"]);
    let config = json!({
        "email_signature": "Ada", "dark_mode": true, "property_rent_subscriptions": ["7"],
        "send_notification_by_mail": true, "raw_html_email": false, "interface_config": {"a": [1, null]},
    });
    let sql = "UPDATE user SET phone = '+33612345678', avatar_url = 'https://cdn.example.org/a.png', config = ?2 \
               WHERE id = ?1";
    tenant.seed.run(sql, params![id, config.to_string()]);
    tenant.seed.run("UPDATE principal SET updated_at = 1767225600007 WHERE id = ?1", params![id]);
    let expected = json!({
        "user_type": "Human",
        "first_name": "Test",
        "last_name": "Person",
        "email": email,
        "phone": "+33612345678",
        "id": id.to_string(),
        "avatar": "https://cdn.example.org/a.png",
        "state": "USER_STATE_ACTIVE",
        "config": config,
        "organization": tenant.view("Profile"),
        "updated_at": "2026-01-01T00:00:00.007Z",
    });
    let answer = tenant.admin.get(&member(id)).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json(), expected);
    assert_eq!(tenant.admin.get(member(id).trim_end_matches('/')).expect(200).json(), expected);
}

/// A tenant, and a member who was changed last in 1970.
fn aged(server: &Server, name: &str) -> (Tenant, i64, Value) {
    let tenant = Tenant::new(server, name);
    let id = tenant.seed.user(tenant.organization, &unique_email("aged"), &["org:user"]);
    tenant.seed.run("UPDATE user SET phone = '+33612345678' WHERE id = ?1", params![id]);
    age(&tenant.seed, id);
    let before = tenant.admin.get(&member(id)).expect(200).json();
    (tenant, id, before)
}

fn only_fields_that_are_sent_change(server: &Server) {
    let (tenant, id, mut before) = aged(server, "Fields");
    let (email, phone, other) = (unique_email("Fields"), unique_phone(), unique_phone());
    for (sent, stored) in [
        (json!({"first_name": " Grace "}), json!({"first_name": "Grace"})),
        (json!({"last_name": "Hopper", "user_type": "Human"}), json!({"last_name": "Hopper"})),
        (json!({"phone": format!(" {phone} ")}), json!({"phone": phone})),
        (json!({"email": format!(" {email} ")}), json!({"email": email})),
        (
            json!({"user_type": "Human", "first_name": "A", "last_name": "B", "email": email, "phone": other}),
            json!({"first_name": "A", "last_name": "B", "phone": other}),
        ),
    ] {
        let answer = patch(&tenant.admin, &member(id), &sent).expect(200);
        assert_eq!(answer.header("content-type"), "application/json");
        let now = answer.json();
        assert_eq!(now, changed(&before, &stored, &now), "{sent}");
        assert_eq!(tenant.admin.get(&member(id)).expect(200).json(), now, "{sent}");
        age(&tenant.seed, id);
        before = now;
    }
    let actor = (String::from("user.updated"), String::from("service_account"), Some(tenant.machine.id));
    assert_eq!(audit(&tenant.seed, id), vec![actor; 5]);
}

fn null_clears_names_and_phone(server: &Server) {
    let (tenant, id, mut before) = aged(server, "Nulls");
    for field in ["first_name", "last_name", "phone"] {
        let now = patch(&tenant.admin, &member(id), &json!({"user_type": "Human", field: null})).expect(200).json();
        assert_eq!(now, changed(&before, &json!({field: null}), &now));
        assert_eq!(tenant.admin.get(&member(id)).json(), now);
        before = now;
    }
    // Again, at once: they are clear already.
    let all = json!({"first_name": null, "last_name": null, "phone": null});
    assert_eq!(patch(&tenant.admin, &member(id), &all).expect(200).json(), before);
}

fn what_cannot_be_changed_is_ignored(server: &Server) {
    let (tenant, id, before) = aged(server, "Ignored");
    let body = json!({
        "id": "1", "state": "USER_STATE_LOCKED", "avatar": "https://example.org/x.png", "grants": ["org:admin"],
        "organization": {"id": "1", "name": "x"}, "config": {"dark_mode": true}, "updated_at": "2000-01-01T00:00:00Z",
    });
    assert_eq!(patch(&tenant.admin, &member(id), &body).expect(200).json(), before);
    assert_eq!(tenant.admin.get(&member(id)).json(), before);
    let roles = tenant.admin.get(&format!("/iam/v1/user-grants/{id}/authorizations/")).expect(200).json();
    assert_eq!(roles, json!(["org:user"]));
}

fn nothing_new_changes_nothing(server: &Server) {
    let (tenant, id, before) = aged(server, "Nothing");
    let same = json!({
        "first_name": before["first_name"], "last_name": before["last_name"], "email": before["email"],
        "phone": before["phone"],
    });
    for body in [json!({}), json!({"user_type": "Human"}), same] {
        assert_eq!(patch(&tenant.admin, &member(id), &body).expect(200).json(), before, "{body}");
    }
    assert_eq!(tenant.admin.get(&member(id)).json(), before);
    assert_eq!(audit(&tenant.seed, id), []);
}

fn every_fault_is_named_at_its_field_and_nothing_changes(server: &Server) {
    let (tenant, id, before) = aged(server, "Faults");
    let sent = |body: &Value| shape::faults(&patch(&tenant.admin, &member(id), body));
    let at = |field: &str, kind: &str| (json!(["body", field]), kind.to_owned());
    for wrong in [json!(1), json!(true), json!([]), json!({})] {
        let body = json!({"user_type": wrong, "first_name": wrong, "last_name": wrong, "email": wrong, "phone": wrong});
        let mut found = sent(&body);
        found.sort_by_key(|(loc, _)| loc.to_string());
        let all = ["email", "first_name", "last_name", "phone", "user_type"];
        assert_eq!(found, all.map(|field| at(field, "string_type")), "{wrong}");
    }
    for (field, value, kind) in [
        ("email", json!(null), "value_error"),
        ("email", json!(""), "value_error"),
        ("email", json!("ada"), "value_error"),
        ("email", json!("ada@localhost"), "value_error"),
        ("email", json!(format!("{}@example.org", "a".repeat(200))), "string_too_long"),
        ("first_name", json!(" "), "string_too_short"),
        ("first_name", json!("x".repeat(129)), "string_too_long"),
        ("last_name", json!(""), "string_too_short"),
        ("last_name", json!("a\u{7}b"), "value_error"),
        ("phone", json!(""), "value_error"),
        ("phone", json!("0612345678"), "value_error"),
        ("phone", json!("+33 6 12 34 56 78"), "value_error"),
        ("phone", json!("+1234567890123456"), "value_error"),
        ("user_type", json!("Machine"), "value_error"),
        ("user_type", json!("User"), "value_error"),
    ] {
        // What is right beside the fault must not be stored either.
        let mut body = json!({"first_name": "Right", "last_name": "Right", "phone": "+33199999999"});
        body[field] = value.clone();
        assert_eq!(sent(&body), [at(field, kind)], "{field}: {value}");
    }
    assert_eq!(sent(&json!([])), [(json!(["body"]), "model_attributes_type".to_owned())]);
    let empty = tenant.admin.send("PATCH", &member(id), Some("application/json"), b"");
    assert_eq!(shape::faults(&empty), [(json!(["body"]), "missing".to_owned())]);
    assert_eq!(tenant.admin.get(&member(id)).json(), before);
}

fn a_telephone_number_in_use_is_refused(server: &Server) {
    let (tenant, id, before) = aged(server, "Number");
    let other = Tenant::new(server, "Holder");
    for holder in [tenant.organization, other.organization] {
        let (holder, taken) = (tenant.seed.user(holder, &unique_email("holder"), &[]), unique_phone());
        tenant.seed.run("UPDATE user SET phone = ?2 WHERE id = ?1", params![holder, taken.as_str()]);
        let body = json!({"phone": taken, "first_name": "Half"});
        let text = shape::detail(&patch(&tenant.admin, &member(id), &body).expect(409));
        assert_eq!(text, "This telephone number is already in use.");
    }
    assert_eq!(tenant.admin.get(&member(id)).json(), before);
    assert_eq!(audit(&tenant.seed, id), []);
}

fn a_telephone_number_that_stays_is_not_refused_whatever_its_form(server: &Server) {
    let (tenant, id, _) = aged(server, "Odd");
    let set = |id: i64, phone: &str| {
        tenant.seed.run("UPDATE user SET phone = ?2 WHERE id = ?1", params![id, phone]);
    };
    // Of another API, which takes any digits; and held by somebody else for long.
    let (odd, shared) = (unique_phone()[..6].to_owned(), unique_phone());
    let other = tenant.seed.user(tenant.organization, &unique_email("other"), &[]);
    set(other, &shared);
    for phone in [&odd, &shared] {
        set(id, phone);
        let body = json!({"phone": phone, "first_name": format!("Called {phone}")});
        let now = patch(&tenant.admin, &member(id), &body).expect(200).json();
        assert_eq!((&now["phone"], &now["first_name"]), (&json!(phone), &body["first_name"]));
    }
    // Another one of that form is none.
    let place = json!(["body", "phone"]);
    let refused = patch(&tenant.admin, &member(id), &json!({ "phone": odd }));
    assert_eq!(shape::faults(&refused), [(place, "value_error".to_owned())]);
}

fn an_address_in_use_is_refused_whatever_its_case(server: &Server) {
    let (tenant, id, before) = aged(server, "Taken");
    let other = Tenant::new(server, "Holder");
    for holder in [tenant.organization, other.organization] {
        let taken = unique_email("Taken");
        tenant.seed.user(holder, &taken, &[]);
        for address in [taken.clone(), taken.to_uppercase(), format!(" {}\t", taken.to_lowercase())] {
            let body = json!({"email": address, "first_name": "Half"});
            let text = shape::detail(&patch(&tenant.admin, &member(id), &body).expect(409));
            assert!(!text.to_lowercase().contains(&taken.to_lowercase()), "{text}");
        }
    }
    assert_eq!(tenant.admin.get(&member(id)).json(), before);
    assert_eq!(audit(&tenant.seed, id), []);
}

fn the_own_address_may_be_written_in_another_way(server: &Server) {
    let tenant = Tenant::new(server, "Own");
    let (id, email) = invite(&tenant, "own");
    let upper = email.to_uppercase();
    let now = patch(&tenant.admin, &member(id), &json!({"email": upper})).expect(200).json();
    assert_eq!(now["email"], json!(upper));
    // It is the same login, so the invitation stands.
    assert_eq!((mails(&tenant.seed, &email).len(), mails(&tenant.seed, &upper).len()), (1, 0));
    activate(server, &mails(&tenant.seed, &email)[0].1, PASSWORD).expect(200);
    log_in(server, &email, PASSWORD);
}

fn a_new_address_before_activation_gets_a_new_invitation(server: &Server) {
    let tenant = Tenant::new(server, "Moved");
    let (id, email) = invite(&tenant, "before");
    let old = code(&tenant.seed, &email);
    let new = unique_email("after");
    let now = patch(&tenant.admin, &member(id), &json!({"email": new})).expect(200).json();
    assert_eq!((&now["email"], &now["state"]), (&json!(new), &json!("USER_STATE_INITIAL")));
    shape::detail(&activate(server, &old, PASSWORD).expect(400));
    let sent = mails(&tenant.seed, &new);
    assert_eq!(sent.iter().map(|(template, _)| template.as_str()).collect::<Vec<_>>(), ["invitation"]);
    assert_eq!(mails(&tenant.seed, &email).len(), 1, "nothing more to the old address");
    assert_eq!(activate(server, &sent[0].1, PASSWORD).expect(200).json()["id"], json!(id.to_string()));
    log_in(server, &new, PASSWORD);
}

fn a_new_address_after_activation_is_the_new_login(server: &Server) {
    let tenant = Tenant::new(server, "Login");
    let person = Person::new(server, &tenant, "old", &["org:user"]);
    let new = unique_email("new");
    patch(&tenant.admin, &person.path(), &json!({"email": new})).expect(200);
    assert_eq!(mails(&tenant.seed, &new), [], "who has a password needs no invitation");
    refused(&try_log_in(server, &person.email, PASSWORD));
    let again = log_in(server, &new, PASSWORD);
    assert_eq!(again.get(crate::wire::eazyrent::people::ME).expect(200).json()["email"], json!(new));
    // The old address is free.
    let body = json!({"first_name": "A", "last_name": "B", "email": person.email});
    tenant.admin.post(crate::wire::eazyrent::memberships::members_list::PATH, &body).expect(201);
}

fn a_new_address_ends_the_code_of_a_forgotten_password(server: &Server) {
    let tenant = Tenant::new(server, "Codes");
    let person = Person::new(server, &tenant, "forgetful", &["org:user"]);
    forget(server, &person.email).expect(202);
    let code = code(&tenant.seed, &person.email);
    // A change that leaves the address leaves the code.
    patch(&tenant.admin, &person.path(), &json!({"first_name": "Else"})).expect(200);
    patch(&tenant.admin, &person.path(), &json!({"email": unique_email("safe")})).expect(200);
    shape::detail(&reset(server, &code, "Other-pass-2").expect(400));
}
