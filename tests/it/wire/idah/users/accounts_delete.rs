//! `DELETE /accounts/{resource_id}`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use crate::wire::eazyrent::people::audit;
use crate::wire::idah::users::fixtures::{at, join, key, made, rows, scope, token_of};
use crate::wire::idah::{account, caller, faults, refusal};
use crate::wire::tenant::unique_email;

crate::on_both!(
    a_pending_account_is_deleted_for_good,
    who_has_joined_stays,
    who_does_not_see_it_does_not_delete_it,
    deleting_needs_the_right,
    a_higher_account_stays,
    the_operators_people_stay,
    the_last_administrator_of_an_organization_stays,
    keys_delete_what_is_theirs,
    ids_are_numbers,
);

fn a_pending_account_is_deleted_for_good(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let (organization, email) = (seed.organization("Pending"), unique_email("pending"));
    let (id, _) = made(&me.client, json!({ "email": email, "role_scope": scope(&[organization]) }));
    let token = token_of(&seed, &email);
    let answer = me.client.delete(&at(id));
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    let left = rows(&seed, id);
    assert_eq!(left.len(), 2, "what the audit says, and nothing else: {left:?}");
    let actions: Vec<String> = audit(&seed, id).into_iter().map(|(action, ..)| action).collect();
    assert_eq!(actions, ["user.created", "user.deleted"]);
    assert_eq!(refusal(&join(server, &token), 404).0, "Verse::Error::RecordNotFound");
    assert_eq!(refusal(&me.client.delete(&at(id)), 404).0, "Verse::Error::RecordNotFound");
    let (again, _) = made(&me.client, json!({ "email": email }));
    assert_ne!(again, id, "the address is free");
}

fn who_has_joined_stays(server: &Server) {
    let (id, _) = account(server, Some("user"), &[]);
    let before = rows(&server.seed(), id);
    // Also for those who may not delete anybody.
    for role in ["admin", "system", "user"] {
        let (title, detail) = refusal(&caller(server, role, &[]).client.delete(&at(id)), 403);
        assert_eq!(title, "Verse::Error::Unauthorized");
        assert_eq!(detail, "Cannot delete an account that has already joined");
    }
    assert_eq!(rows(&server.seed(), id), before);
}

fn the_last_administrator_of_an_organization_stays(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let organization = seed.organization("Last");
    // Who has registered an organization, and has yet to accept the invitation.
    let (id, _) = made(&me.client, json!({ "email": unique_email("last"), "role_scope": scope(&[organization]) }));
    seed.grant(Some(organization), id, "org:admin");
    let before = rows(&seed, id);
    let refused = me.client.delete(&at(id)).expect(422).json();
    assert_eq!(refused["errors"][0]["title"], json!("Verse::Error::ValidationFailed"));
    assert_eq!(rows(&seed, id), before);
    seed.user(organization, &unique_email("other"), &["org:admin"]);
    me.client.delete(&at(id)).expect(204);
}

fn who_does_not_see_it_does_not_delete_it(server: &Server) {
    let (admin, owner) = (caller(server, "admin", &[]), caller(server, "org_owner", &[]));
    let (id, _) = made(&admin.client, json!({ "email": unique_email("unseen") }));
    refusal(&owner.client.delete(&at(id)), 404);
    refusal(&admin.client.delete(&at(999_999_999_999)), 404);
    admin.client.get(&at(id)).expect(200);
}

fn deleting_needs_the_right(server: &Server) {
    let organization = server.seed().organization("Right");
    let admin = caller(server, "admin", &[]);
    let (id, _) = made(&admin.client, json!({ "email": unique_email("right"), "role_scope": scope(&[organization]) }));
    let before = rows(&server.seed(), id);
    for client in [
        caller(server, "user", &[]).client,
        caller(server, "org_owner", &[organization]).client,
        key(server, &["account_ro_all"], &[]),
    ] {
        let (_, detail) = refusal(&client.delete(&at(id)), 403);
        assert_eq!(detail, "unauthorized action `delete` on `iam:accounts`");
    }
    refusal(&server.client().delete(&at(id)), 401);
    assert_eq!(rows(&server.seed(), id), before);
}

fn a_higher_account_stays(server: &Server) {
    let (system, admin) = (caller(server, "system", &[]), caller(server, "admin", &[]));
    let (service, _) = made(&system.client, json!({ "email": unique_email("service"), "role_name": "system" }));
    let (other, _) = made(&system.client, json!({ "email": unique_email("other"), "role_name": "admin" }));
    refusal(&admin.client.delete(&at(service)), 403);
    refusal(&key(server, &["account_rw_all"], &[]).delete(&at(other)), 403);
    admin.client.delete(&at(other)).expect(204);
    system.client.delete(&at(service)).expect(204);
}

fn the_operators_people_stay(server: &Server) {
    let (seed, admin) = (server.seed(), caller(server, "admin", &[]));
    let (id, _) = made(&admin.client, json!({ "email": unique_email("operator") }));
    seed.grant(None, id, "admin");
    let before = rows(&seed, id);
    refusal(&admin.client.delete(&at(id)), 403);
    assert_eq!(rows(&seed, id), before);
}

fn keys_delete_what_is_theirs(server: &Server) {
    let seed = server.seed();
    let (mine, other) = (seed.organization("Mine"), seed.organization("Other"));
    let admin = caller(server, "admin", &[]);
    let new = |organization: i64| {
        made(&admin.client, json!({ "email": unique_email("key"), "role_scope": scope(&[organization]) })).0
    };
    let limited = key(server, &["org_rw_org"], &[mine]);
    let (here, there) = (new(mine), new(other));
    refusal(&limited.delete(&at(there)), 404);
    limited.delete(&at(here)).expect(204);
    // Sees everybody by one permission, and deletes its own by the other.
    let mixed = key(server, &["org_rw_org", "account_ro_all"], &[mine]);
    refusal(&mixed.delete(&at(there)), 404);
    key(server, &["account_rw_all"], &[]).delete(&at(there)).expect(204);
    assert_eq!(seed.count("SELECT count(*) FROM user WHERE id IN (?1, ?2)", params![here, there]), 0);
}

fn ids_are_numbers(server: &Server) {
    let me = caller(server, "admin", &[]);
    let found = faults(&me.client.delete("/accounts/x"));
    assert_eq!(found, [("/resource_id".to_owned(), "must be an integer".to_owned())]);
}
