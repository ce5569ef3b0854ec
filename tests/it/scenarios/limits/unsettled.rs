//! Values that one contract allows and another one does not: a stand-in is shown for them, they are taken back where
//! they do not change, or every API refuses them.

use iam_tests::{Client, Server};
use serde_json::{Value, json};

use super::views::{Api, Noun, Writers};
use super::{all_legal, hold, long};
use crate::wire::tenant::unique_email;

crate::on_both!(
    an_organization_without_a_name_has_a_stand_in,
    control_characters_are_refused_by_all,
    blank_names_are_refused_or_legal,
    names_that_cannot_be_seen_are_refused_or_legal,
    blanks_around_names_are_kept_or_cut_by_all,
    telephone_numbers_of_any_length_are_refused_or_legal,
    a_telephone_number_is_taken_once,
    addresses_of_pictures_are_refused_or_legal,
    scripts_are_no_pictures,
);

fn named(names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| json!({ "name": name })).collect()
}

/// As names of people and organizations through each API.
fn as_names(server: &Server, names: &[&str]) {
    let both = names.iter().map(|name| json!({ "first_name": name, "last_name": name })).collect();
    let mut profiles: Vec<Value> =
        names.iter().map(|name| json!({ "profile": { "givenName": name, "familyName": name } })).collect();
    profiles.extend(named(names));
    all_legal(server, Noun::User, false, &[(Api::EazyRent, both), (Api::Idah, named(names)), (Api::Logto, profiles)]);
    let organizations = Api::ALL.map(|api| (api, named(names)));
    all_legal(server, Noun::Organization, false, &organizations);
}

/// IDAH alone lets the name be null, or empty.
fn an_organization_without_a_name_has_a_stand_in(server: &Server) {
    let nameless = vec![json!({}), json!({ "name": null }), json!({ "name": "" })];
    all_legal(server, Noun::Organization, true, &[(Api::Idah, nameless)]);
}

fn control_characters_are_refused_by_all(server: &Server) {
    as_names(server, &["\u{7}", "a\nb", "a\tb", "a\u{85}b", "\u{1b}[31mred"]);
}

fn blank_names_are_refused_or_legal(server: &Server) {
    as_names(server, &[" ", "   ", "\u{a0}", "\u{3000}\u{2003}"]);
}

/// As blank ones (contracts/eazyrent.md).
fn names_that_cannot_be_seen_are_refused_or_legal(server: &Server) {
    as_names(server, &["\u{200b}", "\u{2060}\u{feff}", "\u{ad}"]);
}

fn blanks_around_names_are_kept_or_cut_by_all(server: &Server) {
    as_names(server, &[" x", "x ", "\u{3000}x\u{a0}"]);
}

/// A Logto number is any digits, an `EazyRent` one is of E.164.
fn telephone_numbers_of_any_length_are_refused_or_legal(server: &Server) {
    // Logto has each number once, so they begin with one of this test's own.
    let own = Writers::new(server).organization;
    let numbers = [own[..4].to_owned(), format!("0{own}"), format!("{own}1234"), format!("{own}{}", long("7", 116))];
    let numbers = numbers.iter().map(|number| json!({ "primaryPhone": number })).collect();
    all_legal(server, Noun::User, false, &[(Api::Logto, numbers)]);
}

/// Whichever API it comes by.
fn a_telephone_number_is_taken_once(server: &Server) {
    let writers = Writers::new(server);
    let number = format!("{}7", writers.organization);
    let person = || {
        let new = json!({ "first_name": "Ada", "last_name": "Lovelace", "email": unique_email("phone") });
        let made = writers.eazyrent.post("/iam/v1/team/members/", &new).expect(201).json();
        made["id"].as_str().unwrap().to_owned()
    };
    let set = |client: &Client, id: &str| {
        let body = json!({ "phone": format!("+{number}") }).to_string();
        client.send("PATCH", &format!("/iam/v1/team/members/{id}/"), Some("application/json"), body.as_bytes()).status
    };
    let (first, second) = (person(), person());
    assert_eq!(set(&writers.eazyrent, &first), 200);
    assert_eq!(set(&writers.eazyrent, &first), 200, "the own one");
    writers.logto.post("/api/users", &json!({ "primaryPhone": number })).expect(422);
    assert_eq!(set(&writers.eazyrent, &second), 409);
}

/// An IDAH picture has any address, a Logto one an absolute URL.
fn addresses_of_pictures_are_refused_or_legal(server: &Server) {
    let pictures = ["x", "/pictures/1.png", "//a.example/b.png", "a b", &long("名", 682)];
    let pictures = pictures.iter().map(|url| json!({ "picture_url": url })).collect();
    let avatars = [
        format!("https://a.example/{}", long("名", 2030)),
        "urn:x:y".to_owned(),
        "data:image/png;base64,AA==".to_owned(),
    ];
    let avatars = avatars.iter().map(|url| json!({ "avatar": url })).collect();
    all_legal(server, Noun::User, false, &[(Api::Idah, pictures), (Api::Logto, avatars)]);
}

/// What would run where it is opened is refused by all, since all show the same address.
fn scripts_are_no_pictures(server: &Server) {
    let writers = Writers::new(server);
    for url in ["javascript:alert(1)", "vbscript:x", "data:text/html,<script>alert(1)</script>"] {
        let attributes = json!({ "email": unique_email("script"), "picture_url": url });
        let account = json!({ "data": { "type": "iam:accounts", "attributes": attributes } });
        assert_eq!(writers.idah.post("/accounts", &account).status, 422, "{url}");
        assert_eq!(writers.logto.post("/api/users", &json!({ "avatar": url })).status, 400, "{url}");
    }
}

/// The same of any text.
#[test]
fn any_text_is_refused_or_legal_everywhere_native() {
    hold(Some);
}
