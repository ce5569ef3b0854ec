//! The same request many times at once: it is done once, or as a whole.

use std::collections::BTreeMap;

use iam_domain::params;
use iam_tests::{Response, Server};
use serde_json::{Value, json};

use super::concurrency::{MANY, at_once, roles, users};
use super::{ORGANIZATIONS, Place, items, patch, put, unique};

crate::on_both!(
    many_organizations_are_all_made,
    the_same_members_are_added_once,
    a_member_is_removed_once,
    a_change_is_made_as_a_whole,
    nothing_is_left_of_an_organization_that_goes,
);

#[track_caller]
fn statuses(answers: &[Response]) -> BTreeMap<u16, usize> {
    let mut statuses = BTreeMap::new();
    for answer in answers {
        *statuses.entry(answer.status).or_insert(0) += 1;
    }
    statuses
}

fn many_organizations_are_all_made(server: &Server) {
    let mark = unique("many");
    let answers =
        at_once(server, 30, |index, client| client.post(ORGANIZATIONS, &json!({ "name": format!("{mark} {index}") })));
    assert_eq!(statuses(&answers), BTreeMap::from([(201, 30)]));
    let mut ids: Vec<String> = answers.iter().map(|answer| answer.json()["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 30, "each has an id of its own");
    let listed = server.manager().get(&format!("{ORGANIZATIONS}?q={mark}&page_size=100"));
    let mut listed = items(&listed);
    let mut made: Vec<Value> = answers.iter().map(Response::json).collect();
    for list in [&mut listed, &mut made] {
        list.sort_by_key(|item| item["id"].to_string());
    }
    assert_eq!(listed, made);
}

fn the_same_members_are_added_once(server: &Server) {
    let place = Place::new(server, "Same");
    let mut people: Vec<i64> = (0..5).map(|number| place.seed.person(&format!("Person {number}"))).collect();
    let (list, body) = (place.at("users"), users(&people));
    let answers = at_once(server, MANY, |_, client| client.post(&list, &body));
    assert_eq!(statuses(&answers), BTreeMap::from([(201, MANY)]));
    people.sort_unstable();
    assert_eq!(place.members(), people);
}

fn a_member_is_removed_once(server: &Server) {
    let place = Place::new(server, "Once");
    let member = place.member("Member");
    let [role] = place.roles();
    place.seed.give(Some(place.id), member, role);
    let take = format!("{}/{role}", place.roles_of(member));
    let (remove, path) = (place.at(&format!("users/{member}")), place.path.clone());
    let answers = at_once(server, MANY, |_, client| client.delete(&take));
    assert_eq!(statuses(&answers), BTreeMap::from([(204, 1), (404, MANY - 1)]));
    let answers = at_once(server, MANY, |_, client| client.delete(&remove));
    assert_eq!(statuses(&answers), BTreeMap::from([(204, 1), (404, MANY - 1)]));
    let answers = at_once(server, MANY, |_, client| client.delete(&path));
    assert_eq!(statuses(&answers), BTreeMap::from([(204, 1), (404, MANY - 1)]));
}

fn a_change_is_made_as_a_whole(server: &Server) {
    let place = Place::new(server, "Change");
    let body = |index: usize| {
        let text = format!("change {index}");
        json!({ "name": text, "description": text, "customData": { "by": text }, "customCss": text })
    };
    let path = place.path.clone();
    let answers = at_once(server, MANY, |index, client| patch(client, &path, &body(index)));
    assert_eq!(statuses(&answers), BTreeMap::from([(200, MANY)]));
    for (index, answer) in answers.iter().enumerate() {
        let (view, wanted) = (answer.json(), body(index));
        assert!(wanted.as_object().unwrap().iter().all(|(key, value)| view[key] == *value), "{view}");
    }
    let view = place.view();
    assert_eq!(
        (&view["description"], &view["customData"]["by"], &view["customCss"]),
        (&view["name"], &view["name"], &view["name"])
    );
}

fn nothing_is_left_of_an_organization_that_goes(server: &Server) {
    let place = Place::new(server, "Goes");
    let member = place.member("Member");
    let people: Vec<i64> = (0..MANY).map(|number| place.seed.person(&format!("Person {number}"))).collect();
    let [role] = place.roles();
    let (path, list, of_member) = (place.path.clone(), place.at("users"), place.roles_of(member));
    let answers = at_once(server, MANY, |index, client| match index % 5 {
        0 => client.post(&list, &users(&people[index..=index])),
        1 => put(client, &list, &users(&[member, people[index]])),
        2 => client.post(&of_member, &roles(&[role])),
        3 => patch(client, &path, &json!({ "name": "Going" })),
        _ if index == 29 => client.delete(&path),
        _ => client.get(&list),
    });
    for (index, answer) in answers.iter().enumerate() {
        let allowed: &[u16] = match index % 5 {
            0 | 2 => &[201, 422],
            1 => &[204, 422],
            3 => &[200, 404],
            _ => &[if index == 29 { 204 } else { 200 }],
        };
        assert!(allowed.contains(&answer.status), "{index}: {answer:?}");
    }
    for table in ["membership", "role_grant"] {
        let sql = format!("SELECT count(*) FROM {table} WHERE organization_id = ?1");
        assert_eq!(place.seed.count(&sql, params![place.id]), 0, "{table}");
    }
    assert_eq!(place.seed.count("SELECT count(*) FROM user WHERE id = ?1", params![member]), 1);
}
