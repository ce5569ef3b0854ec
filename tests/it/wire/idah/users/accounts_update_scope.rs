//! `PATCH /accounts/{resource_id}`: organizations and other parts of the role scope.

use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use crate::wire::idah::users::fixtures::{change, changed, fault_at, key, made, memberships, rows, scope, shown};
use crate::wire::idah::{account, caller};
use crate::wire::tenant::unique_email;

crate::on_both!(
    a_scope_is_replaced_whole,
    who_stays_keeps_what_is_held_there,
    who_has_not_joined_is_invited,
    owners_own_what_is_listed,
    each_organization_must_exist,
    who_leaves_home_has_none,
    the_last_administrator_stays,
    an_owner_places_in_its_own_alone,
    keys_place_where_they_count,
);

fn sorted(mut ids: Vec<i64>) -> Vec<i64> {
    ids.sort_unstable();
    ids
}

fn a_scope_is_replaced_whole(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let (a, b) = (seed.organization("A"), seed.organization("B"));
    let (id, _) = account(server, Some("user"), &[a]);
    seed.run("UPDATE principal SET updated_at = 1 WHERE id = ?1", params![id]);
    let sent = json!({ "org": [b.to_string()], "project": ["1"], "deep": { "er": [null, 1.5] } });
    let attributes = changed(&me.client, id, json!({ "role_scope": sent }));
    assert_eq!(attributes["role_scope"], sent);
    assert!(!attributes["updated_at"].as_str().unwrap().starts_with("1970"));
    assert_eq!(shown(&me.client, id), attributes);
    assert_eq!(memberships(&seed, id), [(b, false, "active".to_owned())]);
    let both = sorted(vec![a, b]);
    assert_eq!(changed(&me.client, id, json!({ "role_scope": scope(&[b, a, b]) }))["role_scope"], scope(&both));
    assert_eq!(
        changed(&me.client, id, json!({ "role_scope": { "org": [], "x": 1 } }))["role_scope"],
        json!({ "x": 1 })
    );
    assert_eq!(changed(&me.client, id, json!({ "role_scope": {} }))["role_scope"], json!({}));
    assert_eq!(memberships(&seed, id).len(), 0);
}

fn who_stays_keeps_what_is_held_there(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let (a, b) = (seed.organization("A"), seed.organization("B"));
    let (id, _) = account(server, Some("user"), &[a, b]);
    for organization in [a, b] {
        seed.grant(Some(organization), id, "org:staff");
    }
    seed.run("UPDATE membership SET created_at = 7 WHERE principal_id = ?1", params![id]);
    changed(&me.client, id, json!({ "role_scope": scope(&[a]) }));
    let held = "SELECT CAST(organization_id AS TEXT) FROM role_grant WHERE principal_id = ?1";
    assert_eq!(seed.texts(held, params![id]), [a.to_string()]);
    assert_eq!(seed.count("SELECT created_at FROM membership WHERE principal_id = ?1", params![id]), 7);
}

fn who_has_not_joined_is_invited(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let a = seed.organization("A");
    for is_enabled in [true, false] {
        let (id, _) = made(&me.client, json!({ "email": unique_email("pending"), "enabled": is_enabled }));
        changed(&me.client, id, json!({ "role_scope": scope(&[a]) }));
        assert_eq!(memberships(&seed, id), [(a, false, "invited".to_owned())]);
    }
}

fn owners_own_what_is_listed(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let (a, b) = (seed.organization("A"), seed.organization("B"));
    let (id, _) = account(server, Some("org_owner"), &[a]);
    // As another API makes members.
    seed.join(b, id, "user");
    let both = sorted(vec![a, b]);
    assert_eq!(shown(&me.client, id)["role_scope"], scope(&both));
    // Not so by an owner of one of them.
    let owner = caller(server, "org_owner", &[a]);
    changed(&owner.client, id, json!({ "role_scope": scope(&both) }));
    assert!(memberships(&seed, id).contains(&(b, false, "active".to_owned())));
    changed(&me.client, id, json!({ "role_scope": scope(&both) }));
    assert!(memberships(&seed, id).iter().all(|(_, is_owner, _)| *is_owner));
    changed(&me.client, id, json!({ "role_scope": scope(&[b]) }));
    assert_eq!(memberships(&seed, id), [(b, true, "active".to_owned())]);
    changed(&me.client, id, json!({ "role_scope": scope(&[b]), "role_name": "user" }));
    assert_eq!(memberships(&seed, id), [(b, false, "active".to_owned())]);
    changed(&me.client, id, json!({ "role_scope": scope(&[a]), "role_name": "org_owner" }));
    assert_eq!(memberships(&seed, id), [(a, true, "active".to_owned())]);
}

