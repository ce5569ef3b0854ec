//! Tenants are apart: whoever has the highest role in one organization neither sees nor changes another one.

use iam_domain::store::Value as Sql;
use iam_tests::seed::Machine;
use iam_tests::{Client, Response, Runtime, Seed, Server};
use iam_wire::{Need, Route};
use serde_json::json;

use crate::coverage::routes;
use crate::wire::idah;
use crate::wire::jwt;
use crate::wire::shape;
use crate::wire::tenant::{caller, client_of, unique_email};

crate::wire::on_own_servers!(
    another_tenants_rows_are_neither_shown_nor_changed,
    token_endpoints_keep_tenants_apart,
    a_tenant_does_find_its_own_rows,
);

/// One of two tenants of the same shape.
struct Side {
    organization: i64,
    admin: Machine,
    other: Machine,
    person: i64,
    admin_key: String,
    other_key: String,
    token: String,
    /// Id of a client secret.
    secret: String,
    /// Texts that stand in this tenant's rows and nowhere else.
    marks: Vec<String>,
}

impl Side {
    fn new(server: &Server, seed: &Seed, name: &str) -> Self {
        let organization = seed.organization(name);
        seed.set_organization(organization, "registration_number", format!("number of {name}"));
        let admin = seed.machine(organization, &["org:admin"]);
        let other = seed.machine(organization, &["org:user"]);
        let email = unique_email("person");
        let person = seed.user(organization, &email, &["org:admin"]);
        let (admin_key, other_key) = (seed.key(admin.id, jwt::rsa(0)), seed.key(other.id, jwt::rsa(1)));
        // A mail, a code and events too.
        let invited = unique_email("invited");
        let new = json!({"first_name": "New", "last_name": "Person", "email": invited});
        let made = client_of(server, &admin).post("/iam/v1/team/members/", &new).expect(201).json();
        let secret = "SELECT id FROM credential WHERE principal_id = ?1 AND kind = 'client_secret'";
        let secret = seed.count(secret, iam_domain::params![other.id]).to_string();
        let token = server.token(&other.id.to_string(), &other.secret);
        let ids = [organization, admin.id, other.id, person, shape::id(&made["id"])].map(|id| id.to_string());
        let mut marks = vec![name.to_owned(), email, invited, admin_key.clone(), other_key.clone()];
        marks.extend(ids);
        Self { organization, admin, other, person, admin_key, other_key, token, secret, marks }
    }

    /// Rows in which an id or a text of this tenant stands, in any table.
    fn rows(&self, seed: &Seed) -> Vec<(String, Vec<Sql>)> {
        let is_mine = |value: &Sql| match value {
            Sql::Integer(number) => self.marks.contains(&number.to_string()),
            Sql::Text(text) => self.marks.iter().any(|mark| text.contains(mark.as_str())),
            Sql::Null | Sql::Real(_) | Sql::Blob(_) => false,
        };
        seed.dump().into_iter().filter(|(_, row)| row.iter().any(is_mine)).collect()
    }

    #[track_caller]
    fn is_not_in(&self, answer: &Response, what: &str) {
        let text = format!("{:?}{}", answer.headers, answer.body);
        assert!(!self.marks.iter().any(|mark| text.contains(mark.as_str())), "{what} shows a foreign row: {answer:?}");
    }
}

/// The paths of a route with every mixture of ids that must not be found by `own`.
fn paths(route: &Route, own: &Side, foreign: &Side) -> Vec<String> {
    let accounts = [foreign.admin.id, foreign.other.id, foreign.person, foreign.organization];
    match route.path {
        path if !path.contains('{') => vec![path.to_owned()],
        path if route.need == Need::Installation => {
            let filled = |segment: &str| match segment {
                "{id}" => foreign.organization.to_string(),
                segment if segment.starts_with('{') => foreign.person.to_string(),
                segment => segment.to_owned(),
            };
            vec![path.split('/').map(filled).collect::<Vec<_>>().join("/")]
        }
        path if path.matches('{').count() == 1 => {
            let (before, after) = (path.split('{').next().unwrap(), path.split('}').nth(1).unwrap());
            accounts.iter().map(|id| format!("{before}{id}{after}")).collect()
        }
        path if path.ends_with("/{secret_id}/") => {
            let owners = accounts.into_iter().chain([own.other.id]);
            let path = |owner: i64| path.replace("{id}", &owner.to_string()).replace("{secret_id}", &foreign.secret);
            owners.map(path).collect()
        }
        "/iam/v1/service-accounts/{id}/keys/{key_id}/" => {
            let foreign_pairs = accounts.iter().map(|id| (*id, &foreign.other_key));
            let mixed = [
                (own.other.id, &foreign.other_key),
                (own.other.id, &foreign.admin_key),
                (foreign.other.id, &own.other_key),
            ];
            let pairs = foreign_pairs.chain(mixed);
            pairs.map(|(id, key)| route.path.replace("{id}", &id.to_string()).replace("{key_id}", key)).collect()
        }
        path => panic!("say here which foreign ids {path} must not find"),
    }
}

