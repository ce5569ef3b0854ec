//! `PATCH /accounts/{resource_id}`: what changes, what does not, and for whom.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::people::{Person, audit, refused, try_log_in};
use crate::wire::idah::users::fixtures::{at, change, changed, fault_at, key, made, one, rows, shown};
use crate::wire::idah::{account, caller, document, faults, login, refusal, send};
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    a_name_is_changed_and_taken_away,
    what_is_sent_as_it_is_changes_nothing,
    what_is_read_only_is_not_read,
    attributes_must_be_of_their_type,
    disabling_ends_all_access_at_once,
    enabling_lets_in_again,
    the_audit_tells_off_from_on,
    who_never_joined_is_invited_again,
    enabling_forgets_failed_logins,
    nobody_switches_oneself_off,
    own_accounts_have_their_name_changed_alone,
    what_is_out_of_scope_is_not_found,
    changing_needs_the_right,
    the_operators_people_are_out_of_reach,
    ids_are_numbers,
);

fn a_name_is_changed_and_taken_away(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let (id, _) = account(server, Some("user"), &[]);
    seed.run("UPDATE principal SET updated_at = 1 WHERE id = ?1", params![id]);
    let before = shown(&me.client, id);
    let answer = change(&me.client, id, json!({ "name": "Grace" }));
    assert_eq!(answer.json().as_object().unwrap().len(), 1);
    let (_, after) = one(&answer, 200);
    let mut expected = before.clone();
    expected["name"] = json!("Grace");
    expected["updated_at"] = after["updated_at"].clone();
    assert_eq!(after, expected);
    assert_ne!(after["updated_at"], before["updated_at"]);
    assert_eq!(shown(&me.client, id), after);
    assert_eq!(audit(&seed, id), [("user.updated".to_owned(), "user".to_owned(), Some(me.id))]);
    let found = crate::wire::idah::ids(&me.client.get(&format!("/accounts?filter[name__match]=gRACE&filter[id]={id}")));
    assert_eq!(found, [id]);
    for none in [json!(null), json!("")] {
        changed(&me.client, id, json!({ "name": "Grace" }));
        assert_eq!(changed(&me.client, id, json!({ "name": none }))["name"], Value::Null);
    }
    // Somebody with first and last name keeps both.
    let tenant = Tenant::new(server, "Names");
    let person = tenant.seed.user(tenant.organization, &unique_email("names"), &[]);
    assert_eq!(shown(&me.client, person)["name"], "Test Person");
    assert_eq!(changed(&me.client, person, json!({ "name": null }))["name"], Value::Null);
    let there = tenant.admin.get(&crate::wire::eazyrent::people::member(person)).json();
    assert_eq!((&there["first_name"], &there["last_name"]), (&json!("Test"), &json!("Person")));
    assert_eq!(changed(&me.client, person, json!({ "name": "Ada" }))["name"], "Ada");
}

fn what_is_sent_as_it_is_changes_nothing(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let organization = seed.organization("Same");
    let (id, _) = account(server, Some("org_owner"), &[organization]);
    let now = shown(&me.client, id);
    let before = rows(&seed, id);
    assert_eq!(changed(&me.client, id, json!({})), now);
    assert_eq!(changed(&me.client, id, now.clone()), now);
    // One's own role and scope as they are are no reason to refuse either.
    let user = caller(server, "user", &[organization]);
    let own = shown(&user.client, user.id);
    assert_eq!(changed(&user.client, user.id, own.clone()), own);
    assert_eq!(rows(&seed, id), before);
}

fn what_is_read_only_is_not_read(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let (id, _) = account(server, Some("user"), &[]);
    let (now, before) = (shown(&me.client, id), rows(&seed, id));
    let sent = json!({
        "id": "1", "email": "other@example.org", "sso_channel": [], "picture_url": "https://a.example/", "joined_at": null,
        "invitation_expired_at": 7, "created_at": "2020-01-01T00:00:00.000Z", "updated_at": {}, "password": "Test-only-1",
    });
    assert_eq!(changed(&me.client, id, sent), now);
    assert_eq!(rows(&seed, id), before);
    let mut document = document("iam:accounts", json!({ "name": "By path" }));
    document["data"]["id"] = json!("999999999999");
    document["data"]["relationships"] = json!([]);
    let (changed, attributes) = one(&send(&me.client, "PATCH", &at(id), &document), 200);
    assert_eq!((changed, &attributes["name"]), (id, &json!("By path")));
}

