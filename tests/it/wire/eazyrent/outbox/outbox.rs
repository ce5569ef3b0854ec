//! `/iam/v1/outbox/`: mail as the operator of the platform sees it. The servers here have no provider.

use iam_domain::crypto::TokenKind;
use iam_domain::crypto::secret::parse;
use iam_domain::params;
use iam_tests::{Client, Server};
use serde_json::{Value, json};

use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller, unique_email};

const PATH: &str = "/iam/v1/outbox/";
const DELIVER: &str = "/iam/v1/outbox/deliver/";

crate::on_both!(
    the_operator_sees_mail_and_its_code,
    newest_first_and_a_hundred_at_a_time,
    only_the_operator_sees_mail,
    without_a_provider_mail_stays,
    a_query_that_cannot_be_read_is_refused,
);

fn operator(server: &Server) -> Client {
    server.client().bearer(&server.bootstrap_token())
}

/// Invites somebody; gives the address and the id of the mail.
fn invited(tenant: &Tenant, local: &str) -> (String, String) {
    let email = unique_email(local);
    let new = json!({"first_name": "New", "last_name": "Person", "email": email});
    tenant.admin.post("/iam/v1/team/members/", &new).expect(201);
    let id = tenant.seed.texts("SELECT id FROM outbox WHERE recipient = ?1", params![&email]).remove(0);
    (email, id)
}

/// The list that begins with the mail `id`, whatever other tests have sent since.
#[track_caller]
fn from(operator: &Client, id: &str) -> Vec<Value> {
    let list = operator.get(&format!("{PATH}?before={id}0")).expect(200).json();
    list.as_array().unwrap().clone()
}

fn the_operator_sees_mail_and_its_code(server: &Server) {
    let tenant = Tenant::new(server, "Seen");
    let (email, id) = invited(&tenant, "seen");
    let mail = from(&operator(server), &id).remove(0);
    let code = mail["payload"]["code"].as_str().unwrap();
    assert_eq!(parse(code).map(|code| code.kind), Some(TokenKind::OneTimeCode));
    let expected = json!({
        "id": id,
        "template": "invitation",
        "recipient": email,
        "organization": tenant.organization.to_string(),
        "created_at": shape::moment(&mail["created_at"]),
        "attempts": 0,
        "next_attempt_at": mail["created_at"],
        "delivered_at": null,
        "failed_at": null,
        "last_error": null,
        "payload": mail["payload"],
    });
    assert_eq!(mail, expected);
}

fn newest_first_and_a_hundred_at_a_time(server: &Server) {
    let tenant = Tenant::new(server, "Listed");
    let first = invited(&tenant, "first").1;
    // Of an organization that ends with the test's rows; ids between that of the first and those of later mails.
    let rows = "WITH RECURSIVE n (i) AS (VALUES (100) UNION ALL SELECT i + 1 FROM n WHERE i < 249) \
        INSERT INTO outbox (id, template, recipient, organization_id, next_attempt_at, delivered_at, created_at) \
        SELECT ?1 || i, 'invitation', 'many@example.org', ?2, 1, 1, 1 FROM n";
    tenant.seed.run(rows, params![&first, tenant.organization]);
    let operator = operator(server);
    let ids = |before: &str| -> Vec<String> {
        let list = operator.get(&format!("{PATH}?before={before}")).expect(200).json();
        list.as_array().unwrap().iter().map(|mail| mail["id"].as_str().unwrap().to_owned()).collect()
    };
    let newest = ids(&format!("{first}3"));
    let expected: Vec<String> = (150..250).rev().map(|number| format!("{first}{number}")).collect();
    assert_eq!(newest, expected);
    let older = ids(&newest[99]);
    assert_eq!(older[..51].last(), Some(&first));
    let all = operator.get(PATH).expect(200).json();
    assert_eq!(all.as_array().unwrap().len(), 100);
    tenant.seed.run("DELETE FROM outbox WHERE recipient = 'many@example.org'", params![]);
}

fn only_the_operator_sees_mail(server: &Server) {
    let tenant = Tenant::new(server, "Unseen");
    invited(&tenant, "unseen");
    let machine = |platform: Option<&str>, roles: &[&str]| {
        let machine = tenant.seed.machine(tenant.organization, roles);
        if let Some(role) = platform {
            tenant.seed.grant(None, machine.id, role);
        }
        crate::wire::tenant::client_of(server, &machine)
    };
    for client in [
        tenant.admin.clone(),
        tenant.admin.acting(tenant.organization),
        caller(server, &tenant.seed, tenant.organization, &["org:user"]),
        machine(Some("staff"), &["org:admin"]),
        // Inside an organization, the role counts for nothing.
        machine(None, &["admin"]),
    ] {
        shape::detail(&client.get(PATH).expect(403));
        shape::detail(&client.post_empty(DELIVER).expect(403));
    }
    shape::detail(&server.client().get(PATH).expect(401));
    shape::detail(&server.client().post_empty(DELIVER).expect(401));
    machine(Some("admin"), &[]).get(PATH).expect(200);
}

fn without_a_provider_mail_stays(server: &Server) {
    let tenant = Tenant::new(server, "Waiting");
    let (_, id) = invited(&tenant, "waiting");
    let operator = operator(server);
    let answer = operator.post_empty(DELIVER).expect(200).json();
    assert_eq!(answer["delivered"], json!(0));
    assert!(answer["failed"].is_u64() && answer["waiting"].as_u64() > Some(0), "{answer}");
    let mail = from(&operator, &id).remove(0);
    assert_eq!((&mail["attempts"], &mail["delivered_at"]), (&json!(0), &Value::Null));
    assert!(mail["payload"]["code"].is_string(), "{mail}");
}

fn a_query_that_cannot_be_read_is_refused(server: &Server) {
    let operator = operator(server);
    shape::faults(&operator.get(&format!("{PATH}?before=%FF")));
    // An id that never was is a place in the order as well.
    assert_eq!(operator.get(&format!("{PATH}?before=0")).expect(200).json(), json!([]));
}
