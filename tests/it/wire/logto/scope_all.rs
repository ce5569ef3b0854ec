//! Nobody comes to more by the scope `all` than it gives: the operator's accounts stay the operator's, somebody who can get
//! in is always left, and no organization's administrator gets in by a side door.

use iam_domain::params;
use iam_tests::seed::Machine;
use iam_tests::server::{ADMIN_EMAIL, CLIENT_ID};
use iam_tests::{Client, Runtime, Seed, Server};
use serde_json::{Value, json};

use crate::wire::logto::{ORGANIZATIONS, code, empty, manager, patch, put, unique};

crate::on_both!(
    the_operator_is_not_put_out_of_an_organization,
    what_belongs_to_an_organization_holds_no_role_beyond,
    organization_roles_give_nothing_of_the_management_resource,
    stored_contents_are_bounded,
    an_empty_header_is_none,
);
crate::wire::on_own_servers!(the_operators_role_is_the_operators, the_last_way_in_stays);

/// A machine of nobody that may do everything, and is not the operator's.
struct Deputy {
    id: String,
    client: Client,
}

impl Deputy {
    fn new(server: &Server) -> Self {
        let operator = manager(server);
        let new = json!({ "name": unique("deputy-"), "type": "MachineToMachine" });
        let id = operator.post("/api/applications", &new).expect(200).json()["id"].as_str().unwrap().to_owned();
        let roles = json!({ "roleIds": [management_role(&server.seed())] });
        operator.post(&format!("/api/applications/{id}/roles"), &roles).expect(201);
        let secrets = operator.get(&format!("/api/applications/{id}/secrets")).expect(200).json();
        let token = server.management_token(&id, secrets[0]["value"].as_str().unwrap(), "all");
        Self { id, client: server.client().bearer(&token) }
    }
}

fn management_role(seed: &Seed) -> String {
    seed.count("SELECT id FROM role WHERE name = 'Management API access'", params![]).to_string()
}

/// Id of the scope `all` of the management resource.
fn all(seed: &Seed) -> String {
    let sql =
        "SELECT s.id FROM scope s JOIN resource r ON r.id = s.resource_id WHERE s.name = 'all' AND r.indicator = ?1";
    seed.count(sql, params!["https://default.logto.app/api"]).to_string()
}

/// Who is in an organization, of either kind.
fn members(seed: &Seed, organization: i64) -> i64 {
    seed.count("SELECT count(*) FROM membership WHERE organization_id = ?1", params![organization])
}

fn the_operator_is_not_put_out_of_an_organization(server: &Server) {
    let (deputy, seed) = (Deputy::new(server), server.seed());
    let home =
        seed.count("SELECT organization_id FROM principal WHERE id = ?1", params![CLIENT_ID.parse::<i64>().unwrap()]);
    let admin = seed.count("SELECT id FROM user WHERE email_key = ?1", params![ADMIN_EMAIL]);
    let (path, before) = (format!("{ORGANIZATIONS}/{home}"), members(&seed, home));
    for answer in [
        deputy.client.delete(&format!("{path}/users/{admin}")),
        put(&deputy.client, &format!("{path}/users"), &json!({ "userIds": [] })),
        deputy.client.delete(&format!("{path}/applications/{CLIENT_ID}")),
        put(&deputy.client, &format!("{path}/applications"), &json!({ "applicationIds": [] })),
        deputy.client.delete(&path),
    ] {
        assert_eq!(code(answer, 403), "auth.forbidden");
    }
    assert_eq!(members(&seed, home), before);
    // Who is listed stays, and may be listed by anybody; the operator itself may do it all.
    let guest = seed.person(&unique("guest-"));
    put(&deputy.client, &format!("{path}/users"), &json!({ "userIds": [admin.to_string(), guest.to_string()] }))
        .expect(204);
    empty(manager(server).delete(&format!("{path}/users/{guest}")), 204);
    assert_eq!(seed.count("SELECT count(*) FROM membership WHERE principal_id = ?1", params![admin]), 1);
}

/// An EazyRent administrator has its secrets, from before.
fn what_belongs_to_an_organization_holds_no_role_beyond(server: &Server) {
    let (operator, seed) = (manager(server), server.seed());
    let organization = seed.organization(&unique("customer-"));
    let Machine { id, secret } = seed.machine(organization, &["org:user"]);
    let roles = json!({ "roleIds": [management_role(&seed)] });
    let answer = operator.post(&format!("/api/applications/{id}/roles"), &roles);
    assert_eq!(code(answer, 422), "entity.db_constraint_violated");
    let form = [("grant_type", "client_credentials"), ("resource", "https://default.logto.app/api"), ("scope", "all")];
    let token = server.client().basic(&id.to_string(), &secret).form("/oidc/token", &form).expect(200).json();
    assert_eq!(token.get("scope"), None, "{token}");
}

