//! `/api/resources` and `/api/resources/{id}`.

use iam_domain::params;
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET, MANAGEMENT_RESOURCE};
use iam_tests::{Runtime, Server};
use serde_json::{Value, json};

use crate::wire::logto::roles::fixtures::{Desk, RESOURCES as PATH};
use crate::wire::logto::{NO_IDS, code, column, empty, items, patch, total, unique};

crate::on_both!(
    a_resource_is_shown_as_it_was_made,
    bad_bodies_make_nothing,
    indicators_are_unique,
    lists_come_in_pages_with_scopes_on_demand,
    what_there_is_not_is_not_found,
    only_what_is_named_changes,
    a_bad_patch_changes_nothing,
    a_deleted_resource_takes_its_scopes_along,
    the_management_resource_stays_as_it_is,
    tokens_live_as_long_as_the_resource_says,
);

crate::wire::on_own_servers!(one_resource_at_most_is_the_default);

/// Body for a new resource, and its indicator.
fn body(more: &Value) -> (Value, String) {
    let indicator = format!("https://{}.example.org/x", unique("api-"));
    let mut body = json!({ "name": "An API", "indicator": indicator });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    (body, indicator)
}

fn a_resource_is_shown_as_it_was_made(server: &Server) {
    let desk = Desk::new(server);
    for (more, ttl) in [(json!({}), 3600), (json!({ "accessTokenTtl": 77, "isDefault": true, "id": "x" }), 77)] {
        let (body, indicator) = body(&more);
        let made = desk.manager.post(PATH, &body).expect(201).json();
        let mut expected = json!({
            "tenantId": "default", "id": made["id"], "name": "An API", "indicator": indicator, "isDefault": false,
            "accessTokenTtl": ttl, "scopes": [],
        });
        assert_eq!(made, expected);
        let id = made["id"].as_str().unwrap();
        expected.as_object_mut().unwrap().remove("scopes");
        assert_eq!((desk.manager.get(&format!("{PATH}/{id}")).expect(200).json(), id.len()), (expected, 12));
    }
}

fn bad_bodies_make_nothing(server: &Server) {
    let desk = Desk::new(server);
    let (good, indicator) = body(&json!({}));
    for (key, value) in [
        ("name", json!("")),
        ("name", json!(null)),
        ("name", json!("x".repeat(257))),
        ("indicator", json!(null)),
        ("indicator", json!("no-uri")),
        ("indicator", json!("https://a b")),
        ("accessTokenTtl", json!(0)),
        ("accessTokenTtl", json!("60")),
        ("accessTokenTtl", json!(1.5)),
        ("accessTokenTtl", json!(2_147_483_648_i64)),
    ] {
        let mut body = good.clone();
        body[key] = value.clone();
        assert_eq!(code(desk.manager.post(PATH, &body), 400), "guard.invalid_input", "{key}: {value}");
    }
    for key in ["name", "indicator"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(key);
        assert_eq!(code(desk.manager.post(PATH, &body), 400), "guard.invalid_input", "{key}");
    }
    let sql = "SELECT count(*) FROM resource WHERE indicator = ?1";
    assert_eq!(desk.seed.count(sql, params![indicator]), 0);
}

fn indicators_are_unique(server: &Server) {
    let desk = Desk::new(server);
    let (body, indicator) = body(&json!({}));
    let id = desk.make(PATH, &body);
    let again = json!({ "name": "Another", "indicator": indicator });
    desk.refuses(("resource", &id), |manager| manager.post(PATH, &again), 422, "resource.resource_identifier_in_use");
    let management = json!({ "name": "Another", "indicator": MANAGEMENT_RESOURCE });
    assert_eq!(code(desk.manager.post(PATH, &management), 422), "resource.resource_identifier_in_use");
    // Names need not be.
    desk.resource();
}

