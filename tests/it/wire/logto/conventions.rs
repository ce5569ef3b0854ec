//! What holds for every operation: routes, headers, shapes, the order of checks.

use std::collections::BTreeSet;

use iam_tests::Server;
use iam_tests::client::raw;
use serde_json::json;

use super::{NO_IDS, ORGANIZATIONS, Place, code, items, manager_token, patch, put, unique};

crate::on_both!(
    an_unknown_route_is_answered_in_plain_text,
    another_method_is_told_which_there_are,
    one_slash_at_the_end_makes_no_difference,
    a_bare_question_mark_makes_no_difference,
    answers_are_json_with_a_charset,
    an_answer_that_is_known_already_is_not_sent_again,
    membership_comes_before_pages_and_bodies,
    pages_come_before_other_rules,
    validation_comes_before_existence,
    an_odd_id_is_not_found,
    a_literal_segment_wins,
);

fn an_unknown_route_is_answered_in_plain_text(server: &Server) {
    let client = server.manager();
    for path in [
        "/api/nothing",
        "/api",
        "/api/organizations/1/nothing",
        "/api/organizations/1/users/2/nothing",
        "/api/Organizations",
    ] {
        let answer = client.get(path).expect(404);
        assert!(answer.header("content-type").starts_with("text/plain"), "{path}: {answer:?}");
    }
}

fn another_method_is_told_which_there_are(server: &Server) {
    let place = Place::new(server, "Methods");
    let user = place.member("Member");
    let before = place.rows();
    for (path, known) in [
        (ORGANIZATIONS.to_owned(), vec!["GET", "POST"]),
        (place.path.clone(), vec!["GET", "PATCH", "DELETE"]),
        (place.at("users"), vec!["GET", "POST", "PUT"]),
        (place.at("users/roles"), vec!["POST"]),
        (place.at(&format!("users/{user}")), vec!["DELETE"]),
        (place.roles_of(user), vec!["GET", "POST", "PUT"]),
        (place.at(&format!("users/{user}/roles/1")), vec!["DELETE"]),
        (place.at(&format!("users/{user}/scopes")), vec!["GET"]),
    ] {
        let known: BTreeSet<&str> = known.into_iter().collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            // The literal segment hides the person of this name.
            if known.contains(method) || (path.ends_with("users/roles") && method == "DELETE") {
                continue;
            }
            let answer = place.manager.send(method, &path, None, b"").expect(405);
            let allowed: BTreeSet<&str> = answer.header("allow").split(", ").collect();
            assert!(allowed.is_superset(&known) && !allowed.contains(method), "{method} {path}: {allowed:?}");
        }
    }
    assert_eq!(place.rows(), before);
}

fn one_slash_at_the_end_makes_no_difference(server: &Server) {
    let place = Place::new(server, "Slash");
    let user = place.member("Member");
    let [role] = place.roles();
    let client = &place.manager;
    let made = client.post(&format!("{ORGANIZATIONS}/"), &json!({ "name": "Slash" })).expect(201).json();
    let other = format!("{ORGANIZATIONS}/{}/", made["id"].as_str().unwrap());
    assert_eq!(client.get(&other).expect(200).json(), made);
    patch(client, &other, &json!({ "name": "Slashes" })).expect(200);
    client.delete(&other).expect(204);
    let at = |below: &str| format!("{}/", place.at(below));
    client.post(&at("users"), &json!({ "userIds": [user.to_string()] })).expect(201);
    assert_eq!(items(&client.get(&at("users"))).len(), 1);
    let both = json!({ "userIds": [user.to_string()], "organizationRoleIds": [role.to_string()] });
    client.post(&at("users/roles"), &both).expect(201);
    let roles = format!("{}/", place.roles_of(user));
    assert_eq!(items(&client.get(&roles)).len(), 1);
    client.delete(&format!("{roles}{role}/")).expect(204);
    client.post(&roles, &json!({ "organizationRoleIds": [role.to_string()] })).expect(201);
    put(client, &roles, &json!({})).expect(204);
    client.get(&at(&format!("users/{user}/scopes"))).expect(200);
    client.delete(&at(&format!("users/{user}"))).expect(204);
    put(client, &at("users"), &json!({ "userIds": [] })).expect(204);
    assert_eq!(items(&client.get(&format!("{ORGANIZATIONS}/?q={}", place.id))).len(), 1);
}

fn a_bare_question_mark_makes_no_difference(server: &Server) {
    let place = Place::new(server, "Bare");
    let token = manager_token(server);
    let host = server.base().strip_prefix("http://").unwrap();
    for path in [&place.path, &place.at("users")] {
        let head = format!("GET {path}? HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n");
        let answer = raw(server.base(), head.as_bytes()).expect(200);
        assert_eq!(answer.json(), place.manager.get(path).json());
    }
}

fn answers_are_json_with_a_charset(server: &Server) {
    let place = Place::new(server, "Ünïcode");
    let user = place.member("Member");
    for path in [ORGANIZATIONS, &place.path, &place.at("users"), &place.roles_of(user)] {
        assert_eq!(place.manager.get(path).expect(200).header("content-type"), "application/json; charset=utf-8");
    }
    let changed = patch(&place.manager, &place.path, &json!({ "name": "Ünïcode 2" })).expect(200);
    assert_eq!(changed.header("content-type"), "application/json; charset=utf-8");
    assert!(changed.body.contains("Ünïcode 2"));
}

