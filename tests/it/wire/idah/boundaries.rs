//! What somebody may not do although the right is there: to people of other places, of other APIs, and from other sites.

use iam_domain::params;
use iam_tests::{Client, Server};
use serde_json::json;

use super::{DOCUMENT, account, caller, document, ids, refusal, session, token};
use crate::wire::idah::users::fixtures::{at, change, changed, create, key, made, rows, scope};
use crate::wire::tenant::unique_email;

crate::on_both!(
    an_owner_does_not_stop_who_manages_the_directory,
    an_owner_does_not_manage_who_is_at_home_elsewhere,
    a_limited_key_does_not_delete_administrators_of_other_places,
    who_is_known_from_another_api_alone_invites_nobody,
    a_key_that_only_invites_makes_no_owners,
    other_sites_write_nothing_by_cookie,
);

fn an_owner_does_not_stop_who_manages_the_directory(server: &Server) {
    let seed = server.seed();
    let mine = seed.organization("Mine");
    let (manager, _) = account(server, Some("user"), &[mine]);
    seed.grant_management(manager);
    let before = rows(&seed, manager);
    for client in [caller(server, "org_owner", &[mine]).client, key(server, &["org_rw_org"], &[mine])] {
        refusal(&change(&client, manager, json!({ "enabled": false })), 403);
        refusal(&change(&client, manager, json!({ "role_name": "org_owner" })), 403);
    }
    assert_eq!(rows(&seed, manager), before);
}

fn an_owner_does_not_manage_who_is_at_home_elsewhere(server: &Server) {
    let seed = server.seed();
    let (mine, home) = (seed.organization("Mine"), seed.organization("Home"));
    let (guest, _) = account(server, None, &[mine, home]);
    seed.run("UPDATE principal SET organization_id = ?2 WHERE id = ?1", params![guest, home]);
    let before = rows(&seed, guest);
    let owner = caller(server, "org_owner", &[mine]).client;
    for client in [&owner, &key(server, &["org_rw_org"], &[mine])] {
        for attributes in [json!({ "enabled": false }), json!({ "role_name": "org_owner" }), json!({ "name": "x" })] {
            refusal(&change(client, guest, attributes), 403);
        }
    }
    assert_eq!(rows(&seed, guest), before);
    // Whose home is theirs, they do.
    let host = caller(server, "org_owner", &[home]).client;
    assert_eq!(changed(&host, guest, json!({ "enabled": false, "name": "y" }))["enabled"], false);
    // Out of one's own organization anybody can be taken.
    changed(&owner, guest, json!({ "role_scope": scope(&[home]) }));
    refusal(&owner.get(&at(guest)), 404);
}

fn a_limited_key_does_not_delete_administrators_of_other_places(server: &Server) {
    let (seed, admin) = (server.seed(), caller(server, "admin", &[]));
    let (mine, other) = (seed.organization("Mine"), seed.organization("Other"));
    let limited = key(server, &["org_rw_org"], &[mine]);
    let pending =
        |name| made(&admin.client, json!({ "email": unique_email(name), "role_scope": scope(&[mine, other]) })).0;
    let (administrator, manager, guest) = (pending("administrator"), pending("manager"), pending("guest"));
    seed.grant(Some(other), administrator, "org:admin");
    seed.grant_management(manager);
    seed.run("UPDATE principal SET organization_id = ?2 WHERE id = ?1", params![guest, other]);
    for id in [administrator, manager, guest] {
        let before = rows(&seed, id);
        refusal(&limited.delete(&at(id)), 403);
        assert_eq!(rows(&seed, id), before);
    }
    limited.delete(&at(pending("member"))).expect(204);
}

/// That accounts of this API are seen by such accounts alone would be worth nothing if anybody could make one.
fn who_is_known_from_another_api_alone_invites_nobody(server: &Server) {
    let here = server.seed().organization("Here");
    let (known, address) = account(server, Some("user"), &[]);
    let (id, _) = account(server, None, &[here]);
    let stranger = server.client().bearer(&token(server, id, "user", &[here], session(server, id)));
    assert_eq!(ids(&stranger.get("/accounts")), [id]);
    for email in [unique_email("mine"), address] {
        let answer = create(&stranger, json!({ "email": email }));
        assert_eq!(refusal(&answer, 403).1, "unauthorized action `create` on `iam:accounts`");
    }
    refusal(&stranger.get(&at(known)), 404);
    changed(&caller(server, "admin", &[]).client, id, json!({ "role_name": "org_owner" }));
    server.seed().set_user(id, "account_role", "user");
    made(&stranger, json!({ "email": unique_email("later") }));
}

fn a_key_that_only_invites_makes_no_owners(server: &Server) {
    let organization = server.seed().organization("Invites");
    let inviting = key(server, &["project_rw_org"], &[organization]);
    for role in ["org_owner", "admin"] {
        let answer = create(
            &inviting,
            json!({ "email": unique_email("owner"), "role_name": role, "role_scope": scope(&[organization]) }),
        );
        crate::wire::idah::users::fixtures::fault_at(&answer, "role_name");
    }
    made(
        &inviting,
        json!({ "email": unique_email("member"), "role_name": "user", "role_scope": scope(&[organization]) }),
    );
}

/// Browsers say where a request comes from; pages of other sites can send JSON without saying that it is.
fn other_sites_write_nothing_by_cookie(server: &Server) {
    let admin = caller(server, "admin", &[]);
    let token = token(server, admin.id, "admin", &[], admin.session);
    let from = |site: &str| server.client().with("cookie", &format!("auth-token={token}")).with("sec-fetch-site", site);
    let new = || document("iam:accounts", json!({ "email": unique_email("site"), "role_name": "admin" })).to_string();
    let post = |client: &Client, kind| client.send("POST", "/api/v1/iam/accounts", kind, new().as_bytes()).status;
    for kind in [None, Some(DOCUMENT)] {
        assert_eq!(post(&from("cross-site"), kind), 401);
        for site in ["same-origin", "same-site", "none"] {
            assert_eq!(post(&from(site), kind), 201, "{site}");
        }
    }
    assert_eq!(refusal(&from("cross-site").delete("/accounts/1"), 401).1, "unauthorized_access");
    from("cross-site").get("/accounts").expect(200);
    // A token in the header was put there by whoever has it.
    assert_eq!(post(&server.client().bearer(&token).with("sec-fetch-site", "cross-site"), None), 201);
}