fn lists_come_in_pages_with_scopes_on_demand(server: &Server) {
    let desk = Desk::new(server);
    let (resource, [a, b]) = desk.resource_scopes();
    let size = total(&desk.manager.get(PATH));
    assert!(items(&desk.manager.get(PATH)).len() <= 20);
    // Others may be made meanwhile, but behind this one.
    let page = |number: usize, flag: &str| {
        let answer = desk.manager.get(&format!("{PATH}?page_size=100&page={number}{flag}"));
        items(&answer).into_iter().find(|item| item["id"] == json!(resource))
    };
    let find = |flag: &str| (1..=size / 100 + 2).find_map(|number| page(number, flag)).expect("the new resource");
    let mut expected = desk.manager.get(&format!("{PATH}/{resource}")).json();
    expected["scopes"] = json!([]);
    assert_eq!((find(""), find("&includeScopes=no")), (expected.clone(), expected.clone()));
    let mut with = find("&includeScopes=YES");
    let scopes = with["scopes"].as_array_mut().unwrap();
    scopes.sort_by_key(|scope| scope["name"].as_str().unwrap().to_owned());
    assert_eq!(json!(scopes), desk.manager.get(&format!("{PATH}/{resource}/scopes")).json());
    assert_eq!(json!([scopes[0]["id"], scopes[1]["id"]]), json!([a, b]));
    assert_eq!(code(desk.manager.get(&format!("{PATH}?page=0")), 400), "guard.invalid_pagination");
}

fn what_there_is_not_is_not_found(server: &Server) {
    let desk = Desk::new(server);
    for id in NO_IDS {
        let path = format!("{PATH}/{id}");
        assert_eq!(code(desk.manager.get(&path), 404), "entity.not_exists_with_id", "{id}");
        assert_eq!(code(patch(&desk.manager, &path, &json!({ "name": "x" })), 404), "entity.not_exists", "{id}");
        let default = patch(&desk.manager, &format!("{path}/is-default"), &json!({ "isDefault": true }));
        assert_eq!(code(&default, 404), "entity.not_exists", "{id}");
        assert_eq!(code(desk.manager.delete(&path), 404), "entity.not_found", "{id}");
    }
}

fn only_what_is_named_changes(server: &Server) {
    let desk = Desk::new(server);
    let id = desk.resource();
    let path = format!("{PATH}/{id}");
    let mut resource = desk.manager.get(&path).json();
    for (change, key, value) in [
        (json!({ "name": "Other" }), "name", json!("Other")),
        (json!({ "accessTokenTtl": 120 }), "accessTokenTtl", json!(120)),
        (json!({ "name": "Third", "indicator": "https://never.example", "isDefault": true }), "name", json!("Third")),
    ] {
        resource[key] = value;
        assert_eq!(patch(&desk.manager, &path, &change).expect(200).json(), resource, "{change}");
        assert_eq!(desk.manager.get(&path).json(), resource, "{change}");
    }
}

fn a_bad_patch_changes_nothing(server: &Server) {
    let desk = Desk::new(server);
    let id = desk.resource();
    let path = format!("{PATH}/{id}");
    for body in [json!({ "name": "" }), json!({ "name": null }), json!({ "name": "x", "accessTokenTtl": -1 })] {
        desk.refuses(("resource", &id), |manager| patch(manager, &path, &body), 400, "guard.invalid_input");
    }
    for body in [json!({}), json!({ "indicator": "https://never.example" })] {
        desk.refuses(("resource", &id), |manager| patch(manager, &path, &body), 422, "entity.invalid_input");
        assert_eq!(code(patch(&desk.manager, &format!("{PATH}/0"), &body), 422), "entity.invalid_input");
    }
    for body in [json!({}), json!({ "isDefault": "yes" }), json!({ "isDefault": null })] {
        let path = format!("{path}/is-default");
        desk.refuses(("resource", &id), |manager| patch(manager, &path, &body), 400, "guard.invalid_input");
    }
}

fn a_deleted_resource_takes_its_scopes_along(server: &Server) {
    let desk = Desk::new(server);
    let ((gone, [a]), (kept, [b])) = (desk.resource_scopes(), desk.resource_scopes());
    let role = desk.organization_role(&json!({ "resourceScopeIds": [a, b] }));
    let path = format!("{PATH}/{gone}");
    empty(desk.manager.delete(&path), 204);
    assert_eq!((desk.scopes_in(&role), desk.row("scope", &a).len()), (vec![b], 0));
    assert_eq!((desk.row("resource", &gone).len(), desk.row("resource", &kept).len()), (0, 1));
    assert_eq!(code(desk.manager.delete(&path), 404), "entity.not_found");
}

