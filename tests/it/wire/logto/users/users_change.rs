//! `PATCH /api/users/{userId}`, `…/custom-data` and `…/profile`.

use iam_domain::params;
use iam_tests::{Client, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::people::{
    ME, PASSWORD, Person, activate, audit, code as mailed, forget, invite, log_in, mails, member, patch, refused,
    reset, try_log_in,
};
use crate::wire::eazyrent::upload::{self, PNG};
use crate::wire::logto::users::users::{USERS, issues, made, unique, unique_phone, user};
use crate::wire::logto::{code, manager};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    only_what_is_sent_changes,
    null_and_the_empty_text_clear,
    objects_are_replaced_as_a_whole,
    nothing_to_change_is_refused_even_for_nobody,
    nobody_is_changed_by_an_id_that_is_no_users,
    faults_change_nothing,
    names_with_control_characters_are_refused,
    what_others_have_is_in_use_and_ones_own_is_not,
    a_number_shared_with_another_stays_until_it_changes,
    the_other_api_sees_what_is_changed_here,
    a_new_address_is_not_verified_and_ends_the_codes_of_the_old_one,
    a_picture_of_ones_own_gives_way_and_comes_back_as_it_was,
    data_and_profile_have_paths_where_keys_are_set,
);

/// A user with everything, who was changed last in 1970.
pub fn whole(server: &Server, api: &Client) -> Value {
    let body = json!({
        "primaryEmail": unique_email("Whole"), "primaryPhone": unique_phone(), "username": unique("Whole"),
        "name": "Whole", "avatar": "https://a.example/b.png", "customData": {"a": 1},
        "profile": {"givenName": "Ada", "familyName": "Lovelace", "nickname": "ada", "address": {"country": "UK"}},
    });
    let made = made(api, &body);
    server.seed().run("UPDATE principal SET updated_at = 1 WHERE id = ?1", params![shape::id(&made["id"])]);
    api.get(&user(&made["id"])).expect(200).json()
}

/// The answer to a change, which must be what is stored, and differ from `before` in `wanted` and the time alone.
#[track_caller]
fn changes(api: &Client, before: &Value, body: &Value, wanted: &Value) -> Value {
    let now = patch(api, &user(&before["id"]), body).expect(200).json();
    assert!(now["updatedAt"].as_i64().unwrap() > 1_700_000_000_000, "{now}");
    let mut expected = before.clone();
    let expected_fields = expected.as_object_mut().unwrap();
    expected_fields.extend(wanted.as_object().unwrap().clone());
    expected_fields.insert("updatedAt".to_owned(), now["updatedAt"].clone());
    assert_eq!(now, expected, "{body}");
    assert_eq!(api.get(&user(&before["id"])).expect(200).json(), now);
    now
}

fn only_what_is_sent_changes(server: &Server) {
    let api = manager(server);
    let mut user = whole(server, &api);
    for body in [
        json!({"primaryEmail": unique_email("New")}),
        json!({"primaryPhone": unique_phone()}),
        json!({"username": unique("New")}),
        json!({"name": " New "}),
        json!({"avatar": "mock://host/x.png"}),
        json!({"name": "A", "username": unique("B"), "id": "1", "isSuspended": true, "createdAt": 5}),
    ] {
        let mut wanted = body.clone();
        wanted.as_object_mut().unwrap().retain(|key, _| !["id", "isSuspended", "createdAt"].contains(&key.as_str()));
        user = changes(&api, &user, &body, &wanted);
    }
    assert_eq!(
        audit(&server.seed(), shape::id(&user["id"])).iter().filter(|event| event.0 == "user.updated").count(),
        6
    );
}

fn null_and_the_empty_text_clear(server: &Server) {
    let api = manager(server);
    for clear in [json!(null), json!("")] {
        let mut user = whole(server, &api);
        for key in ["primaryEmail", "primaryPhone", "username", "avatar"] {
            user = changes(&api, &user, &json!({key: clear}), &json!({key: null}));
        }
        // The name is then made of the two others, while there are any.
        user = changes(&api, &user, &json!({"name": clear}), &json!({"name": "Ada Lovelace"}));
        changes(&api, &user, &json!({"profile": {}}), &json!({"name": null, "profile": {}}));
    }
}

