//! `PATCH` and `DELETE /api/organizations/{id}`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::logto::{ORGANIZATIONS, Place, column, empty, items, patch, put, texts};

crate::on_both!(
    only_what_is_sent_changes,
    null_or_an_empty_text_clears,
    objects_are_replaced_not_merged,
    nothing_to_change_is_refused,
    an_unknown_organization_cannot_be_changed,
    ids_and_times_are_not_changed,
    the_second_factor_does_not_hinder_managing,
    a_deleted_organization_is_gone,
    what_hangs_on_it_goes_too,
    what_is_shared_stays,
    it_is_deleted_once,
);

/// Asserts that a PATCH gives the same organization but for `changes`, and that it stays so.
#[track_caller]
fn changes(place: &Place, body: &Value, changes: &Value) {
    let mut expected = place.view();
    expected.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    assert_eq!(patch(&place.manager, &place.path, body).expect(200).json(), expected, "{body}");
    assert_eq!(place.view(), expected);
}

fn only_what_is_sent_changes(server: &Server) {
    let place = Place::new(server, "Before");
    for body in [
        json!({ "name": " After " }),
        json!({ "description": "Described" }),
        json!({ "customData": { "a": 1 } }),
        json!({ "isMfaRequired": true }),
        json!({ "color": { "primaryColor": "#123" } }),
        json!({ "branding": { "favicon": "https://example.org/f.ico" } }),
        json!({ "customCss": "a { b: c }" }),
        json!({ "name": "Both", "isMfaRequired": false }),
    ] {
        changes(&place, &body, &body);
    }
    let events = "SELECT count(*) FROM audit_event WHERE organization_id = ?1 AND action = 'organization.updated'";
    assert_eq!(place.seed.count(events, params![place.id]), 8);
}

fn null_or_an_empty_text_clears(server: &Server) {
    let place = Place::new(server, "Cleared");
    for key in ["description", "customCss"] {
        for empty in [json!(null), json!("")] {
            let set = json!({ key: "something" });
            changes(&place, &set, &set);
            changes(&place, &json!({ key: empty }), &json!({ key: null }));
        }
    }
    // Nothing else takes null.
    for key in ["name", "customData", "isMfaRequired", "color", "branding"] {
        place.refuses(|client| patch(client, &place.path, &json!({ key: null })), 400, "guard.invalid_input");
    }
}

fn objects_are_replaced_not_merged(server: &Server) {
    let place = Place::new(server, "Replaced");
    for [first, second] in [
        [json!({ "customData": { "a": 1, "c": { "d": 1 } } }), json!({ "customData": { "b": 2, "c": {} } })],
        [json!({ "color": { "primaryColor": "#123" } }), json!({ "color": { "isDarkModeEnabled": true } })],
        [json!({ "branding": { "logoUrl": "a://b" } }), json!({ "branding": { "favicon": "c://d" } })],
    ] {
        changes(&place, &first, &first);
        changes(&place, &second, &second);
    }
    let none = json!({ "customData": {}, "color": {}, "branding": {} });
    changes(&place, &none, &none);
}

fn nothing_to_change_is_refused(server: &Server) {
    let place = Place::new(server, "Unchanged");
    for body in [json!({}), json!({ "nothing": 1 }), json!({ "Name": "x" })] {
        place.refuses(|client| patch(client, &place.path, &body), 422, "entity.invalid_input");
        // Before anybody looks whether it is there.
        let nowhere = format!("{ORGANIZATIONS}/999999999999");
        place.refuses(|client| patch(client, &nowhere, &body), 422, "entity.invalid_input");
    }
    place.refuses(|client| client.send("PATCH", &place.path, None, b""), 422, "entity.invalid_input");
}

fn an_unknown_organization_cannot_be_changed(server: &Server) {
    let place = Place::new(server, "Another");
    let nowhere = format!("{ORGANIZATIONS}/999999999999");
    place.refuses(|client| patch(client, &nowhere, &json!({ "name": "x" })), 404, "entity.not_exists");
    let person = place.member("Person");
    let nowhere = format!("{ORGANIZATIONS}/{person}");
    place.refuses(|client| patch(client, &nowhere, &json!({ "name": "x" })), 404, "entity.not_exists");
}

fn ids_and_times_are_not_changed(server: &Server) {
    let place = Place::new(server, "Fixed");
    let body = json!({ "name": "New", "id": "999999999999", "tenantId": "other", "createdAt": 1 });
    changes(&place, &body, &json!({ "name": "New" }));
    // By themselves they change nothing, whether that is an error or not.
    let before = place.view();
    for body in [json!({ "id": "999999999999" }), json!({ "tenantId": "other" }), json!({ "createdAt": 1 })] {
        let status = patch(&place.manager, &place.path, &body).status;
        assert!(matches!(status, 200 | 422), "{body}: {status}");
        assert_eq!(place.view(), before);
    }
}