fn organization_roles_give_nothing_of_the_management_resource(server: &Server) {
    let (operator, all) = (manager(server), all(&server.seed()));
    let name = unique("role-");
    let new = json!({ "name": name, "type": "MachineToMachine", "resourceScopeIds": [all] });
    assert_eq!(code(operator.post("/api/organization-roles", &new), 422), "entity.db_constraint_violated");
    let new = json!({ "name": name, "type": "MachineToMachine" });
    let role = operator.post("/api/organization-roles", &new).expect(201).json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/organization-roles/{role}/resource-scopes");
    for answer in
        [operator.post(&path, &json!({ "scopeIds": [all] })), put(&operator, &path, &json!({ "scopeIds": [all] }))]
    {
        assert_eq!(code(answer, 422), "entity.db_constraint_violated");
    }
    assert_eq!(operator.get(&path).expect(200).json(), json!([]));
}

/// Larger ones are refused wherever they come from, and a page of the largest is still answered.
fn stored_contents_are_bounded(server: &Server) {
    let operator = manager(server);
    let sized = |bytes: usize| json!({ "a": "x".repeat(bytes - r#"{"a":""}"#.len()) });
    let (most, more) = (sized(65_536), sized(65_537));
    let mark = unique("large-");
    let organization = operator.post(ORGANIZATIONS, &json!({ "name": mark, "customData": most })).expect(201).json();
    let user = operator.post("/api/users", &json!({ "name": mark, "customData": most })).expect(200).json();
    let new = json!({ "name": mark, "type": "MachineToMachine", "customData": most });
    let application = operator.post("/api/applications", &new).expect(200).json();
    for (base, made) in [(ORGANIZATIONS, &organization), ("/api/users", &user), ("/api/applications", &application)] {
        let path = format!("{base}/{}", made["id"].as_str().unwrap());
        let refused = |answer| assert_eq!(code(answer, 422), "entity.value_too_long", "{base}");
        refused(patch(&operator, &path, &json!({ "customData": more })));
        refused(operator.post(base, &json!({ "name": mark, "type": "MachineToMachine", "customData": more })));
        assert_eq!(operator.get(&path).expect(200).json()["customData"], most);
    }
    let path = format!("/api/users/{}", user["id"].as_str().unwrap());
    // Merged it would be too large.
    let answer = patch(&operator, &format!("{path}/custom-data"), &json!({ "customData": { "b": 1 } }));
    assert_eq!(code(answer, 422), "entity.value_too_long");
    assert_eq!(
        code(patch(&operator, &path, &json!({ "profile": { "nickname": "x".repeat(65_536) } })), 422),
        "entity.value_too_long"
    );
    let css = |bytes: usize| json!({ "name": mark, "customCss": "x".repeat(bytes) });
    assert_eq!(code(operator.post(ORGANIZATIONS, &css(262_145)), 422), "entity.value_too_long");
    operator.post(ORGANIZATIONS, &css(262_144)).expect(201);
    let listed = operator.get(&format!("{ORGANIZATIONS}?q={mark}")).expect(200).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
}

fn an_empty_header_is_none(server: &Server) {
    let answer = server.client().with("authorization", "").get(ORGANIZATIONS);
    assert_eq!(code(answer, 401), "auth.authorization_header_missing");
    let answer = server.client().with("authorization", "Bearer ").get(ORGANIZATIONS);
    assert_eq!(code(answer, 401), "auth.unauthorized");
}

/// Not even by way of the role that makes it what it is.
fn the_operators_role_is_the_operators(runtime: Runtime) {
    let server = Server::start(runtime);
    let (deputy, seed) = (Deputy::new(&server), server.seed());
    let (role, all) = (management_role(&seed), all(&seed));
    // The deputy would go on without it.
    let own = json!({ "name": "own", "description": "own", "type": "MachineToMachine", "scopeIds": [all] });
    let own = deputy.client.post("/api/roles", &own).expect(200).json()["id"].clone();
    deputy.client.post(&format!("/api/applications/{}/roles", deputy.id), &json!({ "roleIds": [own] })).expect(201);
    let path = format!("/api/roles/{role}");
    assert_eq!(code(deputy.client.delete(&path), 403), "auth.forbidden");
    assert_eq!(code(deputy.client.delete(&format!("{path}/scopes/{all}")), 403), "auth.forbidden");
    manager(&server).get(&path).expect(200);
    // Another one it may delete.
    empty(deputy.client.delete(&format!("/api/roles/{}", own.as_str().unwrap())), 204);
}

/// Whoever is left must be able to get in.
fn the_last_way_in_stays(runtime: Runtime) {
    let server = Server::start(runtime);
    let (deputy, seed) = (Deputy::new(&server), server.seed());
    // As if the operator had lost its secret.
    let operator: i64 = CLIENT_ID.parse().unwrap();
    seed.expire(operator, "client_secret", 1);
    let own = format!("/api/applications/{}", deputy.id);
    let refused = |answer, what: &str| assert_eq!(code(answer, 422), "request.invalid_input", "{what}");
    refused(deputy.client.delete(&format!("{own}/secrets/Default%20secret")), "the secret");
    refused(deputy.client.delete(&own), "the application");
    refused(deputy.client.delete(&format!("{own}/roles/{}", management_role(&seed))), "the role");
    let secrets: Value = deputy.client.get(&format!("{own}/secrets")).expect(200).json();
    assert_eq!(secrets.as_array().map(Vec::len), Some(1));
    deputy.client.post(&format!("{own}/secrets"), &json!({ "name": "second" })).expect(201);
    empty(deputy.client.delete(&format!("{own}/secrets/second")), 204);
}
