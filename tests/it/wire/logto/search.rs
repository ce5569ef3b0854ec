//! `q`: of organizations over id and name; of members over id, address, phone, username and name.

use iam_domain::store::Value as Sql;
use iam_tests::Server;
use iam_tests::client::encode;
use serde_json::json;

use super::{ORGANIZATIONS, Place, column, items, texts, total, unique};
use crate::wire::tenant::unique_email;

crate::on_both!(
    organizations_are_found_by_name_and_id,
    the_case_of_letters_does_not_matter,
    wildcards_are_letters_like_any_other,
    an_empty_text_finds_everything,
    odd_texts_find_nothing,
    a_changed_name_is_found_and_the_old_one_is_not,
    members_are_found_by_every_field,
    what_a_member_lacks_never_matches,
    other_fields_are_not_searched,
    members_elsewhere_are_not_found,
);

/// Ids of the organizations found.
fn found(server: &Server, q: &str) -> Vec<String> {
    column(&server.manager().get(&format!("{ORGANIZATIONS}?page_size=100&q={}", encode(q))), "id")
}

/// Ids of the members found; the total must be their number.
#[track_caller]
fn members(place: &Place, q: &str) -> Vec<String> {
    let answer = place.manager.get(&format!("{}?q={}", place.at("users"), encode(q)));
    assert_eq!(total(&answer), items(&answer).len());
    column(&answer, "id")
}

fn organizations_are_found_by_name_and_id(server: &Server) {
    let mark = unique("m");
    let [one, other] = ["One", "Other"].map(|name| Place::new(server, &format!("{name} {mark} end")));
    let both = texts(&[one.id, other.id]);
    assert_eq!(found(server, &mark), both);
    assert_eq!(found(server, &mark[1..]), both, "a part of it");
    assert_eq!(found(server, &format!("{mark} end")), both);
    assert_eq!(found(server, &format!("Other {mark}")), both[1..]);
    assert_eq!(found(server, &one.id.to_string()), both[..1]);
    assert!(found(server, &one.id.to_string()[2..]).contains(&both[0]), "part of an id");
    assert_eq!(found(server, &format!("{mark}x")), [""; 0]);
    // Nothing but these two fields.
    super::patch(&one.manager, &one.path, &json!({ "description": format!("{mark}description") })).expect(200);
    assert_eq!(found(server, &format!("{mark}description")), [""; 0]);
}

fn the_case_of_letters_does_not_matter(server: &Server) {
    let mark = unique("c");
    let place = Place::new(server, &format!("Müller ÉCOLE Straße Ελλάδα ЖУК {mark}"));
    let id = texts(&[place.id]);
    for q in ["müller école", "MÜLLER ÉCOLE", "MüLLer", "ελλάδα жук", "ΕΛΛΆΔΑ ЖУК", "straße"] {
        assert!(found(server, q).contains(&id[0]), "{q}");
    }
    assert_eq!(found(server, &mark.to_uppercase()), id);
    let member = place.member("Jürgen ÅNGSTRÖM");
    for q in ["jürgen", "JÜRGEN ångström", "ÅNG", "rgen Å"] {
        assert_eq!(members(&place, q), texts(&[member]), "{q}");
    }
}

fn wildcards_are_letters_like_any_other(server: &Server) {
    let mark = unique("w");
    let place = Place::new(server, &format!("100%_{mark}\\x*?[a]'\""));
    let plain = Place::new(server, &format!("1000x{mark}"));
    assert_eq!(found(server, &mark), texts(&[place.id, plain.id]));
    for q in [format!("%_{mark}"), format!("100%_{mark}\\x*?[a]'\""), format!("{mark}\\x"), format!("{mark}\\x*?[")] {
        assert_eq!(found(server, &q), texts(&[place.id]), "{q}");
    }
    for q in [format!("%{mark}%"), format!("_{mark}_"), format!("{mark}*"), format!("1%{mark}")] {
        assert_eq!(found(server, &q), [""; 0], "{q}");
    }
    place.member("Nobody in particular");
    for q in ["%", "_", "No%dy", "*", "\\"] {
        assert_eq!(members(&place, q), [""; 0], "{q}");
    }
}

