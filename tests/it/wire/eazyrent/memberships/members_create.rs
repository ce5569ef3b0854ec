//! `POST /iam/v1/team/members/`: the answer, and what is refused.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::memberships::members_list::PATH;
use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller, unique_email};

crate::on_both!(
    a_new_member_is_answered_as_a_whole_user,
    texts_are_trimmed_and_unknown_fields_ignored,
    every_fault_is_named_at_its_field,
    an_address_in_use_is_refused_whatever_its_case_and_wherever_it_is_used,
    reading_does_not_allow_writing,
);

fn new(email: &str) -> Value {
    json!({"first_name": "Ada", "last_name": "Lovelace", "email": email})
}

fn a_new_member_is_answered_as_a_whole_user(server: &Server) {
    let tenant = Tenant::new(server, "Answer");
    let email = unique_email("Ada.Lovelace");
    let answer = tenant.admin.post(PATH, &new(&email)).expect(201);
    assert_eq!(answer.header("content-type"), "application/json");
    let made = answer.json();
    let expected = json!({
        "user_type": "Human",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": email,
        "phone": null,
        "id": shape::id(&made["id"]).to_string(),
        "avatar": null,
        "state": "USER_STATE_INITIAL",
        "config": {
            "email_signature": "",
            "dark_mode": false,
            "property_rent_subscriptions": [],
            "send_notification_by_mail": false,
            "raw_html_email": false,
            "interface_config": null,
        },
        "organization": tenant.view("Answer"),
        "updated_at": shape::moment(&made["updated_at"]),
    });
    assert_eq!(made, expected);
    assert_eq!(tenant.admin.get(PATH).json()[0]["id"], made["id"]);
}

fn texts_are_trimmed_and_unknown_fields_ignored(server: &Server) {
    let tenant = Tenant::new(server, "Trimmed");
    let email = unique_email("Grace");
    let body = json!({
        "first_name": "  Grace\t", "last_name": " Brewster Hopper ", "email": format!(" {email} "),
        "state": "USER_STATE_ACTIVE", "id": "1", "grants": ["admin"],
    });
    let made = tenant.admin.post(PATH, &body).expect(201).json();
    assert_eq!((&made["first_name"], &made["last_name"]), (&json!("Grace"), &json!("Brewster Hopper")));
    assert_eq!((&made["email"], &made["state"]), (&json!(email), &json!("USER_STATE_INITIAL")));
}

fn every_fault_is_named_at_its_field(server: &Server) {
    let tenant = Tenant::new(server, "Faults");
    let post = |body: Value| shape::faults(&tenant.admin.post(PATH, &body));
    let at = |field: &str, kind: &str| (json!(["body", field]), kind.to_owned());
    let all = ["first_name", "last_name", "email"];
    assert_eq!(post(json!({})), all.map(|field| at(field, "missing")));
    for wrong in [json!(null), json!(1), json!(true), json!(["a"]), json!({})] {
        let body = json!({"first_name": wrong, "last_name": wrong, "email": wrong});
        assert_eq!(post(body), all.map(|field| at(field, "string_type")), "{wrong}");
    }
    for field in ["first_name", "last_name"] {
        let with = |text: &str| {
            let mut body = new("ada@example.org");
            body[field] = json!(text);
            post(body)
        };
        assert_eq!(with(""), [at(field, "string_too_short")]);
        assert_eq!(with(" \t\u{a0}\n"), [at(field, "string_too_short")]);
        assert_eq!(with(&"x".repeat(129)), [at(field, "string_too_long")]);
        assert_eq!(with("a\u{0}b"), [at(field, "value_error")]);
    }
    let addresses = [
        "",
        " ",
        "ada",
        "@example.org",
        "ada@",
        "ada@localhost",
        "a b@example.org",
        "a@b@example.org",
        "a@ex ample.org",
    ];
    for address in addresses {
        assert_eq!(post(new(address)), [at("email", "value_error")], "{address:?}");
    }
    assert_eq!(post(new(&format!("{}@example.org", "a".repeat(200)))), [at("email", "string_too_long")]);
    let both = json!({"first_name": " ", "last_name": "B", "email": "nobody"});
    assert_eq!(post(both), [at("first_name", "string_too_short"), at("email", "value_error")]);
    assert_eq!(tenant.admin.get(PATH).json(), json!([]));
}

fn an_address_in_use_is_refused_whatever_its_case_and_wherever_it_is_used(server: &Server) {
    let (tenant, other) = (Tenant::new(server, "First"), Tenant::new(server, "Second"));
    let email = unique_email("ümlaut.Ada");
    tenant.admin.post(PATH, &new(&email)).expect(201);
    let organizations = [tenant.organization, other.organization];
    let rows = || {
        let sql = "SELECT (SELECT count(*) FROM principal WHERE organization_id IN (?1, ?2)) \
            + (SELECT count(*) FROM membership WHERE organization_id IN (?1, ?2)) \
            + (SELECT count(*) FROM role_grant WHERE organization_id IN (?1, ?2)) \
            + (SELECT count(*) FROM one_time_code WHERE organization_id IN (?1, ?2)) \
            + (SELECT count(*) FROM outbox WHERE organization_id IN (?1, ?2)) \
            + (SELECT count(*) FROM audit_event WHERE organization_id IN (?1, ?2))";
        tenant.seed.count(sql, params![organizations[0], organizations[1]])
    };
    let before = rows();
    for client in [&tenant.admin, &other.admin] {
        for address in [email.clone(), email.to_uppercase(), email.to_lowercase(), format!("  {email} ")] {
            let text = shape::detail(&client.post(PATH, &new(&address)).expect(409));
            assert!(!text.contains(&email), "{text}");
        }
    }
    assert_eq!(rows(), before);
    assert_eq!(other.admin.get(PATH).json(), json!([]));
}

fn reading_does_not_allow_writing(server: &Server) {
    let tenant = Tenant::new(server, "Read only");
    for role in ["org:staff", "org:user", "organization:read"] {
        let reader = caller(server, &tenant.seed, tenant.organization, &[role]);
        reader.get(PATH).expect(200);
        shape::detail(&reader.post(PATH, &new(&unique_email("no"))).expect(403));
    }
    assert_eq!(tenant.admin.get(PATH).json(), json!([]));
}
