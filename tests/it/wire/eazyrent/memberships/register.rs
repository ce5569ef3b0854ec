//! `POST /iam/v1/register/`.

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::memberships::members_list::PATH as MEMBERS;
use crate::wire::eazyrent::people::{
    ME, PASSWORD, activate, audit, code, log_in, mails, refused, tables_with, try_log_in,
};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, organization, unique_email, unique_phone};

crate::on_both!(
    an_organization_and_its_first_administrator_are_made,
    the_administrator_is_invited_and_at_work_after_activation,
    optional_fields_may_be_null_or_absent,
    an_address_in_use_leaves_nothing_behind,
    a_telephone_number_in_use_leaves_nothing_behind,
    every_fault_is_named_at_its_field,
    no_secret_is_answered,
);

const PATH: &str = "/iam/v1/register/";

pub fn body(email: &str) -> Value {
    json!({
        "organization": {"name": "Agence Lovelace", "registration_number": "RCS 123", "pairing_code": null},
        "org_admin": {"first_name": "Ada", "last_name": "Lovelace", "email": email, "phone": unique_phone()},
    })
}

pub fn register(server: &Server, body: &Value) -> Response {
    server.client().post(PATH, body)
}

/// The administrator, after activation.
pub fn administrator(server: &Server, tenant: &Tenant, email: &str) -> Client {
    activate(server, &code(&tenant.seed, email), PASSWORD).expect(200);
    log_in(server, email, PASSWORD)
}

fn an_organization_and_its_first_administrator_are_made(server: &Server) {
    let tenant = Tenant::new(server, "Bystander");
    let email = unique_email("Founder");
    let sent = body(&email);
    let answer = register(server, &sent).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json(), sent);
    let stored = "SELECT o.id, o.pairing_code IS NOT NULL, p.state, u.id, \
                    (SELECT group_concat(r.key) FROM role_grant g JOIN role r ON r.id = g.role_id \
                      WHERE g.principal_id = u.id AND g.organization_id = o.id), \
                    (SELECT count(*) FROM membership m WHERE m.organization_id = o.id) \
                  FROM user u JOIN principal p ON p.id = u.id JOIN organization o ON o.id = p.organization_id \
                  WHERE u.email = ?1";
    let rows = tenant.seed.run(stored, params![&email]);
    let [row] = rows.as_slice() else { panic!("one person: {rows:?}") };
    assert_eq!((row.text(2).unwrap().as_str(), row.text(4).unwrap().as_str()), ("initial", "org:admin"));
    assert_eq!((row.integer(1).unwrap(), row.integer(5).unwrap()), (1, 1));
    let event = ("organization.created".to_owned(), "anonymous".to_owned(), None);
    assert_eq!(audit(&tenant.seed, row.integer(0).unwrap()), [event]);
}

fn the_administrator_is_invited_and_at_work_after_activation(server: &Server) {
    let tenant = Tenant::new(server, "Bystander");
    let email = unique_email("Founder");
    let machine = tenant.admin.clone();
    // Who asks makes no difference, nor the slash.
    let sent = body(&format!(" {email} "));
    machine.post(PATH.trim_end_matches('/'), &sent).expect(200);
    let mailed = mails(&tenant.seed, &email);
    assert_eq!(mailed.iter().map(|(template, _)| template.as_str()).collect::<Vec<_>>(), ["invitation"]);
    refused(&try_log_in(server, &email, PASSWORD));

    let client = administrator(server, &tenant, &email);
    let mine = client.get("/iam/v1/organizations/me/").expect(200).json();
    let id = shape::id(&mine["id"]);
    let mut expected = organization(id, "Agence Lovelace");
    expected["registration_number"] = json!("RCS 123");
    let me = client.get(ME).expect(200).json();
    assert_eq!(me["organization"], expected);
    assert_eq!((&me["phone"], &me["state"]), (&sent["org_admin"]["phone"], &json!("USER_STATE_ACTIVE")));
    expected["organization"] = json!(null);
    expected["insurance"] = json!(null);
    assert_eq!(mine, expected);
    assert_eq!(client.get(MEMBERS).expect(200).json().as_array().unwrap().len(), 1);
    let next = json!({"first_name": "A", "last_name": "B", "email": unique_email("next")});
    client.post(MEMBERS, &next).expect(201);
    client.post_empty("/iam/v1/service-accounts/").expect(201);
    tenant.admin.get(&crate::wire::eazyrent::people::member(shape::id(&me["id"]))).expect(404);
}

fn optional_fields_may_be_null_or_absent(server: &Server) {
    let email = unique_email("nulls");
    let mut sent = body(&email);
    sent["org_admin"]["phone"] = json!(null);
    assert_eq!(register(server, &sent).expect(200).json(), sent);
    let email = unique_email("absent");
    sent["org_admin"]["email"] = json!(email);
    let expected = sent.clone();
    sent["org_admin"].as_object_mut().unwrap().remove("phone");
    sent["organization"].as_object_mut().unwrap().remove("pairing_code");
    assert_eq!(register(server, &sent).expect(200).json(), expected);
}

