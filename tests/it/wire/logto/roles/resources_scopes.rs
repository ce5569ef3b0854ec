//! `/api/resources/{id}/scopes` and `/api/resources/{id}/scopes/{scopeId}`.

use iam_tests::Server;
use serde_json::json;

use crate::wire::logto::roles::fixtures::{Desk, RESOURCES};
use crate::wire::logto::{NO_IDS, code, column, empty, patch, total, unique};

crate::on_both!(
    a_scope_is_shown_as_it_was_made,
    bad_bodies_make_nothing,
    names_have_no_blanks,
    names_are_unique_in_a_resource,
    lists_are_sorted_and_searched,
    what_there_is_not_is_not_found,
    only_what_is_named_changes,
    a_bad_patch_changes_nothing,
    a_deleted_scope_is_taken_from_all_roles,
);

fn a_scope_is_shown_as_it_was_made(server: &Server) {
    let desk = Desk::new(server);
    let resource = desk.resource();
    let path = format!("{RESOURCES}/{resource}/scopes");
    for (name, description) in [("read:things", json!("May read")), ("write:things", json!(null))] {
        let body = json!({ "name": name, "description": description, "id": "x", "resourceId": "y" });
        let made = desk.manager.post(&path, &body).expect(201).json();
        let created_at = made["createdAt"].as_i64().unwrap();
        assert!(created_at > 1_600_000_000_000);
        let expected = json!({
            "tenantId": "default", "id": made["id"], "resourceId": resource, "name": name,
            "description": description, "createdAt": created_at,
        });
        assert_eq!((made["id"].as_str().unwrap().len(), &made), (12, &expected));
        assert!(desk.manager.get(&path).json().as_array().unwrap().contains(&expected));
    }
}

fn bad_bodies_make_nothing(server: &Server) {
    let desk = Desk::new(server);
    let path = format!("{RESOURCES}/{}/scopes", desk.resource());
    for body in [
        json!({}),
        json!({ "name": "" }),
        json!({ "name": null }),
        json!({ "name": "x".repeat(257) }),
        json!({ "name": "x", "description": 1 }),
        json!({ "name": "x", "description": "x".repeat(2049) }),
    ] {
        assert_eq!(code(desk.manager.post(&path, &body), 400), "guard.invalid_input", "{body}");
    }
    assert_eq!(column(&desk.manager.get(&path), "id"), [""; 0]);
    desk.manager.post(&path, &json!({ "name": "x".repeat(256) })).expect(201);
}

fn names_have_no_blanks(server: &Server) {
    let desk = Desk::new(server);
    let (resource, [scope]) = desk.resource_scopes();
    let path = format!("{RESOURCES}/{resource}/scopes");
    for name in ["read all", " read", "read\n", "read\u{a0}all"] {
        let body = json!({ "name": name });
        assert_eq!(code(desk.manager.post(&path, &body), 400), "scope.name_with_space", "{name:?}");
        let one = format!("{path}/{scope}");
        desk.refuses(("scope", &scope), |manager| patch(manager, &one, &body), 400, "scope.name_with_space");
    }
    assert_eq!(column(&desk.manager.get(&path), "id"), [scope]);
}

fn names_are_unique_in_a_resource(server: &Server) {
    let desk = Desk::new(server);
    let (resource, [scope]) = desk.resource_scopes();
    let path = format!("{RESOURCES}/{resource}/scopes");
    let again = json!({ "name": "a-00" });
    desk.refuses(("scope", &scope), |manager| manager.post(&path, &again), 422, "scope.name_exists");
    assert_eq!(column(&desk.manager.get(&path), "id"), [scope]);
    desk.make(&path, &json!({ "name": "A-00" }));
    desk.make(&format!("{RESOURCES}/{}/scopes", desk.resource()), &again);
}