fn an_empty_text_finds_everything(server: &Server) {
    let place = Place::new(server, "Everything");
    let ids = texts(&[place.member("A"), place.member("B")]);
    let mut ids = ids;
    ids.sort();
    assert_eq!(members(&place, ""), ids);
    assert_eq!(column(&place.manager.get(&format!("{}?q", place.at("users"))), "id"), ids);
    let answer = place.manager.get(&format!("{ORGANIZATIONS}?q=&page_size=1")).expect(200);
    assert!(total(&answer) >= 1);
}

fn odd_texts_find_nothing(server: &Server) {
    let place = Place::new(server, "Odd texts");
    place.member("Member");
    for q in ["x".repeat(5000), "\u{0}".to_owned(), "Mem\u{0}ber".to_owned(), "'; DROP TABLE user; --".to_owned()] {
        assert_eq!(members(&place, &q), [""; 0]);
        assert_eq!(found(server, &q), [""; 0]);
    }
    for path in [ORGANIZATIONS, &place.at("users")] {
        let status = place.manager.get(&format!("{path}?q=%FF")).status;
        assert!(matches!(status, 200 | 400), "{status}");
    }
}

fn a_changed_name_is_found_and_the_old_one_is_not(server: &Server) {
    let (old, new) = (unique("Alt"), unique("Neu-Ü"));
    let place = Place::new(server, &old);
    super::patch(&place.manager, &place.path, &json!({ "name": new })).expect(200);
    assert_eq!(found(server, &old), [""; 0]);
    assert_eq!(found(server, &new.to_lowercase()), texts(&[place.id]));
}

fn members_are_found_by_every_field(server: &Server) {
    let place = Place::new(server, "Fields");
    place.member("Somebody else");
    let id = place.member("Grace Hopper");
    let email = unique_email("Rear.Admiral");
    let name = unique("Cobol_");
    let phone = format!("4930{id}");
    for (column, value) in [
        ("email", email.clone()),
        ("email_key", email.to_lowercase()),
        ("username", name.clone()),
        ("username_key", name.to_lowercase()),
        ("phone", format!("+{phone}")),
    ] {
        place.seed.set_user(id, column, value);
    }
    let only = texts(&[id]);
    let (big, id) = (email.to_uppercase(), id.to_string());
    for q in [
        "hopper",
        "ace hop",
        &email,
        &big,
        "ear.admir",
        &name,
        "cobol_",
        &phone,
        &phone[1..9],
        "49301",
        &id,
        &id[1..11],
    ] {
        if q == "49301" && !phone.contains(q) {
            continue;
        }
        assert_eq!(members(&place, q), only, "{q}");
    }
    let shown = items(&place.manager.get(&format!("{}?q={id}", place.at("users"))))[0].clone();
    assert_eq!(shown["primaryPhone"], json!(phone), "digits only");
    // As it is shown it is searched: without the plus.
    assert_eq!(members(&place, &format!("+{phone}")), [""; 0]);
}

fn what_a_member_lacks_never_matches(server: &Server) {
    let place = Place::new(server, "Nulls");
    let id = place.member("x");
    place.seed.set_user(id, "display_name", Sql::Null);
    place.seed.set_user(id, "name_key", "");
    for q in ["null", "@", "+", " ", "NULL", "none"] {
        assert_eq!(members(&place, q), [""; 0], "{q}");
    }
    assert_eq!(members(&place, ""), texts(&[id]));
}

fn other_fields_are_not_searched(server: &Server) {
    let place = Place::new(server, "Other fields");
    let id = place.member("Ada");
    place.seed.set_user(id, "avatar_url", "https://example.org/needle.png");
    place.seed.set_user(id, "custom_data", r#"{"needle":"needle"}"#);
    place.seed.set_user(id, "profile", r#"{"nickname":"needle"}"#);
    assert_eq!(members(&place, "needle"), [""; 0]);
    let role = place.seed.organization_role(&unique("needle"), "user");
    place.seed.give(Some(place.id), id, role);
    assert_eq!(members(&place, "needle"), [""; 0]);
}

fn members_elsewhere_are_not_found(server: &Server) {
    let (place, other) = (Place::new(server, "Here"), Place::new(server, "There"));
    let name = unique("Person ");
    let [here, there] = [place.member(&name), other.member(&name)];
    place.seed.person(&name);
    assert_eq!(members(&place, &name), texts(&[here]));
    assert_eq!(members(&other, &name), texts(&[there]));
}
