//! What one API takes at the edge of what it accepts is legal in all others: whatever is stored, each API shows it as its
//! contract allows, and takes back unchanged what it has shown.
//!
//! `contracts` says what each API may show, `views` writes, reads and sends back. Adding a value is adding a line here.

mod contracts;
mod unsettled;
mod views;

use iam_tests::{Runtime, Server};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use serde_json::{Value, json};

use self::contracts::Faults;
use self::views::{Api, Noun, Writers};

crate::on_both!(users_at_the_edge_are_legal_everywhere, organizations_at_the_edge_are_legal_everywhere);

/// A text of so many characters.
fn long(piece: &str, times: usize) -> String {
    piece.repeat(times)
}

/// Names that every contract allows, for people and organizations.
fn names() -> Vec<String> {
    vec![
        "x".to_owned(),
        long("x", 128),
        // Characters of two, three and four bytes; the last are two units of UTF-16.
        long("é", 128),
        long("名", 128),
        long("𝒳", 128),
        // A letter and its mark are two characters.
        long("e\u{301}", 64),
        "👩‍👩‍👧‍👧 & Söhne".to_owned(),
        "שלום عالم".to_owned(),
        "<b>\"O'Hara\"</b> \\ %_ ; --".to_owned(),
        "null".to_owned(),
        "123456789012".to_owned(),
    ]
}

/// An address of 128 characters, which is the most that all APIs take; no other test has it.
fn longest_email() -> String {
    let (local, domain) = (crate::wire::tenant::unique_email("x"), "d".repeat(55));
    let local = local.split('@').next().unwrap();
    let local = format!("{local}{}", "l".repeat(64 - local.len()));
    format!("{local}@{domain}.example")
}

/// An object of so many bytes as JSON, or a few less.
fn big(bytes: usize) -> Value {
    json!({ "x": "y".repeat(bytes - 10) })
}

/// Objects in one another.
fn nested(depth: usize) -> Value {
    (0..depth).fold(json!({}), |inner, _| json!({ "in": inner }))
}

