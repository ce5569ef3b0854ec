//! `PUT /api/organizations/{id}/users`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::logto::{NO_IDS, ORGANIZATIONS, Place, empty, put, texts};

crate::on_both!(
    the_members_become_those_of_the_list,
    who_stays_keeps_roles_and_who_leaves_loses_them,
    an_empty_list_removes_everyone,
    the_same_list_again_changes_nothing,
    duplicates_are_one,
    a_list_that_is_no_good_is_refused,
    an_unknown_person_changes_nothing,
    an_unknown_organization_is_refused_unless_for_nobody,
    machines_are_not_touched,
    other_organizations_are_not_touched,
);

const UNKNOWN: &str = "entity.relation_foreign_key_not_found";

fn users(ids: &[i64]) -> Value {
    json!({ "userIds": texts(ids) })
}

#[track_caller]
fn replace(place: &Place, ids: &[i64]) {
    empty(put(&place.manager, &place.at("users"), &users(ids)), 204);
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    assert_eq!(place.members(), wanted);
}

fn the_members_become_those_of_the_list(server: &Server) {
    let place = Place::new(server, "Replaced");
    let [a, b, c, d] = ["A", "B", "C", "D"].map(|name| place.seed.person(name));
    for list in [&[a, b][..], &[c, b], &[d], &[a, b, c, d], &[c]] {
        replace(&place, list);
    }
    let events = "SELECT count(*) FROM audit_event WHERE organization_id = ?1 AND action = 'membership.replaced'";
    assert_eq!(place.seed.count(events, params![place.id]), 5);
}

fn who_stays_keeps_roles_and_who_leaves_loses_them(server: &Server) {
    let place = Place::new(server, "Stay and leave");
    let [stays, leaves] = ["Stays", "Leaves"].map(|name| place.member(name));
    let comes = place.seed.person("Comes");
    let [one, two] = place.roles();
    for (user, role) in [(stays, one), (stays, two), (leaves, one)] {
        place.seed.give(Some(place.id), user, role);
    }
    let grants = "SELECT * FROM role_grant WHERE principal_id = ?1 ORDER BY id";
    let before: Vec<_> = place.seed.run(grants, params![stays]).into_iter().map(|row| row.0).collect();
    replace(&place, &[comes, stays]);
    let after: Vec<_> = place.seed.run(grants, params![stays]).into_iter().map(|row| row.0).collect();
    assert_eq!(after, before);
    assert_eq!((place.held(leaves), place.held(comes)), (vec![], vec![]));
    // Who comes back begins anew.
    replace(&place, &[leaves, stays]);
    assert_eq!((place.held(leaves).len(), place.held(stays).len()), (0, 2));
}

fn an_empty_list_removes_everyone(server: &Server) {
    let place = Place::new(server, "Emptied");
    let [role] = place.roles();
    for number in 0..5 {
        let user = place.member(&format!("Member {number}"));
        place.seed.give(Some(place.id), user, role);
    }
    replace(&place, &[]);
    let grants = "SELECT count(*) FROM role_grant WHERE organization_id = ?1";
    assert_eq!(place.seed.count(grants, params![place.id]), 0);
    replace(&place, &[]);
}

fn the_same_list_again_changes_nothing(server: &Server) {
    let place = Place::new(server, "Same");
    let [a, b] = ["A", "B"].map(|name| place.seed.person(name));
    replace(&place, &[a, b]);
    let memberships = "SELECT * FROM membership WHERE organization_id = ?1";
    let rows = || place.seed.run(memberships, params![place.id]).into_iter().map(|row| row.0).collect::<Vec<_>>();
    let before = rows();
    replace(&place, &[b, a]);
    assert_eq!(rows(), before);
}

fn duplicates_are_one(server: &Server) {
    let place = Place::new(server, "Duplicates");
    let [a, b] = ["A", "B"].map(|name| place.seed.person(name));
    replace(&place, &[a, b, a, a]);
}

fn a_list_that_is_no_good_is_refused(server: &Server) {
    let place = Place::new(server, "Bad lists");
    let person = place.member("Person").to_string();
    for bad in [
        json!({}),
        json!({ "userIds": null }),
        json!({ "userIds": person }),
        json!({ "userIds": [person, ""] }),
        json!({ "userIds": [null] }),
        json!({ "userIds": [1] }),
        json!({ "userIds": {} }),
        json!({ "userids": [] }),
    ] {
        place.refuses(|client| put(client, &place.at("users"), &bad), 400, "guard.invalid_input");
    }
    place.refuses(|client| client.send("PUT", &place.at("users"), None, b""), 400, "guard.invalid_input");
}

fn an_unknown_person_changes_nothing(server: &Server) {
    let place = Place::new(server, "All or nothing");
    let member = place.member("Member");
    let [role] = place.roles();
    place.seed.give(Some(place.id), member, role);
    let person = place.seed.person("Person").to_string();
    let odd = format!("0{member}");
    for unknown in NO_IDS.into_iter().chain([odd.as_str()]) {
        for list in [json!([unknown]), json!([person, unknown]), json!([unknown, member.to_string()])] {
            let sent = json!({ "userIds": list });
            place.refuses(|client| put(client, &place.at("users"), &sent), 422, UNKNOWN);
        }
    }
}

fn an_unknown_organization_is_refused_unless_for_nobody(server: &Server) {
    let place = Place::new(server, "Known");
    let person = place.seed.person("Person");
    for id in NO_IDS {
        let path = format!("{ORGANIZATIONS}/{id}/users");
        place.refuses(|client| put(client, &path, &users(&[person])), 422, UNKNOWN);
        empty(put(&place.manager, &path, &users(&[])), 204);
    }
    let sql = "SELECT count(*) FROM membership WHERE principal_id = ?1";
    assert_eq!(place.seed.count(sql, params![person]), 0);
}

fn machines_are_not_touched(server: &Server) {
    let place = Place::new(server, "Machines");
    let machine = place.seed.machine(place.id, &["org:admin"]);
    place.member("Member");
    replace(&place, &[]);
    let sql = "SELECT count(*) FROM membership WHERE organization_id = ?1 AND principal_id = ?2";
    assert_eq!(place.seed.count(sql, params![place.id, machine.id]), 1);
    assert_eq!(place.held(machine.id).len(), 1);
}

fn other_organizations_are_not_touched(server: &Server) {
    let (place, other) = (Place::new(server, "Here"), Place::new(server, "There"));
    let member = place.member("Member");
    let [role] = place.roles();
    place.seed.join(other.id, member, "user");
    for organization in [place.id, other.id] {
        place.seed.give(Some(organization), member, role);
    }
    let before = other.rows();
    replace(&place, &[]);
    replace(&place, &[other.member("Other")][..0]);
    assert_eq!(other.held(member), [role]);
    assert!(before.iter().all(|row| other.rows().contains(row)));
}
