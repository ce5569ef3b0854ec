//! Statements of the EazyRent operations that change something, and of those that read more than one row.

use iam_tests::in_process::InProcess;
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET};
use serde_json::{Value, json};

use super::table;

/// Request and statements (`BEGIN`, `COMMIT` and the audit event count). Every change needs these three and the caller.
const EXPECTED: &[(&str, u16, u64)] = &[
    ("register", 200, 14),
    ("activate", 200, 13),
    ("POST /oauth/v2/token (password)", 200, 21),
    ("add_organization_members", 201, 16),
    ("resend invitation", 202, 15),
    ("activate (second)", 200, 13),
    ("get_organization_member", 200, 2),
    ("update_team_member", 200, 8),
    ("update_team_member (nothing new)", 200, 4),
    ("lock_member", 200, 8),
    ("unlock_member", 200, 8),
    ("deactivate_member", 200, 8),
    ("reactivate_member", 200, 8),
    ("update_user_authorizations", 200, 9),
    ("sync_user_from_auth_service", 202, 2),
    ("delete_team_member", 204, 7),
    ("partial_update_my_user", 200, 8),
    ("get_my_config", 200, 2),
    ("update_my_config", 200, 7),
    ("get_user_notification_preferences", 200, 2),
    ("update_user_notification_preferences", 200, 7),
    ("change_my_password", 202, 24),
    ("create_linked_account", 200, 9),
    ("list_all_linked_account", 200, 2),
    ("get_alert_importance", 200, 2),
    ("update_alert_importance", 200, 7),
    ("get_external_references", 200, 2),
    ("update_external_references", 200, 6),
    ("pairing code", 200, 2),
    ("renew pairing code", 200, 6),
    ("join_organization", 200, 15),
    ("leave_organization", 200, 7),
    ("retrieve_user_authorizations", 200, 2),
    ("retrieve_my_authorizations", 200, 2),
    ("forgotten password", 202, 20),
    ("reset password", 202, 12),
];

const PASSWORD: &str = "Correct-Horse-1";

struct Round<'a> {
    app: &'a InProcess,
    token: String,
    taken: Vec<(&'static str, u16, u64)>,
}

impl Round<'_> {
    fn call(&mut self, name: &'static str, method: &str, path: &str, body: Option<&Value>) -> Value {
        // ULIDs of one millisecond are in no order, and the newest mail is wanted.
        self.app.set_time(self.app.now() + 1);
        let before = self.app.statements();
        let answer = self.app.bearer(&self.token, method, &format!("/iam/v1{path}"), body);
        self.taken.push((name, answer.status, self.app.statements() - before));
        assert!(answer.status < 300, "{name}: {answer:?}");
        serde_json::from_str(&answer.body).unwrap_or_default()
    }

    fn form(&mut self, name: &'static str, form: &[(&str, &str)]) -> String {
        let before = self.app.statements();
        let answer = self.app.form("/oauth/v2/token", form).expect(200);
        self.taken.push((name, answer.status, self.app.statements() - before));
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }
}

/// The code in the newest mail to `email`.
fn code(app: &InProcess, email: &str) -> String {
    let sql = "SELECT payload FROM outbox WHERE recipient = ?1 ORDER BY id DESC LIMIT 1";
    let mail: Value = serde_json::from_str(&app.seed().texts(sql, iam_domain::params![email])[0]).unwrap();
    mail["code"].as_str().unwrap().to_owned()
}

fn new_password(more: &[(&str, &str)]) -> Value {
    let mut body = json!({ "new_password": PASSWORD, "new_password_confirmation": PASSWORD });
    for (name, value) in more {
        body[*name] = json!(value);
    }
    body
}

