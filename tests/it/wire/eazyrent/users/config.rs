//! `GET` and `PUT /iam/v1/users/me/config/`.

use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::person::{Person, machine, one_fault};
use crate::wire::shape;
use crate::wire::tenant::Tenant;

const PATH: &str = "/iam/v1/users/me/config/";

crate::on_both!(
    to_begin_with_everything_has_its_default,
    what_is_sent_is_stored_and_answered,
    what_is_not_sent_takes_its_default,
    unknown_fields_are_ignored,
    interface_config_may_be_anything,
    what_is_taken_can_be_read_however_deep_it_is,
    every_fault_is_named_at_its_field,
    another_body_is_refused,
    settings_may_take_64_kib_together,
    it_is_the_config_within_the_user,
    each_person_has_settings_of_its_own,
    a_machine_has_none,
    it_takes_a_caller_and_no_role,
);

pub fn put(client: &Client, path: &str, body: &Value) -> Response {
    client.send("PUT", path, Some("application/json"), body.to_string().as_bytes())
}

fn defaults() -> Value {
    json!({
        "email_signature": "",
        "dark_mode": false,
        "property_rent_subscriptions": [],
        "send_notification_by_mail": false,
        "raw_html_email": false,
        "interface_config": null,
    })
}

fn full() -> Value {
    json!({
        "email_signature": "  Ada <b>Lovelace</b>\n\"1\" ✓ ",
        "dark_mode": true,
        "property_rent_subscriptions": ["1", "", "1", "é"],
        "send_notification_by_mail": true,
        "raw_html_email": true,
        "interface_config": {"columns": [1, 2.5, null, {"deep": [true]}]},
    })
}

#[track_caller]
fn stored(client: &Client, body: &Value, expected: &Value) {
    let answer = put(client, PATH, body).expect(200);
    assert_eq!((answer.header("content-type"), &answer.json()), ("application/json", expected));
    assert_eq!(client.get(PATH).expect(200).json(), *expected);
}

fn person(server: &Server) -> Person {
    Person::seeded(server, &Tenant::new(server, "Settings"), &[])
}

fn to_begin_with_everything_has_its_default(server: &Server) {
    let tenant = Tenant::new(server, "Defaults");
    for person in [Person::invited(server, &tenant), Person::seeded(server, &tenant, &[])] {
        for path in [PATH, PATH.trim_end_matches('/')] {
            let answer = person.client.get(path).expect(200);
            assert_eq!((answer.header("content-type"), answer.json()), ("application/json", defaults()));
        }
    }
}

fn what_is_sent_is_stored_and_answered(server: &Server) {
    let tenant = Tenant::new(server, "Stored");
    let person = Person::invited(server, &tenant);
    stored(&person.client, &full(), &full());
    stored(&person.client, &defaults(), &defaults());
}

fn what_is_not_sent_takes_its_default(server: &Server) {
    let person = person(server);
    for field in defaults().as_object().unwrap().keys() {
        put(&person.client, PATH, &full()).expect(200);
        let mut expected = defaults();
        expected[field] = full()[field].clone();
        stored(&person.client, &json!({field: full()[field]}), &expected);
    }
    put(&person.client, PATH, &full()).expect(200);
    stored(&person.client, &json!({}), &defaults());
}

fn unknown_fields_are_ignored(server: &Server) {
    let person = person(server);
    let body = json!({"dark_mode": true, "unknown": {"a": 1}, "id": "1", "state": "USER_STATE_LOCKED"});
    let mut expected = defaults();
    expected["dark_mode"] = json!(true);
    stored(&person.client, &body, &expected);
}

fn interface_config_may_be_anything(server: &Server) {
    let person = person(server);
    for any in [
        json!(null),
        json!(true),
        json!(0),
        json!(-1.5e10),
        json!(9_007_199_254_740_993_i64),
        json!("text"),
        json!([]),
        json!({}),
        json!([[[[[["deep"]]]]]]),
        json!({"": {"a\u{0}b": null}}),
    ] {
        let mut expected = defaults();
        expected["interface_config"] = any.clone();
        stored(&person.client, &json!({"interface_config": any}), &expected);
    }
}

fn what_is_taken_can_be_read_however_deep_it_is(server: &Server) {
    let tenant = Tenant::new(server, "Deep");
    let person = Person::seeded(server, &tenant, &["org:user"]);
    let member = format!("/iam/v1/team/members/{}/", person.id);
    for depth in [100, 125, 126, 127, 128, 1000] {
        let body = format!("{{\"interface_config\": {}{}}}", "[".repeat(depth), "]".repeat(depth));
        let answer = person.client.send("PUT", PATH, Some("application/json"), body.as_bytes());
        assert!([200, 422].contains(&answer.status) && (depth > 100 || answer.status == 200), "{depth}: {answer:?}");
        for path in [PATH, "/iam/v1/users/me/", member.as_str(), "/iam/v1/team/members/"] {
            person.client.get(path).expect(200);
        }
    }
}

