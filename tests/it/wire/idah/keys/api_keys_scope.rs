//! `/api_keys`: who reaches which keys.

use iam_domain::params;
use iam_tests::{Client, Server};
use serde_json::json;

use crate::wire::idah::keys::fixtures::{key, key_caller};
use crate::wire::idah::{among, caller, document, ids, refusal, send};

crate::on_both!(
    administrators_reach_all,
    owners_reach_keys_wholly_within_their_organizations,
    owners_change_what_they_reach,
    owners_change_nothing_else,
    users_and_keys_reach_none,
);

/// One key of each limit, of two organizations.
struct Keys {
    here: i64,
    of_here: i64,
    of_there: i64,
    of_both: i64,
    everywhere: i64,
    of_project: i64,
    without: i64,
}

impl Keys {
    fn new(server: &Server) -> Self {
        let (here, there) = (server.seed().organization("Here"), server.seed().organization("There"));
        Self {
            here,
            of_here: key(server, &["org_ro_org"], "org", &[here]),
            of_there: key(server, &["org_ro_org"], "org", &[there]),
            of_both: key(server, &["org_ro_org"], "org", &[here, there]),
            everywhere: key(server, &["org_ro_all"], "all", &[]),
            // Even one that has the id of the organization.
            of_project: key(server, &["project_ro_org"], "project", &[here]),
            without: key(server, &["org_ro_org"], "org", &[]),
        }
    }

    fn all(&self) -> [i64; 6] {
        [self.of_here, self.of_there, self.of_both, self.everywhere, self.of_project, self.without]
    }

    /// Those that are listed; single ones agree.
    #[track_caller]
    fn seen(&self, client: &Client) -> Vec<i64> {
        let list = among(&self.all());
        let listed = client.get(&format!("/api_keys?{list}count=true"));
        let seen = ids(&listed);
        assert_eq!(listed.json()["meta"]["count"], seen.len());
        for id in self.all() {
            let expected = if seen.contains(&id) { 200 } else { 404 };
            assert_eq!(client.get(&format!("/api_keys/{id}")).status, expected, "{id}");
        }
        seen
    }
}

fn sorted(mut ids: Vec<i64>) -> Vec<i64> {
    ids.sort_unstable();
    ids
}

fn administrators_reach_all(server: &Server) {
    let keys = Keys::new(server);
    for role in ["admin", "system"] {
        let client = caller(server, role, &[]).client;
        assert_eq!(keys.seen(&client), sorted(keys.all().to_vec()), "{role}");
    }
}

fn owners_reach_keys_wholly_within_their_organizations(server: &Server) {
    let keys = Keys::new(server);
    let other = server.seed().organization("Other");
    // Whatever the order of the organizations.
    for owned in [vec![keys.here], vec![other, keys.here], vec![keys.here, other]] {
        assert_eq!(keys.seen(&caller(server, "org_owner", &owned).client), [keys.of_here]);
    }
    assert_eq!(keys.seen(&caller(server, "org_owner", &[other]).client), [0; 0]);
    assert_eq!(keys.seen(&caller(server, "org_owner", &[]).client), [0; 0]);
    // Whoever loses the organization loses the keys at once.
    let owner = caller(server, "org_owner", &[keys.here]);
    server.seed().run("UPDATE membership SET is_owner = 0 WHERE principal_id = ?1", params![owner.id]);
    assert_eq!(keys.seen(&owner.client), [0; 0]);
}

fn owners_change_what_they_reach(server: &Server) {
    let keys = Keys::new(server);
    let client = caller(server, "org_owner", &[keys.here]).client;
    let path = format!("/api_keys/{}", keys.of_here);
    let body = document("iam:api_keys", json!({ "name": "Owner's" }));
    let renamed = send(&client, "PATCH", &path, &body).expect(200).json();
    assert_eq!(renamed["data"]["attributes"]["name"], "Owner's");
    assert_eq!(
        client.post_empty(&format!("{path}/revoke")).expect(200).json()["data"]["attributes"]["status"],
        "revoked"
    );
    client.delete(&path).expect(204);
}

fn owners_change_nothing_else(server: &Server) {
    let keys = Keys::new(server);
    let client = caller(server, "org_owner", &[keys.here]).client;
    let row = "SELECT * FROM credential WHERE id = ?1";
    for id in keys.all().into_iter().filter(|id| *id != keys.of_here) {
        let before = server.seed().run(row, params![id]);
        let path = format!("/api_keys/{id}");
        let body = document("iam:api_keys", json!({ "name": "Taken" }));
        for answer in
            [send(&client, "PATCH", &path, &body), client.post_empty(&format!("{path}/revoke")), client.delete(&path)]
        {
            assert_eq!(refusal(&answer, 404).0, "Verse::Error::RecordNotFound");
        }
        assert_eq!(server.seed().run(row, params![id]), before);
    }
}

fn users_and_keys_reach_none(server: &Server) {
    let keys = Keys::new(server);
    let user = caller(server, "user", &[keys.here]).client;
    let wide = key_caller(server, &["account_rw_all", "org_rw_all", "project_rw_all"], "all", &[]);
    let limited = key_caller(server, &["org_rw_org", "project_rw_org"], "org", &[keys.here]);
    for client in [user, wide, limited] {
        // Not even whether an id is one is told.
        for id in [keys.of_here.to_string(), "x".to_owned()] {
            let path = format!("/api_keys/{id}");
            let body = document("iam:api_keys", json!({ "name": "Taken" }));
            for (action, answer) in [
                ("read", client.get("/api_keys")),
                ("read", client.get(&path)),
                ("update", send(&client, "PATCH", &path, &body)),
                ("update", client.post_empty(&format!("{path}/revoke"))),
                ("delete", client.delete(&path)),
            ] {
                let detail = format!("unauthorized action `{action}` on `iam:api_keys`");
                assert_eq!(refusal(&answer, 403), ("Verse::Error::Unauthorized".to_owned(), detail), "{path}");
            }
        }
    }
    let sql = "SELECT count(*) FROM credential WHERE id = ?1 AND revoked_at IS NULL AND name = 'Key'";
    assert_eq!(server.seed().count(sql, params![keys.of_here]), 1);
}
