//! Statements of the Logto management API: each read takes two at most, whatever it returns; no change takes more for more
//! members or roles.

use iam_tests::in_process::InProcess;
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET, MANAGEMENT_RESOURCE};
use serde_json::{Value, json};

use super::{Round, table};

/// Request, status and statements (`BEGIN`, `COMMIT`, the caller again and the audit event count). Every change needs these
/// four and the caller.
const EXPECTED: &[(&str, u16, u64)] = &[
    ("create_organization", 201, 6),
    ("create_user", 200, 7),
    ("create_user", 200, 7),
    ("create_user", 200, 7),
    ("create_organization_role", 201, 6),
    ("create_organization_role", 201, 6),
    ("create_organization_role", 201, 6),
    ("list_organizations", 200, 2),
    ("list_organizations (q)", 200, 2),
    ("list_organizations (featured)", 200, 2),
    ("get_organization", 200, 2),
    ("update_organization", 200, 7),
    ("add_organization_users", 201, 7),
    ("assign_organization_roles_to_users", 201, 8),
    ("list_organization_users", 200, 2),
    ("list_organization_users (q)", 200, 2),
    ("list_organization_users (role)", 200, 2),
    ("list_organization_user_roles", 200, 2),
    ("replace_organization_user_roles", 204, 8),
    ("assign_organization_roles_to_user", 201, 8),
    ("delete_organization_user_role", 204, 7),
    ("member scopes", 200, 2),
    ("organizations of a user", 200, 2),
    ("list_users", 200, 2),
    ("list_users (search)", 200, 2),
    ("get_user", 200, 2),
    ("update_user", 200, 8),
    ("list_organization_roles", 200, 2),
    ("replace_organization_users", 204, 10),
    ("delete_organization_user", 204, 7),
    ("create_application", 200, 9),
    ("get_application", 200, 2),
    ("list_applications", 200, 2),
    ("list_application_secrets", 200, 2),
    ("create_application_secret", 201, 9),
    ("add_organization_applications", 201, 7),
    ("list_organization_applications", 200, 2),
    ("organizations of an application", 200, 2),
    ("delete_application", 204, 8),
    ("create_invitation", 201, 10),
    ("get_invitation", 200, 2),
    ("list_invitations", 200, 2),
    ("revoke_invitation", 200, 7),
    ("delete_user", 204, 7),
    ("delete_organization", 204, 7),
];

impl Round<'_> {
    fn api(&mut self, name: &'static str, method: &str, path: &str, body: Option<&Value>) -> Value {
        let answer = self.call(name, method, &format!("/api{path}"), body);
        serde_json::from_str(&answer.body).unwrap_or_default()
    }

    fn make(&mut self, name: &'static str, path: &str, body: &Value) -> String {
        self.api(name, "POST", path, Some(body))["id"].as_str().unwrap().to_owned()
    }
}

fn round(app: &InProcess, mark: &str) -> Vec<(&'static str, u16, u64)> {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("resource", MANAGEMENT_RESOURCE),
        ("scope", "all"),
    ];
    let token = app.form("/oidc/token", &form).expect(200).json()["access_token"].as_str().unwrap().to_owned();
    let mut round = Round { app, token, taken: Vec::new() };
    let organization = round.make("create_organization", "/organizations", &json!({ "name": mark }));
    let place = format!("/organizations/{organization}");
    let users = [1, 2, 3].map(|number| {
        let email = format!("{mark}.{number}@example.org");
        round.make("create_user", "/users", &json!({ "primaryEmail": email, "name": mark }))
    });
    let roles = [1, 2, 3].map(|number| {
        round.make("create_organization_role", "/organization-roles", &json!({ "name": format!("{mark}-{number}") }))
    });
    organizations(&mut round, &place);
    members(&mut round, &place, &users, &roles);
    applications(&mut round, &place, mark);
    invitations(&mut round, &organization, &roles, mark);
    round.api("delete_user", "DELETE", &format!("/users/{}", users[2]), None);
    round.api("delete_organization", "DELETE", &place, None);
    round.taken
}

fn organizations(round: &mut Round<'_>, place: &str) {
    round.api("list_organizations", "GET", "/organizations", None);
    round.api("list_organizations (q)", "GET", "/organizations?q=a", None);
    round.api("list_organizations (featured)", "GET", "/organizations?showFeatured=1", None);
    round.api("get_organization", "GET", place, None);
    round.api("update_organization", "PATCH", place, Some(&json!({ "description": "x" })));
}