/// Rows of everything that a registration makes, of organizations with this name.
pub fn left_behind(tenant: &Tenant, name: &str) -> i64 {
    let sql = "SELECT count(*) + (SELECT count(*) FROM principal WHERE organization_id IN (SELECT id FROM organization \
               WHERE name = ?1)) FROM organization WHERE name = ?1";
    tenant.seed.count(sql, params![name])
}

fn an_address_in_use_leaves_nothing_behind(server: &Server) {
    let tenant = Tenant::new(server, "Holder");
    let (email, name) = (unique_email("Taken"), unique_email("Name"));
    tenant.seed.user(tenant.organization, &email, &[]);
    for address in [email.clone(), email.to_uppercase(), format!(" {} ", email.to_lowercase())] {
        let mut sent = body(&address);
        sent["organization"]["name"] = json!(name);
        let text = shape::detail(&register(server, &sent).expect(409));
        assert!(!text.to_lowercase().contains(&email.to_lowercase()), "{text}");
    }
    assert_eq!(left_behind(&tenant, &name), 0);
    assert_eq!(mails(&tenant.seed, &email), []);
}

fn a_telephone_number_in_use_leaves_nothing_behind(server: &Server) {
    let tenant = Tenant::new(server, "Number");
    let (email, name) = (unique_email("number"), unique_email("Name"));
    let mut sent = body(&email);
    sent["organization"]["name"] = json!(name);
    let holder = tenant.seed.user(tenant.organization, &unique_email("holder"), &[]);
    let phone = sent["org_admin"]["phone"].as_str().unwrap();
    tenant.seed.run("UPDATE user SET phone = ?2 WHERE id = ?1", params![holder, phone]);
    assert_eq!(shape::detail(&register(server, &sent).expect(409)), "This telephone number is already in use.");
    assert_eq!(left_behind(&tenant, &name), 0);
    assert_eq!(mails(&tenant.seed, &email), []);
}

fn every_fault_is_named_at_its_field(server: &Server) {
    let post = |body: &Value| shape::faults(&register(server, body));
    let at = |path: &[&str], kind: &str| (json!([&["body"], path].concat()), kind.to_owned());
    assert_eq!(post(&json!({})), ["organization", "org_admin"].map(|section| at(&[section], "missing")));
    for wrong in [json!(null), json!("x"), json!([]), json!(1)] {
        let body = json!({"organization": wrong, "org_admin": wrong});
        for section in ["organization", "org_admin"] {
            assert!(post(&body).contains(&at(&[section], "model_attributes_type")), "{wrong}");
        }
    }
    let required = [
        ["organization", "name"],
        ["organization", "registration_number"],
        ["org_admin", "first_name"],
        ["org_admin", "last_name"],
        ["org_admin", "email"],
    ];
    let empty = json!({"organization": {}, "org_admin": {}});
    assert_eq!(post(&empty), required.map(|path| at(&path, "missing")));
    for [section, field] in required {
        for (value, kind) in [(json!(null), "string_type"), (json!(1), "string_type"), (json!({}), "string_type")] {
            let mut sent = body("ada@example.org");
            sent[section][field] = value;
            assert_eq!(post(&sent), [at(&[section, field], kind)]);
        }
    }
    for (section, field, value, kind) in [
        ("organization", "name", json!(" "), "string_too_short"),
        ("organization", "name", json!("x".repeat(129)), "string_too_long"),
        ("organization", "registration_number", json!("\t"), "string_too_short"),
        ("organization", "registration_number", json!("a\u{0}b"), "value_error"),
        ("organization", "registration_number", json!("1".repeat(2084)), "string_too_long"),
        ("organization", "pairing_code", json!(1), "string_type"),
        ("org_admin", "first_name", json!(""), "string_too_short"),
        ("org_admin", "last_name", json!("x".repeat(129)), "string_too_long"),
        ("org_admin", "email", json!("ada"), "value_error"),
        ("org_admin", "email", json!(format!("{}@example.org", "a".repeat(200))), "string_too_long"),
        ("org_admin", "phone", json!("0612345678"), "value_error"),
        ("org_admin", "phone", json!(33), "string_type"),
    ] {
        let mut sent = body("ada@example.org");
        sent[section][field] = value;
        assert_eq!(post(&sent), [at(&[section, field], kind)]);
    }
    assert_eq!(post(&json!([])), [(json!(["body"]), "model_attributes_type".to_owned())]);
    assert_eq!(shape::faults(&server.client().post_empty(PATH)), [(json!(["body"]), "missing".to_owned())]);
}

fn no_secret_is_answered(server: &Server) {
    let tenant = Tenant::new(server, "Bystander");
    let email = unique_email("secret");
    let answer = register(server, &body(&email)).expect(200);
    let code = code(&tenant.seed, &email);
    let pairing = "SELECT pairing_code FROM organization o JOIN principal p ON p.organization_id = o.id \
                   JOIN user u ON u.id = p.id WHERE u.email = ?1";
    let pairing = tenant.seed.texts(pairing, params![&email]).remove(0);
    assert!(!answer.body.contains(&code) && !answer.body.contains(&pairing), "{answer:?}");
    assert_eq!(tables_with(&tenant.seed, &code), ["outbox"]);
}
