//! `GET` and `POST /api/organizations`, `GET /api/organizations/{id}`.

use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::logto::{ORGANIZATIONS, Place, code, column, items, total, unique};
use crate::wire::{jwt, shape};

crate::on_both!(
    an_organization_is_made_with_defaults,
    everything_that_is_sent_is_kept,
    what_the_server_sets_cannot_be_sent,
    an_empty_text_is_null,
    names_need_not_be_unique,
    a_list_has_what_single_organizations_have,
    the_order_is_that_of_creation,
    an_unknown_organization_does_not_exist,
    reading_one_changes_nothing,
);

fn an_organization_is_made_with_defaults(server: &Server) {
    let client = server.manager();
    let before = jwt::now();
    let made = client.post(ORGANIZATIONS, &json!({ "name": "Defaults" })).expect(201);
    assert_eq!(made.header("content-type"), "application/json; charset=utf-8");
    let made = made.json();
    let created = made["createdAt"].as_i64().unwrap_or_else(|| panic!("a whole number: {made}"));
    assert!((before * 1000..=(jwt::now() + 1) * 1000).contains(&created), "{created}");
    let id = shape::id(&made["id"]).to_string();
    let expected = json!({
        "tenantId": "default", "id": id, "name": "Defaults", "description": null, "customData": {},
        "isMfaRequired": false, "color": {}, "branding": {}, "customCss": null, "createdAt": created,
    });
    assert_eq!(made, expected);
    assert_eq!(client.get(&format!("{ORGANIZATIONS}/{id}")).expect(200).json(), expected);
    // Nobody is in it, least of all who made it.
    assert_eq!(items(&client.get(&format!("{ORGANIZATIONS}/{id}/users"))), Vec::<Value>::new());
    let seed = server.seed();
    let id: i64 = id.parse().unwrap();
    let count = |sql: &str| seed.count(sql, iam_domain::params![id]);
    assert_eq!(count("SELECT count(*) FROM membership WHERE organization_id = ?1"), 0);
    assert_eq!(count("SELECT count(*) FROM audit_event WHERE organization_id = ?1 AND dialect = 'logto'"), 1);
}

/// A value for every field.
fn full() -> Value {
    json!({
        "name": " Kept as sent ", "description": "Zwei\nZeilen \"ü\" 🦀",
        "customData": { "a": [1, { "b": null }], "ü": 1.5, "": "" }, "isMfaRequired": true,
        "color": { "primaryColor": "#aBc", "darkPrimaryColor": "#0123EF", "isDarkModeEnabled": false },
        "branding": {
            "logoUrl": "https://example.org/a.png?x=1#y", "darkLogoUrl": "mock://host/x.png",
            "favicon": "http://127.0.0.1:8080/f.ico", "darkFavicon": "data:image/png;base64,AAAA",
        },
        "customCss": "body { color: red }",
    })
}

fn everything_that_is_sent_is_kept(server: &Server) {
    let client = server.manager();
    let made = client.post(ORGANIZATIONS, &full()).expect(201).json();
    for (key, value) in full().as_object().unwrap() {
        assert_eq!(made[key], *value, "{key}");
    }
    assert_eq!(client.get(&format!("{ORGANIZATIONS}/{}", made["id"].as_str().unwrap())).expect(200).json(), made);
}

fn what_the_server_sets_cannot_be_sent(server: &Server) {
    let client = server.manager();
    let before = jwt::now() * 1000;
    let sent = json!({ "name": "Own", "id": "mine", "tenantId": "another", "createdAt": 5 });
    let made = client.post(ORGANIZATIONS, &sent).expect(201).json();
    shape::id(&made["id"]);
    assert_eq!(made["tenantId"], json!("default"));
    assert!(made["createdAt"].as_i64().unwrap() >= before);
}

fn an_empty_text_is_null(server: &Server) {
    let client = server.manager();
    for empty in [json!(""), json!(null)] {
        let sent = json!({ "name": "Empty", "description": empty, "customCss": empty });
        let made = client.post(ORGANIZATIONS, &sent).expect(201).json();
        assert_eq!((&made["description"], &made["customCss"]), (&Value::Null, &Value::Null));
    }
}

fn names_need_not_be_unique(server: &Server) {
    let (client, name) = (server.manager(), unique("same"));
    let made: Vec<Value> =
        (0..3).map(|_| client.post(ORGANIZATIONS, &json!({ "name": name })).expect(201).json()["id"].clone()).collect();
    let listed = client.get(&format!("{ORGANIZATIONS}?q={name}"));
    let mut listed = column(&listed, "id").into_iter().map(Value::from).collect::<Vec<_>>();
    let mut made = made;
    listed.sort_by_key(Value::to_string);
    made.sort_by_key(Value::to_string);
    assert_eq!(listed, made);
}

fn a_list_has_what_single_organizations_have(server: &Server) {
    let (client, mark) = (server.manager(), unique("listed"));
    let mut sent = full();
    sent["name"] = json!(mark);
    let made = client.post(ORGANIZATIONS, &sent).expect(201).json();
    let answer = client.get(&format!("{ORGANIZATIONS}?q={mark}"));
    assert_eq!((items(&answer), total(&answer)), (vec![made], 1));
    // One of another API, with what that API knows of it.
    let seed = server.seed();
    let id = seed.organization(&mark);
    seed.set_organization(id, "registration_number", "RCS 1");
    let view = client.get(&format!("{ORGANIZATIONS}/{id}")).expect(200).json();
    let mut keys: Vec<&String> = view.as_object().unwrap().keys().collect();
    keys.sort();
    let known = "branding color createdAt customCss customData description id isMfaRequired name tenantId";
    assert_eq!(keys, known.split(' ').collect::<Vec<_>>());
}

fn the_order_is_that_of_creation(server: &Server) {
    let (client, mark) = (server.manager(), unique("order"));
    let seed = server.seed();
    let make = || {
        let made = client.post(ORGANIZATIONS, &json!({ "name": mark })).expect(201).json();
        shape::id(&made["id"])
    };
    let ids: [i64; 5] = std::array::from_fn(|_| make());
    for (id, at) in ids.iter().zip([50, 20, 20, 40, 10]) {
        seed.set_organization(*id, "created_at", i64::from(at));
    }
    let (second, third) = (ids[1].min(ids[2]), ids[1].max(ids[2]));
    let expected = crate::wire::logto::texts(&[ids[4], second, third, ids[3], ids[0]]);
    for _ in 0..2 {
        assert_eq!(column(&client.get(&format!("{ORGANIZATIONS}?q={mark}")), "id"), expected);
    }
}

fn an_unknown_organization_does_not_exist(server: &Server) {
    let place = Place::new(server, "Known");
    place.refuses(|client| client.get(&format!("{ORGANIZATIONS}/999999999999")), 404, "entity.not_exists_with_id");
    // What has an id but is no organization.
    let person = place.member("Person");
    let answer = place.manager.get(&format!("{ORGANIZATIONS}/{person}"));
    assert_eq!(code(&answer, 404), "entity.not_exists_with_id");
}

fn reading_one_changes_nothing(server: &Server) {
    let place = Place::new(server, "Read");
    let before = place.rows();
    // The featured keys are of lists alone.
    let view = place.manager.get(&format!("{}?showFeatured=1", place.path)).expect(200).json();
    assert_eq!(view, place.view());
    assert_eq!(view.as_object().unwrap().len(), 10);
    place.manager.get(&format!("{ORGANIZATIONS}?q={}&showFeatured=1", place.id)).expect(200);
    place.manager.get(&place.at("users")).expect(200);
    assert_eq!(place.rows(), before);
}
