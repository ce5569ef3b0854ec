//! `/organizations`: who reaches which of them, by role and by permission of a key.

use iam_domain::params;
use iam_tests::{Client, Server};
use serde_json::json;

use crate::wire::idah::keys::fixtures::key_caller;
use crate::wire::idah::{caller, document, faults, ids, refusal, send};

crate::on_both!(
    roles_reach,
    keys_reach,
    keys_without_a_right_reach_nothing,
    a_key_limited_to_organizations_makes_others,
    ownership_counts_at_once,
    membership_counts_at_once,
    shape_comes_before_right,
);

const KIND: &str = "iam:organizations";

/// Two organizations, and what callers can do with them.
struct Pair {
    here: i64,
    there: i64,
}

impl Pair {
    fn new(server: &Server) -> Self {
        Self { here: server.seed().organization("Here"), there: server.seed().organization("There") }
    }

    /// Those of the two that are listed; single ones agree.
    #[track_caller]
    fn seen(&self, client: &Client) -> Vec<i64> {
        let list = format!("filter[id][]={}&filter[id][]={}", self.here, self.there);
        let mut seen = ids(&client.get(&format!("/organizations?{list}")));
        seen.sort_unstable();
        for id in [self.here, self.there] {
            let answer = client.get(&format!("/organizations/{id}"));
            if seen.contains(&id) {
                answer.expect(200);
            } else {
                assert_eq!(refusal(&answer, 404).0, "Verse::Error::RecordNotFound");
            }
        }
        seen
    }

    fn both(&self) -> Vec<i64> {
        let mut both = vec![self.here, self.there];
        both.sort_unstable();
        both
    }
}

/// Status of a change of name.
fn rename(client: &Client, id: i64) -> u16 {
    send(client, "PATCH", &format!("/organizations/{id}"), &document(KIND, json!({ "name": "Renamed" }))).status
}

/// Refusals for want of a right, by action.
#[track_caller]
fn refused(client: &Client, id: i64, actions: &[&str]) {
    for action in actions {
        let body = document(KIND, json!({ "name": "x" }));
        let answers = match *action {
            "read" => vec![client.get("/organizations"), client.get(&format!("/organizations/{id}"))],
            "create" => vec![send(client, "POST", "/organizations", &body)],
            "update" => vec![send(client, "PATCH", &format!("/organizations/{id}"), &body)],
            _ => vec![client.delete(&format!("/organizations/{id}"))],
        };
        for answer in answers {
            let detail = format!("unauthorized action `{action}` on `iam:organizations`");
            assert_eq!(refusal(&answer, 403), ("Verse::Error::Unauthorized".to_owned(), detail));
        }
    }
}

fn roles_reach(server: &Server) {
    let pair = Pair::new(server);
    for role in ["admin", "system"] {
        let client = caller(server, role, &[]).client;
        assert_eq!(pair.seen(&client), pair.both(), "{role}");
        assert_eq!(rename(&client, pair.there), 200);
        let spare = server.seed().organization("Spare");
        client.delete(&format!("/organizations/{spare}")).expect(204);
    }
    for role in ["org_owner", "user"] {
        let client = caller(server, role, &[pair.here]).client;
        assert_eq!(pair.seen(&client), [pair.here], "{role}");
        refused(&client, pair.here, &["create", "update", "delete"]);
        refused(&client, pair.there, &["update", "delete"]);
        let alone = caller(server, role, &[]).client;
        assert_eq!(ids(&alone.get("/organizations?count=true")), [0; 0], "{role}");
        assert_eq!(alone.get("/organizations?count=true").json()["meta"]["count"], 0);
    }
}

