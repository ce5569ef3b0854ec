//! Addresses that only look like one, codes that are none, connections that go on, and a picture that is known.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::connection::{Connection, head};
use crate::wire::eazyrent::memberships::register::{body, register};
use crate::wire::eazyrent::organizations::accounts::PATH as ACCOUNTS;
use crate::wire::eazyrent::organizations::logo::PATH as LOGO;
use crate::wire::eazyrent::person::one_fault;
use crate::wire::eazyrent::service_accounts::service_accounts::PATH as MACHINES;
use crate::wire::eazyrent::upload::{self, PNG, path_of};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    a_logo_with_a_control_character_is_refused,
    a_blank_pairing_code_is_none,
    a_body_that_nobody_reads_leaves_the_connection_usable,
    a_body_that_comes_late_leaves_the_connection_usable,
    a_picture_that_is_there_is_known_to_who_has_any,
);

const ME: &str = "/iam/v1/organizations/me/";

fn a_logo_with_a_control_character_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Logos");
    for logo in [
        "java\nscript:alert(1)",
        "java\tscript:alert(1)",
        "java\r\nscript:alert(1)",
        "javascript\n:alert(1)",
        "\u{1}javascript:alert(1)",
        "https://cdn.example.org/a\nb.png",
        "https://cdn.example.org/\u{0}",
        "https://cdn.example.org/\u{7f}",
        "https://cdn.example.org/\u{85}b",
    ] {
        let answer = tenant.admin.post(ACCOUNTS, &json!({"name": "Logo", "logo": logo}));
        one_fault(&answer, &json!(["body", "logo"]), "value_error");
    }
    assert_eq!(tenant.admin.get(ACCOUNTS).expect(200).json(), json!([]));
    // An address on paper has lines.
    let lines = json!({"name": "Lines", "address": "1 rue Ada\n75001 Paris", "logo": "https://cdn.example.org/a.png"});
    let made = tenant.admin.post(ACCOUNTS, &lines).expect(200).json();
    assert_eq!((&made["address"], &made["logo"]), (&lines["address"], &lines["logo"]));
}

fn a_blank_pairing_code_is_none(server: &Server) {
    let tenant = Tenant::new(server, "Bystander");
    for blank in ["", "  ", "\t"] {
        let email = unique_email("blank");
        let mut sent = body(&email);
        let expected = sent.clone();
        sent["organization"]["pairing_code"] = json!(blank);
        assert_eq!(register(server, &sent).expect(200).json(), expected);
        let alone = "SELECT count(*) FROM organization o JOIN principal p ON p.organization_id = o.id \
                     JOIN user u ON u.id = p.id WHERE u.email = ?1 AND o.parent_id IS NULL AND o.insurer_id IS NULL";
        assert_eq!(tenant.seed.count(alone, params![email]), 1, "{blank:?}");
    }
}

/// Requests whose body nobody wants: method, path, token, status.
fn unwanted(tenant: &Tenant) -> Vec<(&'static str, String, String, u16)> {
    let token = tenant.seed.api_token(tenant.machine.id);
    let machine = tenant.seed.machine(tenant.organization, &[]).id;
    vec![
        ("DELETE", format!("{MACHINES}{machine}/"), token.clone(), 204),
        ("DELETE", LOGO.to_owned(), token.clone(), 202),
        ("DELETE", format!("{MACHINES}999999999999/"), token.clone(), 404),
        // Rights come before anything else.
        ("DELETE", LOGO.to_owned(), "nothing".to_owned(), 401),
        ("POST", ACCOUNTS.to_owned(), "nothing".to_owned(), 401),
        ("POST", "/iam/v1/nothing/".to_owned(), token, 404),
    ]
}

const BODY: &str = r#"{"reason": "not needed any more", "padding": "................................"}"#;

/// GET of the own organization on a connection that has been used.
#[track_caller]
fn goes_on(server: &Server, connection: &mut Connection, tenant: &Tenant) {
    connection.write(head(server, "GET", ME, &tenant.seed.api_token(tenant.machine.id), 0, ""));
    let answer = connection.answer().expect(200);
    assert_eq!(answer.json()["id"], json!(tenant.organization.to_string()));
}

fn a_body_that_nobody_reads_leaves_the_connection_usable(server: &Server) {
    let tenant = Tenant::new(server, "Kept alive");
    let mut connection = Connection::open(server);
    for (method, path, token, status) in unwanted(&tenant) {
        connection.write(format!("{}{BODY}", head(server, method, &path, &token, BODY.len(), "")));
        connection.answer().expect(status);
        goes_on(server, &mut connection, &tenant);
    }
}

fn a_body_that_comes_late_leaves_the_connection_usable(server: &Server) {
    let tenant = Tenant::new(server, "Late");
    for (method, path, token, status) in unwanted(&tenant) {
        let mut connection = Connection::open(server);
        connection.write(head(server, method, &path, &token, BODY.len(), ""));
        // Another request meanwhile: by then the first has long come.
        tenant.admin.get(ME).expect(200);
        connection.write(BODY);
        let answer = connection.answer().expect(status);
        assert_ne!(answer.headers.get("connection").map(String::as_str), Some("close"), "{method} {path}");
        goes_on(server, &mut connection, &tenant);
    }
}

fn a_picture_that_is_there_is_known_to_who_has_any(server: &Server) {
    let tenant = Tenant::new(server, "Any");
    upload::post(&tenant.admin, LOGO, &[("logo", "image/png", PNG)]).expect(202);
    let address: Value = tenant.admin.get(ME).expect(200).json()["logo"].clone();
    let path = path_of(server, &address);
    for any in ["*", " * "] {
        let client = server.client().with("if-none-match", any);
        let (answer, bytes) = client.get_bytes(path);
        assert!(answer.expect(304).headers.contains_key("etag") && bytes.is_empty());
        client.head(path).expect(304);
    }
    tenant.admin.delete(LOGO).expect(202);
    shape::detail(&server.client().with("if-none-match", "*").get(path).expect(404));
}
