//! `PATCH` and `DELETE /iam/v1/users/me/`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::memberships::members_list::PATH;
use crate::wire::eazyrent::people::{
    ME, PASSWORD, Person, age, audit, changed, code, forget, log_in, mails, member, patch, refused, reset, try_log_in,
};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email, unique_phone};

crate::on_both!(
    only_fields_that_are_sent_change,
    nothing_new_changes_nothing,
    every_fault_is_named_at_its_field_and_nothing_changes,
    an_address_in_use_is_refused_whatever_its_case,
    a_new_address_is_the_new_login,
    a_new_address_ends_the_code_of_a_forgotten_password,
    a_machine_has_no_profile_to_change_or_delete,
    the_acting_header_makes_no_difference,
    who_deletes_oneself_is_gone,
    the_address_is_free_again,
    the_last_administrator_stays,
    the_last_administrator_of_another_organization_stays,
);

/// Somebody who was changed last in 1970.
fn aged(server: &Server, name: &str) -> (Tenant, Person, Value) {
    let tenant = Tenant::new(server, name);
    let person = Person::new(server, &tenant, "me", &[]);
    tenant.seed.run("UPDATE user SET phone = '+33612345678' WHERE id = ?1", params![person.id]);
    age(&tenant.seed, person.id);
    let before = person.client.get(ME).expect(200).json();
    (tenant, person, before)
}

fn only_fields_that_are_sent_change(server: &Server) {
    let (tenant, person, mut before) = aged(server, "Fields");
    let (email, phone) = (unique_email("Fields"), unique_phone());
    for (sent, stored) in [
        (json!({"first_name": " Grace "}), json!({"first_name": "Grace"})),
        (json!({"last_name": "Hopper", "user_type": "Human"}), json!({"last_name": "Hopper"})),
        (json!({"phone": phone}), json!({"phone": phone})),
        (json!({"email": format!("\t{email} ")}), json!({"email": email})),
        (json!({"user_type": "Human", "phone": null}), json!({"phone": null})),
        (json!({"first_name": null, "last_name": null}), json!({"first_name": null, "last_name": null})),
        (json!({"first_name": "B", "state": "USER_STATE_LOCKED", "config": {}}), json!({"first_name": "B"})),
    ] {
        let answer = patch(&person.client, ME, &sent).expect(200);
        assert_eq!(answer.header("content-type"), "application/json");
        let now = answer.json();
        assert_eq!(now, changed(&before, &stored, &now), "{sent}");
        assert_eq!(person.client.get(ME).expect(200).json(), now, "{sent}");
        assert_eq!(tenant.admin.get(&person.path()).expect(200).json(), now, "colleagues see the same");
        age(&tenant.seed, person.id);
        before = now;
    }
    let events = audit(&tenant.seed, person.id);
    let event = ("user.updated".to_owned(), "user".to_owned(), Some(person.id));
    assert_eq!(events[events.len() - 7..], vec![event; 7]);
}

fn nothing_new_changes_nothing(server: &Server) {
    let (tenant, person, before) = aged(server, "Nothing");
    let events = audit(&tenant.seed, person.id);
    let same = json!({"first_name": before["first_name"], "email": before["email"], "phone": before["phone"]});
    for body in [json!({}), json!({"user_type": "Human"}), same] {
        assert_eq!(patch(&person.client, ME, &body).expect(200).json(), before, "{body}");
    }
    assert_eq!(person.client.get(ME).json(), before);
    assert_eq!(audit(&tenant.seed, person.id), events);
}

fn every_fault_is_named_at_its_field_and_nothing_changes(server: &Server) {
    let (_, person, before) = aged(server, "Faults");
    let sent = |body: &Value| shape::faults(&patch(&person.client, ME, body));
    let at = |field: &str, kind: &str| (json!(["body", field]), kind.to_owned());
    for (field, value, kind) in [
        ("email", json!(null), "value_error"),
        ("email", json!("ada"), "value_error"),
        ("email", json!(7), "string_type"),
        ("email", json!(format!("{}@example.org", "a".repeat(200))), "string_too_long"),
        ("first_name", json!(" "), "string_too_short"),
        ("first_name", json!(["Ada"]), "string_type"),
        ("last_name", json!("x".repeat(129)), "string_too_long"),
        ("last_name", json!("a\u{0}b"), "value_error"),
        ("phone", json!("0612345678"), "value_error"),
        ("phone", json!(33_612_345_678_u64), "string_type"),
        ("user_type", json!("Machine"), "value_error"),
    ] {
        let mut body = json!({"first_name": "Right", "last_name": "Right", "phone": "+33199999999"});
        body[field] = value.clone();
        assert_eq!(sent(&body), [at(field, kind)], "{field}: {value}");
    }
    assert_eq!(sent(&json!("text")), [(json!(["body"]), "model_attributes_type".to_owned())]);
    let empty = person.client.send("PATCH", ME, None, b"");
    assert_eq!(shape::faults(&empty), [(json!(["body"]), "missing".to_owned())]);
    assert_eq!(person.client.get(ME).json(), before);
}

fn an_address_in_use_is_refused_whatever_its_case(server: &Server) {
    let (tenant, person, before) = aged(server, "Taken");
    let other = Tenant::new(server, "Holder");
    for holder in [tenant.organization, other.organization] {
        let taken = unique_email("Taken");
        tenant.seed.user(holder, &taken, &[]);
        for address in [taken.clone(), taken.to_uppercase(), format!(" {} ", taken.to_lowercase())] {
            let body = json!({"email": address, "first_name": "Half"});
            shape::detail(&patch(&person.client, ME, &body).expect(409));
        }
    }
    assert_eq!(person.client.get(ME).json(), before);
    let other_case = person.email.to_uppercase();
    let now = patch(&person.client, ME, &json!({"email": other_case})).expect(200).json();
    assert_eq!(now["email"], json!(other_case), "one's own is not in use");
}