fn every_fault_is_named_at_its_field(server: &Server) {
    let person = person(server);
    stored(&person.client, &full(), &full());
    let one = |field: &str, wrong: &Value, kind: &str| {
        let mut body = defaults();
        body[field] = wrong.clone();
        one_fault(&put(&person.client, PATH, &body), &json!(["body", field]), kind);
    };
    for field in ["dark_mode", "send_notification_by_mail", "raw_html_email"] {
        for wrong in [json!(null), json!(0), json!(1), json!("true"), json!([]), json!({})] {
            one(field, &wrong, "bool_type");
        }
    }
    for wrong in [json!(null), json!(1), json!(true), json!([]), json!({})] {
        one("email_signature", &wrong, "string_type");
    }
    for wrong in [json!(null), json!("a"), json!(1), json!({})] {
        one("property_rent_subscriptions", &wrong, "list_type");
    }
    for wrong in [json!(null), json!(1), json!(["a"])] {
        let body = json!({"property_rent_subscriptions": ["a", wrong]});
        one_fault(&put(&person.client, PATH, &body), &json!(["body", "property_rent_subscriptions", 1]), "string_type");
    }
    let several =
        json!({"raw_html_email": 1, "email_signature": 2, "property_rent_subscriptions": [3], "dark_mode": 4});
    let found = shape::faults(&put(&person.client, PATH, &several));
    assert_eq!(found.len(), 4, "{found:?}");
    assert_eq!(person.client.get(PATH).expect(200).json(), full());
}

fn another_body_is_refused(server: &Server) {
    let person = person(server);
    one_fault(&person.client.send("PUT", PATH, None, b""), &json!(["body"]), "missing");
    for body in [json!([]), json!("x"), json!(null), json!(true)] {
        one_fault(&put(&person.client, PATH, &body), &json!(["body"]), "model_attributes_type");
    }
    one_fault(&person.client.send("PUT", PATH, None, b"{\"a\": }"), &json!(["body", 6]), "json_invalid");
}

fn settings_may_take_64_kib_together(server: &Server) {
    const LIMIT: usize = 64 * 1024;
    let person = person(server);
    let empty = defaults().to_string().len();
    let text = |count: usize| "x".repeat(count);
    let signed = |count: usize| {
        let mut body = defaults();
        body["email_signature"] = json!(text(count));
        body
    };
    let largest = signed(LIMIT - empty);
    assert_eq!(largest.to_string().len(), LIMIT);
    stored(&person.client, &largest, &largest);
    let refused = |body: &Value, field: &str| {
        one_fault(&put(&person.client, PATH, body), &json!(["body", field]), "string_too_long");
        assert_eq!(person.client.get(PATH).expect(200).json(), largest);
    };
    refused(&signed(LIMIT - empty + 1), "email_signature");
    // Whatever takes most of it is to blame.
    refused(&json!({"interface_config": {"a": text(40_000)}, "email_signature": text(30_000)}), "interface_config");
    let subscriptions = vec![text(1000); 66];
    refused(&json!({"property_rent_subscriptions": subscriptions}), "property_rent_subscriptions");
}

fn it_is_the_config_within_the_user(server: &Server) {
    let tenant = Tenant::new(server, "Within");
    let person = Person::seeded(server, &tenant, &[]);
    let member = format!("/iam/v1/team/members/{}/", person.id);
    for expected in [defaults(), full(), defaults()] {
        put(&person.client, PATH, &expected).expect(200);
        assert_eq!(person.client.get("/iam/v1/users/me/").expect(200).json()["config"], expected);
        assert_eq!(tenant.admin.get(&member).expect(200).json()["config"], expected);
    }
}

fn each_person_has_settings_of_its_own(server: &Server) {
    let tenant = Tenant::new(server, "Own");
    let [one, two] = [0, 1].map(|_| Person::seeded(server, &tenant, &[]));
    put(&one.client, PATH, &full()).expect(200);
    assert_eq!(two.client.get(PATH).expect(200).json(), defaults());
    put(&two.client, PATH, &json!({"dark_mode": true})).expect(200);
    assert_eq!(one.client.get(PATH).expect(200).json(), full());
}

fn a_machine_has_none(server: &Server) {
    let tenant = Tenant::new(server, "Machines");
    for client in [&tenant.admin, &machine(server, &tenant, &[], &["admin"])] {
        shape::detail(&client.get(PATH).expect(404));
        shape::detail(&put(client, PATH, &full()).expect(404));
    }
}

fn it_takes_a_caller_and_no_role(server: &Server) {
    for client in [server.client(), server.client().bearer("x")] {
        shape::detail(&client.get(PATH).expect(401));
        shape::detail(&put(&client, PATH, &full()).expect(401));
    }
    let tenant = Tenant::new(server, "States");
    let person = Person::seeded(server, &tenant, &[]);
    person.client.get(PATH).expect(200);
    for state in ["locked", "inactive", "initial"] {
        tenant.seed.set_state(person.id, state);
        person.client.get(PATH).expect(401);
        put(&person.client, PATH, &full()).expect(401);
    }
    tenant.seed.set_state(person.id, "active");
    assert_eq!(person.client.get(PATH).expect(200).json(), defaults());
}
