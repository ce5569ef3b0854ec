//! `POST /api/organizations/{id}/users/roles`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::logto::{NO_IDS, ORGANIZATIONS, Place, empty, texts, unique};

crate::on_both!(
    everyone_gets_every_role,
    what_is_held_already_stays_as_it_is,
    duplicates_are_one,
    a_list_that_is_no_good_is_refused,
    who_or_what_is_unknown_gives_nothing,
    who_is_no_member_gets_nothing,
    a_role_for_machines_is_refused,
    the_wrong_kind_wins_over_what_is_unknown,
    only_roles_of_organizations_are_given,
);

const UNKNOWN: &str = "entity.relation_foreign_key_not_found";
const KIND: &str = "entity.db_constraint_violated";

fn body(users: &[i64], roles: &[i64]) -> Value {
    json!({ "userIds": texts(users), "organizationRoleIds": texts(roles) })
}

#[track_caller]
fn refused(place: &Place, body: &Value, status: u16, code: &str) {
    place.refuses(|client| client.post(&place.at("users/roles"), body), status, code);
}

fn everyone_gets_every_role(server: &Server) {
    let place = Place::new(server, "Cross product");
    let [a, b, other] = ["A", "B", "Other"].map(|name| place.member(name));
    let mut roles = place.roles::<3>();
    empty(place.manager.post(&place.at("users/roles"), &body(&[b, a], &roles)), 201);
    roles.sort_unstable();
    assert_eq!((place.held(a), place.held(b), place.held(other)), (roles.to_vec(), roles.to_vec(), vec![]));
    let events = "SELECT count(*) FROM audit_event WHERE organization_id = ?1 AND action = 'grant.given'";
    assert_eq!(place.seed.count(events, params![place.id]), 1);
}

fn what_is_held_already_stays_as_it_is(server: &Server) {
    let place = Place::new(server, "Held already");
    let [a, b] = ["A", "B"].map(|name| place.member(name));
    let [one, two, three] = place.roles();
    for (user, role) in [(a, one), (a, three), (b, two)] {
        place.seed.give(Some(place.id), user, role);
    }
    let grants = "SELECT * FROM role_grant WHERE organization_id = ?1 ORDER BY id";
    let rows = || place.seed.run(grants, params![place.id]).into_iter().map(|row| row.0).collect::<Vec<_>>();
    let before = rows();
    for _ in 0..2 {
        empty(place.manager.post(&place.at("users/roles"), &body(&[a, b], &[one, two])), 201);
        assert!(before.iter().all(|row| rows().contains(row)), "the other role stays too");
        assert_eq!(rows().len(), 5);
    }
}

fn duplicates_are_one(server: &Server) {
    let place = Place::new(server, "Duplicates");
    let a = place.member("A");
    let [role] = place.roles();
    empty(place.manager.post(&place.at("users/roles"), &body(&[a, a], &[role, role, role])), 201);
    assert_eq!(place.held(a), [role]);
}

fn a_list_that_is_no_good_is_refused(server: &Server) {
    let place = Place::new(server, "Bad lists");
    let user = place.member("Member").to_string();
    let [role] = place.roles();
    let role = role.to_string();
    for bad in [json!([]), json!(null), json!("1"), json!([""]), json!([1]), json!([null]), json!({})] {
        let sent = json!({ "userIds": bad, "organizationRoleIds": [role] });
        refused(&place, &sent, 400, "guard.invalid_input");
        let sent = json!({ "userIds": [user], "organizationRoleIds": bad });
        refused(&place, &sent, 400, "guard.invalid_input");
    }
    for sent in [json!({}), json!({ "userIds": [user] }), json!({ "organizationRoleIds": [role] })] {
        refused(&place, &sent, 400, "guard.invalid_input");
    }
    // Names are for the roles of one member.
    let sent = json!({ "userIds": [user], "organizationRoleNames": ["x"] });
    refused(&place, &sent, 400, "guard.invalid_input");
}

fn who_or_what_is_unknown_gives_nothing(server: &Server) {
    let place = Place::new(server, "Unknown");
    let user = place.member("Member");
    let [role] = place.roles();
    for id in NO_IDS {
        refused(
            &place,
            &json!({ "userIds": [user.to_string(), id], "organizationRoleIds": [role.to_string()] }),
            422,
            UNKNOWN,
        );
        refused(
            &place,
            &json!({ "userIds": [user.to_string()], "organizationRoleIds": [role.to_string(), id] }),
            422,
            UNKNOWN,
        );
        let path = format!("{ORGANIZATIONS}/{id}/users/roles");
        place.refuses(|client| client.post(&path, &body(&[user], &[role])), 422, UNKNOWN);
    }
    assert_eq!(place.held(user), [0; 0]);
}

fn who_is_no_member_gets_nothing(server: &Server) {
    let (place, other) = (Place::new(server, "Here"), Place::new(server, "There"));
    let [member, elsewhere] = [place.member("Member"), other.member("Elsewhere")];
    let [role] = place.roles();
    for stranger in [elsewhere, place.seed.person("Nowhere"), place.seed.machine(place.id, &[]).id] {
        refused(&place, &body(&[member, stranger], &[role]), 422, UNKNOWN);
        refused(&place, &body(&[stranger], &[role]), 422, UNKNOWN);
    }
    assert_eq!(other.held(elsewhere), [0; 0]);
}

fn a_role_for_machines_is_refused(server: &Server) {
    let place = Place::new(server, "Kinds");
    let member = place.member("Member");
    let [role] = place.roles();
    let machines = place.seed.organization_role(&unique("machines-"), "service_account");
    refused(&place, &body(&[member], &[machines]), 422, KIND);
    refused(&place, &body(&[member], &[role, machines]), 422, KIND);
}

fn the_wrong_kind_wins_over_what_is_unknown(server: &Server) {
    let place = Place::new(server, "Both rules");
    let [member, stranger] = [place.member("Member"), place.seed.person("Stranger")];
    let machines = place.seed.organization_role(&unique("machines-"), "service_account");
    refused(&place, &body(&[member], &[999_999_999_999, machines]), 422, KIND);
    refused(&place, &body(&[stranger, member], &[machines]), 422, KIND);
    refused(&place, &body(&[999_999_999_999], &[machines]), 422, KIND);
    let sent = json!({ "userIds": ["abc"], "organizationRoleIds": ["def", machines.to_string()] });
    refused(&place, &sent, 422, KIND);
}

fn only_roles_of_organizations_are_given(server: &Server) {
    let place = Place::new(server, "Other roles");
    let member = place.member("Member");
    let tenant_wide = place.seed.role("tenant", &unique("tenant-"), "user");
    let custom = place.seed.role("custom", &unique("custom-"), "any");
    let builtin = place.seed.count("SELECT id FROM role WHERE key = 'org:admin'", vec![]);
    let operator = place.seed.count("SELECT id FROM role WHERE key = 'admin'", vec![]);
    let [role] = place.roles();
    for other in [tenant_wide, custom, builtin, operator, place.id] {
        refused(&place, &body(&[member], &[other]), 422, UNKNOWN);
        refused(&place, &body(&[member], &[role, other]), 422, UNKNOWN);
    }
}
