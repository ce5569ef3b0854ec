//! `/api/organization-scopes` and `/api/organization-scopes/{id}`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use crate::wire::logto::roles::fixtures::{Desk, ORGANIZATION_SCOPES as PATH};
use crate::wire::logto::{NO_IDS, code, column, empty, patch, total, unique};

crate::on_both!(
    a_scope_is_shown_as_it_was_made,
    bad_bodies_make_nothing,
    names_are_unique_and_case_sensitive,
    lists_come_whole_unless_pages_are_asked_for,
    searches_look_at_names_in_any_case,
    scopes_of_resources_are_not_found,
    only_what_is_named_changes,
    a_bad_patch_changes_nothing,
    a_deleted_scope_is_taken_from_all_roles,
);

fn a_scope_is_shown_as_it_was_made(server: &Server) {
    let desk = Desk::new(server);
    for (description, shown) in [
        (json!({}), json!(null)),
        (json!({ "description": null }), json!(null)),
        (json!({ "description": "" }), json!(null)),
        (json!({ "description": "read:all" }), json!("read:all")),
    ] {
        let mut body = description.clone();
        body["name"] = json!(unique("Scope with blanks "));
        body["id"] = json!("x");
        let made = desk.manager.post(PATH, &body).expect(201).json();
        let expected = json!({
            "tenantId": "default", "id": made["id"], "name": body["name"], "description": shown,
        });
        assert_eq!(made, expected);
        let id = made["id"].as_str().unwrap();
        assert_eq!((desk.manager.get(&format!("{PATH}/{id}")).expect(200).json(), id.len()), (expected, 12));
    }
}

fn bad_bodies_make_nothing(server: &Server) {
    let desk = Desk::new(server);
    let name = unique("never-");
    for body in [
        json!({}),
        json!({ "name": "" }),
        json!({ "name": 1 }),
        json!({ "name": "x".repeat(129) }),
        json!({ "name": name, "description": "x".repeat(257) }),
        json!({ "name": name, "description": [] }),
    ] {
        assert_eq!(code(desk.manager.post(PATH, &body), 400), "guard.invalid_input", "{body}");
        assert!(!desk.has("scope", &name), "{body}");
    }
}

fn names_are_unique_and_case_sensitive(server: &Server) {
    let desk = Desk::new(server);
    let name = unique("scope-");
    let id = desk.organization_scope(&name);
    let again = json!({ "name": name, "description": "other" });
    desk.refuses(("scope", &id), |manager| manager.post(PATH, &again), 422, "entity.unique_integrity_violation");
    assert_eq!(desk.seed.count("SELECT count(*) FROM scope WHERE name = ?1", params![&name]), 1);
    desk.organization_scope(&name.to_uppercase());
    // Those of a resource have names of their own.
    desk.make(&format!("/api/resources/{}/scopes", desk.resource()), &json!({ "name": name }));
}

fn lists_come_whole_unless_pages_are_asked_for(server: &Server) {
    let desk = Desk::new(server);
    let stem = unique("list-");
    for number in (0..22).rev() {
        desk.organization_scope(&format!("{stem}-{number:02}"));
    }
    let names: Vec<String> = (0..22).map(|number| format!("{stem}-{number:02}")).collect();
    let whole = desk.manager.get(&format!("{PATH}?q={stem}&page=&page_size="));
    assert_eq!(column(&whole, "name"), names);
    assert!(!whole.headers.contains_key("total-number") && !whole.headers.contains_key("link"));
    let page = desk.manager.get(&format!("{PATH}?q={stem}&page=2"));
    assert_eq!((column(&page, "name"), total(&page)), (names[20..].to_vec(), 22));
    let page = desk.manager.get(&format!("{PATH}?q={stem}&page_size=3&page=2"));
    assert_eq!((column(&page, "name"), total(&page)), (names[3..6].to_vec(), 22));
    let all = column(&desk.manager.get(PATH), "name");
    assert!(all.is_sorted() && names.iter().all(|name| all.contains(name)));
    assert_eq!(code(desk.manager.get(&format!("{PATH}?page_size=0")), 400), "guard.invalid_pagination");
}

