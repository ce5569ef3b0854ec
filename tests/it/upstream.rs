//! Synchronisation with a real OpenID provider: node-oidc-provider, as tests/upstream/provider.mjs sets it up.

mod failures;
mod members;
mod own;
mod provider;

use iam_domain::params;
use iam_domain::store::Value as Sql;
use iam_tests::{Client, Response, Runtime, Seed, Server};
use serde_json::{Value, json};

use crate::wire::tenant::Tenant;
use provider::Provider;

const OWN: &str = "/iam/v1/users/me/sync-from-auth/";

/// A server with an upstream, and an organization on it.
struct Stage {
    server: Server,
    tenant: Tenant,
}

impl Stage {
    /// With the provider that all tests share.
    fn new(runtime: Runtime) -> Self {
        Self::with(runtime, Provider::shared(), &[])
    }

    /// With further variables, which override the usual ones.
    fn with(runtime: Runtime, provider: &Provider, changes: &[(&str, &str)]) -> Self {
        let endpoint = format!("{}/users?sub={{sub}}&email={{email}}", provider.issuer);
        let mut variables = vec![
            ("upstream_issuer", provider.issuer.as_str()),
            ("upstream_client_id", "edge-iam"),
            ("upstream_client_secret", "test-only: secret+of/edge-iam%"),
            ("upstream_scope", "users:read"),
            ("upstream_user_endpoint", &endpoint),
            ("upstream_allowed_host", &provider.issuer),
        ];
        variables.extend(changes);
        Self::on(Server::start_with(runtime, &variables))
    }

    fn on(server: Server) -> Self {
        let tenant = Tenant::new(&server, "Upstream");
        Self { server, tenant }
    }

    fn seed(&self) -> &Seed {
        &self.tenant.seed
    }

    /// A person who has not come in yet, with the roles.
    fn person(&self, email: &str, roles: &[&str]) -> i64 {
        self.seed().user(self.tenant.organization, email, roles)
    }

    /// A person whose address is proven.
    fn proven(&self, email: &str, roles: &[&str]) -> i64 {
        let person = self.person(email, roles);
        self.seed().run("UPDATE user SET email_verified_at = 1 WHERE id = ?1", params![person]);
        person
    }

    fn link(&self, person: i64, issuer: &str, subject: &str) {
        let sql = "UPDATE user SET identities = json_object(?2, ?3) WHERE id = ?1";
        self.seed().run(sql, params![person, issuer, subject]);
    }

    fn client(&self, principal: i64) -> Client {
        self.server.client().bearer(&self.seed().api_token(principal))
    }

    /// Lets the administrator synchronise a member.
    fn sync(&self, member: i64) -> Response {
        self.tenant.admin.post_empty(&path(member))
    }

    /// Rows that a synchronisation could change.
    fn rows(&self) -> Vec<(String, Vec<Sql>)> {
        let tables = ["user", "principal", "audit_event", "outbox", "one_time_code"];
        self.seed().dump().into_iter().filter(|(table, _)| tables.contains(&table.as_str())).collect()
    }

    /// `user` and `principal` of somebody, as the API shows them.
    fn view(&self, member: i64) -> Value {
        self.client(member).get("/iam/v1/users/me/").expect(200).json()
    }
}

/// Where a member is synchronised.
fn path(member: i64) -> String {
    format!("/iam/v1/team/members/{member}/sync-from-auth/")
}

/// The answer 202 of a synchronisation with the upstream.
#[track_caller]
fn changed(answer: Response, names: &[&str]) {
    assert_eq!(answer.expect(202).json(), json!({"source": "upstream", "changed": names}));
}

/// The answer 202 when nobody could be asked.
#[track_caller]
fn local(answer: Response) {
    assert_eq!(answer.expect(202).json(), json!({"source": "local", "changed": []}));
}