/// A body with which the operation would succeed.
fn body(op: &str) -> String {
    match op {
        "members.add" => json!({"first_name": "A", "last_name": "B", "email": unique_email("isolated")}).to_string(),
        "accounts.create" => json!({"name": "Linked"}).to_string(),
        "organizations.join" => json!({"pairing_code": "NOBODYS"}).to_string(),
        "organizations.set_alerts" => "[]".to_owned(),
        "passwords.change" => {
            json!({"current_password": "x", "new_password": "x", "new_password_confirmation": "x"}).to_string()
        }
        "service_accounts.create" | "users.sync" => String::new(),
        _ => "{}".to_owned(),
    }
}

/// The status of an operation that names no id, called by an administrator with [`body`].
fn status(op: &str, is_person: bool) -> u16 {
    match op {
        // Its only administrator cannot go.
        "users.delete" if is_person => 409,
        // Wrong current password, and no parent to leave.
        "passwords.change" if is_person => 400,
        "organizations.leave" => 400,
        "organizations.join" => 404,
        // No picture in the body.
        "organizations.set_logo" | "users.set_avatar" => 422,
        "organizations.delete_logo" | "users.sync" => 202,
        "users.delete_avatar" if is_person => 202,
        "members.add" | "service_accounts.create" => 201,
        // A machine has no profile.
        "users.update"
        | "users.delete"
        | "users.delete_avatar"
        | "users.config"
        | "users.set_config"
        | "users.notification_preferences"
        | "users.set_notification_preferences"
        | "passwords.change"
            if !is_person =>
        {
            404
        }
        _ => 200,
    }
}

fn another_tenants_rows_are_neither_shown_nor_changed(runtime: Runtime) {
    let server = Server::start(runtime);
    let seed = server.seed();
    let (own, foreign) = (Side::new(&server, &seed, "Own tenant"), Side::new(&server, &seed, "Foreign tenant"));
    let before = foreign.rows(&seed);
    let tables: std::collections::BTreeSet<&str> = before.iter().map(|(table, _)| table.as_str()).collect();
    for table in ["audit_event", "credential", "membership", "one_time_code", "organization", "outbox", "role_grant"] {
        assert!(tables.contains(table), "{table} has no row of the tenant");
    }
    let managing = server.management_token(&own.admin.id.to_string(), &own.admin.secret, "all");
    let managing = server.client().bearer(&managing);
    let plain: [Client; 2] = [client_of(&server, &own.admin), server.client().bearer(&seed.api_token(own.person))];
    let plain = plain.into_iter().zip([false, true]);
    let clients = plain.flat_map(|(client, is_person)| {
        [(client.clone(), is_person), (client.acting(foreign.organization), is_person)]
    });
    for (client, is_person) in clients {
        for served in routes().iter().filter(|served| served.route.need != Need::Public) {
            let route = served.route;
            for path in paths(route, &own, &foreign) {
                let answer =
                    client.send(route.method.as_str(), &path, Some("application/json"), body(route.op).as_bytes());
                if served.dialect == "idah" {
                    // No token of another API is good here; the owner of one organization knows of no other one.
                    idah::refusal(&answer, 401);
                    let body = idah::body(route.op).to_string();
                    // Another one each time: some of these requests log out.
                    let owner = idah::caller(&server, "org_owner", &[own.organization]).client;
                    let answer = owner.send(route.method.as_str(), &path, Some(idah::DOCUMENT), body.as_bytes());
                    let is_answered = matches!(answer.status, 200 | 201 | 204 | 403 | 404 | 422);
                    assert!(is_answered, "{path}: {answer:?}");
                    foreign.is_not_in(&answer, route.op);
                } else if route.need == Need::Installation {
                    // An administrator of an organization has no token for that, and cannot get one that does.
                    shape::logto_error(&answer.clone().expect(401));
                    let answer = managing.send(route.method.as_str(), &path, Some("application/json"), b"{}");
                    shape::logto_error(&answer.expect(403));
                } else if matches!(route.need, Need::Platform(_)) {
                    shape::detail(&answer.clone().expect(403));
                } else if route.path.contains('{') {
                    shape::detail(&answer.clone().expect(404));
                } else {
                    assert_eq!(answer.status, status(route.op, is_person), "{path}: {answer:?}");
                }
                foreign.is_not_in(&answer, route.op);
            }
        }
    }
    assert_eq!(foreign.rows(&seed), before);
}