fn lists_are_sorted_and_searched(server: &Server) {
    let desk = Desk::new(server);
    let path = format!("{RESOURCES}/{}/scopes", desk.resource());
    for name in ["write:one", "read:one", "Read:two"] {
        desk.make(&path, &json!({ "name": name }));
    }
    let get = |query: &str| desk.manager.get(&format!("{path}{query}"));
    let whole = get("");
    assert_eq!(column(&whole, "name"), ["Read:two", "read:one", "write:one"]);
    assert!(!whole.headers.contains_key("total-number"));
    let page = get("?page=2&page_size=2");
    assert_eq!((column(&page, "name"), total(&page)), (vec!["write:one".to_owned()], 3));
    for query in ["?q=READ", "?search=%25READ%25"] {
        assert_eq!(column(&get(query), "name"), ["Read:two", "read:one"], "{query}");
    }
    assert_eq!(column(&get("?search=%25%25"), "name").len(), 3);
}

fn what_there_is_not_is_not_found(server: &Server) {
    let desk = Desk::new(server);
    let ((resource, [scope]), [foreign]) = (desk.resource_scopes(), desk.organization_scopes());
    let other = desk.resource();
    let name = json!({ "name": unique("x-") });
    for id in NO_IDS {
        let path = format!("{RESOURCES}/{id}/scopes");
        // As the original does.
        assert_eq!(column(&desk.manager.get(&path), "id"), [""; 0], "{id}");
        assert_eq!(code(desk.manager.post(&path, &name), 404), "entity.not_exists_with_id", "{id}");
    }
    let unknown = NO_IDS.map(|id| (id, scope.as_str())).into_iter().chain(NO_IDS.map(|id| (resource.as_str(), id)));
    for (resource, id) in unknown.chain([(other.as_str(), scope.as_str()), (&resource, &foreign)]) {
        let path = format!("{RESOURCES}/{resource}/scopes/{id}");
        assert_eq!(code(patch(&desk.manager, &path, &name), 404), "entity.not_exists", "{path}");
        assert_eq!(code(desk.manager.delete(&path), 404), "entity.not_found", "{path}");
    }
    assert_eq!((desk.row("scope", &scope).len(), desk.row("scope", &foreign).len()), (1, 1));
}

fn only_what_is_named_changes(server: &Server) {
    let desk = Desk::new(server);
    let path = format!("{RESOURCES}/{}/scopes", desk.resource());
    let mut scope = desk.manager.post(&path, &json!({ "name": "old", "description": "old" })).expect(201).json();
    let one = format!("{path}/{}", scope["id"].as_str().unwrap());
    for (change, key, value) in [
        (json!({ "name": "New" }), "name", json!("New")),
        (json!({ "description": "new", "id": "x" }), "description", json!("new")),
        (json!({ "description": null }), "description", json!(null)),
        (json!({ "name": "New", "description": "" }), "description", json!(null)),
    ] {
        scope[key] = value;
        assert_eq!(patch(&desk.manager, &one, &change).expect(200).json(), scope, "{change}");
        assert_eq!(desk.manager.get(&path).json(), json!([scope]), "{change}");
    }
    assert_eq!(column(&desk.manager.get(&format!("{path}?q=new")), "name"), ["New"]);
}

fn a_bad_patch_changes_nothing(server: &Server) {
    let desk = Desk::new(server);
    let (resource, [a, _]) = desk.resource_scopes();
    let path = format!("{RESOURCES}/{resource}/scopes/{a}");
    for body in [json!({ "name": "" }), json!({ "name": null }), json!({ "description": "x".repeat(2049) })] {
        desk.refuses(("scope", &a), |manager| patch(manager, &path, &body), 400, "guard.invalid_input");
    }
    let taken = json!({ "name": "a-01", "description": "x" });
    desk.refuses(("scope", &a), |manager| patch(manager, &path, &taken), 422, "scope.name_exists");
    desk.refuses(("scope", &a), |manager| patch(manager, &path, &json!({})), 422, "entity.invalid_input");
}

fn a_deleted_scope_is_taken_from_all_roles(server: &Server) {
    let desk = Desk::new(server);
    let (resource, [a, b]) = desk.resource_scopes();
    let role = desk.role(&json!({ "scopeIds": [a, b] }));
    let path = format!("{RESOURCES}/{resource}/scopes/{a}");
    empty(desk.manager.delete(&path), 204);
    assert_eq!((desk.scopes_in(&role), desk.row("scope", &a).len()), (vec![b], 0));
    assert_eq!(code(desk.manager.delete(&path), 404), "entity.not_found");
}
