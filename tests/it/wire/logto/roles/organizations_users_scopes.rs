//! `GET /api/organizations/{id}/users/{userId}/scopes`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use crate::wire::logto::{ORGANIZATIONS, Place, column, items, texts, unique};

crate::on_both!(
    scopes_of_all_roles_are_shown_once,
    only_scopes_of_organizations_are_shown,
    only_roles_held_here_count,
    who_is_no_member_has_none,
    a_taken_role_takes_its_scopes,
);

fn scopes(place: &Place, user: i64) -> Vec<String> {
    column(&place.manager.get(&place.at(&format!("users/{user}/scopes"))), "id")
}

fn scopes_of_all_roles_are_shown_once(server: &Server) {
    let place = Place::new(server, "Scopes");
    let member = place.member("Member");
    let stem = unique("scope-");
    let [c, a, b] = ["c", "a", "b"].map(|end| place.seed.organization_scope(&format!("{stem}:{end}")));
    place.seed.run("UPDATE scope SET description = 'Described' WHERE id = ?1", params![b]);
    let [one, two] = place.roles();
    for (role, scope) in [(one, a), (one, b), (two, b), (two, c)] {
        place.seed.role_scope(role, scope);
    }
    for role in [one, two] {
        place.seed.give(Some(place.id), member, role);
    }
    assert_eq!(scopes(&place, member), texts(&[a, b, c]));
    let answer = place.manager.get(&place.at(&format!("users/{member}/scopes")));
    let expected =
        json!({ "tenantId": "default", "id": b.to_string(), "name": format!("{stem}:b"), "description": "Described" });
    assert_eq!(items(&answer)[1], expected);
    assert_eq!(items(&answer)[0]["description"], json!(null));
}

fn only_scopes_of_organizations_are_shown(server: &Server) {
    let place = Place::new(server, "Kinds of scopes");
    let member = place.member("Member");
    let [role] = place.roles();
    let own = place.seed.organization_scope(&unique("own-"));
    let of_resource = place.seed.organization_scope(&unique("resource-"));
    let sql =
        "INSERT INTO resource (id, name, indicator, created_at) VALUES (?1, 'API', 'https://example.org/' || ?1, 0)";
    place.seed.run(sql, params![place.id]);
    place.seed.run("UPDATE scope SET resource_id = ?2 WHERE id = ?1", params![of_resource, place.id]);
    for scope in [own, of_resource] {
        place.seed.role_scope(role, scope);
    }
    place.seed.give(Some(place.id), member, role);
    assert_eq!(scopes(&place, member), texts(&[own]));
}

fn only_roles_held_here_count(server: &Server) {
    let (place, other) = (Place::new(server, "Here"), Place::new(server, "There"));
    let [member, colleague] = ["Member", "Colleague"].map(|name| place.member(name));
    place.seed.join(other.id, member, "user");
    let roles = place.roles::<3>();
    let ids = roles.map(|role| {
        let scope = place.seed.organization_scope(&unique("scope-"));
        place.seed.role_scope(role, scope);
        scope
    });
    place.seed.give(Some(place.id), member, roles[0]);
    place.seed.give(Some(place.id), colleague, roles[1]);
    place.seed.give(Some(other.id), member, roles[2]);
    assert_eq!((scopes(&place, member), scopes(&other, member)), (texts(&ids[..1]), texts(&ids[2..])));
}

fn who_is_no_member_has_none(server: &Server) {
    let place = Place::new(server, "Strangers");
    let member = place.member("Member");
    let stranger = place.seed.person("Stranger");
    assert_eq!(scopes(&place, member), [""; 0]);
    for path in [
        place.at(&format!("users/{stranger}/scopes")),
        place.at("users/999999999999/scopes"),
        place.at("users/abc/scopes"),
        format!("{ORGANIZATIONS}/999999999999/users/{member}/scopes"),
        format!("{ORGANIZATIONS}/abc/users/{member}/scopes"),
    ] {
        assert_eq!(place.manager.get(&path).expect(200).json(), json!([]), "{path}");
    }
}

fn a_taken_role_takes_its_scopes(server: &Server) {
    let place = Place::new(server, "Taken");
    let member = place.member("Member");
    let [role] = place.roles();
    let scope = place.seed.organization_scope(&unique("scope-"));
    place.seed.role_scope(role, scope);
    let body = json!({ "organizationRoleIds": texts(&[role]) });
    place.manager.post(&place.roles_of(member), &body).expect(201);
    assert_eq!(scopes(&place, member), texts(&[scope]));
    place.manager.delete(&format!("{}/{role}", place.roles_of(member))).expect(204);
    assert_eq!(scopes(&place, member), [""; 0]);
}
