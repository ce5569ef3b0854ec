//! Statements of the IDAH API: each read takes two at most, whatever it is asked for, and one more for what comes along;
//! no change takes more for more organizations.

use iam_tests::Response;
use iam_tests::in_process::InProcess;
use iam_tests::server::{ADMIN_EMAIL, ADMIN_PASSWORD};
use serde_json::{Value, json};

use super::{Round, table};

/// Request, status and statements (`BEGIN`, `COMMIT`, the caller again and the audit event count).
const EXPECTED: &[(&str, u16, u64)] = &[
    ("auth.login", 200, 21),
    ("organizations.create", 201, 6),
    ("organizations.create", 201, 6),
    ("organizations.create", 201, 6),
    ("organizations.index", 200, 2),
    ("organizations.show", 200, 2),
    ("organizations.update", 200, 7),
    ("accounts.create", 201, 18),
    ("accounts.create (known)", 201, 4),
    ("accounts.index", 200, 2),
    ("accounts.index (organizations)", 200, 2),
    ("accounts.show", 200, 2),
    ("accounts.update (name)", 200, 9),
    ("accounts.update (scope)", 200, 15),
    ("accounts.update (role)", 200, 13),
    ("accounts.update (disabled)", 200, 10),
    ("accounts.resend_invitation", 200, 15),
    ("accounts.delete", 204, 8),
    ("api_keys.create", 201, 7),
    ("auth.api_login (first)", 200, 4),
    ("auth.api_login", 200, 1),
    ("api_keys.index", 200, 2),
    ("api_keys.show", 200, 2),
    ("api_keys.permissions", 200, 1),
    ("api_keys.update", 200, 7),
    ("api_keys.revoke", 200, 7),
    ("api_keys.delete", 204, 7),
    ("account_sessions.index (accounts included)", 200, 3),
    ("account_sessions.delete", 204, 4),
    ("organizations.delete", 204, 7),
    ("auth.logout", 204, 6),
    ("auth.refresh", 200, 5),
];

impl Round<'_> {
    /// As [`Round::call`], with a document that writes a resource.
    fn write(&mut self, name: &'static str, method: &str, path: &str, kind: &str, attributes: &Value) -> Response {
        let document = json!({ "data": { "type": kind, "attributes": attributes } });
        self.call(name, method, path, Some(&document))
    }
}