fn round(app: &InProcess, name: &str) -> Vec<(&'static str, u16, u64)> {
    let (first, second) = (format!("first.{name}@example.org"), format!("second.{name}@example.org"));
    let mut round = Round { app, token: String::new(), taken: Vec::new() };
    let organization = json!({ "name": name, "registration_number": name });
    let person = json!({ "first_name": "Ada", "last_name": "Lovelace", "email": first });
    round.call("register", "POST", "/register/", Some(&json!({ "organization": organization, "org_admin": person })));
    let activation = new_password(&[("code", &code(app, &first))]);
    let me = round.call("activate", "POST", "/users/activate/", Some(&activation));
    round.token = round.form(
        "POST /oauth/v2/token (password)",
        &[("grant_type", "password"), ("username", &first), ("password", PASSWORD)],
    );
    team(&mut round, &second);
    own(&mut round);
    organizations(&mut round, app);
    let grants = format!("/user-grants/{}/authorizations/", me["id"].as_str().unwrap());
    round.call("retrieve_user_authorizations", "GET", &grants, None);
    round.call("retrieve_my_authorizations", "GET", "/user-grants/me/authorizations/", None);
    round.call("forgotten password", "POST", "/users/password/forgot/", Some(&json!({ "email": first })));
    let reset = new_password(&[("code", &code(app, &first))]);
    round.call("reset password", "POST", "/users/password/reset/", Some(&reset));
    round.taken
}

fn team(round: &mut Round<'_>, email: &str) {
    let person = json!({ "first_name": "Grace", "last_name": "Hopper", "email": email });
    let member = round.call("add_organization_members", "POST", "/team/members/", Some(&person));
    let path = format!("/team/members/{}/", member["id"].as_str().unwrap());
    round.call("resend invitation", "POST", &format!("{path}resend-invitation/"), None);
    let activation = new_password(&[("code", &code(round.app, email))]);
    round.call("activate (second)", "POST", "/users/activate/", Some(&activation));
    round.call("get_organization_member", "GET", &path, None);
    round.call("update_team_member", "PATCH", &path, Some(&json!({ "phone": "+33123456789" })));
    round.call("update_team_member (nothing new)", "PATCH", &path, Some(&json!({ "phone": "+33123456789" })));
    for (name, action) in [
        ("lock_member", "lock"),
        ("unlock_member", "unlock"),
        ("deactivate_member", "deactivate"),
        ("reactivate_member", "reactivate"),
    ] {
        round.call(name, "POST", &format!("{path}{action}/"), None);
    }
    let grants = format!("/user-grants/{}/authorizations/", member["id"].as_str().unwrap());
    round.call(
        "update_user_authorizations",
        "PUT",
        &grants,
        Some(&json!({ "grants": ["org:staff", "document:write"] })),
    );
    round.call("sync_user_from_auth_service", "POST", &format!("{path}sync-from-auth/"), None);
    round.call("delete_team_member", "DELETE", &path, None);
}

fn own(round: &mut Round<'_>) {
    round.call("partial_update_my_user", "PATCH", "/users/me/", Some(&json!({ "last_name": "King" })));
    round.call("get_my_config", "GET", "/users/me/config/", None);
    round.call("update_my_config", "PUT", "/users/me/config/", Some(&json!({ "dark_mode": true })));
    let preferences = "/users/me/notification-preferences/";
    round.call("get_user_notification_preferences", "GET", preferences, None);
    round.call("update_user_notification_preferences", "PUT", preferences, Some(&json!({})));
    let change = new_password(&[("current_password", PASSWORD)]);
    round.call("change_my_password", "POST", "/users/me/password/", Some(&change));
}

fn organizations(round: &mut Round<'_>, app: &InProcess) {
    round.call("create_linked_account", "POST", "/organizations/accounts/", Some(&json!({ "name": "Linked" })));
    round.call("list_all_linked_account", "GET", "/organizations/accounts/", None);
    round.call("get_alert_importance", "GET", "/organizations/alert-importances/", None);
    let alert = json!([{ "alert_type": { "id": "expired_document", "name": "", "description": "" }, "value": 1 }]);
    round.call("update_alert_importance", "PUT", "/organizations/alert-importances/", Some(&alert));
    round.call("get_external_references", "GET", "/organizations/external-references/", None);
    round.call(
        "update_external_references",
        "PUT",
        "/organizations/external-references/",
        Some(&json!({ "crm": "1" })),
    );
    round.call("pairing code", "GET", "/organizations/pairing-code/", None);
    round.call("renew pairing code", "POST", "/organizations/pairing-code/", None);
    let bootstrap = app.token(CLIENT_ID, CLIENT_SECRET);
    let head = app.bearer(&bootstrap, "GET", "/iam/v1/organizations/pairing-code/", None).expect(200).json();
    round.call("join_organization", "POST", "/organizations/join-organization/", Some(&head));
    round.call("leave_organization", "POST", "/organizations/leave-organization/", None);
}