fn objects_are_replaced_as_a_whole(server: &Server) {
    let api = manager(server);
    let user = whole(server, &api);
    let user = changes(&api, &user, &json!({"customData": {"b": 2}}), &json!({"customData": {"b": 2}}));
    let profile = json!({"profile": {"familyName": "Byron", "address": {"region": "x"}}});
    let user = changes(&api, &user, &profile, &profile);
    changes(&api, &user, &json!({"customData": {}}), &json!({"customData": {}}));
}

fn nothing_to_change_is_refused_even_for_nobody(server: &Server) {
    let api = manager(server);
    let before = whole(server, &api);
    for path in [user(&before["id"]), format!("{USERS}/0")] {
        for body in [json!({}), json!({"id": "x", "unknown": 1, "password": "x"})] {
            assert_eq!(code(patch(&api, &path, &body), 422), "entity.invalid_input");
        }
        assert_eq!(code(api.send("PATCH", &path, None, b""), 422), "entity.invalid_input");
    }
    assert_eq!(api.get(&user(&before["id"])).json(), before);
}

fn nobody_is_changed_by_an_id_that_is_no_users(server: &Server) {
    let (api, tenant) = (manager(server), Tenant::new(server, "Nobody"));
    for id in ["0".to_owned(), "999999999999".to_owned(), tenant.machine.id.to_string()] {
        let path = format!("{USERS}/{id}");
        for (rest, body) in [
            ("", json!({"name": "x"})),
            ("/is-suspended", json!({"isSuspended": true})),
            ("/custom-data", json!({"customData": {}})),
            ("/profile", json!({"profile": {}})),
        ] {
            assert_eq!(code(patch(&api, &format!("{path}{rest}"), &body), 404), "entity.not_exists", "{id}{rest}");
        }
        assert_eq!(code(api.delete(&path), 404), "entity.not_found", "{id}");
    }
    tenant.admin.get("/iam/v1/team/members/").expect(200);
}

fn names_with_control_characters_are_refused(server: &Server) {
    let api = manager(server);
    let before = whole(server, &api);
    let path = user(&before["id"]);
    for text in ["Ada\u{7}", "Ada\nLovelace", "\u{85}"] {
        let given = json!({ "profile": { "givenName": text } });
        for (body, place) in [
            (json!({ "name": text }), json!(["name"])),
            (json!({ "username": text }), json!(["username"])),
            (given, json!(["profile", "givenName"])),
            (json!({ "profile": { "familyName": text } }), json!(["profile", "familyName"])),
        ] {
            assert_eq!(issues(&patch(&api, &path, &body)), std::slice::from_ref(&place), "{body}");
            assert_eq!(issues(&api.post(USERS, &body)), [place], "{body}");
        }
        let merged = json!({ "profile": { "givenName": text } });
        assert_eq!(issues(&patch(&api, &format!("{path}/profile"), &merged)), [json!(["profile", "givenName"])]);
    }
    assert_eq!(api.get(&path).json(), before);
    // Other claims are the client's own.
    patch(&api, &path, &json!({ "profile": { "nickname": "a\nb" } })).expect(200);
}

fn faults_change_nothing(server: &Server) {
    let api = manager(server);
    let before = whole(server, &api);
    let path = user(&before["id"]);
    for (key, value) in [
        ("username", json!("a b")),
        ("primaryEmail", json!("ada")),
        ("primaryPhone", json!("+336")),
        ("avatar", json!("x")),
        ("customData", json!(null)),
        ("profile", json!(null)),
        ("username", json!(["x"])),
    ] {
        let mut body = json!({"name": "Half"});
        body[key] = value.clone();
        assert_eq!(issues(&patch(&api, &path, &body)), [json!([key])], "{key}: {value}");
    }
    let long = json!({"customData": {}, "name": "x".repeat(129)});
    assert_eq!(code(patch(&api, &path, &long), 422), "entity.value_too_long");
    let unreadable = api.send("PATCH", &path, Some("application/json"), b"{").expect(400).json();
    assert!(unreadable["message"].is_string() && unreadable.get("code").is_none(), "{unreadable}");
    assert_eq!(api.get(&path).json(), before);
}

