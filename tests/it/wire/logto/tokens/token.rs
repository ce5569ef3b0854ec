//! `POST /oidc/token` (contracts/logto.md, "Tokens"): tokens for resources and organizations.

use iam_domain::params;
use iam_tests::{Response, Seed, Server};
use serde_json::{Value, json};

use crate::wire::jwt;
use crate::wire::oauth::access_token;
use crate::wire::tenant::Tenant;

crate::on_both!(
    a_resource_alone_gives_the_scopes_of_machine_roles,
    an_organization_alone_gives_its_scopes,
    both_give_the_resource_scopes_held_in_the_organization,
    the_claims_are_those_of_the_contract,
    a_json_body_is_taken_too,
    the_lifetime_is_the_resources,
    what_is_taken_away_is_not_granted_any_more,
);

/// A machine that holds scopes: of the resource `indicator` by a machine role (`read`, `write`) and by a role in its
/// organization (`list`), and of the organization (`invite`, `audit`). The resource has `secret`, which nobody holds.
pub struct Application {
    pub tenant: Tenant,
    pub id: String,
    pub indicator: String,
}

fn unique(seed: &Seed) -> i64 {
    seed.organization("only an id")
}

impl Application {
    pub fn new(server: &Server) -> Self {
        let tenant = Tenant::new(server, "Application");
        let seed = &tenant.seed;
        let resource = unique(seed);
        let indicator = format!("https://api-{resource}.example.org");
        seed.run(
            "INSERT INTO resource (id, name, indicator, created_at) VALUES (?1, 'API', ?2, 0)",
            params![resource, &indicator],
        );
        let (machine, home) = (tenant.machine.id, tenant.organization);
        let grant = |family: &str, organization: Option<i64>, resource: Option<i64>, names: &[&str]| {
            let role = unique(seed);
            let sql =
                "INSERT INTO role (id, family, name, created_at, updated_at) VALUES (?1, ?2, 'role ' || ?1, 0, 0)";
            seed.run(sql, params![role, family]);
            for name in names {
                let sql = "INSERT INTO scope (id, resource_id, name, created_at) VALUES (?1, ?2, ?3, 0)";
                let scope = unique(seed);
                seed.run(sql, params![scope, resource, *name]);
                seed.run("INSERT INTO role_scope (role_id, scope_id) VALUES (?1, ?2)", params![role, scope]);
            }
            let sql = "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) VALUES (?1, ?2, ?3, ?4, 0)";
            seed.run(sql, params![unique(seed), organization, machine, role]);
        };
        grant("tenant", None, Some(resource), &["read", "write"]);
        grant("template", Some(home), Some(resource), &["list"]);
        let (invite, audit) = (format!("invite:{home}"), format!("audit:{home}"));
        grant("template", Some(home), None, &[&invite, &audit]);
        let sql = "INSERT INTO scope (id, resource_id, name, created_at) VALUES (?1, ?2, 'secret', 0)";
        seed.run(sql, params![unique(seed), resource]);
        Self { id: machine.to_string(), indicator, tenant }
    }

    /// Asks for a token with further parameters.
    pub fn ask(&self, server: &Server, form: &[(&str, &str)]) -> Response {
        let all = [&[("grant_type", "client_credentials")], form].concat();
        server.client().basic(&self.id, &self.tenant.machine.secret).form("/oidc/token", &all)
    }
}

/// `aud`, `scope` of the token and `scope` of the answer; null where there is none.
#[track_caller]
fn granted(answer: &Response) -> Value {
    let claims = jwt::claims(&access_token(answer));
    let text = |value: Option<&Value>| value.map(|value| value.as_str().expect("a text").to_owned());
    json!([claims["aud"], text(claims.get("scope")), text(answer.json().get("scope"))])
}

fn a_resource_alone_gives_the_scopes_of_machine_roles(server: &Server) {
    let app = Application::new(server);
    let ask = |scope: &str| granted(&app.ask(server, &[("resource", &app.indicator), ("scope", scope)]));
    let aud = &app.indicator;
    // In the order wished; what is unknown, not held, or held in the organization only falls away.
    assert_eq!(ask("write nothing secret read list all"), json!([aud, "write read", "write read"]));
    assert_eq!(ask("read"), json!([aud, "read", "read"]));
    assert_eq!(ask("read read  write"), json!([aud, "read write", "read write"]));
    for nothing in ["", "secret", "READ"] {
        assert_eq!(ask(nothing), json!([aud, null, null]), "{nothing}");
    }
    assert_eq!(granted(&app.ask(server, &[("resource", aud)])), json!([aud, null, null]));
}