fn attributes_must_be_of_their_type(server: &Server) {
    let (me, (id, _)) = (caller(server, "admin", &[]), account(server, Some("user"), &[]));
    let before = rows(&server.seed(), id);
    for (attribute, value, detail) in [
        ("name", json!({}), "must be a string"),
        ("name", json!("x".repeat(129)), "must be at most 128 characters"),
        ("name", json!("a\nb"), "must not contain control characters"),
        ("enabled", json!("maybe"), "must be a boolean"),
        ("enabled", json!(null), "must be a boolean"),
        ("role_name", json!([]), "must be a string"),
        ("role_name", json!(null), "must be filled"),
        ("role_scope", json!(null), "must be a hash"),
        ("role_scope", json!([]), "must be a hash"),
        ("role_scope", json!({ "org": "1" }), "must have an array of ids as org"),
    ] {
        let mut attributes = json!({});
        attributes[attribute] = value;
        assert_eq!(fault_at(&change(&me.client, id, attributes), attribute), detail, "{attribute}");
    }
    let untyped = send(&me.client, "PATCH", &at(id), &json!({ "data": { "attributes": { "name": "x" } } }));
    assert_eq!(faults(&untyped), [("/data/type".to_owned(), "is required".to_owned())]);
    assert_eq!(rows(&server.seed(), id), before);
}

fn disabling_ends_all_access_at_once(server: &Server) {
    let (tenant, me) = (Tenant::new(server, "Disabled"), caller(server, "admin", &[]));
    let person = Person::new(server, &tenant, "disabled", &["org:user"]);
    let there = caller(server, "user", &[]);
    crate::wire::idah::ids(&there.client.get("/accounts?page[size]=1"));
    for id in [person.id, there.id] {
        assert_eq!(changed(&me.client, id, json!({ "enabled": false }))["enabled"], false);
    }
    person.client.get("/iam/v1/users/me/").expect(401);
    there.client.get("/accounts").expect(401);
    refused(&try_log_in(server, &person.email, crate::wire::eazyrent::people::PASSWORD));
    let (_, detail) = refusal(&login(server, &person.email, crate::wire::eazyrent::people::PASSWORD), 401);
    assert_eq!(detail, "account_disabled");
    let alive = "SELECT count(*) FROM session WHERE user_id = ?1 AND revoked_at IS NULL";
    assert_eq!(tenant.seed.count(alive, params![person.id]), 0);
    let alive = "SELECT count(*) FROM session WHERE id = ?1 AND revoked_at IS NULL";
    assert_eq!(tenant.seed.count(alive, params![there.session]), 0);
    let state = tenant.admin.get(&crate::wire::eazyrent::people::member(person.id)).json()["state"].clone();
    assert_eq!(state, "USER_STATE_INACTIVE");
}

fn enabling_lets_in_again(server: &Server) {
    let (tenant, me) = (Tenant::new(server, "Enabled"), caller(server, "admin", &[]));
    let person = Person::new(server, &tenant, "enabled", &["org:user"]);
    for state in ["inactive", "locked"] {
        tenant.seed.set_state(person.id, state);
        assert_eq!(shown(&me.client, person.id)["enabled"], false);
        assert_eq!(changed(&me.client, person.id, json!({ "enabled": true }))["enabled"], true);
        person.log_in(server);
    }
    tenant.seed.set_state(person.id, "locked");
    let before = rows(&tenant.seed, person.id);
    changed(&me.client, person.id, json!({ "enabled": false }));
    assert_eq!(rows(&tenant.seed, person.id), before, "locked is disabled already");
}

fn the_audit_tells_off_from_on(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let (id, _) = made(&me.client, json!({ "email": unique_email("words") }));
    changed(&me.client, id, json!({ "enabled": false }));
    changed(&me.client, id, json!({ "enabled": true, "name": "On" }));
    seed.set_state(id, "locked");
    changed(&me.client, id, json!({ "enabled": true }));
    let words: Vec<String> = audit(&seed, id).into_iter().map(|(action, ..)| action).collect();
    assert_eq!(words, ["user.created", "user.deactivated", "user.reactivated", "user.unlocked"]);
    let detail = "SELECT detail FROM audit_event WHERE target_id = ?1 AND action = 'user.reactivated'";
    let told = json!({ "changed": { "name": { "before": null, "after": "On" } } });
    assert_eq!(seed.texts(detail, params![id]), [told.to_string()]);
}

fn who_never_joined_is_invited_again(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let (id, _) = made(&me.client, json!({ "email": unique_email("never"), "enabled": false }));
    assert_eq!(changed(&me.client, id, json!({ "enabled": true }))["enabled"], true);
    assert_eq!(seed.texts("SELECT state FROM principal WHERE id = ?1", params![id]), ["initial"]);
}

