//! What there are few of, made by the product itself.

use iam_tests::server::{ADMIN_EMAIL, ADMIN_PASSWORD, CLIENT_ID, CLIENT_SECRET, MANAGEMENT_RESOURCE};
use iam_tests::{InProcess, Response};
use serde_json::{Value, json};

use super::facts::{Facts, Machine};
use super::people::{PASSWORD, People};
use crate::door::Door;
use crate::request::Prepared;

/// Somebody who sends requests with a token.
struct Caller<'a> {
    app: &'a InProcess,
    token: String,
}

impl Caller<'_> {
    fn send(&self, request: Prepared) -> Value {
        let answer: Response = Door::send(self.app, &request.bearer(&self.token));
        assert!(answer.status < 300, "{answer:?}");
        serde_json::from_str(&answer.body).unwrap_or_default()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.send(Prepared::json("POST", path, body))
    }
}

/// The first machine client at the Logto management API.
fn manager(app: &InProcess) -> Caller<'_> {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("resource", MANAGEMENT_RESOURCE),
        ("scope", "all"),
    ];
    let answer = app.form("/oidc/token", &form).expect(200).json();
    Caller { app, token: text(&answer, "access_token") }
}

fn text(object: &Value, key: &str) -> String {
    object[key].as_str().unwrap_or_else(|| panic!("no text {key} in {object}")).to_owned()
}

/// Two organization roles; gives their ids.
pub fn organization_roles(app: &InProcess) -> [i64; 2] {
    let manager = manager(app);
    ["Editor", "Viewer"].map(|name| {
        let role = manager.post("/api/organization-roles", &json!({ "name": name, "description": "Seeded" }));
        text(&role, "id").parse().unwrap()
    })
}

/// Adds machines and keys.
pub fn complete(app: &InProcess, people: People, roles: [i64; 2]) -> Facts {
    let platform = Caller { app, token: app.token(CLIENT_ID, CLIENT_SECRET) };
    let (mut services, mut api_tokens) = (Vec::new(), Vec::new());
    for organization in &people.ordinary {
        let post = |path: &str| {
            let request = Prepared::json("POST", path, &json!({ "name": "bench" }));
            platform.send(request.with("x-eaz-account-id", organization.to_string()))
        };
        let id = text(&post("/iam/v1/service-accounts/"), "id");
        let secret = post(&format!("/iam/v1/service-accounts/{id}/secrets/"));
        services.push(Machine { id: text(&secret, "client_id"), secret: text(&secret, "secret") });
        api_tokens.push(text(&post(&format!("/iam/v1/service-accounts/{id}/api-keys/")), "secret"));
    }
    let key = Prepared::json("POST", format!("/iam/v1/service-accounts/{}/keys/", services[0].id), &json!({}));
    let key = platform.send(key.with("x-eaz-account-id", people.ordinary[0].to_string()));
    Facts {
        people: people.size.people(),
        organizations: people.size.organizations(),
        password: PASSWORD.to_owned(),
        logins: people.logins,
        fifty: people.fifty,
        members_of_fifty: people.members_of_fifty,
        largest: people.largest,
        roles,
        services,
        api_tokens,
        key: serde_json::from_value(key).expect("a key file"),
        manager: application(app),
        account_keys: account_keys(app),
    }
}

/// An application that may manage the whole directory.
fn application(app: &InProcess) -> Machine {
    let manager = manager(app);
    let made = manager.post("/api/applications", &json!({ "name": "bench", "type": "MachineToMachine" }));
    let id = text(&made, "id");
    let roles = manager.send(Prepared::get("/api/roles"));
    let role = roles.as_array().unwrap().iter().find(|role| role["name"] == "Management API access");
    let role = text(role.expect("the role that the product makes"), "id");
    manager.post(&format!("/api/applications/{id}/roles"), &json!({ "roleIds": [role] }));
    let secrets = manager.send(Prepared::get(format!("/api/applications/{id}/secrets")));
    Machine { secret: text(&secrets[0], "value"), id }
}

/// Keys that may read all accounts.
fn account_keys(app: &InProcess) -> Vec<String> {
    let login = json!({ "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD });
    let login = Door::send(app, &Prepared::json("POST", "/auth/login", &login)).expect(200).json();
    let admin = Caller { app, token: text(&login["meta"], "token") };
    let attributes = json!({ "name": "bench", "permissions": ["account_ro_all"], "scope_type": "all" });
    let document = json!({ "data": { "type": "iam:api_keys", "attributes": attributes } });
    let key = |_| text(&admin.post("/api_keys", &document)["data"]["attributes"], "key");
    (0..4).map(key).collect()
}
