//! `DELETE /iam/v1/service-accounts/{id}/`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use crate::wire::eazyrent::service_accounts::service_accounts::PATH;
use crate::wire::jwt;
use crate::wire::shape;
use crate::wire::tenant::{Tenant, client_of, unique_email};

crate::on_both!(
    a_deleted_account_is_gone_with_all_that_hangs_on_it,
    a_deleted_account_is_refused_at_once,
    what_is_no_account_of_the_organization_is_not_found,
    an_account_may_delete_itself,
);

fn path(id: impl std::fmt::Display) -> String {
    format!("{PATH}{id}/")
}

fn a_deleted_account_is_gone_with_all_that_hangs_on_it(server: &Server) {
    let tenant = Tenant::new(server, "Gone");
    let machine = tenant.seed.machine(tenant.organization, &["org:user"]);
    tenant.seed.key(machine.id, jwt::rsa(0));
    tenant.seed.api_token(machine.id);
    let answer = tenant.admin.delete(&path(machine.id)).expect(204);
    assert_eq!(answer.body, "");
    assert!(!answer.headers.contains_key("content-length") && !answer.headers.contains_key("content-type"));
    for (table, column) in [
        ("principal", "id"),
        ("service_account", "id"),
        ("membership", "principal_id"),
        ("role_grant", "principal_id"),
        ("credential", "principal_id"),
    ] {
        let sql = format!("SELECT count(*) FROM {table} WHERE {column} = ?1");
        assert_eq!(tenant.seed.count(&sql, params![machine.id]), 0, "{table}");
    }
    tenant.admin.delete(&path(machine.id)).expect(404);
    tenant.admin.get(&format!("{}keys/", path(machine.id))).expect(404);
    tenant.admin.post_empty(&format!("{}keys/", path(machine.id))).expect(404);
    let left = tenant.admin.get(PATH).json();
    assert_eq!(left.as_array().unwrap().len(), 1);
}

fn a_deleted_account_is_refused_at_once(server: &Server) {
    let tenant = Tenant::new(server, "Refused");
    let machine = tenant.seed.machine(tenant.organization, &["org:user"]);
    let kid = tenant.seed.key(machine.id, jwt::rsa(0));
    let by_token = client_of(server, &machine);
    let by_key = server.client().bearer(&tenant.seed.api_token(machine.id));
    by_token.get("/iam/v1/users/me/").expect(200);
    by_key.get("/iam/v1/users/me/").expect(200);
    tenant.admin.delete(&path(machine.id)).expect(204);
    shape::detail(&by_token.get("/iam/v1/users/me/").expect(401));
    shape::detail(&by_key.get("/iam/v1/users/me/").expect(401));
    let id = machine.id.to_string();
    let form = [("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", &machine.secret)];
    assert_eq!(shape::oauth_error(&server.client().form("/oauth/v2/token", &form).expect(401)), "invalid_client");
    let assertion = jwt::sign(jwt::rsa(0), &kid, &jwt::assertion_claims(server, &id));
    let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", &assertion)];
    assert_eq!(shape::oauth_error(&server.client().form("/oauth/v2/token", &form).expect(400)), "invalid_grant");
}

fn what_is_no_account_of_the_organization_is_not_found(server: &Server) {
    let tenant = Tenant::new(server, "Not found");
    let stranger = Tenant::new(server, "Stranger");
    let person = tenant.seed.user(tenant.organization, &unique_email("person"), &[]);
    let mut answers = Vec::new();
    for id in [
        "999999999999".to_owned(),
        person.to_string(),
        stranger.machine.id.to_string(),
        tenant.organization.to_string(),
        "0".to_owned(),
        "abc".to_owned(),
        "310976816384838665".to_owned(),
        format!("%20{}", tenant.machine.id),
        format!("{}%00", tenant.machine.id),
        "%C3%A9".to_owned(),
        "a%2Fb".to_owned(),
        "' OR 1=1 --".replace(' ', "%20"),
    ] {
        answers.push(shape::detail(&tenant.admin.delete(&path(&id)).expect(404)));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "an id of somebody else must look like an unknown one: {answers:?}");
    stranger.admin.get("/iam/v1/users/me/").expect(200);
    let sql = "SELECT count(*) FROM user WHERE id = ?1";
    assert_eq!(tenant.seed.count(sql, params![person]), 1);
}

fn an_account_may_delete_itself(server: &Server) {
    let tenant = Tenant::new(server, "Itself");
    tenant.admin.delete(&path(tenant.machine.id)).expect(204);
    tenant.admin.get("/iam/v1/users/me/").expect(401);
    let row = tenant.seed.count("SELECT count(*) FROM principal WHERE id = ?1", params![tenant.machine.id]);
    assert_eq!(json!(row), json!(0));
}