fn searches_look_at_names_in_any_case(server: &Server) {
    let desk = Desk::new(server);
    let stem = unique("find");
    let id = desk.organization_scope(&format!("{stem}-Ändern"));
    let other = desk.make(PATH, &json!({ "name": unique("other-"), "description": stem }));
    let found = |q: &str| column(&desk.manager.get(&format!("{PATH}?q={}", iam_tests::client::encode(q))), "id");
    assert_eq!(found(&stem.to_uppercase()), std::slice::from_ref(&id));
    assert_eq!(found(&format!("{stem}-ÄND")), std::slice::from_ref(&id));
    assert_eq!((found(&id), found(&other)), (vec![], vec![]));
}

fn scopes_of_resources_are_not_found(server: &Server) {
    let desk = Desk::new(server);
    let (_, [scope]) = desk.resource_scopes();
    for id in NO_IDS.into_iter().chain([scope.as_str()]) {
        let path = format!("{PATH}/{id}");
        assert_eq!(code(desk.manager.get(&path), 404), "entity.not_exists_with_id", "{id}");
        assert_eq!(code(patch(&desk.manager, &path, &json!({ "name": "x" })), 404), "entity.not_exists", "{id}");
        assert_eq!(code(desk.manager.delete(&path), 404), "entity.not_found", "{id}");
    }
    assert_eq!(desk.row("scope", &scope).len(), 1);
    assert!(!column(&desk.manager.get(PATH), "id").contains(&scope));
}

fn only_what_is_named_changes(server: &Server) {
    let desk = Desk::new(server);
    let mut scope = desk.manager.post(PATH, &json!({ "name": unique("s-"), "description": "old" })).expect(201).json();
    let path = format!("{PATH}/{}", scope["id"].as_str().unwrap());
    let renamed = unique("Renamed-");
    for (change, key, value) in [
        (json!({ "name": renamed }), "name", json!(renamed)),
        (json!({ "description": "new", "id": "x" }), "description", json!("new")),
        (json!({ "description": null }), "description", json!(null)),
        (json!({ "name": renamed, "description": "" }), "description", json!(null)),
    ] {
        scope[key] = value;
        assert_eq!(patch(&desk.manager, &path, &change).expect(200).json(), scope, "{change}");
        assert_eq!(desk.manager.get(&path).json(), scope, "{change}");
    }
    assert_eq!(column(&desk.manager.get(&format!("{PATH}?q={}", renamed.to_lowercase())), "name"), [renamed]);
}

fn a_bad_patch_changes_nothing(server: &Server) {
    let desk = Desk::new(server);
    let (id, taken) = (desk.organization_scope(&unique("s-")), unique("taken-"));
    desk.organization_scope(&taken);
    let path = format!("{PATH}/{id}");
    for body in [json!({ "name": "" }), json!({ "name": null }), json!({ "description": "x".repeat(257) })] {
        desk.refuses(("scope", &id), |manager| patch(manager, &path, &body), 400, "guard.invalid_input");
    }
    let body = json!({ "description": "x", "name": taken });
    desk.refuses(("scope", &id), |manager| patch(manager, &path, &body), 422, "entity.unique_integrity_violation");
    desk.refuses(("scope", &id), |manager| patch(manager, &path, &json!({})), 422, "entity.invalid_input");
    assert_eq!(code(patch(&desk.manager, &format!("{PATH}/0"), &json!({})), 422), "entity.invalid_input");
}

fn a_deleted_scope_is_taken_from_all_roles(server: &Server) {
    let desk = Desk::new(server);
    let [a, b] = desk.organization_scopes();
    let role = desk.organization_role(&json!({ "organizationScopeIds": [a, b] }));
    let path = format!("{PATH}/{a}");
    empty(desk.manager.delete(&path), 204);
    assert_eq!((desk.scopes_in(&role), desk.row("scope", &a).len()), (vec![b], 0));
    assert_eq!(code(desk.manager.delete(&path), 404), "entity.not_found");
    assert_eq!(code(desk.manager.get(&path), 404), "entity.not_exists_with_id");
}