fn what_others_have_is_in_use_and_ones_own_is_not(server: &Server) {
    let api = manager(server);
    let (before, other) = (whole(server, &api), whole(server, &api));
    for (key, wanted) in [
        ("username", "user.username_already_in_use"),
        ("primaryEmail", "user.email_already_in_use"),
        ("primaryPhone", "user.phone_already_in_use"),
    ] {
        for value in [other[key].clone(), json!(other[key].as_str().unwrap().to_uppercase())] {
            let body = json!({"name": "Half", key: value});
            assert_eq!(code(patch(&api, &user(&before["id"]), &body), 422), wanted);
        }
    }
    assert_eq!(api.get(&user(&before["id"])).json(), before);
    let mut user = before;
    for key in ["username", "primaryEmail", "primaryPhone"] {
        let upper = json!({key: user[key].as_str().unwrap().to_uppercase()});
        user = changes(&api, &user, &upper, &upper);
    }
}

fn a_number_shared_with_another_stays_until_it_changes(server: &Server) {
    let api = manager(server);
    let (one, two) = (whole(server, &api), whole(server, &api));
    let sql = "UPDATE user SET phone = (SELECT phone FROM user WHERE id = ?2) WHERE id = ?1";
    server.seed().run(sql, params![shape::id(&one["id"]), shape::id(&two["id"])]);
    let one = api.get(&user(&one["id"])).json();
    assert_eq!(one["primaryPhone"], two["primaryPhone"]);
    changes(&api, &one, &json!({"name": "x", "primaryPhone": one["primaryPhone"]}), &json!({"name": "x"}));
}

fn the_other_api_sees_what_is_changed_here(server: &Server) {
    let (api, tenant) = (manager(server), Tenant::new(server, "Seen"));
    let person = Person::new(server, &tenant, "seen", &["org:user"]);
    let (email, phone) = (unique_email("Moved"), unique_phone());
    let body = json!({
        "primaryEmail": email, "primaryPhone": phone, "profile": {"givenName": "Grace", "familyName": "Hopper"},
        "avatar": "https://a.example/g.png",
    });
    let here = patch(&api, &format!("{USERS}/{}", person.id), &body).expect(200).json();
    assert_eq!((&here["name"], &here["hasPassword"]), (&json!("Grace Hopper"), &json!(true)));
    let there = person.client.get(ME).expect(200).json();
    let wanted = json!({
        "first_name": "Grace", "last_name": "Hopper", "email": email, "phone": format!("+{phone}"),
        "avatar": "https://a.example/g.png",
    });
    for (key, value) in wanted.as_object().unwrap() {
        assert_eq!(&there[key], value, "{key}");
    }
    refused(&try_log_in(server, &person.email, PASSWORD));
    log_in(server, &email, PASSWORD);
    // And the other way round.
    patch(&tenant.admin, &member(person.id), &json!({"first_name": "Ada"})).expect(200);
    let here = api.get(&format!("{USERS}/{}", person.id)).json();
    assert_eq!((&here["name"], &here["profile"]["givenName"]), (&json!("Ada Hopper"), &json!("Ada")));
}

fn a_new_address_is_not_verified_and_ends_the_codes_of_the_old_one(server: &Server) {
    let (api, tenant) = (manager(server), Tenant::new(server, "Codes"));
    let person = Person::new(server, &tenant, "codes", &["org:user"]);
    let path = format!("{USERS}/{}", person.id);
    let verified = || {
        let sql = "SELECT count(*) FROM user WHERE id = ?1 AND email_verified_at IS NOT NULL";
        tenant.seed.count(sql, params![person.id])
    };
    forget(server, &person.email).expect(202);
    let code = mailed(&tenant.seed, &person.email);
    // Another spelling is the same address.
    patch(&api, &path, &json!({"primaryEmail": person.email.to_uppercase(), "name": "x"})).expect(200);
    assert_eq!((verified(), mailed_codes(server, person.id)), (1, 1));
    patch(&api, &path, &json!({"primaryEmail": unique_email("new")})).expect(200);
    assert_eq!((verified(), mailed_codes(server, person.id)), (0, 0));
    shape::detail(&reset(server, &code, "Other-pass-2").expect(400));
    // An invitation to the old address is worthless too; nobody is written to.
    let (id, email) = invite(&tenant, "invited");
    let code = mailed(&tenant.seed, &email);
    let new = unique_email("later");
    patch(&api, &format!("{USERS}/{id}"), &json!({"primaryEmail": new})).expect(200);
    shape::detail(&activate(server, &code, PASSWORD).expect(400));
    assert_eq!(mails(&tenant.seed, &new), []);
    tenant.admin.post_empty(&format!("{}resend-invitation/", member(id))).expect(202);
    activate(server, &mailed(&tenant.seed, &new), PASSWORD).expect(200);
}

