//! `GET` and `POST /api/organizations/{id}/users/{userId}/roles`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::logto::{NO_IDS, Place, column, items, put, texts, unique};

crate::on_both!(
    roles_are_shown_whole_and_by_name,
    only_roles_of_this_member_here_are_shown,
    roles_are_given_by_id_and_by_name,
    giving_again_changes_nothing_but_is_answered,
    without_any_nothing_changes,
    a_list_that_is_no_good_is_refused,
    an_unknown_name_is_refused_first,
    an_unknown_id_gives_nothing,
    a_role_for_machines_is_refused,
    only_roles_of_organizations_are_given,
    who_is_no_member_is_refused_before_all,
);

pub const UNKNOWN: &str = "entity.relation_foreign_key_not_found";
pub const KIND: &str = "entity.db_constraint_violated";
pub const NAMES: &str = "organization.role_names_not_found";

/// Asserts that neither giving nor replacing takes `body`.
#[track_caller]
pub fn refused(place: &Place, member: i64, body: &Value, status: u16, code: &str) {
    place.refuses(|client| client.post(&place.roles_of(member), body), status, code);
    place.refuses(|client| put(client, &place.roles_of(member), body), status, code);
}

/// The names of roles.
pub fn names(place: &Place, roles: &[i64]) -> Vec<String> {
    let name = |role: &i64| place.seed.texts("SELECT name FROM role WHERE id = ?1", params![*role]).remove(0);
    roles.iter().map(name).collect()
}

fn roles_are_shown_whole_and_by_name(server: &Server) {
    let place = Place::new(server, "Shown");
    let member = place.member("Member");
    let [first, second] = place.roles();
    place.seed.run("UPDATE role SET description = 'Described ü' WHERE id = ?1", params![second]);
    for role in [second, first] {
        place.seed.give(Some(place.id), member, role);
    }
    let names = names(&place, &[first, second]);
    let expected = json!([
        { "tenantId": "default", "id": first.to_string(), "name": names[0], "description": null, "type": "User" },
        { "tenantId": "default", "id": second.to_string(), "name": names[1], "description": "Described ü", "type": "User" },
    ]);
    assert_eq!(place.manager.get(&place.roles_of(member)).expect(200).json(), expected);
}

fn only_roles_of_this_member_here_are_shown(server: &Server) {
    let (place, other) = (Place::new(server, "Here"), Place::new(server, "There"));
    let [member, colleague] = ["Member", "Colleague"].map(|name| place.member(name));
    place.seed.join(other.id, member, "user");
    let [one, two, three] = place.roles();
    let tenant_wide = place.seed.role("tenant", &unique("tenant-"), "user");
    place.seed.give(None, member, tenant_wide);
    for (organization, user, role) in [(place.id, member, one), (place.id, colleague, two), (other.id, member, three)] {
        place.seed.give(Some(organization), user, role);
    }
    assert_eq!(column(&place.manager.get(&place.roles_of(member)), "id"), texts(&[one]));
    assert_eq!(column(&other.manager.get(&other.roles_of(member)), "id"), texts(&[three]));
}

fn roles_are_given_by_id_and_by_name(server: &Server) {
    let place = Place::new(server, "Given");
    let member = place.member("Member");
    let [held, a, b, c] = place.roles();
    place.seed.give(Some(place.id), member, held);
    let names = names(&place, &[a, b, c]);
    // Ids first, then those found by name, each once.
    let sent =
        json!({ "organizationRoleNames": [names[2], names[0], names[2]], "organizationRoleIds": texts(&[b, a, b]) });
    let answer = place.manager.post(&place.roles_of(member), &sent).expect(201);
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(answer.json(), json!({ "organizationRoleIds": texts(&[b, a, c]) }));
    let mut all = vec![held, a, b, c];
    all.sort_unstable();
    assert_eq!(place.held(member), all);
    let other = place.member("Other");
    let by_name = place.manager.post(&place.roles_of(other), &json!({ "organizationRoleNames": [names[1]] }));
    assert_eq!(by_name.expect(201).json(), json!({ "organizationRoleIds": texts(&[b]) }));
    assert_eq!(place.held(other), [b]);
    let events = "SELECT count(*) FROM audit_event WHERE target_id = ?1 AND action = 'grant.given'";
    assert_eq!(place.seed.count(events, params![member]), 1);
}

fn giving_again_changes_nothing_but_is_answered(server: &Server) {
    let place = Place::new(server, "Again");
    let member = place.member("Member");
    let [role, new] = place.roles();
    place.seed.give(Some(place.id), member, role);
    let grant = "SELECT * FROM role_grant WHERE principal_id = ?1 AND role_id = ?2";
    let before = place.seed.run(grant, params![member, role]).remove(0).0;
    let sent = json!({ "organizationRoleIds": texts(&[new, role]) });
    for _ in 0..2 {
        assert_eq!(place.manager.post(&place.roles_of(member), &sent).expect(201).json(), sent);
    }
    assert_eq!(place.seed.run(grant, params![member, role]).remove(0).0, before);
    assert_eq!(place.held(member).len(), 2);
}

fn without_any_nothing_changes(server: &Server) {
    let place = Place::new(server, "None");
    let member = place.member("Member");
    let [role] = place.roles();
    place.seed.give(Some(place.id), member, role);
    for body in [
        json!({}),
        json!({ "organizationRoleIds": [] }),
        json!({ "organizationRoleNames": [] }),
        json!({ "organizationRoleIds": [], "organizationRoleNames": [] }),
    ] {
        let answer = place.manager.post(&place.roles_of(member), &body).expect(201).json();
        assert_eq!(answer, json!({ "organizationRoleIds": [] }));
        assert_eq!(place.held(member), [role]);
    }
    place.manager.post_empty(&place.roles_of(member)).expect(201);
}