#[test]
#[allow(clippy::print_stdout, reason = "the table of the documents")]
fn eazyrent_takes_as_many_statements_as_meant() {
    let app = InProcess::default();
    round(&app, "First");
    let taken = round(&app, "Second");
    println!("{}", table(&taken));
    assert_eq!(taken, EXPECTED, "\n{}", table(&taken));
}

/// What is counted for the network of the client comes on top: one statement, and one more where it is taken back.
#[test]
fn the_network_of_the_client_takes_two_statements_at_most() {
    let app = InProcess::default();
    app.seed();
    let send = |address: &str, (kind, path): (&str, &str), body: &str, status: u16| {
        let before = app.statements();
        let headers = [("content-type", kind), ("spin-client-addr", address)];
        app.send("POST", path, &headers, body.as_bytes().to_vec()).expect(status);
        app.statements() - before
    };
    let token = ("application/x-www-form-urlencoded", "/oauth/v2/token");
    let right = "grant_type=password&username=admin@example.org&password=Test-only-1";
    let wrong = "grant_type=password&username=admin@example.org&password=Wrong-pass-1";
    let forgot = (("application/json", "/iam/v1/users/password/forgot/"), r#"{ "email": "nobody@example.org" }"#);
    for address in ["127.0.0.1:1", "192.0.2.7:1"] {
        send(address, token, right, 200);
    }
    for (address, statements) in [("127.0.0.1:1", [21, 12, 17]), ("192.0.2.7:1", [23, 13, 18])] {
        let [login, refused, mail] = [
            send(address, token, right, 200),
            send(address, token, wrong, 400),
            send(address, forgot.0, forgot.1, 202),
        ];
        assert_eq!([login, refused, mail], statements, "{address}");
    }
}

/// The caller, then a statement for each thousand; a full last page is followed by an empty one.
#[test]
fn long_lists_take_a_statement_a_thousand() {
    let app = InProcess::default();
    let seed = app.seed();
    let token = app.token(CLIENT_ID, CLIENT_SECRET);
    let home =
        seed.count("SELECT organization_id FROM principal WHERE id = ?1", iam_domain::params![123_456_789_012_i64]);
    let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)";
    let fill = |rows: &str, count: i64| {
        let (into, select) = rows.split_once("SELECT").unwrap();
        seed.run(&format!("{into} {numbers} SELECT {select}"), iam_domain::params![home, count]);
    };
    // With the first administrator there are 2,000 people.
    for rows in [
        "INSERT INTO principal (id, kind, state, organization_id, created_at, updated_at) \
         SELECT 500000000000 + i, 'user', 'active', ?1, i, i FROM n",
        "INSERT INTO user (id, email, email_key) SELECT 500000000000 + i, i || '@x.org', i || '@x.org' FROM n WHERE ?1 > 0",
        "INSERT INTO membership (organization_id, principal_id, kind, created_at, updated_at) \
         SELECT ?1, 500000000000 + i, 'user', i, i FROM n",
    ] {
        fill(rows, 1999);
    }
    let accounts = "INSERT INTO organization (id, name, parent_id, created_at, updated_at) \
                    SELECT 600000000000 + i, 'Account', ?1, i, i FROM n";
    fill(accounts, 2500);
    // The key of the token is looked up once.
    app.bearer(&token, "GET", "/iam/v1/users/me/", None).expect(200);
    for (path, items, statements) in
        [("/iam/v1/team/members/", 2000, 1 + 3), ("/iam/v1/organizations/accounts/", 2500, 1 + 3)]
    {
        let before = app.statements();
        let list = app.bearer(&token, "GET", path, None).expect(200).json();
        assert_eq!(list.as_array().unwrap().len(), items, "{path}");
        assert_eq!(app.statements() - before, statements, "{path}");
    }
}