fn members(round: &mut Round<'_>, place: &str, users: &[String; 3], roles: &[String; 3]) {
    let (all_users, all_roles) = (json!({ "userIds": users }), json!({ "organizationRoleIds": roles }));
    let path = format!("{place}/users");
    round.api("add_organization_users", "POST", &path, Some(&all_users));
    let both = json!({ "userIds": users, "organizationRoleIds": roles });
    round.api("assign_organization_roles_to_users", "POST", &format!("{path}/roles"), Some(&both));
    round.api("list_organization_users", "GET", &path, None);
    round.api("list_organization_users (q)", "GET", &format!("{path}?q=a"), None);
    round.api("list_organization_users (role)", "GET", &format!("{path}?organizationRoleId={}", roles[0]), None);
    let own = format!("{path}/{}/roles", users[0]);
    round.api("list_organization_user_roles", "GET", &own, None);
    round.api("replace_organization_user_roles", "PUT", &own, Some(&json!({ "organizationRoleIds": [] })));
    round.api("assign_organization_roles_to_user", "POST", &own, Some(&all_roles));
    round.api("delete_organization_user_role", "DELETE", &format!("{own}/{}", roles[0]), None);
    round.api("member scopes", "GET", &format!("{path}/{}/scopes", users[0]), None);
    round.api("organizations of a user", "GET", &format!("/users/{}/organizations", users[0]), None);
    round.api("list_users", "GET", "/users", None);
    round.api("list_users (search)", "GET", "/users?search=%25a%25", None);
    round.api("get_user", "GET", &format!("/users/{}", users[0]), None);
    round.api("update_user", "PATCH", &format!("/users/{}", users[0]), Some(&json!({ "name": "x" })));
    round.api("list_organization_roles", "GET", "/organization-roles", None);
    round.api("replace_organization_users", "PUT", &path, Some(&json!({ "userIds": users[1..] })));
    round.api("delete_organization_user", "DELETE", &format!("{path}/{}", users[1]), None);
}

fn applications(round: &mut Round<'_>, place: &str, mark: &str) {
    let new = json!({ "name": mark, "type": "MachineToMachine" });
    let application = round.make("create_application", "/applications", &new);
    let path = format!("/applications/{application}");
    round.api("get_application", "GET", &path, None);
    round.api("list_applications", "GET", "/applications", None);
    round.api("list_application_secrets", "GET", &format!("{path}/secrets"), None);
    round.api("create_application_secret", "POST", &format!("{path}/secrets"), Some(&json!({ "name": "more" })));
    let members = format!("{place}/applications");
    let all = json!({ "applicationIds": [application] });
    round.api("add_organization_applications", "POST", &members, Some(&all));
    round.api("list_organization_applications", "GET", &members, None);
    round.api("organizations of an application", "GET", &format!("{path}/organizations"), None);
    round.api("delete_application", "DELETE", &path, None);
}

fn invitations(round: &mut Round<'_>, organization: &str, roles: &[String; 3], mark: &str) {
    let new = json!({
        "invitee": format!("{mark}.invited@example.org"),
        "organizationId": organization,
        "organizationRoleIds": roles,
        "expiresAt": round.app.now() + 1_000_000,
    });
    let invitation = round.make("create_invitation", "/organization-invitations", &new);
    let path = format!("/organization-invitations/{invitation}");
    round.api("get_invitation", "GET", &path, None);
    round.api("list_invitations", "GET", &format!("/organization-invitations?organizationId={organization}"), None);
    round.api("revoke_invitation", "PUT", &format!("{path}/status"), Some(&json!({ "status": "Revoked" })));
}

#[test]
fn the_directory_takes_as_many_statements_as_meant() {
    let app = InProcess::default();
    round(&app, "first");
    let taken = round(&app, "second");
    assert_eq!(taken, EXPECTED, "\n{}", table(&taken));
    let reads = EXPECTED
        .iter()
        .filter(|(name, ..)| ["get_", "list_", "member ", "organizations "].iter().any(|read| name.starts_with(read)));
    for (name, status, statements) in reads {
        assert!(*status == 200 && *statements <= 2, "{name} reads with {statements} statements");
    }
}