fn a_list_that_is_no_good_is_refused(server: &Server) {
    let place = Place::new(server, "Bad lists");
    let member = place.member("Member");
    let [role, other] = place.roles();
    place.seed.give(Some(place.id), member, role);
    for bad in [json!(null), json!("1"), json!([""]), json!([1]), json!([null]), json!({}), json!([[]])] {
        let good = json!([other.to_string()]);
        for key in ["organizationRoleIds", "organizationRoleNames"] {
            refused(&place, member, &json!({ key: bad }), 400, "guard.invalid_input");
        }
        let sent = json!({ "organizationRoleIds": good, "organizationRoleNames": bad });
        refused(&place, member, &sent, 400, "guard.invalid_input");
    }
    let sent = json!({ "organizationRoleIds": [other.to_string(), ""] });
    refused(&place, member, &sent, 400, "guard.invalid_input");
}

fn an_unknown_name_is_refused_first(server: &Server) {
    let place = Place::new(server, "Names");
    let member = place.member("Member");
    let [held, role] = place.roles();
    place.seed.give(Some(place.id), member, held);
    let machines = place.seed.organization_role(&unique("machines-"), "service_account");
    let tenant_wide = place.seed.role("tenant", &unique("tenant-"), "user");
    let name = names(&place, &[role]).remove(0);
    let other = names(&place, &[tenant_wide]).remove(0);
    // Exact and case-sensitive; of roles of organizations only.
    let (upper, spaced, part) = (name.to_uppercase(), format!(" {name}"), name[1..].to_owned());
    for unknown in ["none such", "org:admin", "%", &upper, &spaced, &part, &other, &role.to_string()] {
        let sent = json!({ "organizationRoleNames": [name, unknown] });
        refused(&place, member, &sent, 422, NAMES);
        let sent = json!({ "organizationRoleNames": [unknown], "organizationRoleIds": ["999999999999", machines.to_string()] });
        refused(&place, member, &sent, 422, NAMES);
    }
}

fn an_unknown_id_gives_nothing(server: &Server) {
    let place = Place::new(server, "Unknown");
    let member = place.member("Member");
    let [held, role] = place.roles();
    place.seed.give(Some(place.id), member, held);
    let name = names(&place, &[role]).remove(0);
    let odd = format!("0{role}");
    for id in NO_IDS.into_iter().chain([odd.as_str()]) {
        refused(&place, member, &json!({ "organizationRoleIds": [role.to_string(), id] }), 422, UNKNOWN);
        let sent = json!({ "organizationRoleIds": [id], "organizationRoleNames": [name] });
        refused(&place, member, &sent, 422, UNKNOWN);
    }
}

fn a_role_for_machines_is_refused(server: &Server) {
    let place = Place::new(server, "Kinds");
    let member = place.member("Member");
    let [held, role] = place.roles();
    place.seed.give(Some(place.id), member, held);
    let machines = place.seed.organization_role(&unique("machines-"), "service_account");
    let name = names(&place, &[machines]).remove(0);
    for sent in [
        json!({ "organizationRoleIds": texts(&[machines]) }),
        json!({ "organizationRoleIds": texts(&[role, machines]) }),
        json!({ "organizationRoleNames": [name] }),
        json!({ "organizationRoleIds": texts(&[role]), "organizationRoleNames": [name] }),
        // It wins over an unknown id.
        json!({ "organizationRoleIds": texts(&[999_999_999_999, machines]) }),
        json!({ "organizationRoleIds": ["abc"], "organizationRoleNames": [name] }),
    ] {
        refused(&place, member, &sent, 422, KIND);
    }
}

fn only_roles_of_organizations_are_given(server: &Server) {
    let place = Place::new(server, "Other roles");
    let member = place.member("Member");
    let tenant_wide = place.seed.role("tenant", &unique("tenant-"), "user");
    let custom = place.seed.role("custom", &unique("custom-"), "any");
    let builtin = place.seed.count("SELECT id FROM role WHERE key = 'org:admin'", vec![]);
    let operator = place.seed.count("SELECT id FROM role WHERE key = 'admin'", vec![]);
    for other in [tenant_wide, custom, builtin, operator, place.id] {
        refused(&place, member, &json!({ "organizationRoleIds": texts(&[other]) }), 422, UNKNOWN);
    }
}

fn who_is_no_member_is_refused_before_all(server: &Server) {
    let (place, other) = (Place::new(server, "Here"), Place::new(server, "There"));
    let [role] = place.roles();
    let machine = place.seed.machine(place.id, &[]).id;
    let wanted = "organization.require_membership";
    for stranger in [other.member("Elsewhere"), place.seed.person("Nowhere"), machine, 999_999_999_999] {
        place.refuses(|client| client.get(&place.roles_of(stranger)), 422, wanted);
        refused(&place, stranger, &json!({ "organizationRoleIds": texts(&[role]) }), 422, wanted);
        refused(&place, stranger, &json!({}), 422, wanted);
        refused(&place, stranger, &json!({ "organizationRoleNames": ["none such"] }), 422, wanted);
    }
    let member = other.member("Member");
    assert!(items(&other.manager.get(&other.roles_of(member))).is_empty());
}