fn an_answer_that_is_known_already_is_not_sent_again(server: &Server) {
    let place = Place::new(server, "Tagged");
    for path in [place.path.clone(), place.at("users"), format!("{ORGANIZATIONS}?q={}", place.id)] {
        let tag = place.manager.get(&path).expect(200).header("etag").to_owned();
        assert_eq!(place.manager.get(&path).header("etag"), tag, "the same as long as nothing changes");
        let same = place.manager.with("if-none-match", &tag);
        let answer = same.get(&path).expect(304);
        assert_eq!((answer.body.as_str(), answer.header("etag")), ("", tag.as_str()));
        let many = place.manager.with("if-none-match", &format!("\"other\", {tag}"));
        many.get(&path).expect(304);
        place.manager.with("if-none-match", "\"other\"").get(&path).expect(200);
        let name = unique("Changed ");
        patch(&place.manager, &place.path, &json!({ "name": name })).expect(200);
        place.member(&name);
        assert_ne!(same.get(&path).expect(200).header("etag"), tag);
    }
    // A write is done whatever the caller has seen.
    let any = place.manager.with("if-none-match", "*");
    patch(&any, &place.path, &json!({ "name": "Written" })).expect(200);
}

fn membership_comes_before_pages_and_bodies(server: &Server) {
    let place = Place::new(server, "Membership first");
    let stranger = place.seed.person("Stranger");
    let roles = place.roles_of(stranger);
    let wanted = "organization.require_membership";
    for query in ["page=0", "page_size=101", "page=x"] {
        place.refuses(|client| client.get(&format!("{roles}?{query}")), 422, wanted);
    }
    for body in [json!([]), json!({ "organizationRoleIds": 1 }), json!({ "organizationRoleNames": ["none such"] })] {
        place.refuses(|client| client.post(&roles, &body), 422, wanted);
        place.refuses(|client| put(client, &roles, &body), 422, wanted);
    }
    place.refuses(|client| client.delete(&format!("{roles}/0")), 422, wanted);
}

fn pages_come_before_other_rules(server: &Server) {
    let place = Place::new(server, "Pages first");
    let users = place.at("users?page=0&organizationRoleId=");
    place.refuses(|client| client.get(&users), 400, "guard.invalid_pagination");
    let nowhere = format!("{ORGANIZATIONS}/0/users?page_size=101");
    place.refuses(|client| client.get(&nowhere), 400, "guard.invalid_pagination");
}

fn validation_comes_before_existence(server: &Server) {
    let place = Place::new(server, "Validation first");
    let nowhere = format!("{ORGANIZATIONS}/999999999999");
    let invalid = "guard.invalid_input";
    place.refuses(|client| patch(client, &nowhere, &json!({ "name": "" })), 400, invalid);
    place.refuses(|client| client.post(&format!("{nowhere}/users"), &json!({ "userIds": [] })), 400, invalid);
    place.refuses(|client| put(client, &format!("{nowhere}/users"), &json!({})), 400, invalid);
    place.refuses(|client| client.post(&format!("{nowhere}/users/roles"), &json!({ "userIds": ["1"] })), 400, invalid);
    place.refuses(|client| client.get(&format!("{nowhere}/users?organizationRoleId=")), 400, invalid);
    let unknown = json!({ "userIds": ["999999999999", ""] });
    place.refuses(|client| client.post(&place.at("users"), &unknown), 400, invalid);
}

/// Never an error of format.
fn an_odd_id_is_not_found(server: &Server) {
    let place = Place::new(server, "Odd ids");
    let member = place.member("Member");
    // Other ways to write ids that are there.
    let ways =
        [format!("0{}", place.id), format!("%2B{}", place.id), format!("{}.0", place.id), format!("%20{}", place.id)];
    let long = "x".repeat(300);
    for id in NO_IDS.into_iter().chain(ways.iter().map(String::as_str)).chain([long.as_str()]) {
        let path = format!("{ORGANIZATIONS}/{id}");
        place.refuses(|client| client.get(&path), 404, "entity.not_exists_with_id");
        place.refuses(|client| patch(client, &path, &json!({ "name": "x" })), 404, "entity.not_exists");
        place.refuses(|client| client.delete(&path), 404, "entity.not_found");
        place.refuses(|client| client.delete(&format!("{path}/users/{member}")), 404, "entity.not_found");
        let roles = format!("{path}/users/{member}/roles");
        place.refuses(|client| client.get(&roles), 422, "organization.require_membership");
        let users = place.manager.get(&format!("{path}/users"));
        assert!(items(&users).is_empty());
    }
    for id in NO_IDS.into_iter().map(str::to_owned).chain([format!("0{member}"), format!("%2B{member}"), long]) {
        place.refuses(|client| client.delete(&place.at(&format!("users/{id}"))), 404, "entity.not_found");
        let roles = place.at(&format!("users/{id}/roles"));
        place.refuses(|client| client.get(&roles), 422, "organization.require_membership");
        place.refuses(|client| client.delete(&format!("{}/{id}", place.roles_of(member))), 404, "entity.not_found");
    }
}

fn a_literal_segment_wins(server: &Server) {
    let place = Place::new(server, "Literal");
    // Taken for a person it would be no member.
    place.refuses(|client| client.post(&place.at("users/roles"), &json!({})), 400, "guard.invalid_input");
    assert_eq!(code(place.manager.delete(&place.at("users/roles/roles/1")), 422), "organization.require_membership");
}
