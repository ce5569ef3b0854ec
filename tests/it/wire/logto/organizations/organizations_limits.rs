//! What `CreateOrganization`, `UpdateOrganization`, `PartialColor` and `Branding` allow.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::logto::{ORGANIZATIONS, Place, patch, unique};

crate::on_both!(
    a_name_is_needed,
    names_have_1_to_128_characters,
    descriptions_have_up_to_256_characters,
    custom_data_is_an_object,
    booleans_are_strict,
    colours_are_hexadecimal,
    branding_is_absolute_urls,
    branding_is_urls_that_can_be_read,
    texts_hold_no_nul,
    names_hold_no_control_characters,
    columns_of_the_servers_are_checked_and_ignored,
    css_is_a_text,
    one_fault_keeps_everything_else_from_changing,
);

const INVALID: &str = "guard.invalid_input";

/// Asserts that neither making nor changing takes `fields`.
#[track_caller]
fn refused(place: &Place, fields: &Value) {
    let name = unique("Refused ");
    let mut new = json!({ "name": name, "customCss": name });
    new.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    place.refuses(|client| client.post(ORGANIZATIONS, &new), 400, INVALID);
    let mut change = json!({ "isMfaRequired": true });
    change.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    place.refuses(|client| patch(client, &place.path, &change), 400, INVALID);
    let made = "SELECT count(*) FROM organization WHERE name = ?1 OR custom_css = ?1";
    assert_eq!(place.seed.count(made, params![&name]), 0, "{fields}");
}

/// Asserts that both take `fields` and show them as they were sent.
#[track_caller]
fn taken(place: &Place, fields: &Value) {
    let mut new = json!({ "name": "Taken" });
    new.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    for view in [
        place.manager.post(ORGANIZATIONS, &new).expect(201).json(),
        patch(&place.manager, &place.path, fields).expect(200).json(),
        place.view(),
    ] {
        for (key, value) in fields.as_object().unwrap() {
            assert_eq!(view[key], *value, "{fields}");
        }
    }
}

fn a_name_is_needed(server: &Server) {
    let place = Place::new(server, "Named");
    for body in [json!({}), json!({ "description": "x" }), json!({ "Name": "x" })] {
        place.refuses(|client| client.post(ORGANIZATIONS, &body), 400, INVALID);
    }
    place.refuses(|client| client.post_empty(ORGANIZATIONS), 400, INVALID);
}

fn names_have_1_to_128_characters(server: &Server) {
    let place = Place::new(server, "Names");
    for bad in
        [json!(""), json!("x".repeat(129)), json!("é".repeat(129)), json!(null), json!(1), json!(["x"]), json!({})]
    {
        refused(&place, &json!({ "name": bad }));
    }
    for good in
        ["x".to_owned(), "x".repeat(128), "é".repeat(128), "漢".repeat(128), " ".to_owned(), "%_'\"\\".to_owned()]
    {
        taken(&place, &json!({ "name": good }));
    }
}

fn descriptions_have_up_to_256_characters(server: &Server) {
    let place = Place::new(server, "Descriptions");
    for bad in [json!("x".repeat(257)), json!("é".repeat(257)), json!(1), json!(false), json!([]), json!({})] {
        refused(&place, &json!({ "description": bad }));
    }
    for good in [json!("x".repeat(256)), json!("é".repeat(256)), json!(" "), json!(null)] {
        taken(&place, &json!({ "description": good }));
    }
}

fn custom_data_is_an_object(server: &Server) {
    let place = Place::new(server, "Custom data");
    for bad in [json!([]), json!([{}]), json!("{}"), json!(1), json!(true), json!(null)] {
        refused(&place, &json!({ "customData": bad }));
    }
    for good in [
        json!({}),
        json!({ "__proto__": { "a": {} }, "\u{7f}🦀": [[[[]]]] }),
        json!({ "a": { "b": [1, null, "ü", 1.5, true] }, "": 9_007_199_254_740_991_i64 }),
    ] {
        taken(&place, &json!({ "customData": good }));
    }
}

fn booleans_are_strict(server: &Server) {
    let place = Place::new(server, "Booleans");
    for bad in [json!("true"), json!(1), json!(0), json!(null), json!([])] {
        refused(&place, &json!({ "isMfaRequired": bad }));
        refused(&place, &json!({ "color": { "isDarkModeEnabled": bad } }));
    }
    for good in [true, false] {
        taken(&place, &json!({ "isMfaRequired": good, "color": { "isDarkModeEnabled": good } }));
    }
}

