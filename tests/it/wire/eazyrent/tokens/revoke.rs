//! `POST /oauth/v2/revoke` (RFC 7009).

use iam_domain::params;
use iam_tests::Server;
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET};
use serde_json::json;

use crate::wire::jwt;
use crate::wire::oauth::{access_token, introspection};
use crate::wire::shape::{self, oauth_error};
use crate::wire::tenant::Tenant;

crate::on_both!(
    a_revoked_token_is_refused_everywhere_at_once,
    only_that_one_token_is_revoked,
    a_token_of_another_client_is_not_revoked,
    a_token_that_is_dead_already_is_fine,
    an_opaque_token_is_not_revoked_here,
    client_authentication_is_needed,
    the_audit_tells_which_token_it_was,
);

const PATH: &str = "/oauth/v2/revoke";

fn a_revoked_token_is_refused_everywhere_at_once(server: &Server) {
    let tenant = Tenant::new(server, "Revoked");
    let id = tenant.machine.id.to_string();
    let client = server.client().basic(&id, &tenant.machine.secret);
    let token = server.token(&id, &tenant.machine.secret);
    let bearer = server.client().bearer(&token);
    let paths =
        ["/iam/v1/users/me/", "/iam/v1/organizations/me/", "/iam/v1/team/members/", "/iam/v1/service-accounts/"];
    // Used before, so that every component has seen it.
    for path in paths {
        bearer.get(path).expect(200);
    }
    let answer = client.form(PATH, &[("token", &token), ("token_type_hint", "access_token")]).expect(200);
    assert_eq!(answer.body, "");
    for path in paths {
        let refused = bearer.get(path).expect(401);
        assert_eq!(refused.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        shape::detail(&refused);
    }
    assert_eq!(introspection(&client, &token), json!({"active": false}));
    client.form(PATH, &[("token", &token)]).expect(200);
}

fn only_that_one_token_is_revoked(server: &Server) {
    let tenant = Tenant::new(server, "One");
    let id = tenant.machine.id.to_string();
    let token = server.token(&id, &tenant.machine.secret);
    let form = [("token", token.as_str()), ("client_id", &id), ("client_secret", &tenant.machine.secret)];
    server.client().form(PATH, &form).expect(200);
    server.client().bearer(&token).get("/iam/v1/users/me/").expect(401);
    tenant.admin.get("/iam/v1/users/me/").expect(200);
}

fn a_token_of_another_client_is_not_revoked(server: &Server) {
    let (tenant, other) = (Tenant::new(server, "Own"), Tenant::new(server, "Other"));
    let sibling = tenant.seed.machine(tenant.organization, &["org:admin"]);
    let token = server.token(&tenant.machine.id.to_string(), &tenant.machine.secret);
    for (id, secret) in [
        (sibling.id.to_string(), sibling.secret.as_str()),
        (other.machine.id.to_string(), &other.machine.secret),
        (CLIENT_ID.to_owned(), CLIENT_SECRET),
    ] {
        let answer = server.client().basic(&id, secret).form(PATH, &[("token", &token)]).expect(400);
        assert_eq!(oauth_error(&answer), "unauthorized_client");
    }
    server.client().bearer(&token).get("/iam/v1/users/me/").expect(200);
}

fn a_token_that_is_dead_already_is_fine(server: &Server) {
    let tenant = Tenant::new(server, "Dead");
    let client = crate::wire::eazyrent::tokens::introspect::client(server, &tenant);
    let token = server.token(&tenant.machine.id.to_string(), &tenant.machine.secret);
    let expired = jwt::altered(&tenant.seed, &token, &json!({"exp": jwt::now() - 1}));
    for dead in [expired.as_str(), &jwt::tampered(&token), "x", "a.b.c"] {
        client.form(PATH, &[("token", dead)]).expect(200);
    }
    server.client().bearer(&token).get("/iam/v1/users/me/").expect(200);
}

fn an_opaque_token_is_not_revoked_here(server: &Server) {
    let tenant = Tenant::new(server, "Opaque");
    let token = tenant.seed.api_token(tenant.machine.id);
    let answer =
        crate::wire::eazyrent::tokens::introspect::client(server, &tenant).form(PATH, &[("token", &token)]).expect(400);
    assert_eq!(oauth_error(&answer), "unsupported_token_type");
    server.client().bearer(&token).get("/iam/v1/users/me/").expect(200);
}

fn client_authentication_is_needed(server: &Server) {
    let tenant = Tenant::new(server, "Needed");
    let token = server.token(&tenant.machine.id.to_string(), &tenant.machine.secret);
    let client = server.client();
    assert_eq!(oauth_error(&client.form(PATH, &[("token", &token)]).expect(401)), "invalid_client");
    assert_eq!(oauth_error(&client.bearer(&token).form(PATH, &[("token", &token)]).expect(401)), "invalid_client");
    let wrong = client.basic(&tenant.machine.id.to_string(), "wrong").form(PATH, &[("token", &token)]);
    assert_eq!(oauth_error(&wrong.expect(401)), "invalid_client");
    let missing = crate::wire::eazyrent::tokens::introspect::client(server, &tenant)
        .form(PATH, &[("token_type_hint", "access_token")]);
    assert_eq!(oauth_error(&missing.expect(400)), "invalid_request");
    client.bearer(&token).get("/iam/v1/users/me/").expect(200);
}

fn the_audit_tells_which_token_it_was(server: &Server) {
    let tenant = Tenant::new(server, "Audited");
    let operator = server.client().basic(CLIENT_ID, CLIENT_SECRET);
    let form = [("grant_type", "client_credentials"), ("resource", "https://default.logto.app/api")];
    let token = access_token(&operator.form("/oidc/token", &form));
    let answer = operator.form(PATH, &[("token", &token)]).expect(200);
    let sql = "SELECT detail FROM audit_event WHERE request_id = ?1 AND action = 'token.revoked' AND target_id = ?2";
    let params = params![answer.header("x-request-id"), CLIENT_ID.parse::<i64>().unwrap()];
    let details = tenant.seed.texts(sql, params);
    assert_eq!(details, [json!({"jti": jwt::claims(&token)["jti"]}).to_string()]);
}