/// Tries out what is written through each API; if it is `legal`, it must be taken.
fn all_legal(server: &Server, noun: Noun, is_legal: bool, written: &[(Api, Vec<Value>)]) {
    let writers = Writers::new(server);
    let bodies = written.iter().flat_map(|(api, bodies)| bodies.iter().map(move |body| (*api, body)));
    let faults: Faults = bodies.flat_map(|(api, body)| writers.try_out(api, noun, body, is_legal)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn users_at_the_edge_are_legal_everywhere(server: &Server) {
    let mut eazyrent: Vec<Value> =
        names().iter().map(|name| json!({ "first_name": name, "last_name": name })).collect();
    eazyrent.extend([
        json!({ "first_name": " x ", "last_name": " y " }),
        json!({ "email": longest_email() }),
        json!({ "phone": "+1234567" }),
        json!({ "phone": "+987654321012345" }),
    ]);
    let mut idah: Vec<Value> = names().iter().map(|name| json!({ "name": name })).collect();
    idah.extend([
        json!({}),
        json!({ "name": null }),
        json!({ "name": "" }),
        json!({ "email": longest_email() }),
        json!({ "sso_channel": long("s", 128) }),
        json!({ "picture_url": format!("https://a.example/{}", long("p", 2030)) }),
        json!({ "picture_url": null, "sso_channel": null }),
        json!({ "enabled": false }),
    ]);
    let mut logto: Vec<Value> = names().iter().map(|name| json!({ "name": name })).collect();
    logto.extend(names().iter().map(|name| json!({ "profile": { "givenName": name, "familyName": name } })));
    logto.extend([
        json!({}),
        json!({ "name": "", "profile": {} }),
        json!({ "profile": { "givenName": "", "familyName": "Lovelace" } }),
        json!({ "primaryEmail": longest_email() }),
        json!({ "username": longest_email().replace(['@', '.'], "_") }),
        json!({ "primaryPhone": "33612345678" }),
        json!({ "avatar": format!("https://a.example/{}", long("a", 2030)) }),
        json!({ "avatar": "mock://host/x.png" }),
        json!({ "customData": {} }),
        json!({ "customData": nested(60) }),
        json!({ "customData": big(64 * 1024) }),
        json!({ "profile": { "nickname": "", "birthdate": "1815-12-10", "address": { "country": "UK" } } }),
    ]);
    all_legal(server, Noun::User, true, &[(Api::EazyRent, eazyrent), (Api::Idah, idah), (Api::Logto, logto)]);
}

fn organizations_at_the_edge_are_legal_everywhere(server: &Server) {
    let named = || names().into_iter().map(|name| json!({ "name": name })).collect::<Vec<Value>>();
    let mut eazyrent = named();
    eazyrent.extend([
        json!({ "name": "  x  " }),
        json!({ "name": "Logo", "logo": format!("https://a.example/{}", long("l", 2000)) }),
        json!({ "name": "Logo", "logo": "any text" }),
        json!({ "name": "Texts", "registration_number": long("1", 2083), "address": long("a", 2083) }),
        json!({ "name": "Lines", "address": "Main street 1\r\nTown\nCountry" }),
        json!({ "name": "Nulls", "registration_number": null, "address": null, "logo": null }),
        json!({ "name": "Type", "account_type": "INSURANCE" }),
    ]);
    let idah = named();
    let mut logto = named();
    logto.extend([
        json!({ "name": "Texts", "description": long("d", 256), "customCss": long("c", 256 * 1024) }),
        json!({ "name": "Empty", "description": "", "customCss": "", "customData": {}, "color": {}, "branding": {} }),
        json!({ "name": "Nulls", "description": null, "customCss": null }),
        json!({ "name": "Deep", "customData": nested(60) }),
        json!({ "name": "Big", "customData": big(64 * 1024) }),
        json!({ "name": "Brand", "branding": { "logoUrl": "mock://host/x.png", "favicon": "data:image/png;base64,AA==" } }),
        json!({ "name": "Colour", "color": { "primaryColor": "#Ab1", "isDarkModeEnabled": true }, "isMfaRequired": true }),
    ]);
    all_legal(server, Noun::Organization, true, &[(Api::EazyRent, eazyrent), (Api::Idah, idah), (Api::Logto, logto)]);
}

/// Texts that each API is given as names.
const CASES: u32 = 12;

/// Any text of up to 128 characters, that all contracts allow as a name, is legal everywhere once an API has taken it.
#[test]
fn any_name_is_legal_everywhere_native() {
    hold(|text| {
        // Control characters, and blanks around a name, are not for all.
        let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    });
}

/// Tries texts as names of users and organizations through each API, of those that `choose` makes out of any text.
fn hold(choose: impl Fn(String) -> Option<String>) {
    let writers = Writers::new(Server::shared(Runtime::Native));
    let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 64, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let texts = proptest::collection::vec(proptest::char::any(), 1..=128)
        .prop_map(|letters| letters.into_iter().collect::<String>())
        .prop_filter_map("no name", choose);
    let property = |text: String| {
        let names = json!({ "first_name": text, "last_name": text });
        let profile = json!({ "profile": { "givenName": text, "familyName": text } });
        let name = json!({ "name": text });
        let written = [
            (Api::EazyRent, Noun::User, &names),
            (Api::EazyRent, Noun::Organization, &name),
            (Api::Idah, Noun::User, &name),
            (Api::Idah, Noun::Organization, &name),
            (Api::Logto, Noun::User, &name),
            (Api::Logto, Noun::User, &profile),
            (Api::Logto, Noun::Organization, &name),
        ];
        let faults: Faults =
            written.iter().flat_map(|(api, noun, body)| writers.try_out(*api, *noun, body, false)).collect();
        if faults.is_empty() { Ok(()) } else { Err(TestCaseError::fail(faults.join("\n"))) }
    };
    runner.run(&texts, property).unwrap();
}
