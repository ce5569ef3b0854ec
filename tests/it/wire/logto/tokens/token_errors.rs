//! `POST /oidc/token`: refusals, in Logto's shape and with Logto's statuses.

use base64ct::{Base64, Encoding};
use iam_domain::params;
use iam_tests::{Client, Response, Runtime, Server};
use serde_json::json;

use crate::wire::jwt;
use crate::wire::logto::tokens::token::Application;

crate::on_both!(
    a_request_without_good_client_authentication_is_refused,
    an_unknown_client_and_a_wrong_secret_differ,
    an_expired_secret_is_an_invalid_request,
    a_target_that_is_not_known_is_refused,
    more_than_one_resource_is_refused,
    an_organization_that_the_client_is_not_in_is_refused,
    another_grant_is_refused,
    a_body_that_cannot_be_read_is_refused,
);

crate::wire::on_own_servers!(a_missing_target_falls_back_to_the_default_resource);

const PATH: &str = "/oidc/token";
const GRANT: (&str, &str) = ("grant_type", "client_credentials");

/// `{code: "oidc.<error>", message, error, error_description}`.
#[track_caller]
fn refused(answer: Response, status: u16, error: &str) -> Response {
    let answer = answer.expect(status);
    let body = answer.json();
    let text = &body["message"];
    assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{body}");
    let expected = json!({"code": format!("oidc.{error}"), "message": text, "error": error, "error_description": body["error_description"]});
    assert_eq!(body, expected);
    assert!(body["error_description"].is_string());
    assert_eq!(answer.header("content-type"), "application/json");
    answer
}

fn ask(client: &Client, app: &Application, form: &[(&str, &str)]) -> Response {
    client.form(PATH, &[&[GRANT, ("resource", &app.indicator)], form].concat())
}

fn a_request_without_good_client_authentication_is_refused(server: &Server) {
    let app = Application::new(server);
    let secret = &app.tenant.machine.secret;
    let client = server.client();
    refused(ask(&client, &app, &[]), 400, "invalid_request");
    refused(ask(&client, &app, &[("client_id", &app.id)]), 400, "invalid_request");
    refused(ask(&client, &app, &[("client_secret", secret)]), 400, "invalid_request");
    refused(ask(&client.bearer("x"), &app, &[]), 400, "invalid_request");
    for value in ["Basic", "Basic !!!", &format!("Basic {}", Base64::encode_string(b"no colon"))] {
        refused(ask(&client.with("authorization", value), &app, &[]), 400, "invalid_request");
    }
    let basic = client.basic(&app.id, secret);
    refused(ask(&basic, &app, &[("client_id", "999999999999")]), 400, "invalid_request");
    ask(&basic, &app, &[("client_id", &app.id)]).expect(200);
}

fn an_unknown_client_and_a_wrong_secret_differ(server: &Server) {
    let app = Application::new(server);
    let client = server.client();
    for id in ["999999999999", "no-id"] {
        refused(ask(&client, &app, &[("client_id", id), ("client_secret", "x")]), 400, "invalid_client");
        refused(ask(&client.basic(id, "x"), &app, &[]), 400, "invalid_client");
    }
    refused(ask(&client, &app, &[("client_id", &app.id), ("client_secret", "x")]), 401, "invalid_client");
    let basic = refused(ask(&client.basic(&app.id, "x"), &app, &[]), 401, "invalid_client");
    assert!(basic.header("www-authenticate").starts_with("Basic "));
}

fn an_expired_secret_is_an_invalid_request(server: &Server) {
    let app = Application::new(server);
    app.tenant.seed.expire(app.tenant.machine.id, "client_secret", (jwt::now() - 1) * 1000);
    refused(app.ask(server, &[("resource", &app.indicator)]), 400, "invalid_request");
}

fn a_target_that_is_not_known_is_refused(server: &Server) {
    let app = Application::new(server);
    for resource in ["https://nothing.example.org", "x", &format!("{}/", app.indicator), &app.indicator.to_uppercase()]
    {
        refused(app.ask(server, &[("resource", resource)]), 400, "invalid_target");
    }
    let home = app.tenant.organization.to_string();
    let both = [("resource", "https://nothing.example.org"), ("organization_id", &home)];
    refused(app.ask(server, &both), 400, "invalid_target");
}

fn more_than_one_resource_is_refused(server: &Server) {
    let app = Application::new(server);
    let other = "https://default.logto.app/api";
    refused(app.ask(server, &[("resource", &app.indicator), ("resource", other)]), 400, "invalid_target");
    let body = json!({
        "grant_type": "client_credentials", "client_id": app.id, "client_secret": app.tenant.machine.secret,
        "resource": [app.indicator, other],
    });
    refused(server.client().post(PATH, &body), 400, "invalid_target");
}

fn an_organization_that_the_client_is_not_in_is_refused(server: &Server) {
    let app = Application::new(server);
    let foreign = app.tenant.seed.organization("Foreign").to_string();
    let child = app.tenant.seed.organization("Child");
    app.tenant.seed.set_organization(child, "parent_id", app.tenant.organization);
    for id in [foreign, child.to_string(), "999999999999".into(), "abc".into()] {
        refused(app.ask(server, &[("organization_id", &id)]), 403, "access_denied");
        let both = [("organization_id", id.as_str()), ("resource", &app.indicator)];
        refused(app.ask(server, &both), 403, "access_denied");
    }
}

fn another_grant_is_refused(server: &Server) {
    let app = Application::new(server);
    let basic = server.client().basic(&app.id, &app.tenant.machine.secret);
    for grant in ["password", "authorization_code", crate::wire::oauth::JWT_BEARER] {
        let answer = basic.form(PATH, &[("grant_type", grant), ("resource", &app.indicator)]);
        refused(answer, 400, "unsupported_grant_type");
    }
    refused(basic.form(PATH, &[("resource", &app.indicator)]), 400, "invalid_request");
}

fn a_body_that_cannot_be_read_is_refused(server: &Server) {
    for (content_type, body) in [
        (None, "grant_type=client_credentials"),
        (Some("text/plain"), "grant_type=client_credentials"),
        (Some("application/json"), "{"),
        (Some("application/json"), "[]"),
        (Some("application/json"), ""),
        (Some("application/x-www-form-urlencoded"), "grant_type=%FF"),
    ] {
        refused(server.client().send("POST", PATH, content_type, body.as_bytes()), 400, "invalid_request");
    }
}

/// A default resource changes what every client gets, so this has a server of its own.
fn a_missing_target_falls_back_to_the_default_resource(runtime: Runtime) {
    let server = Server::start(runtime);
    let app = Application::new(&server);
    refused(app.ask(&server, &[]), 400, "invalid_target");
    refused(app.ask(&server, &[("resource", ""), ("organization_id", "")]), 400, "invalid_target");
    app.tenant.seed.run("UPDATE resource SET is_default = 1 WHERE indicator = ?1", params![&app.indicator]);
    let answer = app.ask(&server, &[("scope", "read")]).expect(200);
    assert_eq!(answer.json()["scope"], json!("read"));
    assert_eq!(jwt::claims(&crate::wire::oauth::access_token(&answer))["aud"], json!(app.indicator));
}
