//! `POST /api/organizations/{id}/users` and `DELETE …/users/{userId}`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::logto::{NO_IDS, ORGANIZATIONS, Place, column, empty, put, texts};

crate::on_both!(
    people_are_added_and_the_list_is_answered_as_sent,
    adding_again_changes_nothing,
    new_members_have_no_roles,
    a_list_that_is_no_good_is_refused,
    an_unknown_person_adds_nobody,
    an_unknown_organization_is_refused,
    machines_are_no_people,
    many_are_added_at_once,
    a_removed_member_loses_membership_and_roles,
    who_is_no_member_cannot_be_removed,
    coming_back_begins_without_roles,
);

const UNKNOWN: &str = "entity.relation_foreign_key_not_found";

fn users(ids: &[i64]) -> Value {
    json!({ "userIds": texts(ids) })
}

fn people_are_added_and_the_list_is_answered_as_sent(server: &Server) {
    let place = Place::new(server, "Added");
    let [a, b] = ["A", "B"].map(|name| place.seed.person(name));
    let sent = users(&[b, a, b]);
    let answer = place.manager.post(&place.at("users"), &sent).expect(201);
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(answer.json(), sent, "duplicates and order kept");
    let mut ids = [a, b];
    ids.sort_unstable();
    assert_eq!(column(&place.manager.get(&place.at("users")), "id"), texts(&ids));
    let states = place.seed.texts("SELECT state FROM membership WHERE organization_id = ?1", params![place.id]);
    assert_eq!(states, ["active", "active"]);
    let events = "SELECT action FROM audit_event WHERE organization_id = ?1 ORDER BY id";
    assert_eq!(place.seed.texts(events, params![place.id]), ["organization.created", "membership.added"]);
}

fn adding_again_changes_nothing(server: &Server) {
    let place = Place::new(server, "Again");
    let old = place.member("Old");
    let new = place.seed.person("New");
    let [role] = place.roles();
    place.seed.give(Some(place.id), old, role);
    let sql = "SELECT * FROM membership WHERE organization_id = ?1 AND principal_id = ?2";
    let before = place.seed.run(sql, params![place.id, old]).remove(0).0;
    for sent in [users(&[old]), users(&[new, old, old]), users(&[old, new])] {
        assert_eq!(place.manager.post(&place.at("users"), &sent).expect(201).json(), sent);
    }
    assert_eq!(place.seed.run(sql, params![place.id, old]).remove(0).0, before);
    assert_eq!(place.held(old), [role]);
    let mut both = vec![old, new];
    both.sort_unstable();
    assert_eq!(place.members(), both);
}

fn new_members_have_no_roles(server: &Server) {
    let (place, other) = (Place::new(server, "No roles"), Place::new(server, "Roles"));
    let person = other.member("Person");
    let [role] = other.roles();
    other.seed.give(Some(other.id), person, role);
    place.manager.post(&place.at("users"), &users(&[person])).expect(201);
    assert_eq!((place.held(person), other.held(person)), (vec![], vec![role]));
    assert_eq!(place.manager.get(&place.roles_of(person)).expect(200).json(), json!([]));
}

fn a_list_that_is_no_good_is_refused(server: &Server) {
    let place = Place::new(server, "Bad lists");
    let person = place.seed.person("Person").to_string();
    for bad in [
        json!({}),
        json!({ "userIds": [] }),
        json!({ "userIds": null }),
        json!({ "userIds": person }),
        json!({ "userIds": [person, ""] }),
        json!({ "userIds": [person, null] }),
        json!({ "userIds": [1] }),
        json!({ "userIds": [[person]] }),
        json!({ "userIds": { "0": person } }),
        json!({ "userids": [person] }),
    ] {
        place.refuses(|client| client.post(&place.at("users"), &bad), 400, "guard.invalid_input");
    }
    place.refuses(|client| client.post_empty(&place.at("users")), 400, "guard.invalid_input");
}

fn an_unknown_person_adds_nobody(server: &Server) {
    let place = Place::new(server, "All or nothing");
    let person = place.seed.person("Person").to_string();
    let odd = format!("0{person}");
    let long = "x".repeat(300);
    for unknown in
        NO_IDS.into_iter().chain([odd.as_str(), &long, "\u{0}", "ü", &format!(" {person}"), &format!("+{person}")])
    {
        for list in [json!([person, unknown]), json!([unknown, person]), json!([unknown])] {
            let sent = json!({ "userIds": list });
            place.refuses(|client| client.post(&place.at("users"), &sent), 422, UNKNOWN);
        }
    }
}

