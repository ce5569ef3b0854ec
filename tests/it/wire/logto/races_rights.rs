//! What happens while a request is on its way counts for it: whoever loses the scope `all`, the secret or the account before
//! a write begins does not write any more.

use iam_domain::params;
use iam_tests::{Seed, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::connection::Pending;
use crate::wire::logto::{ORGANIZATIONS, code, empty, manager, unique};

crate::on_both!(
    what_takes_its_time_is_done,
    who_loses_the_role_meanwhile_changes_nothing,
    who_loses_the_secret_meanwhile_changes_nothing,
    who_is_deleted_meanwhile_changes_nothing,
);

/// An application that may do everything, and its token.
struct Deputy {
    seed: Seed,
    path: String,
    token: String,
}

impl Deputy {
    fn new(server: &Server) -> Self {
        let (operator, seed) = (manager(server), server.seed());
        let new = json!({ "name": unique("deputy-"), "type": "MachineToMachine" });
        let id = operator.post("/api/applications", &new).expect(200).json()["id"].as_str().unwrap().to_owned();
        let path = format!("/api/applications/{id}");
        operator.post(&format!("{path}/roles"), &json!({ "roleIds": [role(&seed)] })).expect(201);
        let secrets = operator.get(&format!("{path}/secrets")).expect(200).json();
        let token = server.management_token(&id, secrets[0]["value"].as_str().unwrap(), "all");
        Self { seed, path, token }
    }

    /// Begins to make an organization, a user, a role, an application and an invitation, each called `mark`.
    fn writes(&self, server: &Server, mark: &str) -> Vec<Pending> {
        let place = server.seed().organization(&unique("place-"));
        let begin = |path: &str, body: &Value| Pending::begin(server, &self.token, "POST", path, body);
        vec![
            begin(ORGANIZATIONS, &json!({ "name": mark })),
            begin("/api/users", &json!({ "name": mark })),
            begin("/api/organization-roles", &json!({ "name": mark })),
            begin("/api/applications", &json!({ "name": mark, "type": "MachineToMachine" })),
            begin(
                "/api/organization-invitations",
                &json!({
                    "invitee": format!("{mark}@example.org"),
                    "organizationId": place.to_string(),
                    "expiresAt": 4_000_000_000_000_i64,
                }),
            ),
        ]
    }

    /// Nothing of what is on its way is done when `meanwhile` happens first.
    #[track_caller]
    fn is_stopped(&self, server: &Server, status: u16, wanted: &str, meanwhile: impl FnOnce()) {
        let mark = unique("meanwhile-");
        let pending = self.writes(server, &mark);
        meanwhile();
        for pending in pending {
            assert_eq!(code(pending.finish(), status), wanted);
        }
        assert_eq!(made(&self.seed, &mark), 0);
    }
}

fn role(seed: &Seed) -> String {
    seed.count("SELECT id FROM role WHERE name = 'Management API access'", params![]).to_string()
}

/// How many things there are that [`Deputy::writes`] makes.
fn made(seed: &Seed, mark: &str) -> i64 {
    let sql = "SELECT (SELECT count(*) FROM organization WHERE name = ?1) + (SELECT count(*) FROM user WHERE display_name = ?1) \
        + (SELECT count(*) FROM role WHERE name = ?1) + (SELECT count(*) FROM service_account WHERE name = ?1) \
        + (SELECT count(*) FROM invitation WHERE email = ?1 || '@example.org')";
    seed.count(sql, params![mark])
}

/// Without this, the refusals below could have other reasons.
fn what_takes_its_time_is_done(server: &Server) {
    let (deputy, mark) = (Deputy::new(server), unique("meanwhile-"));
    for pending in deputy.writes(server, &mark) {
        let answer = pending.finish();
        assert!([200, 201].contains(&answer.status), "{answer:?}");
    }
    assert_eq!(made(&deputy.seed, &mark), 5);
}

fn who_loses_the_role_meanwhile_changes_nothing(server: &Server) {
    let deputy = Deputy::new(server);
    let taken = format!("{}/roles/{}", deputy.path, role(&deputy.seed));
    deputy.is_stopped(server, 403, "auth.forbidden", || empty(manager(server).delete(&taken), 204));
}

fn who_loses_the_secret_meanwhile_changes_nothing(server: &Server) {
    let deputy = Deputy::new(server);
    let secret = format!("{}/secrets/Default%20secret", deputy.path);
    deputy.is_stopped(server, 401, "auth.unauthorized", || empty(manager(server).delete(&secret), 204));
}

fn who_is_deleted_meanwhile_changes_nothing(server: &Server) {
    let deputy = Deputy::new(server);
    deputy.is_stopped(server, 401, "auth.unauthorized", || empty(manager(server).delete(&deputy.path), 204));
}