fn enabling_forgets_failed_logins(server: &Server) {
    let (tenant, me) = (Tenant::new(server, "Throttled"), caller(server, "admin", &[]));
    let person = Person::new(server, &tenant, "throttled", &["org:user"]);
    tenant.seed.set_state(person.id, "locked");
    let tries = || (0..20).map(|_| login(server, &person.email, "Wrong-only-1").status).any(|status| status == 429);
    assert!(tries(), "there is a limit");
    changed(&me.client, person.id, json!({ "enabled": true }));
    person.log_in(server);
}

fn nobody_switches_oneself_off(server: &Server) {
    for role in ["admin", "system"] {
        let me = caller(server, role, &[]);
        let before = rows(&server.seed(), me.id);
        let (title, _) = refusal(&change(&me.client, me.id, json!({ "enabled": false, "name": "x" })), 422);
        assert_eq!(title, "Verse::Error::ValidationFailed");
        assert_eq!(rows(&server.seed(), me.id), before);
    }
}

fn own_accounts_have_their_name_changed_alone(server: &Server) {
    let organization = server.seed().organization("Own");
    let me = caller(server, "user", &[organization]);
    assert_eq!(changed(&me.client, me.id, json!({ "name": "Me" }))["name"], "Me");
    let before = rows(&server.seed(), me.id);
    for more in [
        json!({ "enabled": false }),
        json!({ "role_name": "admin" }),
        json!({ "role_name": "org_owner", "name": "x" }),
        json!({ "role_scope": {} }),
        json!({ "role_scope": { "org": [organization.to_string()], "project": ["1"] } }),
    ] {
        assert_eq!(refusal(&change(&me.client, me.id, more.clone()), 403).0, "Verse::Error::Unauthorized", "{more}");
    }
    assert_eq!(rows(&server.seed(), me.id), before);
    // Also with a token of the time before a higher role was given, which counts no more than the lower one.
    server.seed().set_user(me.id, "account_role", "admin");
    changed(&me.client, me.id, json!({ "name": "Still me" }));
    refusal(&change(&me.client, me.id, json!({ "role_name": "org_owner" })), 403);
}

fn what_is_out_of_scope_is_not_found(server: &Server) {
    let seed = server.seed();
    let (mine, other) = (seed.organization("Mine"), seed.organization("Other"));
    let (id, _) = account(server, Some("user"), &[other]);
    let before = rows(&seed, id);
    for client in [
        caller(server, "user", &[other]).client,
        caller(server, "org_owner", &[mine]).client,
        key(server, &["org_rw_org"], &[mine]),
        key(server, &["org_rw_org", "account_ro_all"], &[mine]),
    ] {
        for attributes in [json!({ "name": "x" }), json!({}), json!({ "role_name": "admin" })] {
            assert_eq!(refusal(&change(&client, id, attributes), 404).0, "Verse::Error::RecordNotFound");
        }
    }
    refusal(&change(&caller(server, "admin", &[]).client, 999_999_999_999, json!({})), 404);
    assert_eq!(rows(&seed, id), before);
    for client in [caller(server, "org_owner", &[other]).client, key(server, &["org_rw_org"], &[other])] {
        changed(&client, id, json!({ "name": "y" }));
        changed(&client, id, json!({ "name": "z" }));
    }
}

fn changing_needs_the_right(server: &Server) {
    let (id, _) = account(server, Some("user"), &[]);
    let reader = key(server, &["account_ro_all"], &[]);
    let (_, detail) = refusal(&change(&reader, id, json!({ "name": "x" })), 403);
    assert_eq!(detail, "unauthorized action `update` on `iam:accounts`");
    refusal(&change(&server.client(), id, json!({ "name": "x" })), 401);
    assert_eq!(fault_at(&change(&reader, id, json!({ "name": [] })), "name"), "must be a string");
}

fn the_operators_people_are_out_of_reach(server: &Server) {
    let (seed, me) = (server.seed(), caller(server, "admin", &[]));
    let (id, _) = account(server, Some("user"), &[]);
    seed.grant(None, id, "staff");
    let before = rows(&seed, id);
    for attributes in [json!({ "name": "x" }), json!({ "enabled": false })] {
        refusal(&change(&me.client, id, attributes), 403);
    }
    assert_eq!(rows(&seed, id), before);
}

fn ids_are_numbers(server: &Server) {
    let me = caller(server, "admin", &[]);
    let answer = send(&me.client, "PATCH", "/accounts/x", &document("iam:accounts", json!({})));
    assert_eq!(faults(&answer), [("/resource_id".to_owned(), "must be an integer".to_owned())]);
}
