//! `PATCH /accounts/{token}/join`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::people::{audit, reset, tables_with, try_log_in};
use crate::wire::idah::users::fixtures::{
    ACCOUNTS, change, join, made, memberships, one, rows, scope, shown, token_of,
};
use crate::wire::idah::{DOCUMENT, caller, login, refusal};
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    who_joins_has_come_in,
    a_token_works_once,
    the_given_token_sets_the_first_password,
    an_unknown_token_is_not_found,
    an_invitation_runs_out,
    whoever_calls_and_whatever_is_sent_does_not_matter,
    the_disabled_join_and_stay_so,
    an_invitation_of_another_api_is_joined,
    who_has_an_address_of_a_domain_joins_its_organization,
    two_at_once_join_once,
);

const PASSWORD: &str = "Another-only-2";

/// Somebody invited into these organizations: id, address, token.
fn invited(server: &Server, organizations: &[i64]) -> (i64, String, String) {
    let (admin, email) = (caller(server, "admin", &[]), unique_email("invited"));
    let (id, _) = made(&admin.client, json!({ "email": email, "role_scope": scope(organizations) }));
    let token = token_of(&server.seed(), &email);
    (id, email, token)
}

fn who_joins_has_come_in(server: &Server) {
    let seed = server.seed();
    let organization = seed.organization("Joined");
    let (id, email, token) = invited(server, &[organization]);
    seed.run("UPDATE principal SET updated_at = 1 WHERE id = ?1", params![id]);
    let answer = join(server, &token);
    let (joined, attributes) = one(&answer, 200);
    assert_eq!((joined, &attributes["email"]), (id, &json!(email)));
    assert!(attributes["joined_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(attributes["invitation_expired_at"], Value::Null);
    assert_eq!(attributes["enabled"], true);
    assert!(!attributes["updated_at"].as_str().unwrap().starts_with("1970"));
    let body = answer.json();
    let given = body["meta"]["password_reset_token"].as_str().unwrap();
    assert!(given.len() == 64 && given != token, "{given}");
    assert_eq!(body["meta"].as_object().unwrap().len(), 1);
    assert_eq!(tables_with(&seed, given), [""; 0], "its hash alone is kept, and it is not mailed");
    let left = "SELECT (expires_at - created_at) / 1000 FROM one_time_code WHERE principal_id = ?1 \
                AND purpose = 'password_reset'";
    assert_eq!(seed.count(left, params![id]), 3600);
    assert_eq!(memberships(&seed, id), [(organization, false, "active".to_owned())]);
    assert_eq!(seed.texts("SELECT state FROM principal WHERE id = ?1", params![id]), ["active"]);
    let proven = "SELECT count(*) FROM user WHERE id = ?1 AND email_verified_at IS NOT NULL";
    assert_eq!(seed.count(proven, params![id]), 1);
    assert_eq!(audit(&seed, id)[1], ("user.joined".to_owned(), "anonymous".to_owned(), None));
    assert_eq!(answer.headers.iter().filter(|(name, _)| *name == "set-cookie").count(), 0, "nobody is logged in");
    assert_eq!(shown(&caller(server, "admin", &[]).client, id), attributes);
}

fn a_token_works_once(server: &Server) {
    let (id, _, token) = invited(server, &[]);
    join(server, &token).expect(200);
    let before = rows(&server.seed(), id);
    assert_eq!(refusal(&join(server, &token), 404).0, "Verse::Error::RecordNotFound");
    assert_eq!(rows(&server.seed(), id), before);
}

fn the_given_token_sets_the_first_password(server: &Server) {
    let (_, email, token) = invited(server, &[]);
    assert_eq!(login(server, &email, PASSWORD).status, 401);
    let answer = join(server, &token).json();
    let given = answer["meta"]["password_reset_token"].as_str().unwrap();
    reset(server, given, PASSWORD).expect(202);
    login(server, &email, PASSWORD).expect(200);
    try_log_in(server, &email, PASSWORD).expect(200);
}

fn an_unknown_token_is_not_found(server: &Server) {
    for token in ["0".repeat(64), "x".to_owned(), "1".to_owned(), "%20".to_owned()] {
        assert_eq!(refusal(&join(server, &token), 404).0, "Verse::Error::RecordNotFound", "{token}");
    }
    let (_, email, token) = invited(server, &[]);
    refusal(&join(server, &token.to_uppercase()), 404);
    // A token for a new password is none for this.
    let given = join(server, &token).json()["meta"]["password_reset_token"].as_str().unwrap().to_owned();
    refusal(&join(server, &given), 404);
    assert_eq!(login(server, &email, PASSWORD).status, 401);
}

fn an_invitation_runs_out(server: &Server) {
    let (id, _, token) = invited(server, &[]);
    let seed = server.seed();
    seed.run("UPDATE one_time_code SET expires_at = 1 WHERE principal_id = ?1", params![id]);
    let before = rows(&seed, id);
    let (title, detail) = refusal(&join(server, &token), 422);
    assert_eq!((title.as_str(), detail.as_str()), ("Verse::Error::ValidationFailed", "Invitation has expired"));
    assert_eq!(rows(&seed, id), before);
}

fn whoever_calls_and_whatever_is_sent_does_not_matter(server: &Server) {
    let path = |token: &str| format!("/api/v1/iam{ACCOUNTS}/{token}/join");
    let (_, _, token) = invited(server, &[]);
    server.client().send("PATCH", &path(&token), None, b"").expect(200);
    let (_, _, token) = invited(server, &[]);
    server.client().bearer("nonsense").send("PATCH", &path(&token), Some("text/plain"), b"{").expect(200);
    let (id, email, token) = invited(server, &[]);
    let answer = server.client().send("PATCH", &path(&token), Some(DOCUMENT), b"{");
    assert_eq!((answer.status, answer.json()["type"].as_str()), (400, Some("Verse::Error::BadRequest")));
    let body = json!({ "data": { "type": "x", "attributes": { "email": "a@b.example", "name": "Eve" } } });
    let answer = server.client().send("PATCH", &path(&token), Some(DOCUMENT), body.to_string().as_bytes());
    let (joined, attributes) = one(&answer, 200);
    assert_eq!((joined, &attributes["email"], &attributes["name"]), (id, &json!(email), &Value::Null));
}

fn the_disabled_join_and_stay_so(server: &Server) {
    let (id, email, token) = invited(server, &[]);
    let admin = caller(server, "admin", &[]);
    change(&admin.client, id, json!({ "enabled": false })).expect(200);
    let answer = join(server, &token);
    let (joined, attributes) = one(&answer, 200);
    assert_eq!((joined, &attributes["enabled"]), (id, &json!(false)));
    assert!(attributes["joined_at"].is_string());
    let reset_token = answer.json()["meta"]["password_reset_token"].as_str().unwrap().to_owned();
    let new = json!({ "token": reset_token, "password": PASSWORD });
    server.client().post("/account/passwords/reset", &new).expect(204);
    assert_eq!(refusal(&login(server, &email, PASSWORD), 401).1, "account_disabled");
    change(&admin.client, id, json!({ "enabled": true })).expect(200);
    login(server, &email, PASSWORD).expect(200);
}

fn an_invitation_of_another_api_is_joined(server: &Server) {
    let tenant = Tenant::new(server, "Other API");
    let (id, email) = crate::wire::eazyrent::people::invite(&tenant, "other-api");
    let code = crate::wire::eazyrent::people::code(&tenant.seed, &email);
    let (joined, attributes) = one(&join(server, &code), 200);
    assert_eq!((joined, &attributes["name"]), (id, &json!("Ada Lovelace")));
    let there = tenant.admin.get(&crate::wire::eazyrent::people::member(id)).expect(200).json();
    assert_eq!(there["state"], "USER_STATE_ACTIVE");
}

fn who_has_an_address_of_a_domain_joins_its_organization(server: &Server) {
    let (seed, admin) = (server.seed(), caller(server, "admin", &[]));
    let (organization, domain) = (seed.organization("Domain"), format!("d{}.example", crate::wire::idah::number()));
    seed.run(
        "INSERT INTO organization_jit_domain (organization_id, domain) VALUES (?1, ?2)",
        params![organization, &domain],
    );
    let email = format!("ada@{domain}");
    let (id, _) = made(&admin.client, json!({ "email": email }));
    assert_eq!(memberships(&seed, id).len(), 0);
    let (_, attributes) = one(&join(server, &token_of(&seed, &email)), 200);
    assert_eq!(attributes["role_scope"], scope(&[organization]));
}

fn two_at_once_join_once(server: &Server) {
    let (_, _, token) = invited(server, &[]);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (client, path) = (server.client(), format!("{ACCOUNTS}/{token}/join"));
            std::thread::spawn(move || client.send("PATCH", &path, None, b"").status)
        })
        .collect();
    let mut statuses: Vec<u16> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404, 404, 404]);
}