fn the_management_resource_stays_as_it_is(server: &Server) {
    let desk = Desk::new(server);
    let sql = "SELECT CAST(id AS TEXT) FROM resource WHERE indicator = ?1";
    let id = desk.seed.texts(sql, params![MANAGEMENT_RESOURCE]).remove(0);
    let scope = desk
        .seed
        .texts("SELECT CAST(id AS TEXT) FROM scope WHERE resource_id = ?1", params![id.parse::<i64>().unwrap()]);
    let [all] = scope.as_slice() else { panic!("{scope:?}") };
    let path = format!("{PATH}/{id}");
    desk.refuses(("resource", &id), |m| m.delete(&path), 400, "resource.cannot_delete_management_api");
    let changed = "resource.cannot_modify_management_api";
    for body in [json!({ "name": "x" }), json!({ "accessTokenTtl": 1 })] {
        desk.refuses(("resource", &id), |m| patch(m, &path, &body), 400, changed);
    }
    let one = format!("{path}/scopes/{all}");
    desk.refuses(("scope", all), |m| m.delete(&one), 400, changed);
    desk.refuses(("scope", all), |m| patch(m, &one, &json!({ "name": "none" })), 400, changed);
    let more = json!({ "name": unique("more-") });
    desk.refuses(("resource", &id), |m| m.post(&format!("{path}/scopes"), &more), 400, changed);
    assert_eq!(column(&desk.manager.get(&format!("{path}/scopes")), "name"), ["all"]);
    // Not by a detour neither.
    let other = desk.resource();
    let detour = format!("{PATH}/{other}/scopes/{all}");
    desk.refuses(("scope", all), |m| m.delete(&detour), 404, "entity.not_found");
    desk.refuses(("scope", all), |m| m.delete(&format!("/api/organization-scopes/{all}")), 404, "entity.not_found");
}

fn tokens_live_as_long_as_the_resource_says(server: &Server) {
    let desk = Desk::new(server);
    let (body, indicator) = body(&json!({ "accessTokenTtl": 90 }));
    let id = desk.make(PATH, &body);
    let expires_in = || {
        let form = [("grant_type", "client_credentials"), ("resource", indicator.as_str())];
        let answer = server.client().basic(CLIENT_ID, CLIENT_SECRET).form("/oidc/token", &form);
        answer.expect(200).json()["expires_in"].clone()
    };
    assert_eq!(expires_in(), json!(90));
    patch(&desk.manager, &format!("{PATH}/{id}"), &json!({ "accessTokenTtl": 30 })).expect(200);
    assert_eq!(expires_in(), json!(30));
}

fn one_resource_at_most_is_the_default(runtime: Runtime) {
    let server = Server::start(runtime);
    let desk = Desk::new(&server);
    let (a, b) = (desk.resource(), desk.resource());
    let set = |id: &str, is_default: bool| {
        let path = format!("{PATH}/{id}/is-default");
        let answer = patch(&desk.manager, &path, &json!({ "isDefault": is_default })).expect(200).json();
        assert_eq!(answer["isDefault"], json!(is_default));
        assert_eq!(answer, desk.manager.get(&format!("{PATH}/{id}")).json());
    };
    let defaults = || {
        let list = items(&desk.manager.get(PATH));
        let ids = list.into_iter().filter(|item| item["isDefault"] == json!(true)).map(|item| item["id"].clone());
        json!(ids.collect::<Vec<_>>())
    };
    assert_eq!(defaults(), json!([]));
    for (id, is_default, left) in [
        (&a, true, json!([a])),
        (&a, true, json!([a])),
        (&b, true, json!([b])),
        (&a, false, json!([b])),
        (&b, false, json!([])),
    ] {
        set(id, is_default);
        assert_eq!(defaults(), left);
    }
}
