//! `GET /api/organizations/{id}/users`.

use iam_domain::store::Value as Sql;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::logto::{ORGANIZATIONS, Place, column, items, texts, total};
use crate::wire::tenant::unique_email;

crate::on_both!(
    a_member_is_shown_whole,
    what_a_member_lacks_is_null,
    members_are_sorted_by_id,
    roles_are_of_this_organization_and_by_name,
    a_role_filters_and_does_not_shorten,
    an_empty_role_is_refused,
    a_role_that_nobody_holds_finds_nobody,
    filters_come_together,
    an_unknown_organization_has_no_members,
    machines_and_strangers_are_not_listed,
);

fn a_member_is_shown_whole(server: &Server) {
    let place = Place::new(server, "Whole");
    let id = place.member("Ada Lovelace");
    let email = unique_email("Ada");
    let profile = json!({ "givenName": "Ada", "address": { "locality": "London" } });
    for (column, value) in [
        ("email", Sql::from(&email)),
        ("email_key", email.to_lowercase().into()),
        ("username", format!("ada_{id}").into()),
        ("username_key", format!("ada_{id}").into()),
        ("phone", format!("+44{id}").into()),
        ("avatar_url", "https://example.org/ada.png".into()),
        ("custom_data", r#"{"a":[1,null]}"#.into()),
        ("profile", profile.to_string().into()),
        ("last_sign_in_at", 1_700_000_000_123_i64.into()),
    ] {
        place.seed.set_user(id, column, value);
    }
    let sql = "UPDATE principal SET created_at = 1600000000001, updated_at = 1650000000002 WHERE id = ?1";
    place.seed.run(sql, iam_domain::params![id]);
    let role = place.seed.organization_role(&crate::wire::logto::unique("Engineer "), "user");
    place.seed.give(Some(place.id), id, role);
    let name = place.seed.texts("SELECT name FROM role WHERE id = ?1", iam_domain::params![role]);
    let expected = json!({
        "id": id.to_string(), "username": format!("ada_{id}"), "primaryEmail": email, "primaryPhone": format!("44{id}"),
        "name": "Ada Lovelace", "avatar": "https://example.org/ada.png", "customData": { "a": [1, null] },
        "identities": {}, "lastSignInAt": 1_700_000_000_123_i64, "createdAt": 1_600_000_000_001_i64,
        "updatedAt": 1_650_000_000_002_i64, "profile": profile, "applicationId": null, "isSuspended": false,
        "organizationRoles": [{ "id": role.to_string(), "name": name[0] }],
    });
    assert_eq!(view(&place), expected);
}

/// The only member; the newest server's one more field may be there.
#[track_caller]
fn view(place: &Place) -> Value {
    let answer = place.manager.get(&place.at("users"));
    let [mut item] = items(&answer).try_into().expect("one member");
    if let Some(id) = item.as_object_mut().unwrap().remove("cimdClientId") {
        assert_eq!(id, Value::Null);
    }
    item
}

fn what_a_member_lacks_is_null(server: &Server) {
    let place = Place::new(server, "Nulls");
    let id = place.member("x");
    place.seed.set_user(id, "display_name", Sql::Null);
    let view = view(&place);
    let at = &view["createdAt"];
    assert!(at.is_i64() && view["updatedAt"] == *at, "{view}");
    let expected = json!({
        "id": id.to_string(), "username": null, "primaryEmail": null, "primaryPhone": null, "name": null, "avatar": null,
        "customData": {}, "identities": {}, "lastSignInAt": null, "createdAt": at, "updatedAt": at, "profile": {},
        "applicationId": null, "isSuspended": false, "organizationRoles": [],
    });
    assert_eq!(view, expected);
}

fn members_are_sorted_by_id(server: &Server) {
    let place = Place::new(server, "Sorted");
    let mut ids: Vec<i64> = (0..12).map(|number| place.member(&format!("Member {number}"))).collect();
    ids.sort_unstable();
    let answer = place.manager.get(&place.at("users"));
    assert_eq!((column(&answer, "id"), total(&answer)), (texts(&ids), 12));
}

fn roles_are_of_this_organization_and_by_name(server: &Server) {
    let (place, other) = (Place::new(server, "Here"), Place::new(server, "There"));
    let id = place.member("Member");
    place.seed.join(other.id, id, "user");
    let [first, second, third] = place.roles();
    for role in [third, first] {
        place.seed.give(Some(place.id), id, role);
    }
    place.seed.give(Some(other.id), id, second);
    let tenant_wide = place.seed.role("tenant", &crate::wire::logto::unique("tenant-"), "user");
    place.seed.give(None, id, tenant_wide);
    let roles = |place: &Place| {
        let roles = view(place)["organizationRoles"].clone();
        roles.as_array().unwrap().iter().map(|role| role["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(roles(&place), texts(&[first, third]));
    assert_eq!(roles(&other), texts(&[second]));
    assert_eq!(view(&place)["organizationRoles"][0].as_object().unwrap().len(), 2, "id and name");
}

fn a_role_filters_and_does_not_shorten(server: &Server) {
    let place = Place::new(server, "Filter");
    let [one, both, none] = ["One", "Both", "None"].map(|name| place.member(name));
    let [first, second, third] = place.roles();
    for (user, role) in [(one, first), (both, first), (both, second)] {
        place.seed.give(Some(place.id), user, role);
    }
    let by = |role: i64| place.manager.get(&format!("{}?organizationRoleId={role}", place.at("users")));
    let mut holders = [one, both];
    holders.sort_unstable();
    assert_eq!((column(&by(first), "id"), total(&by(first))), (texts(&holders), 2));
    let second = by(second);
    assert_eq!((column(&second, "id"), total(&second)), (texts(&[both]), 1));
    assert_eq!(items(&second)[0]["organizationRoles"].as_array().unwrap().len(), 2);
    // A role that is held in another organization only.
    let other = Place::new(server, "Elsewhere");
    place.seed.join(other.id, none, "user");
    place.seed.give(Some(other.id), none, third);
    assert_eq!((items(&by(third)).len(), total(&by(third))), (0, 0));
}

fn an_empty_role_is_refused(server: &Server) {
    let place = Place::new(server, "Empty role");
    place.member("Member");
    for query in ["organizationRoleId=", "organizationRoleId", "q=x&organizationRoleId="] {
        place.refuses(|client| client.get(&format!("{}?{query}", place.at("users"))), 400, "guard.invalid_input");
    }
}

fn a_role_that_nobody_holds_finds_nobody(server: &Server) {
    let place = Place::new(server, "Nobody");
    let member = place.member("Member");
    place.seed.grant(Some(place.id), member, "org:admin");
    let builtin = place.seed.count("SELECT id FROM role WHERE key = 'org:admin'", vec![]).to_string();
    // A built-in role is not of this API: it is neither shown nor searched.
    for role in ["999999999999", "abc", "0", &place.id.to_string(), &builtin] {
        let answer = place.manager.get(&format!("{}?organizationRoleId={role}", place.at("users")));
        assert_eq!((items(&answer).len(), total(&answer)), (0, 0), "{role}");
    }
    assert_eq!(view(&place)["organizationRoles"], json!([]));
}

fn filters_come_together(server: &Server) {
    let place = Place::new(server, "Together");
    let [role] = place.roles();
    let mut wanted: Vec<i64> = (0..5).map(|number| place.member(&format!("Wanted {number}"))).collect();
    let other = place.member("Other");
    place.member("Wanted without role");
    for user in wanted.iter().chain([&other]) {
        place.seed.give(Some(place.id), *user, role);
    }
    wanted.sort_unstable();
    let path = format!("{}?q=wanted&organizationRoleId={role}&page_size=2&page=2", place.at("users"));
    let answer = place.manager.get(&path);
    assert_eq!((column(&answer, "id"), total(&answer)), (texts(&wanted[2..4]), 5));
}

fn an_unknown_organization_has_no_members(server: &Server) {
    let client = server.manager();
    for id in crate::wire::logto::NO_IDS {
        for query in ["", "?q=x", "?organizationRoleId=1", "?page=3"] {
            let answer = client.get(&format!("{ORGANIZATIONS}/{id}/users{query}"));
            assert_eq!((items(&answer).len(), total(&answer)), (0, 0), "{id}{query}");
        }
    }
}

fn machines_and_strangers_are_not_listed(server: &Server) {
    let (place, other) = (Place::new(server, "People"), Place::new(server, "Others"));
    let here = place.member("Here");
    other.member("There");
    place.seed.person("Nowhere");
    place.seed.machine(place.id, &["org:admin"]);
    let answer = place.manager.get(&place.at("users"));
    assert_eq!((column(&answer, "id"), total(&answer)), (texts(&[here]), 1));
}
