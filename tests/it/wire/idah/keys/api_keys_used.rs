//! What a key allows while it is used: accounts by permission, and how a key ends.

use iam_tests::{Client, Server};
use serde_json::json;

use crate::wire::idah::keys::fixtures::{client_of_key, key, key_caller, service_account, set_key};
use crate::wire::idah::{account, among, caller, ids, refusal};

crate::on_both!(
    accounts_by_permission,
    a_key_without_permissions_sees_its_own_account,
    a_revoked_key_ends_its_tokens,
    a_removed_key_ends_its_tokens,
    an_expired_key_ends_its_tokens,
    limits_of_the_key_count_and_not_those_of_the_token,
);

/// Which of these accounts are seen; single ones agree.
#[track_caller]
fn seen(client: &Client, accounts: &[i64]) -> Vec<i64> {
    let list = among(accounts);
    let mut seen = ids(&client.get(&format!("/accounts?{list}")));
    seen.sort_unstable();
    for id in accounts {
        let expected = if seen.contains(id) { 200 } else { 404 };
        assert_eq!(client.get(&format!("/accounts/{id}")).status, expected, "{id}");
    }
    seen
}

fn sorted(mut ids: Vec<i64>) -> Vec<i64> {
    ids.sort_unstable();
    ids
}

fn accounts_by_permission(server: &Server) {
    let (here, there) = (server.seed().organization("Here"), server.seed().organization("There"));
    let (near, _) = account(server, Some("user"), &[here]);
    let (far, _) = account(server, Some("admin"), &[there]);
    let (unknown, _) = account(server, None, &[there]);
    let own = service_account(server);
    let all = [near, far, unknown, own];
    for permission in ["account_ro_all", "account_rw_all", "org_rw_all"] {
        let client = key_caller(server, &[permission], "all", &[]);
        assert_eq!(seen(&client, &all), sorted(all.to_vec()), "{permission}");
    }
    let limited = key_caller(server, &["org_rw_org"], "org", &[here]);
    assert_eq!(seen(&limited, &all), sorted(vec![near, own]));
    for (permission, scope) in [
        ("org_ro_org", "org"),
        ("org_ro_all", "all"),
        ("project_ro_org", "org"),
        ("project_rw_org", "org"),
        ("project_ro_all", "all"),
        ("project_rw_all", "all"),
    ] {
        let limits = if scope == "org" { vec![here] } else { vec![] };
        assert_eq!(seen(&key_caller(server, &[permission], scope, &limits), &all), [own], "{permission}");
    }
}

fn a_key_without_permissions_sees_its_own_account(server: &Server) {
    // As when none of those that the token names is left.
    let id = key(server, &["account_ro_all"], "all", &[]);
    let client = client_of_key(server, id);
    let (other, _) = account(server, Some("user"), &[]);
    let own = service_account(server);
    assert_eq!(seen(&client, &[other, own]), sorted(vec![other, own]));
    set_key(server, id, "permissions", "[]");
    assert_eq!(seen(&client, &[other, own]), [own]);
    refusal(&client.get("/organizations"), 403);
}

#[track_caller]
fn is_refused(client: &Client) {
    let answer = refusal(&client.get("/accounts"), 401);
    assert_eq!(answer, ("Verse::Error::Authorization".to_owned(), "Invalid JWT token".to_owned()));
}

fn a_revoked_key_ends_its_tokens(server: &Server) {
    let id = key(server, &["account_ro_all"], "all", &[]);
    let (client, admin) = (client_of_key(server, id), caller(server, "admin", &[]).client);
    client.get("/accounts?page[size]=1").expect(200);
    admin.post_empty(&format!("/api_keys/{id}/revoke")).expect(200);
    is_refused(&client);
}

fn a_removed_key_ends_its_tokens(server: &Server) {
    let id = key(server, &["account_ro_all"], "all", &[]);
    let (client, admin) = (client_of_key(server, id), caller(server, "admin", &[]).client);
    client.get("/accounts?page[size]=1").expect(200);
    admin.delete(&format!("/api_keys/{id}")).expect(204);
    is_refused(&client);
}

fn an_expired_key_ends_its_tokens(server: &Server) {
    let id = key(server, &["account_ro_all"], "all", &[]);
    let client = client_of_key(server, id);
    client.get("/accounts?page[size]=1").expect(200);
    set_key(server, id, "expires_at", 1000);
    is_refused(&client);
}

fn limits_of_the_key_count_and_not_those_of_the_token(server: &Server) {
    let (here, there) = (server.seed().organization("Here"), server.seed().organization("There"));
    let id = key(server, &["org_ro_org"], "org", &[here, there]);
    let client = client_of_key(server, id);
    assert_eq!(ids(&client.get("/organizations")), sorted(vec![here, there]));
    set_key(server, id, "scope_value", json!([here.to_string()]).to_string());
    assert_eq!(ids(&client.get("/organizations")), [here]);
}
