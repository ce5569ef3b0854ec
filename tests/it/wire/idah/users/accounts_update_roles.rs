//! `PATCH /accounts/{resource_id}`: roles.

use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use crate::wire::idah::users::fixtures::{change, changed, fault_at, key, memberships, rows, scope};
use crate::wire::idah::{account, caller, login, refusal};

crate::on_both!(
    nobody_gives_a_higher_role,
    a_higher_account_is_left_alone,
    nobody_makes_or_unmakes_the_owner_of_keys,
    ownership_comes_and_goes_with_the_role,
    a_lost_role_counts_at_once,
    an_owner_does_not_disable_owners_of_other_places,
);

fn nobody_gives_a_higher_role(server: &Server) {
    let organization = server.seed().organization("Roles");
    for (role, given, refused) in [
        ("org_owner", &["org_owner", "user"][..], &["admin", "system", "api_service", "nobody", ""][..]),
        ("admin", &["org_owner", "admin", "user"], &["system", "api_service", "anonymous"]),
        ("system", &["system", "admin", "user"], &["api_service", "anonymous"]),
    ] {
        let me = caller(server, role, &[organization]);
        let (id, _) = account(server, Some("user"), &[organization]);
        let before = rows(&server.seed(), id);
        for name in refused {
            fault_at(&change(&me.client, id, json!({ "role_name": name, "name": "x" })), "role_name");
        }
        assert_eq!(rows(&server.seed(), id), before);
        for name in given {
            assert_eq!(changed(&me.client, id, json!({ "role_name": name }))["role_name"], *name);
        }
    }
    let me = key(server, &["account_rw_all"], &[]);
    let (id, _) = account(server, Some("user"), &[]);
    fault_at(&change(&me, id, json!({ "role_name": "admin" })), "role_name");
    changed(&me, id, json!({ "role_name": "org_owner" }));
}

fn a_higher_account_is_left_alone(server: &Server) {
    let organization = server.seed().organization("Higher");
    let (admin, _) = account(server, Some("admin"), &[organization]);
    let (system, _) = account(server, Some("system"), &[organization]);
    let before = [admin, system].map(|id| rows(&server.seed(), id));
    let owner = caller(server, "org_owner", &[organization]);
    for attributes in [json!({ "name": "x" }), json!({ "enabled": false }), json!({ "role_name": "user" })] {
        for id in [admin, system] {
            refusal(&change(&owner.client, id, attributes.clone()), 403);
            refusal(&change(&key(server, &["account_rw_all"], &[]), id, attributes.clone()), 403);
        }
        refusal(&change(&caller(server, "admin", &[]).client, system, attributes), 403);
    }
    assert_eq!([admin, system].map(|id| rows(&server.seed(), id)), before);
    changed(&caller(server, "system", &[]).client, system, json!({ "role_name": "user" }));
}

fn nobody_makes_or_unmakes_the_owner_of_keys(server: &Server) {
    let (service, _) = account(server, Some("api_service"), &[]);
    for role in ["admin", "system"] {
        let me = caller(server, role, &[]);
        fault_at(&change(&me.client, service, json!({ "role_name": "user" })), "role_name");
        changed(&me.client, service, json!({ "role_name": "api_service", "name": role }));
    }
    refusal(&change(&key(server, &["account_rw_all"], &[]), service, json!({ "name": "x" })), 403);
}

fn ownership_comes_and_goes_with_the_role(server: &Server) {
    let (seed, admin) = (server.seed(), caller(server, "admin", &[]));
    let (mine, other) = (seed.organization("Mine"), seed.organization("Other"));
    let owned = |id: i64| {
        let mut owned: Vec<i64> =
            memberships(&seed, id).into_iter().filter(|(_, is_owner, _)| *is_owner).map(|(id, ..)| id).collect();
        owned.sort_unstable();
        owned
    };
    let mut both = vec![mine, other];
    both.sort_unstable();
    let (id, _) = account(server, Some("user"), &both);
    changed(&admin.client, id, json!({ "role_name": "org_owner" }));
    assert_eq!(owned(id), both);
    changed(&admin.client, id, json!({ "role_name": "admin" }));
    assert_eq!(owned(id), [0; 0]);
    changed(&admin.client, id, json!({ "role_name": "user" }));
    // An owner makes owners of what is theirs alone.
    let me = caller(server, "org_owner", &[mine]);
    assert_eq!(changed(&me.client, id, json!({ "role_name": "org_owner" }))["role_scope"], scope(&both));
    assert_eq!(owned(id), [mine]);
    changed(&me.client, id, json!({ "role_name": "user" }));
    assert_eq!(owned(id), [0; 0]);
}

fn a_lost_role_counts_at_once(server: &Server) {
    let organization = server.seed().organization("Lost");
    let (admin, me) = (caller(server, "admin", &[]), caller(server, "org_owner", &[organization]));
    let (id, _) = account(server, Some("user"), &[organization]);
    changed(&me.client, id, json!({ "name": "One" }));
    changed(&admin.client, me.id, json!({ "role_name": "user" }));
    refusal(&change(&me.client, id, json!({ "name": "Two" })), 404);
    // A role that was given is taken in by tokens issued from then on.
    changed(&admin.client, me.id, json!({ "role_name": "admin" }));
    refusal(&change(&me.client, id, json!({ "name": "Three" })), 404);
}

fn an_owner_does_not_disable_owners_of_other_places(server: &Server) {
    let seed = server.seed();
    let (mine, other) = (seed.organization("Mine"), seed.organization("Other"));
    let me = caller(server, "org_owner", &[mine]);
    let (owner, _) = account(server, Some("org_owner"), &[mine, other]);
    let (guest, _) = account(server, Some("user"), &[mine, other]);
    seed.grant(Some(other), guest, "org:admin");
    for id in [owner, guest] {
        let before = rows(&seed, id);
        refusal(&change(&me.client, id, json!({ "enabled": false })), 403);
        assert_eq!(rows(&seed, id), before);
    }
    refusal(&change(&me.client, owner, json!({ "role_name": "user" })), 403);
    changed(&me.client, owner, json!({ "role_scope": scope(&[other]) }));
    assert_eq!(seed.count("SELECT count(*) FROM membership WHERE principal_id = ?1", params![owner]), 1);
    let (here, email) = account(server, Some("org_owner"), &[mine]);
    changed(&me.client, here, json!({ "enabled": false }));
    assert_eq!(login(server, &email, "x").status, 401);
}