fn mailed_codes(server: &Server, id: i64) -> i64 {
    server.seed().count("SELECT count(*) FROM one_time_code WHERE principal_id = ?1", params![id])
}

fn a_picture_of_ones_own_gives_way_and_comes_back_as_it_was(server: &Server) {
    let (api, tenant) = (manager(server), Tenant::new(server, "Picture"));
    let person = Person::new(server, &tenant, "picture", &["org:user"]);
    let put = || {
        let answer = upload::post(&person.client, &format!("{ME}avatar/"), &[("file", "image/png", PNG)]);
        answer.expect(201).json()["avatar"].as_str().unwrap().to_owned()
    };
    let is_there = |address: &str| {
        let (answer, _) = server.client().get_bytes(address.strip_prefix(server.base()).expect("an address here"));
        answer.status == 200
    };
    let path = format!("{USERS}/{}", person.id);
    let stored = put();
    assert_eq!(api.get(&path).json()["avatar"], json!(stored));
    // Read, and sent back.
    let same = patch(&api, &path, &json!({"avatar": stored, "name": "Same"})).expect(200).json();
    assert_eq!(same["avatar"], json!(stored));
    assert!(is_there(&stored));
    let url = "https://a.example/x.png";
    assert_eq!(patch(&api, &path, &json!({"avatar": url})).expect(200).json()["avatar"], json!(url));
    assert!(!is_there(&stored));
    let stored = put();
    assert_eq!(patch(&api, &path, &json!({"avatar": null})).expect(200).json()["avatar"], json!(null));
    assert!(!is_there(&stored));
    let stored = put();
    api.delete(&path).expect(204);
    assert!(!is_there(&stored));
}

fn data_and_profile_have_paths_where_keys_are_set(server: &Server) {
    let api = manager(server);
    let before = whole(server, &api);
    let path = user(&before["id"]);
    let data = format!("{path}/custom-data");
    assert_eq!(api.get(&data).expect(200).json(), json!({"a": 1}));
    let sent = json!({"customData": {"b": {"c": 2}}});
    assert_eq!(patch(&api, &data, &sent).expect(200).json(), json!({"a": 1, "b": {"c": 2}}));
    assert_eq!(patch(&api, &data, &json!({"customData": {"b": null}})).json(), json!({"a": 1, "b": null}));
    assert_eq!(api.get(&data).json(), json!({"a": 1, "b": null}));

    let profile = format!("{path}/profile");
    let sent = json!({"profile": {"familyName": "Byron", "locale": "en", "address": {"region": "x"}}});
    let wanted = json!({
        "givenName": "Ada", "familyName": "Byron", "nickname": "ada", "locale": "en", "address": {"region": "x"},
    });
    assert_eq!(patch(&api, &profile, &sent).expect(200).json(), wanted);
    let now = api.get(&path).json();
    assert_eq!((&now["profile"], &now["customData"]), (&wanted, &json!({"a": 1, "b": null})));
    for key in ["primaryEmail", "primaryPhone", "username", "name", "avatar", "createdAt"] {
        assert_eq!(now[key], before[key], "{key}");
    }
    for (at, body) in [(&data, json!({})), (&data, json!({"customData": 1})), (&data, json!({"customData": null}))] {
        assert_eq!(issues(&patch(&api, at, &body)), [json!(["customData"])], "{body}");
    }
    for body in [json!({}), json!({"profile": []}), json!({"profile": null})] {
        assert_eq!(issues(&patch(&api, &profile, &body)), [json!(["profile"])], "{body}");
    }
    assert_eq!(api.get(&path).json(), now);
}
