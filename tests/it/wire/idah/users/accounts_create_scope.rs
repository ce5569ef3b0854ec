//! `POST /accounts`: organizations and other parts of the role scope.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::idah::users::fixtures::{create, fault_at, key, made, memberships, scope, shown};
use crate::wire::idah::{caller, refusal};
use crate::wire::tenant::unique_email;

crate::on_both!(
    organizations_become_memberships,
    an_owner_owns_them,
    each_organization_must_exist,
    org_must_be_a_list_of_ids,
    a_scope_has_its_limit,
    a_user_has_no_say_over_organizations,
    an_owner_places_in_its_own_alone,
    keys_place_where_they_count,
);

const MANAGED: &str = "must list organizations that exist and that you manage";

#[allow(clippy::needless_pass_by_value, reason = "callers write it down in place")]
fn new(organizations: Value) -> Value {
    json!({ "email": unique_email("scope"), "role_scope": organizations })
}

fn organizations_become_memberships(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let (a, b) = (seed.organization("A"), seed.organization("B"));
    let mut sorted = [a, b];
    sorted.sort_unstable();
    let sent = json!({ "org": [b.to_string(), a, b.to_string()], "project": ["1"] });
    let (id, attributes) = made(&me.client, new(sent));
    let texts = sorted.map(|id| id.to_string());
    assert_eq!(attributes["role_scope"], json!({ "org": texts, "project": ["1"] }));
    assert_eq!(shown(&me.client, id), attributes);
    assert_eq!(memberships(&seed, id), sorted.map(|id| (id, false, "invited".to_owned())));
    let rest = seed.texts("SELECT role_scope FROM user WHERE id = ?1", params![id]);
    assert_eq!(rest, [r#"{"project":["1"]}"#]);
    let (id, attributes) = made(&me.client, new(json!({ "org": [] })));
    assert_eq!((&attributes["role_scope"], memberships(&seed, id).len()), (&json!({}), 0));
}

fn an_owner_owns_them(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "system", &[]));
    let a = seed.organization("A");
    for (role, is_owner) in [("org_owner", true), ("admin", false)] {
        let mut attributes = new(scope(&[a]));
        attributes["role_name"] = json!(role);
        let (id, _) = made(&me.client, attributes);
        assert_eq!(memberships(&seed, id), [(a, is_owner, "invited".to_owned())]);
    }
}

fn each_organization_must_exist(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let a = seed.organization("A");
    for other in ["999999999999", "1", "x", ""] {
        let sent = new(json!({ "org": [a.to_string(), other] }));
        assert_eq!(fault_at(&create(&me.client, sent.clone()), "role_scope"), MANAGED);
        let made = seed.count("SELECT count(*) FROM user WHERE email = ?1", params![sent["email"].as_str().unwrap()]);
        assert_eq!(made, 0);
    }
}

fn org_must_be_a_list_of_ids(server: &Server) {
    let me = caller(server, "admin", &[]);
    for org in [json!("1"), json!(1), json!(null), json!({}), json!([null]), json!([["1"]])] {
        let detail = fault_at(&create(&me.client, new(json!({ "org": org }))), "role_scope");
        assert_eq!(detail, "must have an array of ids as org");
    }
}

fn a_scope_has_its_limit(server: &Server) {
    let me = caller(server, "admin", &[]);
    let of = |length: usize| json!({ "project": "x".repeat(length) });
    made(&me.client, new(of(4000)));
    let refused = |scope| fault_at(&create(&me.client, new(scope)), "role_scope");
    assert_eq!(refused(of(4100)), "must be smaller than 4 KiB without org");
    assert_eq!(refused(json!({ "org": vec!["999999999999"; 5000] })), "must be smaller than 64 KiB");
}

fn a_user_has_no_say_over_organizations(server: &Server) {
    let a = server.seed().organization("A");
    let me = caller(server, "user", &[a]);
    refusal(&create(&me.client, new(scope(&[a]))), 403);
    // Siblings believe the other parts as well.
    refusal(&create(&me.client, new(json!({ "project": ["1"] }))), 403);
    for harmless in [json!({}), json!({ "org": [] })] {
        made(&me.client, new(harmless));
    }
}

fn an_owner_places_in_its_own_alone(server: &Server) {
    let seed = server.seed();
    let (mine, other) = (seed.organization("Mine"), seed.organization("Other"));
    let me = caller(server, "org_owner", &[mine]);
    let (id, _) = made(&me.client, new(scope(&[mine])));
    assert_eq!(memberships(&seed, id).len(), 1);
    for elsewhere in [scope(&[other]), scope(&[mine, other]), json!({ "org": ["999999999999"] })] {
        assert_eq!(fault_at(&create(&me.client, new(elsewhere)), "role_scope"), MANAGED);
    }
    // A member of it, not its owner.
    seed.join(other, me.id, "user");
    fault_at(&create(&me.client, new(scope(&[other]))), "role_scope");
    let nowhere = caller(server, "org_owner", &[]);
    fault_at(&create(&nowhere.client, new(scope(&[mine]))), "role_scope");
    made(&nowhere.client, new(json!({})));
}

fn keys_place_where_they_count(server: &Server) {
    let seed = server.seed();
    let (mine, other) = (seed.organization("Mine"), seed.organization("Other"));
    for permission in ["account_rw_all", "org_rw_all"] {
        made(&key(server, &[permission], &[]), new(scope(&[mine, other])));
    }
    for permission in ["org_rw_org", "project_rw_org"] {
        let limited = key(server, &[permission], &[mine]);
        made(&limited, new(scope(&[mine])));
        fault_at(&create(&limited, new(scope(&[mine, other]))), "role_scope");
    }
}