fn an_organization_alone_gives_its_scopes(server: &Server) {
    let app = Application::new(server);
    let home = app.tenant.organization.to_string();
    let both = format!("audit:{home} invite:{home}");
    let aud = format!("urn:logto:organization:{home}");
    let ask = |scope: &str| granted(&app.ask(server, &[("organization_id", &home), ("scope", scope)]));
    assert_eq!(ask(&format!("audit:{home} read list invite:{home}")), json!([aud, both, both]));
    // Nothing granted is said so.
    assert_eq!(ask("read"), json!([aud, "", ""]));
    assert_eq!(granted(&app.ask(server, &[("organization_id", &home)])), json!([aud, "", ""]));
}

fn both_give_the_resource_scopes_held_in_the_organization(server: &Server) {
    let app = Application::new(server);
    let home = app.tenant.organization.to_string();
    let ask =
        |scope: &str| app.ask(server, &[("resource", &app.indicator), ("organization_id", &home), ("scope", scope)]);
    let answer = ask(&format!("read list invite:{home}"));
    assert_eq!(granted(&answer), json!([app.indicator, "list", "list"]));
    assert_eq!(jwt::claims(&access_token(&answer))["organization_id"], json!(home));
    assert_eq!(granted(&ask("read")), json!([app.indicator, null, null]));
}

fn the_claims_are_those_of_the_contract(server: &Server) {
    let app = Application::new(server);
    let answer = app.ask(server, &[("resource", &app.indicator), ("scope", "read")]).expect(200);
    let token = access_token(&answer);
    let expected = json!({"access_token": token, "expires_in": 3600, "token_type": "Bearer", "scope": "read"});
    assert_eq!(answer.json(), expected);
    let claims = jwt::claims(&token);
    assert_eq!((&claims["sub"], &claims["client_id"]), (&json!(app.id), &json!(app.id)));
    assert_eq!(claims["iss"], json!(format!("{}/oidc", server.base())));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
    assert!(claims["jti"].is_string() && !claims.contains_key("organization_id"));
    // It is a token for the resource, not for the EazyRent API.
    server.client().bearer(&token).get("/iam/v1/users/me/").expect(401);
}

fn a_json_body_is_taken_too(server: &Server) {
    let app = Application::new(server);
    let body = json!({
        "grant_type": "client_credentials", "client_id": app.id, "client_secret": app.tenant.machine.secret,
        "resource": app.indicator, "scope": "write",
    });
    let answer = server.client().post("/oidc/token", &body);
    assert_eq!(granted(&answer), json!([app.indicator, "write", "write"]));
    server.client().post("/oidc/token/", &body).expect(200);
}

fn the_lifetime_is_the_resources(server: &Server) {
    let app = Application::new(server);
    app.tenant.seed.run("UPDATE resource SET access_token_ttl = 77 WHERE indicator = ?1", params![&app.indicator]);
    let answer = app.ask(server, &[("resource", &app.indicator)]).expect(200);
    assert_eq!(answer.json()["expires_in"], json!(77));
    let claims = jwt::claims(&access_token(&answer));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 77);
    let home = app.tenant.organization.to_string();
    assert_eq!(app.ask(server, &[("organization_id", &home)]).json()["expires_in"], json!(3600));
}

fn what_is_taken_away_is_not_granted_any_more(server: &Server) {
    let app = Application::new(server);
    let ask = || granted(&app.ask(server, &[("resource", &app.indicator), ("scope", "read")]));
    assert_eq!(ask(), json!([app.indicator, "read", "read"]));
    let sql = "DELETE FROM role_grant WHERE principal_id = ?1 AND organization_id IS NULL";
    app.tenant.seed.run(sql, params![app.tenant.machine.id]);
    assert_eq!(ask(), json!([app.indicator, null, null]));
}
