//! `PUT …/users/{userId}/roles` and `DELETE …/users/{userId}/roles/{roleId}`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use crate::wire::logto::roles::organizations_users_roles::{KIND, NAMES, UNKNOWN, names};
use crate::wire::logto::{NO_IDS, Place, empty, put, texts, unique};

crate::on_both!(
    the_roles_become_those_of_the_lists,
    empty_or_absent_lists_clear_all,
    roles_that_stay_are_not_given_anew,
    on_error_the_old_set_stays,
    others_and_elsewhere_are_not_touched,
    one_role_is_taken_and_the_rest_stays,
    a_role_that_is_not_held_is_not_found,
    who_is_no_member_is_told_so_first,
);

fn the_roles_become_those_of_the_lists(server: &Server) {
    let place = Place::new(server, "Replaced");
    let member = place.member("Member");
    let [a, b, c] = place.roles();
    let [name_a, name_b, name_c] = names(&place, &[a, b, c]).try_into().expect("three");
    for (body, wanted) in [
        (json!({ "organizationRoleIds": texts(&[a, b]) }), vec![a, b]),
        (json!({ "organizationRoleIds": texts(&[b, c, c]) }), vec![b, c]),
        (json!({ "organizationRoleNames": [name_a] }), vec![a]),
        (json!({ "organizationRoleIds": texts(&[a, b]), "organizationRoleNames": [name_b, name_c] }), vec![a, b, c]),
        (json!({ "organizationRoleIds": texts(&[c]), "organizationRoleNames": [] }), vec![c]),
        (json!({ "organizationRoleIds": texts(&[c]) }), vec![c]),
    ] {
        empty(put(&place.manager, &place.roles_of(member), &body), 204);
        let mut wanted = wanted;
        wanted.sort_unstable();
        assert_eq!(place.held(member), wanted, "{body}");
    }
    let events = "SELECT count(*) FROM audit_event WHERE target_id = ?1 AND action = 'grant.replaced'";
    assert!(place.seed.count(events, params![member]) >= 5);
}

fn empty_or_absent_lists_clear_all(server: &Server) {
    let place = Place::new(server, "Cleared");
    let member = place.member("Member");
    let [a, b] = place.roles();
    for body in [
        json!({}),
        json!({ "organizationRoleIds": [] }),
        json!({ "organizationRoleNames": [] }),
        json!({ "organizationRoleIds": [], "organizationRoleNames": [] }),
    ] {
        for role in [a, b] {
            place.seed.give(Some(place.id), member, role);
        }
        empty(put(&place.manager, &place.roles_of(member), &body), 204);
        assert_eq!(place.held(member), [0; 0], "{body}");
        assert_eq!(place.members(), [member], "membership stays");
    }
    // Once more, with nothing to clear.
    empty(put(&place.manager, &place.roles_of(member), &json!({})), 204);
}

fn roles_that_stay_are_not_given_anew(server: &Server) {
    let place = Place::new(server, "Stay");
    let member = place.member("Member");
    let [stays, goes, comes] = place.roles();
    for role in [stays, goes] {
        place.seed.give(Some(place.id), member, role);
    }
    let grant = "SELECT * FROM role_grant WHERE principal_id = ?1 AND role_id = ?2";
    let before = place.seed.run(grant, params![member, stays]).remove(0).0;
    put(&place.manager, &place.roles_of(member), &json!({ "organizationRoleIds": texts(&[comes, stays]) })).expect(204);
    assert_eq!(place.seed.run(grant, params![member, stays]).remove(0).0, before);
}

fn on_error_the_old_set_stays(server: &Server) {
    let place = Place::new(server, "Kept");
    let member = place.member("Member");
    let [old, new] = place.roles();
    place.seed.give(Some(place.id), member, old);
    let machines = place.seed.organization_role(&unique("machines-"), "service_account");
    for (body, status, code) in [
        (json!({ "organizationRoleIds": texts(&[new, 999_999_999_999]) }), 422, UNKNOWN),
        (json!({ "organizationRoleIds": texts(&[new, machines]) }), 422, KIND),
        (json!({ "organizationRoleIds": texts(&[999_999_999_999, machines]) }), 422, KIND),
        (json!({ "organizationRoleIds": texts(&[new]), "organizationRoleNames": ["none such"] }), 422, NAMES),
        (json!({ "organizationRoleIds": [new.to_string(), ""] }), 400, "guard.invalid_input"),
    ] {
        place.refuses(|client| put(client, &place.roles_of(member), &body), status, code);
        assert_eq!(place.held(member), [old]);
    }
}