fn keys_reach(server: &Server) {
    for (permission, scope, writes) in [
        ("org_ro_all", "all", false),
        ("org_rw_all", "all", true),
        ("org_ro_org", "org", false),
        ("org_rw_org", "org", true),
    ] {
        let pair = Pair::new(server);
        let is_limited = scope == "org";
        let limits = if is_limited { vec![pair.here] } else { vec![] };
        let client = key_caller(server, &[permission], scope, &limits);
        let seen = if is_limited { vec![pair.here] } else { pair.both() };
        assert_eq!(pair.seen(&client), seen, "{permission}");
        if is_limited {
            assert_eq!(ids(&client.get("/organizations")), [pair.here]);
        }
        if !writes {
            refused(&client, pair.here, &["create", "update", "delete"]);
            continue;
        }
        assert_eq!(rename(&client, pair.here), 200, "{permission}");
        let outside = if is_limited { 404 } else { 200 };
        assert_eq!(rename(&client, pair.there), outside, "{permission}");
        let gone = if is_limited { 404 } else { 204 };
        assert_eq!(client.delete(&format!("/organizations/{}", pair.there)).status, gone, "{permission}");
        assert_eq!(client.delete(&format!("/organizations/{}", pair.here)).status, 204, "{permission}");
    }
    // Without limits there is nothing to be the owner of.
    let pair = Pair::new(server);
    assert_eq!(pair.seen(&key_caller(server, &["org_rw_org"], "all", &[])), [0; 0]);
    // Of several permissions the last that has such a right decides.
    assert_eq!(pair.seen(&key_caller(server, &["org_ro_all", "org_ro_org"], "org", &[pair.here])), [pair.here]);
    assert_eq!(pair.seen(&key_caller(server, &["org_ro_org", "org_ro_all"], "org", &[pair.here])), pair.both());
}

fn keys_without_a_right_reach_nothing(server: &Server) {
    let pair = Pair::new(server);
    for (permission, scope) in [
        ("account_ro_all", "all"),
        ("account_rw_all", "all"),
        ("project_ro_org", "org"),
        ("project_rw_org", "org"),
        ("project_ro_all", "all"),
        ("project_rw_all", "all"),
    ] {
        let limits = if scope == "org" { vec![pair.here] } else { vec![] };
        let client = key_caller(server, &[permission], scope, &limits);
        refused(&client, pair.here, &["read", "create", "update", "delete"]);
    }
}

fn a_key_limited_to_organizations_makes_others(server: &Server) {
    let pair = Pair::new(server);
    let client = key_caller(server, &["org_rw_org"], "org", &[pair.here]);
    let made = send(&client, "POST", "/organizations", &document(KIND, json!({ "name": "Third" }))).expect(201);
    let id = made.json()["data"]["id"].as_str().unwrap().to_owned();
    // It belongs to nobody, to the key neither.
    assert_eq!(refusal(&client.get(&format!("/organizations/{id}")), 404).0, "Verse::Error::RecordNotFound");
    caller(server, "admin", &[]).client.get(&format!("/organizations/{id}")).expect(200);
}

fn ownership_counts_at_once(server: &Server) {
    let pair = Pair::new(server);
    let owner = caller(server, "org_owner", &[pair.here]);
    assert_eq!(pair.seen(&owner.client), [pair.here]);
    // A new one acts on tokens issued afterwards, one that is lost at once.
    server.seed().join(pair.there, owner.id, "user");
    let own = "UPDATE membership SET is_owner = ?3 WHERE organization_id = ?1 AND principal_id = ?2";
    server.seed().run(own, params![pair.there, owner.id, true]);
    assert_eq!(pair.seen(&owner.client), [pair.here]);
    server.seed().run(own, params![pair.here, owner.id, false]);
    assert_eq!(pair.seen(&owner.client), [0; 0]);
}

fn membership_counts_at_once(server: &Server) {
    let pair = Pair::new(server);
    let user = caller(server, "user", &[pair.here]);
    server.seed().join(pair.there, user.id, "user");
    assert_eq!(pair.seen(&user.client), pair.both());
    server.seed().run("DELETE FROM membership WHERE principal_id = ?1", params![user.id]);
    assert_eq!(pair.seen(&user.client), [0; 0]);
}

fn shape_comes_before_right(server: &Server) {
    let client = caller(server, "user", &[]).client;
    assert_eq!(faults(&send(&client, "POST", "/organizations", &json!({})))[0].0, "/data");
    assert_eq!(faults(&send(&client, "PATCH", "/organizations/x", &json!({})))[0].0, "/resource_id");
    assert_eq!(faults(&client.delete("/organizations/x"))[0].0, "/resource_id");
    assert_eq!(faults(&client.get("/organizations?page=2"))[0].0, "/page");
}