/// Routes without a caller: each keeps tenants apart in its own way.
fn token_endpoints_keep_tenants_apart(runtime: Runtime) {
    let server = Server::start(runtime);
    let seed = server.seed();
    let (own, foreign) = (Side::new(&server, &seed, "Own tenant"), Side::new(&server, &seed, "Foreign tenant"));
    let before = foreign.rows(&seed);
    let client = server.client().basic(&own.admin.id.to_string(), &own.admin.secret);
    for served in routes().iter().filter(|served| served.route.need == Need::Public) {
        let path = served.route.path;
        let answer = match served.route.op {
            "token.introspect" => {
                let answer = client.form(path, &[("token", &foreign.token)]).expect(200);
                assert_eq!(answer.json(), json!({"active": false}));
                answer
            }
            "token.revoke" => client.form(path, &[("token", &foreign.token)]).expect(400),
            "oidc.token" => {
                let organization = foreign.organization.to_string();
                let form = [("grant_type", "client_credentials"), ("organization_id", organization.as_str())];
                client.form(path, &form).expect(403)
            }
            "token.issue" => {
                let claims = jwt::assertion_claims(&server, foreign.other.id);
                let assertion = jwt::sign(jwt::rsa(1), &own.other_key, &claims);
                let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
                client.form(path, &[("grant_type", grant), ("assertion", &assertion)]).expect(400)
            }
            "discovery.document"
            | "discovery.oauth_document"
            | "discovery.key_set"
            | "oidc.document"
            | "oidc.oauth_document"
            | "oidc.oauth_document_below"
            | "oidc.key_set" => server.client().get(path).expect(200),
            "organizations.register" => {
                let person = json!({"first_name": "A", "last_name": "B", "email": unique_email("registered")});
                let new = json!({"organization": {"name": "New", "registration_number": "1"}, "org_admin": person});
                server.client().post(path, &new).expect(200)
            }
            "passwords.forget" => server.client().post(path, &json!({"email": unique_email("nobody")})).expect(202),
            "passwords.activate" | "passwords.reset" => {
                let code = foreign.marks[0].as_str();
                let new = json!({"code": code, "new_password": "Abcdef1!", "new_password_confirmation": "Abcdef1!"});
                server.client().post(path, &new).expect(400)
            }
            "auth.login"
            | "iam_passwords.reset"
            | "iam_passwords.request_reset"
            | "auth.api_login"
            | "auth.refresh"
            | "iam_passwords.token_valid"
            | "iam_accounts.join"
            | "service.health"
            | "service.show" => {
                // What only somebody of the other tenant could know is not known here.
                let mark = foreign.marks[0].as_str();
                let body =
                    json!({"email": unique_email("nobody"), "password": "Abcdef1!", "token": mark, "api_key": mark});
                let path = path.replace("{resource_id}", &mark.replace(' ', "%20"));
                let path = if path.ends_with("token_valid") { format!("{path}?token=unknown") } else { path };
                let answer = server.client().send(
                    served.route.method.as_str(),
                    &path,
                    Some("application/json"),
                    body.to_string().as_bytes(),
                );
                assert!(answer.status < 500, "{answer:?}");
                answer
            }
            "status.show" => server.client().get(path).expect(204),
            "images.show" => server.client().get("/iam/v1/images/x.png").expect(404),
            op => panic!("say here how {op} keeps tenants apart"),
        };
        foreign.is_not_in(&answer, served.route.op);
    }
    assert_eq!(foreign.rows(&seed), before);
    server.client().bearer(&foreign.token).get("/iam/v1/users/me/").expect(200);
}

/// The counterpart: with the right caller the same ids are found, so "not found" above means something.
fn a_tenant_does_find_its_own_rows(runtime: Runtime) {
    let server = Server::start(runtime);
    let seed = server.seed();
    let own = Side::new(&server, &seed, "Own tenant");
    let operator = caller(&server, &seed, own.organization, &["org:admin"]);
    let account = format!("/iam/v1/service-accounts/{}/", own.other.id);
    assert_eq!(operator.get("/iam/v1/team/members/").expect(200).json().as_array().unwrap().len(), 2);
    assert_eq!(operator.get(&format!("{account}keys/")).expect(200).json()["results"][0]["id"], json!(own.other_key));
    operator.delete(&format!("{account}keys/{}/", own.other_key)).expect(204);
    operator.delete(&account).expect(204);
}