fn the_second_factor_does_not_hinder_managing(server: &Server) {
    let place = Place::with(server, &json!({ "name": "Second factor", "isMfaRequired": true }));
    let person = place.seed.person("Without");
    let [role] = place.roles();
    place.manager.post(&place.at("users"), &json!({ "userIds": [person.to_string()] })).expect(201);
    put(&place.manager, &place.roles_of(person), &json!({ "organizationRoleIds": [role.to_string()] })).expect(204);
    assert_eq!(place.held(person), [role]);
}

fn a_deleted_organization_is_gone(server: &Server) {
    let place = Place::new(server, "Gone");
    let member = place.member("Member");
    empty(place.manager.delete(&place.path), 204);
    place.refuses(|client| client.get(&place.path), 404, "entity.not_exists_with_id");
    place.refuses(|client| patch(client, &place.path, &json!({ "name": "x" })), 404, "entity.not_exists");
    assert!(items(&place.manager.get(&format!("{ORGANIZATIONS}?q={}", place.id))).is_empty());
    assert!(items(&place.manager.get(&place.at("users"))).is_empty());
    let unknown = "entity.relation_foreign_key_not_found";
    let users = json!({ "userIds": [member.to_string()] });
    place.refuses(|client| client.post(&place.at("users"), &users), 422, unknown);
    place.refuses(|client| client.get(&place.roles_of(member)), 422, "organization.require_membership");
    let events = place
        .seed
        .texts("SELECT action FROM audit_event WHERE organization_id = ?1 ORDER BY id DESC LIMIT 1", params![place.id]);
    assert_eq!(events, ["organization.deleted"]);
}

fn what_hangs_on_it_goes_too(server: &Server) {
    let place = Place::new(server, "Hung");
    let member = place.member("Member");
    let machine = place.seed.machine(place.id, &["org:admin"]);
    let [role] = place.roles();
    let for_machines = place.seed.organization_role(&crate::wire::logto::unique("machines-"), "service_account");
    place.seed.give(Some(place.id), member, role);
    place.seed.give(Some(place.id), machine.id, for_machines);
    let run = |sql: &str, other: i64| place.seed.run(sql, params![place.id, other]);
    run(
        "INSERT INTO invitation (id, organization_id, email, email_key, inviter_id, status, expires_at, created_at, updated_at) \
         VALUES (?1, ?1, 'a@example.org', 'a@example.org', ?2, 'pending', 1, 0, 0)",
        member,
    );
    run("INSERT INTO invitation_role (invitation_id, role_id) VALUES (?1, ?2)", role);
    run("INSERT INTO organization_jit_domain (organization_id, domain) VALUES (?1, ?2 || '.example.org')", role);
    run("INSERT INTO organization_jit_role (organization_id, role_id) VALUES (?1, ?2)", role);
    place.manager.delete(&place.path).expect(204);
    for table in [
        "membership",
        "role_grant",
        "invitation",
        "organization_jit_domain",
        "organization_jit_role",
        "outbox",
        "user_group",
    ] {
        let sql = format!("SELECT count(*) FROM {table} WHERE organization_id = ?1");
        assert_eq!(place.seed.count(&sql, params![place.id]), 0, "{table}");
    }
    assert_eq!(place.seed.count("SELECT count(*) FROM invitation_role WHERE role_id = ?1", params![role]), 0);
}

fn what_is_shared_stays(server: &Server) {
    let (place, other) = (Place::new(server, "Deleted"), Place::new(server, "Kept"));
    let member = place.member("Member");
    let machine = place.seed.machine(place.id, &[]);
    let [role] = place.roles();
    let scope = place.seed.organization_scope(&crate::wire::logto::unique("scope-"));
    place.seed.role_scope(role, scope);
    place.seed.join(other.id, member, "user");
    for organization in [place.id, other.id] {
        place.seed.give(Some(organization), member, role);
    }
    let before = other.rows();
    place.manager.delete(&place.path).expect(204);
    assert_eq!(other.rows(), before);
    assert_eq!(column(&other.manager.get(&other.at("users")), "id"), texts(&[member]));
    for (table, id) in [("user", member), ("service_account", machine.id), ("role", role), ("scope", scope)] {
        let sql = format!("SELECT count(*) FROM {table} WHERE id = ?1");
        assert_eq!(place.seed.count(&sql, params![id]), 1, "{table}");
    }
    assert_eq!(place.seed.count("SELECT count(*) FROM role_scope WHERE role_id = ?1", params![role]), 1);
}

fn it_is_deleted_once(server: &Server) {
    let place = Place::new(server, "Once");
    place.manager.delete(&place.path).expect(204);
    for _ in 0..2 {
        place.refuses(|client| client.delete(&place.path), 404, "entity.not_found");
    }
    place.refuses(|client| client.delete(&format!("{ORGANIZATIONS}/999999999999")), 404, "entity.not_found");
    // A person's id deletes nobody.
    let other = Place::new(server, "Other");
    let person = other.member("Person");
    other.refuses(|client| client.delete(&format!("{ORGANIZATIONS}/{person}")), 404, "entity.not_found");
    assert_eq!(other.members(), [person]);
}