fn an_unknown_organization_is_refused(server: &Server) {
    let place = Place::new(server, "Known");
    let person = place.seed.person("Person");
    for id in NO_IDS {
        let path = format!("{ORGANIZATIONS}/{id}/users");
        place.refuses(|client| client.post(&path, &users(&[person])), 422, UNKNOWN);
    }
    let sql = "SELECT count(*) FROM membership WHERE principal_id = ?1";
    assert_eq!(place.seed.count(sql, params![person]), 0);
}

fn machines_are_no_people(server: &Server) {
    let (place, other) = (Place::new(server, "People only"), Place::new(server, "Machines"));
    let stranger = other.seed.machine(other.id, &[]).id;
    let here = place.seed.machine(place.id, &[]).id;
    let person = place.seed.person("Person");
    for machine in [stranger, here] {
        place.refuses(|client| client.post(&place.at("users"), &users(&[person, machine])), 422, UNKNOWN);
        place.refuses(|client| put(client, &place.at("users"), &users(&[person, machine])), 422, UNKNOWN);
        place.refuses(|client| client.delete(&place.at(&format!("users/{machine}"))), 404, "entity.not_found");
    }
}

fn many_are_added_at_once(server: &Server) {
    let place = Place::new(server, "Many");
    let mut ids: Vec<i64> = (0..200).map(|number| place.seed.person(&format!("Person {number}"))).collect();
    place.manager.post(&place.at("users"), &users(&ids)).expect(201);
    ids.sort_unstable();
    assert_eq!(place.members(), ids);
}

fn a_removed_member_loses_membership_and_roles(server: &Server) {
    let (place, other) = (Place::new(server, "Left"), Place::new(server, "Stays"));
    let [leaver, stayer] = ["Leaver", "Stayer"].map(|name| place.member(name));
    let [one, two] = place.roles();
    place.seed.join(other.id, leaver, "user");
    for (organization, user, role) in
        [(place.id, leaver, one), (place.id, leaver, two), (place.id, stayer, one), (other.id, leaver, one)]
    {
        place.seed.give(Some(organization), user, role);
    }
    let before = other.rows();
    empty(place.manager.delete(&place.at(&format!("users/{leaver}"))), 204);
    assert_eq!((place.members(), place.held(leaver), place.held(stayer)), (vec![stayer], vec![], vec![one]));
    assert_eq!(other.rows(), before);
    let exists = "SELECT count(*) FROM user WHERE id = ?1";
    assert_eq!(place.seed.count(exists, params![leaver]), 1, "the account stays");
    let wanted = "organization.require_membership";
    let (roles, body) = (place.roles_of(leaver), json!({ "organizationRoleIds": [one.to_string()] }));
    place.refuses(|client| client.get(&roles), 422, wanted);
    place.refuses(|client| client.post(&roles, &body), 422, wanted);
    place.refuses(|client| put(client, &roles, &body), 422, wanted);
    place.refuses(|client| client.delete(&format!("{roles}/{one}")), 422, wanted);
}

fn who_is_no_member_cannot_be_removed(server: &Server) {
    let (place, other) = (Place::new(server, "Members"), Place::new(server, "Others"));
    let member = place.member("Member");
    let elsewhere = other.member("Elsewhere");
    for (organization, user) in [
        (place.id.to_string(), elsewhere),
        (place.id.to_string(), place.seed.person("Nowhere")),
        (place.id.to_string(), 999_999_999_999),
        (other.id.to_string(), member),
        ("999999999999".to_owned(), member),
    ] {
        let path = format!("{ORGANIZATIONS}/{organization}/users/{user}");
        place.refuses(|client| client.delete(&path), 404, "entity.not_found");
    }
    place.manager.delete(&place.at(&format!("users/{member}"))).expect(204);
    place.refuses(|client| client.delete(&place.at(&format!("users/{member}"))), 404, "entity.not_found");
    assert_eq!(other.members(), [elsewhere]);
}

fn coming_back_begins_without_roles(server: &Server) {
    let place = Place::new(server, "Back");
    let member = place.member("Member");
    let [role] = place.roles();
    place.seed.give(Some(place.id), member, role);
    place.manager.delete(&place.at(&format!("users/{member}"))).expect(204);
    place.manager.post(&place.at("users"), &users(&[member])).expect(201);
    assert_eq!(place.manager.get(&place.roles_of(member)).expect(200).json(), json!([]));
}
