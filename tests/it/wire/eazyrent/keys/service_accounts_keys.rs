//! `/iam/v1/service-accounts/{id}/keys/`.

use std::sync::Mutex;

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use crate::wire::jwt;
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    a_key_file_is_complete_and_works_at_once,
    the_private_key_is_not_kept,
    keys_are_listed_in_order_of_creation_with_metadata_only,
    a_deleted_key_and_its_tokens_are_refused_at_once,
    a_key_is_found_only_under_its_account_and_organization,
    an_expired_key_stays_listed_and_is_refused,
);

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

fn path(account: impl std::fmt::Display) -> String {
    format!("/iam/v1/service-accounts/{account}/keys/")
}

/// Makes a key; one at a time, since an instance refuses a fifth search.
fn create(client: &Client, account: i64) -> Value {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    client.post_empty(&path(account)).expect(201).json()
}

fn exchange(server: &Server, pem: &str, kid: &str, account: i64) -> Response {
    let assertion = jwt::sign(pem, kid, &jwt::assertion_claims(server, account));
    server.client().form("/oauth/v2/token", &[("grant_type", JWT_BEARER), ("assertion", &assertion)])
}

fn token(answer: &Response) -> String {
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

fn a_key_file_is_complete_and_works_at_once(server: &Server) {
    let tenant = Tenant::new(server, "Key file");
    let account = tenant.seed.machine(tenant.organization, &[]).id;
    let file = create(&tenant.admin, account);
    let pem = file["key"].as_str().unwrap();
    let expected = json!({
        "type": "serviceaccount",
        "keyId": shape::id(&file["keyId"]).to_string(),
        "key": pem,
        "expirationDate": "9999-12-31T23:59:59Z",
        "userId": account.to_string(),
    });
    assert_eq!(file, expected);
    assert!(pem.starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
    assert!(pem.trim_end().ends_with("\n-----END RSA PRIVATE KEY-----"));
    let granted = exchange(server, pem, file["keyId"].as_str().unwrap(), account).expect(200);
    let me = server.client().bearer(&token(&granted)).get("/iam/v1/users/me/").expect(200).json();
    assert_eq!((&me["id"], &me["user_type"]), (&file["userId"], &json!("Machine")));
    let sql =
        "SELECT count(*) FROM audit_event WHERE action = 'credential.created' AND target_id = ?1 AND actor_id = ?2";
    assert_eq!(tenant.seed.count(sql, params![shape::id(&file["keyId"]), tenant.machine.id]), 1);
}

fn the_private_key_is_not_kept(server: &Server) {
    let tenant = Tenant::new(server, "Not kept");
    let account = tenant.seed.machine(tenant.organization, &[]).id;
    let file = create(&tenant.admin, account);
    let sql = "SELECT public_key FROM credential WHERE id = ?1";
    let rows = tenant.seed.run(sql, params![shape::id(&file["keyId"])]);
    let stored = rows[0].json(0).unwrap();
    let mut members: Vec<&str> = stored.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
    let line = file["key"].as_str().unwrap().lines().nth(8).unwrap();
    assert!(!format!("{:?}", tenant.seed.dump()).contains(line));
}

fn keys_are_listed_in_order_of_creation_with_metadata_only(server: &Server) {
    let tenant = Tenant::new(server, "Listed");
    let account = tenant.seed.machine(tenant.organization, &[]).id;
    assert_eq!(tenant.admin.get(&path(account)).expect(200).json(), json!({"count": 0, "results": []}));
    let kids = [3, 1, 2].map(|second: i64| {
        let kid = tenant.seed.key(account, jwt::rsa(0));
        tenant.seed.run(
            "UPDATE credential SET created_at = ?2 WHERE id = ?1",
            params![kid.parse::<i64>().unwrap(), second * 1000],
        );
        kid
    });
    let view = |kid: &str, second: i64| {
        json!({
            "id": kid,
            "type": "KEY_TYPE_JSON",
            "expiration_date": "9999-12-31T23:59:59Z",
            "created_at": format!("1970-01-01T00:00:0{second}.000Z"),
            "tenant": tenant.organization.to_string(),
        })
    };
    let results = json!([view(&kids[1], 1), view(&kids[2], 2), view(&kids[0], 3)]);
    let answer = tenant.admin.get(&path(account)).expect(200);
    assert_eq!(answer.json(), json!({"count": 3, "results": results}));
}

fn a_deleted_key_and_its_tokens_are_refused_at_once(server: &Server) {
    let tenant = Tenant::new(server, "Deleted key");
    let account = tenant.seed.machine(tenant.organization, &[]).id;
    let (doomed, kept) = (tenant.seed.key(account, jwt::rsa(0)), tenant.seed.key(account, jwt::rsa(1)));
    let bearer = |pem, kid| server.client().bearer(&token(&exchange(server, pem, kid, account).expect(200)));
    let (by_doomed, by_kept) = (bearer(jwt::rsa(0), &doomed), bearer(jwt::rsa(1), &kept));
    by_doomed.get("/iam/v1/users/me/").expect(200);
    let answer = tenant.admin.delete(&format!("{}{doomed}/", path(account))).expect(204);
    assert_eq!(answer.body, "");
    by_doomed.get("/iam/v1/users/me/").expect(401);
    by_kept.get("/iam/v1/users/me/").expect(200);
    assert_eq!(shape::oauth_error(&exchange(server, jwt::rsa(0), &doomed, account).expect(400)), "invalid_grant");
    exchange(server, jwt::rsa(1), &kept, account).expect(200);
    tenant.admin.delete(&format!("{}{doomed}/", path(account))).expect(404);
    assert_eq!(tenant.admin.get(&path(account)).json()["count"], json!(1));
    let sql = "SELECT action FROM audit_event WHERE request_id = ?1 AND target_id = ?2";
    let params = params![answer.header("x-request-id"), doomed.parse::<i64>().unwrap()];
    assert_eq!(tenant.seed.texts(sql, params), ["credential.deleted"]);
}

fn a_key_is_found_only_under_its_account_and_organization(server: &Server) {
    let (tenant, stranger) = (Tenant::new(server, "Own"), Tenant::new(server, "Foreign"));
    let (account, sibling) = (tenant.machine.id, tenant.seed.machine(tenant.organization, &[]).id);
    let person = tenant.seed.user(tenant.organization, &unique_email("person"), &[]);
    let (own, foreign) = (tenant.seed.key(account, jwt::rsa(0)), tenant.seed.key(stranger.machine.id, jwt::rsa(1)));
    let secret = tenant
        .seed
        .count("SELECT id FROM credential WHERE principal_id = ?1 AND kind = 'client_secret'", params![account]);
    let unknown = "999999999999".to_owned();
    for id in [unknown.clone(), person.to_string(), stranger.machine.id.to_string(), "abc".into(), "%F0".into()] {
        shape::detail(&tenant.admin.get(&path(&id)).expect(404));
        shape::detail(&tenant.admin.post_empty(&path(&id)).expect(404));
        shape::detail(&tenant.admin.delete(&format!("{}{own}/", path(&id))).expect(404));
    }
    for (account, key) in [
        (sibling, own.clone()),
        (account, foreign.clone()),
        (stranger.machine.id, foreign.clone()),
        (account, secret.to_string()),
        (account, unknown),
        (account, "abc".into()),
        (account, "1%2F2".into()),
    ] {
        shape::detail(&tenant.admin.delete(&format!("{}{key}/", path(account))).expect(404));
    }
    assert_eq!(tenant.admin.get(&path(account)).json()["results"][0]["id"], json!(own));
    assert_eq!(stranger.admin.get(&path(stranger.machine.id)).json()["results"][0]["id"], json!(foreign));
}

fn an_expired_key_stays_listed_and_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Expired key");
    let account = tenant.seed.machine(tenant.organization, &[]).id;
    let kid = tenant.seed.key(account, jwt::rsa(0));
    let bearer = server.client().bearer(&token(&exchange(server, jwt::rsa(0), &kid, account).expect(200)));
    tenant.seed.expire(account, "public_key", 951_782_400_000);
    let list = tenant.admin.get(&path(account)).expect(200).json();
    assert_eq!(list["results"][0]["expiration_date"], json!("2000-02-29T00:00:00.000Z"));
    assert_eq!(shape::oauth_error(&exchange(server, jwt::rsa(0), &kid, account).expect(400)), "invalid_grant");
    bearer.get("/iam/v1/users/me/").expect(401);
}
