//! `/api/organization-roles/{id}/scopes` and `/api/organization-roles/{id}/resource-scopes`.

use iam_tests::Server;
use serde_json::json;

use crate::wire::logto::roles::fixtures::{Desk, ORGANIZATION_ROLES as PATH, sorted};
use crate::wire::logto::{NO_IDS, code, column, empty, put, total};

crate::on_both!(
    scopes_are_added_once,
    an_unknown_scope_adds_none,
    bad_lists_change_nothing,
    scopes_are_replaced,
    a_bad_replacement_leaves_the_old_ones,
    one_kind_leaves_the_other_alone,
    scopes_are_taken_one_by_one,
    lists_come_whole_unless_pages_are_asked_for,
    items_are_scopes,
    an_unknown_role_has_no_scopes,
);

/// Segment of the path and key in the body, by kind.
const KINDS: [(&str, &str); 2] = [("scopes", "organizationScopeIds"), ("resource-scopes", "scopeIds")];

/// Three scopes of a kind, by name.
fn three(desk: &Desk, segment: &str) -> [String; 3] {
    if segment == "scopes" { desk.organization_scopes() } else { desk.resource_scopes().1 }
}

fn scopes_are_added_once(server: &Server) {
    let desk = Desk::new(server);
    for (segment, key) in KINDS {
        let [a, b, c] = three(&desk, segment);
        let role = desk.organization_role(&json!({}));
        let path = format!("{PATH}/{role}/{segment}");
        empty(desk.manager.post(&path, &json!({ key: [b, a, b] })), 201);
        assert_eq!(desk.scopes_in(&role), sorted([&a, &b]));
        empty(desk.manager.post(&path, &json!({ key: [a, c] })), 201);
        assert_eq!(desk.scopes_in(&role), sorted([&a, &b, &c]));
    }
}

fn an_unknown_scope_adds_none(server: &Server) {
    let desk = Desk::new(server);
    for ((segment, key), (other, _)) in [(KINDS[0], KINDS[1]), (KINDS[1], KINDS[0])] {
        let ([a, ..], [foreign, ..]) = (three(&desk, segment), three(&desk, other));
        let role = desk.organization_role(&json!({}));
        let path = format!("{PATH}/{role}/{segment}");
        for unknown in ["999999999999", "nothing", &foreign] {
            let body = json!({ key: [a, unknown] });
            let wanted = "entity.relation_foreign_key_not_found";
            desk.refuses(("role", &role), |manager| manager.post(&path, &body), 422, wanted);
            desk.refuses(("role", &role), |manager| put(manager, &path, &body), 422, wanted);
        }
    }
}

fn bad_lists_change_nothing(server: &Server) {
    let desk = Desk::new(server);
    for (segment, key) in KINDS {
        let [a, ..] = three(&desk, segment);
        let role = desk.organization_role(&json!({}));
        let path = format!("{PATH}/{role}/{segment}");
        let bad = [json!({}), json!({ key: null }), json!({ key: a }), json!({ key: [""] }), json!({ key: [a, 1] })];
        for body in &bad {
            desk.refuses(("role", &role), |manager| manager.post(&path, body), 400, "guard.invalid_input");
            desk.refuses(("role", &role), |manager| put(manager, &path, body), 400, "guard.invalid_input");
        }
        let none = json!({ key: [] });
        desk.refuses(("role", &role), |manager| manager.post(&path, &none), 400, "guard.invalid_input");
    }
}

fn scopes_are_replaced(server: &Server) {
    let desk = Desk::new(server);
    for (segment, key) in KINDS {
        let [a, b, c] = three(&desk, segment);
        let role = desk.organization_role(&json!({}));
        let path = format!("{PATH}/{role}/{segment}");
        for (wanted, left) in [
            (json!([a, b]), sorted([&a, &b])),
            (json!([c, b, c]), sorted([&b, &c])),
            (json!([b, c]), sorted([&b, &c])),
            (json!([]), vec![]),
        ] {
            empty(put(&desk.manager, &path, &json!({ key: wanted })), 204);
            assert_eq!(desk.scopes_in(&role), left, "{wanted}");
        }
    }
}

fn a_bad_replacement_leaves_the_old_ones(server: &Server) {
    let desk = Desk::new(server);
    let [a, b, _] = three(&desk, "scopes");
    let role = desk.organization_role(&json!({ "organizationScopeIds": [a] }));
    let body = json!({ "organizationScopeIds": [b, "0"] });
    let send = |manager: &iam_tests::Client| put(manager, &format!("{PATH}/{role}/scopes"), &body);
    desk.refuses(("role", &role), send, 422, "entity.relation_foreign_key_not_found");
    assert_eq!(desk.scopes_in(&role), [a]);
}