fn a_new_address_is_the_new_login(server: &Server) {
    let (tenant, person, _) = aged(server, "Login");
    let new = unique_email("new");
    patch(&person.client, ME, &json!({"email": new})).expect(200);
    person.client.get(ME).expect(200);
    refused(&try_log_in(server, &person.email, PASSWORD));
    log_in(server, &new, PASSWORD);
    assert_eq!(mails(&tenant.seed, &new), []);
    // The new address is not proven.
    let verified = "SELECT email_verified_at IS NULL FROM user WHERE id = ?1";
    assert_eq!(tenant.seed.count(verified, params![person.id]), 1);
}

fn a_new_address_ends_the_code_of_a_forgotten_password(server: &Server) {
    let (tenant, person, _) = aged(server, "Codes");
    forget(server, &person.email).expect(202);
    let code = code(&tenant.seed, &person.email);
    patch(&person.client, ME, &json!({"email": unique_email("safe")})).expect(200);
    shape::detail(&reset(server, &code, "Other-pass-2").expect(400));
}

fn a_machine_has_no_profile_to_change_or_delete(server: &Server) {
    let tenant = Tenant::new(server, "Machine");
    let before = tenant.admin.get(ME).expect(200).json();
    shape::detail(&patch(&tenant.admin, ME, &json!({"first_name": "R2"})).expect(404));
    shape::detail(&patch(&tenant.admin, ME, &json!({})).expect(404));
    shape::detail(&tenant.admin.delete(ME).expect(404));
    assert_eq!(tenant.admin.get(ME).expect(200).json(), before);
}

fn the_acting_header_makes_no_difference(server: &Server) {
    let (tenant, person, _) = aged(server, "Head");
    let child = tenant.seed.organization("Child");
    tenant.seed.set_organization(child, "parent_id", tenant.organization);
    tenant.seed.grant(Some(tenant.organization), person.id, "org:admin");
    let now = patch(&person.client.acting(child), ME, &json!({"first_name": "Acting"})).expect(200).json();
    assert_eq!((&now["first_name"], &now["organization"]), (&json!("Acting"), &tenant.view("Head")));
}

fn who_deletes_oneself_is_gone(server: &Server) {
    let tenant = Tenant::new(server, "Gone");
    let person = Person::new(server, &tenant, "gone", &["org:user"]);
    let colleague = Person::new(server, &tenant, "colleague", &["org:user"]);
    let second = person.log_in(server);
    let key = server.client().bearer(&tenant.seed.api_token(person.id));
    colleague.client.get(&person.path()).expect(200);
    let answer = person.client.delete(ME).expect(410);
    assert_eq!((answer.header("content-type"), answer.json()), ("application/json", json!(null)));
    for client in [&person.client, &second, &key] {
        let answer = client.get(ME).expect(401);
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        shape::detail(&client.delete(ME).expect(401));
    }
    shape::detail(&colleague.client.get(&person.path()).expect(404));
    let list = colleague.client.get(PATH).expect(200).json();
    assert_eq!(list.as_array().unwrap().len(), 1);
    refused(&try_log_in(server, &person.email, PASSWORD));
    let rows = "SELECT (SELECT count(*) FROM principal WHERE id = ?1) + (SELECT count(*) FROM user WHERE id = ?1) \
        + (SELECT count(*) FROM membership WHERE principal_id = ?1) + (SELECT count(*) FROM session WHERE user_id = ?1) \
        + (SELECT count(*) FROM role_grant WHERE principal_id = ?1) \
        + (SELECT count(*) FROM credential WHERE principal_id = ?1)";
    assert_eq!(tenant.seed.count(rows, params![person.id]), 0);
    let event = ("user.deleted".to_owned(), "user".to_owned(), Some(person.id));
    assert_eq!(audit(&tenant.seed, person.id).last(), Some(&event));
}

fn the_address_is_free_again(server: &Server) {
    let tenant = Tenant::new(server, "Free");
    let person = Person::new(server, &tenant, "free", &[]);
    person.client.delete(ME.trim_end_matches('/')).expect(410);
    let new = json!({"first_name": "A", "last_name": "B", "email": person.email});
    let made = tenant.admin.post(PATH, &new).expect(201).json();
    assert_ne!(shape::id(&made["id"]), person.id);
}

fn the_last_administrator_stays(server: &Server) {
    let tenant = Tenant::new(server, "Last");
    let boss = Person::new(server, &tenant, "boss", &["org:admin"]);
    let heir = tenant.seed.user(tenant.organization, &unique_email("heir"), &["org:admin", "org:user"]);
    // Neither counts: somebody switched off, and a machine.
    tenant.admin.post_empty(&format!("{}deactivate/", member(heir))).expect(200);
    shape::detail(&boss.client.delete(ME).expect(409));
    boss.client.get(ME).expect(200);
    boss.log_in(server);
    tenant.admin.post_empty(&format!("{}reactivate/", member(heir))).expect(200);
    boss.client.delete(ME).expect(410);
}

fn the_last_administrator_of_another_organization_stays(server: &Server) {
    let tenant = Tenant::new(server, "Home");
    let person = Person::new(server, &tenant, "traveller", &["org:user"]);
    let host = tenant.seed.organization("Host");
    tenant.seed.join(host, person.id, "user");
    tenant.seed.grant(Some(host), person.id, "org:admin");
    shape::detail(&person.client.delete(ME).expect(409));
    tenant.seed.user(host, &unique_email("heir"), &["org:admin"]);
    person.client.delete(ME).expect(410);
}