fn colours_are_hexadecimal(server: &Server) {
    let place = Place::new(server, "Colours");
    for key in ["primaryColor", "darkPrimaryColor"] {
        for bad in [
            json!("red"),
            json!("#"),
            json!("#12"),
            json!("#1234"),
            json!("#12345"),
            json!("#1234567"),
            json!("123"),
            json!("#ggg"),
            json!(" #123"),
            json!("#123\n"),
            json!("#１２３"),
            json!(""),
            json!(null),
            json!(123),
        ] {
            refused(&place, &json!({ "color": { key: bad } }));
        }
        for good in ["#123", "#abcdef", "#ABC", "#AbCdEf"] {
            taken(&place, &json!({ "color": { key: good } }));
        }
    }
    for bad in [json!(null), json!("#123"), json!([]), json!(1)] {
        refused(&place, &json!({ "color": bad }));
    }
    let sent = json!({ "color": { "primaryColor": "#123", "unknown": 1 } });
    assert_eq!(
        patch(&place.manager, &place.path, &sent).expect(200).json()["color"],
        json!({ "primaryColor": "#123" })
    );
    taken(&place, &json!({ "color": {} }));
}

fn branding_is_absolute_urls(server: &Server) {
    let place = Place::new(server, "Branding");
    for key in ["logoUrl", "darkLogoUrl", "favicon", "darkFavicon"] {
        for bad in [
            json!("x"),
            json!("/logo.png"),
            json!("//host/logo.png"),
            json!("example.org/logo.png"),
            json!(""),
            json!("https://"),
            json!(null),
            json!(1),
            json!(["https://example.org"]),
        ] {
            refused(&place, &json!({ "branding": { key: bad } }));
        }
        for good in
            ["https://example.org/logo.png", "mock://host/x.png", "http://localhost:3000", "data:image/png;base64,AA"]
        {
            taken(&place, &json!({ "branding": { key: good } }));
        }
    }
    for bad in [json!(null), json!("https://example.org"), json!([]), json!(1)] {
        refused(&place, &json!({ "branding": bad }));
    }
    let sent = json!({ "branding": { "favicon": "a://b", "unknown": 1 } });
    assert_eq!(patch(&place.manager, &place.path, &sent).expect(200).json()["branding"], json!({ "favicon": "a://b" }));
    taken(&place, &json!({ "branding": {} }));
}

/// What has a scheme but is no URL by any standard.
fn branding_is_urls_that_can_be_read(server: &Server) {
    let place = Place::new(server, "Malformed");
    for bad in ["http://a b/", "http://[", "http://host:port/", "https://[::1", "http://%/"] {
        refused(&place, &json!({ "branding": { "logoUrl": bad } }));
    }
    taken(&place, &json!({ "branding": { "logoUrl": "http://[::1]:8080/a%20b?c=%C3%BC#d" } }));
}

/// No text may hold what the original's database cannot.
fn texts_hold_no_nul(server: &Server) {
    let place = Place::new(server, "NUL");
    for key in ["name", "description", "customCss"] {
        refused(&place, &json!({ key: "a\u{0}b" }));
    }
    refused(&place, &json!({ "branding": { "logoUrl": "https://example.org/\u{0}" } }));
}

fn columns_of_the_servers_are_checked_and_ignored(server: &Server) {
    let place = Place::new(server, "Columns");
    for bad in [json!("x".repeat(22)), json!(1), json!(null)] {
        refused(&place, &json!({ "tenantId": bad }));
    }
    for bad in [json!("1"), json!(null), json!({})] {
        refused(&place, &json!({ "createdAt": bad }));
    }
    for bad in [json!(""), json!("x".repeat(22)), json!(1), json!(null)] {
        let change = json!({ "id": bad, "name": "New" });
        place.refuses(|client| patch(client, &place.path, &change), 400, INVALID);
        // In the body of a new one it is like any unknown key.
        place.manager.post(ORGANIZATIONS, &json!({ "id": bad, "name": "New" })).expect(201);
    }
    let before = place.view();
    let change = json!({ "id": "999999999999", "tenantId": "x".repeat(21), "createdAt": 1.5, "name": "Columns" });
    assert_eq!(patch(&place.manager, &place.path, &change).expect(200).json(), before);
}

fn css_is_a_text(server: &Server) {
    let place = Place::new(server, "CSS");
    for bad in [json!(1), json!([]), json!({}), json!(true)] {
        refused(&place, &json!({ "customCss": bad }));
    }
    for good in [json!("a { b: c }"), json!("x".repeat(100_000)), json!(null)] {
        taken(&place, &json!({ "customCss": good }));
    }
}

fn one_fault_keeps_everything_else_from_changing(server: &Server) {
    let place = Place::new(server, "Whole");
    let change = json!({ "name": "Changed", "description": "Changed", "customData": { "a": 1 }, "isMfaRequired": "x" });
    place.refuses(|client| patch(client, &place.path, &change), 400, INVALID);
    assert_eq!(place.view()["name"], json!("Whole"));
}

fn names_hold_no_control_characters(server: &Server) {
    let place = Place::new(server, "Lines");
    for name in ["a\u{7}b", "a\nb", "a\r\nb", "\t", "a\u{85}", "\u{9f}b"] {
        refused(&place, &json!({ "name": name }));
        let application = json!({ "name": name, "type": "MachineToMachine" });
        place.refuses(|client| client.post("/api/applications", &application), 400, INVALID);
    }
    // Other texts have lines, and other invisible characters are letters of some script.
    taken(&place, &json!({ "description": "a\n\tb", "name": "a\u{200d}b" }));
}
