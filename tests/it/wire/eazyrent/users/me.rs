//! `GET /iam/v1/users/me/`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::shape;
use crate::wire::tenant::{Tenant, client_of, unique_email};

const PATH: &str = "/iam/v1/users/me/";

crate::on_both!(
    a_machine_sees_itself,
    a_person_sees_itself_with_defaults,
    a_person_sees_what_is_stored,
    a_caller_without_organization_sees_null,
    a_slash_at_the_end_makes_no_difference,
);

fn default_config() -> Value {
    json!({
        "email_signature": "",
        "dark_mode": false,
        "property_rent_subscriptions": [],
        "send_notification_by_mail": false,
        "raw_html_email": false,
        "interface_config": null,
    })
}

fn a_machine_sees_itself(server: &Server) {
    let tenant = Tenant::new(server, "Machines");
    // No role at all: everybody may see themselves.
    let machine = tenant.seed.machine(tenant.organization, &[]);
    let me = client_of(server, &machine).get(PATH).expect(200).json();
    let expected = json!({
        "user_type": "Machine",
        "name": "test",
        "updated_at": shape::moment(&me["updated_at"]),
        "id": machine.id.to_string(),
        "organization": tenant.view("Machines"),
    });
    assert_eq!(me, expected);
}

fn a_person_sees_itself_with_defaults(server: &Server) {
    let tenant = Tenant::new(server, "People");
    let email = unique_email("Ada");
    let person = tenant.seed.user(tenant.organization, &email, &[]);
    let me = server.client().bearer(&tenant.seed.api_token(person)).get(PATH).expect(200).json();
    let expected = json!({
        "user_type": "Human",
        "first_name": "Test",
        "last_name": "Person",
        "email": email,
        "phone": null,
        "id": person.to_string(),
        "avatar": null,
        "state": "USER_STATE_ACTIVE",
        "config": default_config(),
        "organization": tenant.view("People"),
        "updated_at": shape::moment(&me["updated_at"]),
    });
    assert_eq!(me, expected);
}

fn a_person_sees_what_is_stored(server: &Server) {
    let tenant = Tenant::new(server, "Stored");
    let person = tenant.seed.user(tenant.organization, &unique_email("stored"), &[]);
    let config = json!({
        "email_signature": "Bien à vous",
        "dark_mode": true,
        "property_rent_subscriptions": ["1", "2"],
        "send_notification_by_mail": true,
        "raw_html_email": true,
        "interface_config": {"theme": [1, 2.5, null]},
    });
    let sql = "UPDATE user SET first_name = NULL, last_name = NULL, phone = '+33612345678', \
               avatar_url = 'https://cdn.example.org/me.png', config = ?2 WHERE id = ?1";
    tenant.seed.run(sql, params![person, config.to_string()]);
    tenant.seed.run("UPDATE principal SET updated_at = 1767225600007 WHERE id = ?1", params![person]);
    let me = server.client().bearer(&tenant.seed.api_token(person)).get(PATH).expect(200).json();
    assert_eq!(me["config"], config);
    assert_eq!((&me["first_name"], &me["last_name"]), (&json!(null), &json!(null)));
    assert_eq!(me["phone"], json!("+33612345678"));
    assert_eq!(me["avatar"], json!("https://cdn.example.org/me.png"));
    assert_eq!(me["updated_at"], json!("2026-01-01T00:00:00.007Z"));
}

fn a_caller_without_organization_sees_null(server: &Server) {
    let tenant = Tenant::new(server, "Left");
    let person = tenant.seed.user(tenant.organization, &unique_email("left"), &[]);
    tenant
        .seed
        .run("UPDATE principal SET organization_id = NULL WHERE id IN (?1, ?2)", params![person, tenant.machine.id]);
    let me = server.client().bearer(&tenant.seed.api_token(person)).get(PATH).expect(200).json();
    assert_eq!(me["organization"], json!(null));
    assert_eq!(tenant.admin.get(PATH).expect(200).json()["organization"], json!(null));
}

fn a_slash_at_the_end_makes_no_difference(server: &Server) {
    let tenant = Tenant::new(server, "Slashes");
    let with = tenant.admin.get(PATH).expect(200).json();
    assert_eq!(with, tenant.admin.get(PATH.trim_end_matches('/')).expect(200).json());
}