fn each_organization_must_exist(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let a = seed.organization("A");
    let (id, _) = account(server, Some("user"), &[a]);
    let before = rows(&seed, id);
    for other in ["999999999999", "x", ""] {
        let sent = json!({ "role_scope": { "org": [a.to_string(), other] }, "name": "x", "enabled": false });
        let detail = fault_at(&change(&me.client, id, sent), "role_scope");
        assert_eq!(detail, "must list organizations that exist and that you manage");
    }
    let large = json!({ "role_scope": { "x": "x".repeat(66_000) } });
    fault_at(&change(&me.client, id, large), "role_scope");
    assert_eq!(rows(&seed, id), before);
}

fn who_leaves_home_has_none(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let (a, b) = (seed.organization("A"), seed.organization("B"));
    let id = seed.user(a, &unique_email("home"), &[]);
    let home = || seed.count("SELECT ifnull(organization_id, 0) FROM principal WHERE id = ?1", params![id]);
    changed(&me.client, id, json!({ "role_scope": scope(&[a, b]) }));
    assert_eq!(home(), a);
    changed(&me.client, id, json!({ "role_scope": scope(&[b]) }));
    assert_eq!(home(), 0);
}

fn the_last_administrator_stays(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let (a, b) = (seed.organization("A"), seed.organization("B"));
    let (id, _) = account(server, Some("user"), &[a, b]);
    seed.grant(Some(a), id, "org:admin");
    let stopped = seed.user(a, &unique_email("stopped"), &["org:admin"]);
    seed.set_state(stopped, "locked");
    let before = rows(&seed, id);
    for listed in [&[][..], &[b]] {
        let answer = change(&me.client, id, json!({ "role_scope": scope(listed), "name": "x" }));
        let detail = fault_at(&answer.expect(422), "role_scope");
        assert!(detail.contains("last administrator"), "{detail}");
    }
    assert_eq!(rows(&seed, id), before);
    // Elsewhere it may leave, and here once there is another who can log in.
    changed(&me.client, id, json!({ "role_scope": scope(&[a]) }));
    seed.set_state(stopped, "active");
    changed(&me.client, id, json!({ "role_scope": scope(&[]) }));
    assert_eq!(memberships(&seed, id).len(), 0);
}

fn an_owner_places_in_its_own_alone(server: &Server) {
    let seed = server.seed();
    let [mine, too, other, fourth] = ["Mine", "Too", "Other", "Fourth"].map(|name| seed.organization(name));
    let me = caller(server, "org_owner", &[mine, too]);
    let (id, _) = account(server, Some("user"), &[mine, other]);
    let before = rows(&seed, id);
    for refused in [scope(&[mine]), json!({}), scope(&[mine, other, fourth]), json!({ "org": ["999999999999"] })] {
        fault_at(&change(&me.client, id, json!({ "role_scope": refused, "name": "x" })), "role_scope");
    }
    assert_eq!(rows(&seed, id), before);
    let with = |organizations: Vec<i64>| json!({ "org": scope(&sorted(organizations))["org"], "project": ["1"] });
    for allowed in [vec![mine, other], vec![mine, too, other], vec![too, other]] {
        let sent = json!({ "role_scope": with(allowed.clone()) });
        assert_eq!(changed(&me.client, id, sent)["role_scope"], with(allowed));
    }
    // Nobody is owner of what is not the caller's.
    changed(&me.client, id, json!({ "role_name": "org_owner", "role_scope": scope(&[mine, other]) }));
    let owned: Vec<(i64, bool)> = memberships(&seed, id).into_iter().map(|(id, is_owner, _)| (id, is_owner)).collect();
    assert!(owned.contains(&(mine, true)) && owned.contains(&(other, false)), "{owned:?}");
    // Itself neither.
    fault_at(&change(&me.client, me.id, json!({ "role_scope": scope(&[mine, too, other]) })), "role_scope");
    changed(&me.client, id, json!({ "role_scope": scope(&[other]) }));
    change(&me.client, id, json!({ "name": "gone" })).expect(404);
}

fn keys_place_where_they_count(server: &Server) {
    let seed = server.seed();
    let (mine, other) = (seed.organization("Mine"), seed.organization("Other"));
    let (id, _) = account(server, Some("user"), &[mine]);
    let limited = key(server, &["org_rw_org"], &[mine]);
    fault_at(&change(&limited, id, json!({ "role_scope": scope(&[mine, other]) })), "role_scope");
    let any = key(server, &["account_rw_all"], &[]);
    changed(&any, id, json!({ "role_scope": scope(&[other]) }));
    assert_eq!(memberships(&seed, id), [(other, false, "active".to_owned())]);
    // Not an administrator's, whatever is listed.
    let (admin, _) = account(server, Some("admin"), &[mine]);
    change(&any, admin, json!({ "role_scope": {} })).expect(403);
}