fn round(app: &InProcess, mark: &str) -> Vec<(&'static str, u16, u64)> {
    let mut round = Round { app, token: String::new(), taken: Vec::new() };
    let login = json!({ "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD });
    let entered = round.note("auth.login", |app| app.bearer("", "POST", "/auth/login", Some(&login))).json();
    entered["meta"]["token"].as_str().unwrap().clone_into(&mut round.token);

    let kind = "iam:organizations";
    let mut organizations = Vec::new();
    for _ in 0..3 {
        let made = round.write("organizations.create", "POST", "/organizations", kind, &json!({ "name": mark })).json();
        organizations.push(made["data"]["id"].as_str().unwrap().to_owned());
    }
    let path = format!("/organizations/{}", organizations[0]);
    round.call("organizations.index", "GET", "/organizations?count=true&filter[name__match]=a&sort=-name", None);
    round.call("organizations.show", "GET", &path, None);
    round.write("organizations.update", "PATCH", &path, kind, &json!({ "name": "x" }));

    accounts(&mut round, &organizations, mark);
    keys(&mut round, &organizations);
    round.call(
        "account_sessions.index (accounts included)",
        "GET",
        "/account_sessions?included[]=account&count=true",
        None,
    );
    round.call("account_sessions.delete", "DELETE", "/account_sessions/1", None);
    round.call("organizations.delete", "DELETE", &path, None);
    round.call("auth.logout", "GET", "/auth/logout", None);
    round.taken
}

fn accounts(round: &mut Round<'_>, organizations: &[String], mark: &str) {
    let kind = "iam:accounts";
    let new = json!({ "email": format!("{mark}@example.org"), "role_name": "org_owner", "role_scope": { "org": organizations } });
    let account = round.write("accounts.create", "POST", "/accounts", kind, &new).json();
    round.write("accounts.create (known)", "POST", "/accounts", kind, &new);
    let path = format!("/accounts/{}", account["data"]["id"].as_str().unwrap());
    let asked = "/accounts?count=true&filter[role_name__nin][]=system&filter[name__match]=a&sort=-created_at,name&page[number]=2";
    round.call("accounts.index", "GET", asked, None);
    round.call(
        "accounts.index (organizations)",
        "GET",
        &format!("/accounts?filter[with_role_scope][org][]={}", organizations[0]),
        None,
    );
    round.call("accounts.show", "GET", &path, None);
    round.write("accounts.update (name)", "PATCH", &path, kind, &json!({ "name": "x" }));
    round.write(
        "accounts.update (scope)",
        "PATCH",
        &path,
        kind,
        &json!({ "role_scope": { "org": organizations[1..] } }),
    );
    round.write("accounts.update (role)", "PATCH", &path, kind, &json!({ "role_name": "user" }));
    round.write("accounts.update (disabled)", "PATCH", &path, kind, &json!({ "enabled": false }));
    round.call("accounts.resend_invitation", "POST", &format!("{path}/resend_invitation"), None);
    round.call("accounts.delete", "DELETE", &path, None);
}

fn keys(round: &mut Round<'_>, organizations: &[String]) {
    let kind = "iam:api_keys";
    let new = json!({ "name": "k", "permissions": ["org_ro_org"], "scope_type": "org", "scope_value": organizations });
    let made = round.write("api_keys.create", "POST", "/api_keys", kind, &new).json();
    let path = format!("/api_keys/{}", made["data"]["id"].as_str().unwrap());
    let key = json!({ "api_key": made["data"]["attributes"]["key"] });
    for name in ["auth.api_login (first)", "auth.api_login"] {
        round.note(name, |app| app.bearer("", "POST", "/auth/api/login", Some(&key)));
    }
    round.call("api_keys.index", "GET", "/api_keys?count=true&filter[status]=active", None);
    round.call("api_keys.show", "GET", &path, None);
    round.call("api_keys.permissions", "GET", "/api_keys/permissions", None);
    round.write("api_keys.update", "PATCH", &path, kind, &json!({ "name": "l" }));
    round.call("api_keys.revoke", "POST", &format!("{path}/revoke"), None);
    round.call("api_keys.delete", "DELETE", &path, None);
}

/// Refreshes with the cookie of a login.
fn refreshes(app: &InProcess) -> Vec<(&'static str, u16, u64)> {
    let mut round = Round { app, token: String::new(), taken: Vec::new() };
    let login = json!({ "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD, "cookie": true });
    let answer = app.bearer("", "POST", "/auth/login", Some(&login)).expect(200);
    let cookie = answer.cookies.iter().find_map(|cookie| cookie.strip_prefix("refresh-token=")).expect("a cookie");
    let cookie = format!("refresh-token={}", cookie.split(';').next().unwrap());
    round.note("auth.refresh", |app| app.send("GET", "/auth/refresh", &[("cookie", &cookie)], Vec::new()));
    round.taken
}

#[test]
fn the_idah_api_takes_as_many_statements_as_meant() {
    let app = InProcess::default();
    round(&app, "first");
    let mut taken = round(&app, "second");
    taken.extend(refreshes(&app));
    assert_eq!(taken, EXPECTED, "\n{}", table(&taken));
    for (name, status, statements) in EXPECTED {
        let is_read = [".index", ".show"].iter().any(|read| name.contains(read));
        let most = if name.contains("included") { 3 } else { 2 };
        assert!(!is_read || (*status == 200 && *statements <= most), "{name} reads with {statements} statements");
    }
}
