//! `GET` and `PUT /iam/v1/users/me/notification-preferences/`.

use iam_tests::{Client, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::person::{Person, machine, one_fault};
use crate::wire::eazyrent::users::config::put;
use crate::wire::shape;
use crate::wire::tenant::Tenant;

const PATH: &str = "/iam/v1/users/me/notification-preferences/";

crate::on_both!(
    to_begin_with_every_flag_has_its_default,
    what_is_sent_is_stored_and_answered,
    a_flag_that_is_not_sent_takes_its_default,
    a_section_that_is_not_sent_takes_its_defaults,
    unknown_fields_are_ignored,
    every_fault_is_named_at_its_flag,
    a_section_must_be_an_object,
    another_body_is_refused,
    each_person_has_choices_of_its_own,
    a_machine_has_none,
    it_takes_a_caller_and_no_role,
);

fn defaults() -> Value {
    json!({
        "app": {
            "rental_file_submitted": true,
            "rental_file_created": true,
            "rental_file_deletion": true,
            "rental_file_analyzed": true,
            "rental_file_collected": true,
            "insurance_agreement": false,
        },
        "email": {
            "rental_file_submitted": false,
            "rental_file_created": false,
            "rental_file_deletion": false,
            "rental_file_analyzed": false,
            "rental_file_collected": false,
            "insurance_agreement": false,
            "notifications_overview": true,
        },
    })
}

/// Every flag the other way round.
fn opposite() -> Value {
    let mut all = defaults();
    for section in all.as_object_mut().unwrap().values_mut() {
        for flag in section.as_object_mut().unwrap().values_mut() {
            *flag = json!(!flag.as_bool().unwrap());
        }
    }
    all
}

#[track_caller]
fn stored(client: &Client, body: &Value, expected: &Value) {
    let answer = put(client, PATH, body).expect(200);
    assert_eq!((answer.header("content-type"), &answer.json()), ("application/json", expected));
    assert_eq!(client.get(PATH).expect(200).json(), *expected);
}

fn person(server: &Server) -> Person {
    Person::seeded(server, &Tenant::new(server, "Choices"), &[])
}

fn to_begin_with_every_flag_has_its_default(server: &Server) {
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
    stored(&person.client, &opposite(), &opposite());
    stored(&person.client, &defaults(), &defaults());
}

fn a_flag_that_is_not_sent_takes_its_default(server: &Server) {
    let person = person(server);
    for (section, flags) in opposite().as_object().unwrap() {
        for (flag, value) in flags.as_object().unwrap() {
            put(&person.client, PATH, &opposite()).expect(200);
            let mut expected = defaults();
            expected[section][flag] = value.clone();
            stored(&person.client, &json!({section: {flag: value}}), &expected);
        }
    }
}

fn a_section_that_is_not_sent_takes_its_defaults(server: &Server) {
    let person = person(server);
    for (kept, reset) in [("app", "email"), ("email", "app")] {
        put(&person.client, PATH, &opposite()).expect(200);
        let mut expected = opposite();
        expected[reset] = defaults()[reset].clone();
        stored(&person.client, &json!({kept: opposite()[kept]}), &expected);
        // An empty one is as good as none.
        stored(&person.client, &json!({kept: opposite()[kept], reset: {}}), &expected);
    }
    put(&person.client, PATH, &opposite()).expect(200);
    stored(&person.client, &json!({}), &defaults());
}

fn unknown_fields_are_ignored(server: &Server) {
    let person = person(server);
    let mut body = opposite();
    body["sms"] = json!({"rental_file_created": true});
    body["app"]["notifications_overview"] = json!("only mail has it");
    body["email"]["other"] = json!(1);
    stored(&person.client, &body, &opposite());
}

fn every_fault_is_named_at_its_flag(server: &Server) {
    let person = person(server);
    stored(&person.client, &opposite(), &opposite());
    for (section, flags) in defaults().as_object().unwrap() {
        for flag in flags.as_object().unwrap().keys() {
            for wrong in [json!(null), json!(1), json!("true"), json!([]), json!({})] {
                let mut body = defaults();
                body[section][flag] = wrong;
                one_fault(&put(&person.client, PATH, &body), &json!(["body", section, flag]), "bool_type");
            }
        }
    }
    let several = json!({"app": {"rental_file_created": 1}, "email": {"insurance_agreement": 0, "other": 1}});
    let at = |section, flag| (json!(["body", section, flag]), "bool_type".to_owned());
    let found = shape::faults(&put(&person.client, PATH, &several));
    assert_eq!(found, [at("app", "rental_file_created"), at("email", "insurance_agreement")]);
    assert_eq!(person.client.get(PATH).expect(200).json(), opposite());
}

fn a_section_must_be_an_object(server: &Server) {
    let person = person(server);
    stored(&person.client, &opposite(), &opposite());
    for section in ["app", "email"] {
        for wrong in [json!(null), json!(true), json!("x"), json!([]), json!(1)] {
            let answer = put(&person.client, PATH, &json!({section: wrong}));
            one_fault(&answer, &json!(["body", section]), "model_attributes_type");
        }
    }
    assert_eq!(person.client.get(PATH).expect(200).json(), opposite());
}

fn another_body_is_refused(server: &Server) {
    let person = person(server);
    one_fault(&person.client.send("PUT", PATH, None, b""), &json!(["body"]), "missing");
    for body in [json!([]), json!("x"), json!(null), json!(true)] {
        one_fault(&put(&person.client, PATH, &body), &json!(["body"]), "model_attributes_type");
    }
}

fn each_person_has_choices_of_its_own(server: &Server) {
    let tenant = Tenant::new(server, "Own");
    let [one, two] = [0, 1].map(|_| Person::seeded(server, &tenant, &[]));
    put(&one.client, PATH, &opposite()).expect(200);
    assert_eq!(two.client.get(PATH).expect(200).json(), defaults());
    put(&two.client, PATH, &json!({})).expect(200);
    assert_eq!(one.client.get(PATH).expect(200).json(), opposite());
}

fn a_machine_has_none(server: &Server) {
    let tenant = Tenant::new(server, "Machines");
    for client in [&tenant.admin, &machine(server, &tenant, &[], &["admin"])] {
        shape::detail(&client.get(PATH).expect(404));
        shape::detail(&put(client, PATH, &opposite()).expect(404));
    }
}

fn it_takes_a_caller_and_no_role(server: &Server) {
    for client in [server.client(), server.client().bearer("x")] {
        shape::detail(&client.get(PATH).expect(401));
        shape::detail(&put(&client, PATH, &opposite()).expect(401));
    }
    let tenant = Tenant::new(server, "States");
    let person = Person::seeded(server, &tenant, &[]);
    put(&person.client, PATH, &opposite()).expect(200);
    tenant.seed.set_state(person.id, "inactive");
    person.client.get(PATH).expect(401);
    put(&person.client, PATH, &defaults()).expect(401);
    tenant.seed.set_state(person.id, "active");
    assert_eq!(person.client.get(PATH).expect(200).json(), opposite());
}
