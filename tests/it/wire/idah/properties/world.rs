//! Two tenants who do not know of one another, and callers of the first.

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::crypto::secret::sha256;
use iam_domain::params;
use iam_tests::{Client, Server};
use serde_json::{Value, json};

use super::super::{account, caller, number, sign};
use super::RESOURCES;

/// What is there.
pub struct World {
    /// Kept running.
    _server: Server,
    callers: Vec<Known>,
    /// Ids, addresses and names of either tenant.
    words: Vec<String>,
}

/// A caller, and the ids that it may see of each resource by its path.
struct Known {
    name: &'static str,
    client: Client,
    sees: Vec<(&'static str, Vec<i64>)>,
}

impl World {
    /// Callers: who owns the first organization, one of its users, and two API keys for it.
    pub fn new(server: Server) -> Self {
        let seed = server.seed();
        // Whom every installation begins with.
        let first = seed.run("SELECT id FROM user WHERE account_role IS NOT NULL", params![]);
        let first: Vec<i64> = first.iter().map(|row| row.integer(0).unwrap()).collect();
        let (mine, theirs) = (seed.organization("Mine"), seed.organization("Theirs"));
        let owner = caller(&server, "org_owner", &[mine]);
        let user = caller(&server, "user", &[mine]);
        let stranger = caller(&server, "org_owner", &[theirs]);
        let (service, service_email) = account(&server, Some("api_service"), &[]);
        let member = account(&server, Some("user"), &[mine]);
        // Made by another API.
        let colleague = account(&server, None, &[mine]);
        let outsider = account(&server, None, &[theirs]);
        let other = account(&server, Some("user"), &[theirs]);
        let in_both = account(&server, Some("user"), &[mine, theirs]);
        for (id, _) in [&member, &other] {
            seed.set_user(*id, "role_scope", r#"{"project":["5"],"a":{"b":["c",1,null]}}"#);
        }

        let here = [owner.id, user.id, member.0, colleague.0, in_both.0];
        let with_role = [stranger.id, service, other.0];
        let read = key(&server, service, mine, "org_ro_org");
        let write = key(&server, service, mine, "org_rw_org");
        let foreign = key(&server, service, theirs, "org_ro_org");

        let known = |name, client, accounts: &[&[i64]], sessions: &[i64], keys: &[i64]| {
            let mut accounts = accounts.concat();
            accounts.sort_unstable();
            let mut keys = keys.to_vec();
            keys.sort_unstable();
            let visible = vec![
                ("/accounts", accounts),
                ("/account_sessions", sessions.to_vec()),
                ("/organizations", vec![mine]),
                ("/api_keys", keys),
            ];
            Known { name, client, sees: visible }
        };
        let keys = [read.0, write.0];
        let callers = vec![
            known("an owner", owner.client, &[&here], &[owner.session], &keys),
            known("a user", user.client, &[&here, &with_role, &first], &[user.session], &[]),
            known("a key that reads", read.1, &[&[service]], &[], &[]),
            known("a key that writes", write.1, &[&here, &[service]], &[], &[]),
        ];
        let ids = [mine, theirs, owner.session, stranger.session, foreign.0, outsider.0].into_iter();
        let ids = ids.chain(here).chain(with_role).chain(keys).map(|id| id.to_string());
        let emails = [owner.email, stranger.email, service_email, outsider.1, in_both.1].into_iter();
        let scopes = [mine, theirs].map(|id| json!({ "org": [id.to_string()] }).to_string()).into_iter();
        let words = ids.chain(emails).chain(scopes).chain(["Test Account", "Mine", "Theirs", "est"].map(str::to_owned));
        Self { words: words.collect(), _server: server, callers }
    }

    /// Words that mean something here.
    pub fn words(&self) -> Vec<String> {
        self.words.clone()
    }

    /// Checks something of every resource for every caller: `(client, path, type, ids)`.
    pub fn for_all(&self, check: impl Fn(&Client, &str, &str, &[i64]) -> Result<(), String>) -> Result<(), String> {
        for Known { name, client, sees: visible } in &self.callers {
            for (path, kind) in RESOURCES {
                let (_, seen) =
                    visible.iter().find(|(known, _)| *known == path).expect("what each caller sees is said");
                check(client, path, kind, seen).map_err(|error| format!("{name}: {error}"))?;
            }
        }
        Ok(())
    }
}

/// An API key of the service account for one organization: its id, and a client with a token of it.
fn key(server: &Server, service: i64, organization: i64, permission: &str) -> (i64, Client) {
    let (id, now) = (number(), SystemClock.now());
    let scope = [organization.to_string()];
    server.seed().run(
        "INSERT INTO credential (id, principal_id, kind, name, label, secret_hash, permissions, scope_type, scope_value, \
         created_at, updated_at) VALUES (?1, ?2, 'api_key', 'Test Key', 'IDAH_xxxxx...xxxx', ?3, ?4, 'org', ?5, ?6, ?6)",
        params![id, service, sha256(id.to_string()), json!([permission]).to_string(), json!(scope).to_string(), now],
    );
    let seconds = SystemClock.now_seconds();
    let claims: Value = json!({
        "u": { "id": service, "labels": ["api"] }, "r": format!("api:{permission}"), "s": { "org": scope },
        "exp": seconds + 3600, "iat": seconds, "cid": id, "jti": id.to_string(),
    });
    (id, server.client().bearer(&sign(server, &claims)))
}