fn one_kind_leaves_the_other_alone(server: &Server) {
    let desk = Desk::new(server);
    let ([a, ..], [b, ..]) = (three(&desk, "scopes"), three(&desk, "resource-scopes"));
    let role = desk.organization_role(&json!({ "organizationScopeIds": [a], "resourceScopeIds": [b] }));
    let at = |below: &str| format!("{PATH}/{role}/{below}");
    assert_eq!(column(&desk.manager.get(&at("scopes")), "id"), std::slice::from_ref(&a));
    assert_eq!(column(&desk.manager.get(&at("resource-scopes")), "id"), std::slice::from_ref(&b));
    let both = sorted([&a, &b]);
    for wrong in [format!("scopes/{b}"), format!("resource-scopes/{a}")] {
        assert_eq!(code(desk.manager.delete(&at(&wrong)), 404), "entity.not_found");
        assert_eq!(desk.scopes_in(&role), both);
    }
    empty(put(&desk.manager, &at("scopes"), &json!({ "organizationScopeIds": [] })), 204);
    assert_eq!(desk.scopes_in(&role), std::slice::from_ref(&b));
    empty(desk.manager.post(&at("scopes"), &json!({ "organizationScopeIds": [a] })), 201);
    empty(put(&desk.manager, &at("resource-scopes"), &json!({ "scopeIds": [] })), 204);
    assert_eq!(desk.scopes_in(&role), [a]);
}

fn scopes_are_taken_one_by_one(server: &Server) {
    let desk = Desk::new(server);
    for (segment, key) in KINDS {
        let [a, b, c] = three(&desk, segment);
        let role = desk.organization_role(&json!({}));
        let path = format!("{PATH}/{role}/{segment}");
        desk.manager.post(&path, &json!({ key: [a, b] })).expect(201);
        empty(desk.manager.delete(&format!("{path}/{a}")), 204);
        assert_eq!(desk.scopes_in(&role), std::slice::from_ref(&b));
        for gone in [a.as_str(), &c, "0", "x"] {
            assert_eq!(code(desk.manager.delete(&format!("{path}/{gone}")), 404), "entity.not_found", "{gone}");
        }
        assert_eq!((desk.scopes_in(&role), desk.row("scope", &a).len()), (vec![b], 1));
    }
}

fn lists_come_whole_unless_pages_are_asked_for(server: &Server) {
    let desk = Desk::new(server);
    let scopes: [String; 23] = desk.organization_scopes();
    let role = desk.organization_role(&json!({ "organizationScopeIds": scopes }));
    let path = format!("{PATH}/{role}/scopes");
    let whole = desk.manager.get(&path);
    assert_eq!(column(&whole, "id"), scopes);
    assert!(!whole.headers.contains_key("total-number") && !whole.headers.contains_key("link"));
    let page = desk.manager.get(&format!("{path}?page=2"));
    assert_eq!((column(&page, "id"), total(&page)), (scopes[20..].to_vec(), 23));
    let page = desk.manager.get(&format!("{path}?page_size=10"));
    assert_eq!((column(&page, "id"), total(&page)), (scopes[..10].to_vec(), 23));
    assert_eq!(code(desk.manager.get(&format!("{path}?page=0")), 400), "guard.invalid_pagination");
}

fn items_are_scopes(server: &Server) {
    let desk = Desk::new(server);
    let ([a], (resource, [b])) = (desk.organization_scopes(), desk.resource_scopes());
    let role = desk.organization_role(&json!({ "organizationScopeIds": [a], "resourceScopeIds": [b] }));
    let get = |below: &str| desk.manager.get(&format!("{PATH}/{role}/{below}")).expect(200).json();
    let scope = desk.manager.get(&format!("/api/organization-scopes/{a}")).expect(200).json();
    assert_eq!(get("scopes"), json!([scope]));
    let created_at = get("resource-scopes")[0]["createdAt"].clone();
    assert!(created_at.as_i64().is_some_and(|time| time > 1_600_000_000_000), "{created_at}");
    let expected = json!([{
        "tenantId": "default", "id": b, "resourceId": resource, "name": "a-00", "description": null,
        "createdAt": created_at,
    }]);
    assert_eq!(get("resource-scopes"), expected);
}

fn an_unknown_role_has_no_scopes(server: &Server) {
    let desk = Desk::new(server);
    let tenant_role = desk.role(&json!({}));
    for (segment, key) in KINDS {
        let [a, ..] = three(&desk, segment);
        for id in NO_IDS.into_iter().chain(["100000000011", &tenant_role]) {
            let path = format!("{PATH}/{id}/{segment}");
            let (unknown, missing) = ("entity.relation_foreign_key_not_found", "entity.not_found");
            assert_eq!(code(desk.manager.get(&path), 404), missing, "{id}");
            assert_eq!(code(desk.manager.post(&path, &json!({ key: [a] })), 422), unknown, "{id}");
            assert_eq!(code(put(&desk.manager, &path, &json!({ key: [a] })), 422), unknown, "{id}");
            assert_eq!(code(desk.manager.delete(&format!("{path}/{a}")), 404), missing, "{id}");
            // As the original does: there is nothing to be done.
            empty(put(&desk.manager, &path, &json!({ key: [] })), 204);
        }
    }
    assert_eq!((desk.scopes_in(&tenant_role), desk.scopes_in("100000000011")), (vec![], vec![]));
}