fn others_and_elsewhere_are_not_touched(server: &Server) {
    let (place, other) = (Place::new(server, "Here"), Place::new(server, "There"));
    let [member, colleague] = ["Member", "Colleague"].map(|name| place.member(name));
    place.seed.join(other.id, member, "user");
    let [role, new] = place.roles();
    let tenant_wide = place.seed.role("tenant", &unique("tenant-"), "user");
    for (organization, user) in [(place.id, member), (place.id, colleague), (other.id, member)] {
        place.seed.give(Some(organization), user, role);
    }
    place.seed.give(None, member, tenant_wide);
    let before = other.rows();
    put(&place.manager, &place.roles_of(member), &json!({ "organizationRoleIds": texts(&[new]) })).expect(204);
    assert_eq!((place.held(member), place.held(colleague)), (vec![new], vec![role]));
    place.manager.delete(&format!("{}/{new}", place.roles_of(member))).expect(204);
    assert_eq!(other.rows(), before);
    let wide = "SELECT count(*) FROM role_grant WHERE principal_id = ?1 AND organization_id IS NULL";
    assert_eq!(place.seed.count(wide, params![member]), 1);
}

fn one_role_is_taken_and_the_rest_stays(server: &Server) {
    let place = Place::new(server, "Taken");
    let [member, colleague] = ["Member", "Colleague"].map(|name| place.member(name));
    let [one, two] = place.roles();
    for (user, role) in [(member, one), (member, two), (colleague, one)] {
        place.seed.give(Some(place.id), user, role);
    }
    empty(place.manager.delete(&format!("{}/{one}", place.roles_of(member))), 204);
    assert_eq!((place.held(member), place.held(colleague)), (vec![two], vec![one]));
    // The role itself stays.
    assert_eq!(place.seed.count("SELECT count(*) FROM role WHERE id = ?1", params![one]), 1);
    place.refuses(|client| client.delete(&format!("{}/{one}", place.roles_of(member))), 404, "entity.not_found");
    let events = "SELECT count(*) FROM audit_event WHERE target_id = ?1 AND action = 'grant.taken'";
    assert_eq!(place.seed.count(events, params![member]), 1);
}

fn a_role_that_is_not_held_is_not_found(server: &Server) {
    let (place, other) = (Place::new(server, "Not held"), Place::new(server, "Elsewhere"));
    let member = place.member("Member");
    place.seed.join(other.id, member, "user");
    let [held, elsewhere] = place.roles();
    place.seed.give(Some(place.id), member, held);
    place.seed.give(Some(other.id), member, elsewhere);
    let odd = format!("0{held}");
    for role in NO_IDS.into_iter().chain([odd.as_str(), &elsewhere.to_string()]) {
        let path = format!("{}/{role}", place.roles_of(member));
        place.refuses(|client| client.delete(&path), 404, "entity.not_found");
    }
    assert_eq!(other.held(member), [elsewhere]);
}

fn who_is_no_member_is_told_so_first(server: &Server) {
    let (place, other) = (Place::new(server, "Here"), Place::new(server, "There"));
    let stranger = other.member("Stranger");
    let [role] = place.roles();
    other.seed.give(Some(other.id), stranger, role);
    let wanted = "organization.require_membership";
    for user in [stranger, 999_999_999_999] {
        for role in [role, 999_999_999_999] {
            place.refuses(|client| client.delete(&format!("{}/{role}", place.roles_of(user))), 422, wanted);
        }
    }
    let nowhere = format!("{}/999999999999/users/{stranger}/roles/{role}", crate::wire::logto::ORGANIZATIONS);
    place.refuses(|client| client.delete(&nowhere), 422, wanted);
    assert_eq!(other.held(stranger), [role]);
}
