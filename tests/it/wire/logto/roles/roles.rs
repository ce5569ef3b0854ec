//! `/api/roles` and `/api/roles/{id}`.

use iam_domain::params;
use iam_tests::server::MANAGEMENT_RESOURCE;
use iam_tests::{Runtime, Server};
use serde_json::{Value, json};

use crate::wire::logto::roles::fixtures::{Desk, ROLES as PATH};
use crate::wire::logto::{NO_IDS, code, column, empty, items, patch, total, unique};

crate::on_both!(
    a_role_is_shown_as_it_was_made,
    bad_bodies_make_nothing,
    names_are_unique,
    an_unknown_scope_leaves_no_role,
    roles_of_people_hold_no_management_scope,
    lists_are_sorted_and_searched,
    lists_show_who_holds_a_role,
    what_is_no_tenant_role_is_not_found,
    only_what_is_named_changes,
    a_bad_patch_changes_nothing,
    a_deleted_role_is_taken_from_all,
);

crate::wire::on_own_servers!(the_last_manager_stays, who_cannot_act_does_not_count);

/// Id of the scope `all` of the management resource.
pub fn all(desk: &Desk) -> String {
    let sql = "SELECT CAST(s.id AS TEXT) FROM scope s JOIN resource r ON r.id = s.resource_id WHERE r.indicator = ?1";
    desk.seed.texts(sql, params![MANAGEMENT_RESOURCE]).remove(0)
}

fn a_role_is_shown_as_it_was_made(server: &Server) {
    let desk = Desk::new(server);
    let (_, [scope]) = desk.resource_scopes();
    for (kind, scopes, held) in [
        (json!({}), json!({}), vec![]),
        (json!({ "type": "User" }), json!({ "scopeIds": [scope, scope] }), vec![scope.clone()]),
        (json!({ "type": "MachineToMachine" }), json!({ "scopeIds": [] }), vec![]),
    ] {
        let name = unique("Role ");
        let mut body = json!({ "name": name, "description": "For a test", "id": "x", "isDefault": true });
        for more in [&kind, &scopes] {
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        }
        let made = desk.manager.post(PATH, &body).expect(200).json();
        let expected = json!({
            "tenantId": "default", "id": made["id"], "name": name, "description": "For a test",
            "type": kind.get("type").unwrap_or(&json!("User")), "isDefault": false,
        });
        assert_eq!(made, expected);
        let id = made["id"].as_str().unwrap();
        assert_eq!((desk.manager.get(&format!("{PATH}/{id}")).expect(200).json(), id.len()), (expected, 12));
        assert_eq!(desk.scopes_in(id), held);
    }
}

fn bad_bodies_make_nothing(server: &Server) {
    let desk = Desk::new(server);
    let name = unique("never-");
    for body in [
        json!({ "description": "x" }),
        json!({ "name": name }),
        json!({ "name": "", "description": "x" }),
        json!({ "name": "x".repeat(129), "description": "x" }),
        json!({ "name": name, "description": null }),
        json!({ "name": name, "description": "" }),
        json!({ "name": name, "description": "x".repeat(129) }),
        json!({ "name": name, "description": "x", "type": "Both" }),
        json!({ "name": name, "description": "x", "scopeIds": "x" }),
        json!({ "name": name, "description": "x", "scopeIds": [""] }),
    ] {
        assert_eq!(code(desk.manager.post(PATH, &body), 400), "guard.invalid_input", "{body}");
        assert!(!desk.has("role", &name), "{body}");
    }
}

fn names_are_unique(server: &Server) {
    let desk = Desk::new(server);
    let body = json!({ "name": unique("role-"), "description": "x" });
    let id = desk.make(PATH, &body);
    desk.refuses(("role", &id), |manager| manager.post(PATH, &body), 422, "role.name_in_use");
    let sql = "SELECT count(*) FROM role WHERE name = ?1";
    assert_eq!(desk.seed.count(sql, params![body["name"].as_str().unwrap()]), 1);
}

fn an_unknown_scope_leaves_no_role(server: &Server) {
    let desk = Desk::new(server);
    let ((_, [good]), [foreign]) = (desk.resource_scopes(), desk.organization_scopes());
    let name = unique("never-");
    for scope in ["999999999999", "nothing", &foreign] {
        let body = json!({ "name": name, "description": "x", "scopeIds": [good, scope] });
        assert_eq!(code(desk.manager.post(PATH, &body), 422), "entity.relation_foreign_key_not_found", "{scope}");
        assert!(!desk.has("role", &name), "{scope}");
    }
}

fn roles_of_people_hold_no_management_scope(server: &Server) {
    let desk = Desk::new(server);
    let (name, all) = (unique("never-"), all(&desk));
    let wanted = "role.management_api_scopes_not_assignable_to_user_role";
    let body = json!({ "name": name, "description": "x", "scopeIds": [all] });
    assert_eq!(code(desk.manager.post(PATH, &body), 400), wanted);
    assert!(!desk.has("role", &name));
    let role = desk.role(&json!({}));
    let path = format!("{PATH}/{role}/scopes");
    desk.refuses(("role", &role), |manager| manager.post(&path, &json!({ "scopeIds": [all] })), 400, wanted);
    let role = desk.role(&json!({ "type": "MachineToMachine", "scopeIds": [all] }));
    assert_eq!(desk.scopes_in(&role), [all]);
}

fn lists_are_sorted_and_searched(server: &Server) {
    let desk = Desk::new(server);
    let stem = unique("Find");
    for letter in ["b", "c", "a"] {
        desk.make(PATH, &json!({ "name": format!("{stem}-{letter}"), "description": "x" }));
    }
    let names: Vec<String> = ["a", "b", "c"].iter().map(|letter| format!("{stem}-{letter}")).collect();
    let lower = stem.to_lowercase();
    for query in [format!("search=%25{lower}%25"), format!("q={lower}")] {
        let whole = desk.manager.get(&format!("{PATH}?{query}"));
        assert_eq!((column(&whole, "name"), total(&whole)), (names.clone(), 3), "{query}");
        let page = desk.manager.get(&format!("{PATH}?{query}&page=2&page_size=2"));
        assert_eq!((column(&page, "name"), total(&page)), (names[2..].to_vec(), 3), "{query}");
    }
    let plain = desk.manager.get(PATH);
    assert!(items(&plain).len() <= 20 && total(&plain) >= 3);
    assert_eq!(code(desk.manager.get(&format!("{PATH}?page=0")), 400), "guard.invalid_pagination");
    // Neither those of organizations nor those that are built in.
    let foreign = desk.make("/api/organization-roles", &json!({ "name": unique(&stem) }));
    for id in [foreign.as_str(), "100000000001"] {
        assert_eq!(total(&desk.manager.get(&format!("{PATH}?q={id}"))), 0);
    }
}

fn lists_show_who_holds_a_role(server: &Server) {
    let desk = Desk::new(server);
    let name = unique("held-");
    let role = desk.make(PATH, &json!({ "name": name, "description": "x" }));
    let get = || items(&desk.manager.get(&format!("{PATH}?q={name}"))).remove(0);
    let mut expected = desk.manager.get(&format!("{PATH}/{role}")).json();
    for (key, value) in [("usersCount", json!(0)), ("applicationsCount", json!(0))] {
        expected[key] = value;
    }
    for key in ["featuredUsers", "featuredApplications"] {
        expected[key] = json!([]);
    }
    assert_eq!(get(), expected);
    let people: Vec<i64> = (0..4).map(|_| desk.member("user").1).collect();
    let (organization, machine) = desk.member("service_account");
    for principal in people.iter().chain([&machine]) {
        desk.grant(None, *principal, &role);
    }
    // What is held in an organization does not count here.
    desk.grant(Some(organization), machine, &role);
    let mut shown = get();
    assert_eq!((&shown["usersCount"], &shown["applicationsCount"]), (&json!(4), &json!(1)));
    let application = json!([{ "id": machine.to_string(), "name": "test", "type": "MachineToMachine" }]);
    assert_eq!(shown["featuredApplications"], application);
    let featured = shown["featuredUsers"].as_array_mut().unwrap();
    assert_eq!(featured.len(), 3);
    for user in featured {
        let id: i64 = user["id"].as_str().unwrap().parse().unwrap();
        assert!(people.contains(&id));
        assert_eq!(*user, json!({ "id": id.to_string(), "avatar": Value::Null, "name": "Test Person" }));
    }
}

fn what_is_no_tenant_role_is_not_found(server: &Server) {
    let desk = Desk::new(server);
    let foreign = desk.organization_role(&json!({}));
    for id in NO_IDS.into_iter().chain(["100000000001", &foreign]) {
        let path = format!("{PATH}/{id}");
        assert_eq!(code(desk.manager.get(&path), 404), "entity.not_exists_with_id", "{id}");
        assert_eq!(code(patch(&desk.manager, &path, &json!({ "name": "x" })), 404), "entity.not_exists", "{id}");
        assert_eq!(code(desk.manager.delete(&path), 404), "entity.not_found", "{id}");
    }
    assert_eq!((desk.row("role", "100000000001").len(), desk.row("role", &foreign).len()), (1, 1));
}

fn only_what_is_named_changes(server: &Server) {
    let desk = Desk::new(server);
    let id = desk.role(&json!({ "type": "MachineToMachine" }));
    let path = format!("{PATH}/{id}");
    let mut role = desk.manager.get(&path).json();
    let renamed = unique("Renamed-");
    for (change, key, value) in [
        (json!({ "name": renamed }), "name", json!(renamed)),
        (json!({ "description": "new" }), "description", json!("new")),
        (json!({ "name": renamed, "type": "User", "isDefault": true }), "name", json!(renamed)),
    ] {
        role[key] = value;
        assert_eq!(patch(&desk.manager, &path, &change).expect(200).json(), role, "{change}");
        assert_eq!(desk.manager.get(&path).json(), role, "{change}");
    }
}

fn a_bad_patch_changes_nothing(server: &Server) {
    let desk = Desk::new(server);
    let (id, taken) = (desk.role(&json!({})), unique("taken-"));
    desk.make(PATH, &json!({ "name": taken, "description": "x" }));
    let path = format!("{PATH}/{id}");
    for body in [json!({ "name": "" }), json!({ "name": null }), json!({ "name": "x", "description": null })] {
        desk.refuses(("role", &id), |manager| patch(manager, &path, &body), 400, "guard.invalid_input");
    }
    let body = json!({ "name": taken, "description": "y" });
    desk.refuses(("role", &id), |manager| patch(manager, &path, &body), 422, "role.name_in_use");
    for body in [json!({}), json!({ "type": "User" })] {
        desk.refuses(("role", &id), |manager| patch(manager, &path, &body), 422, "entity.invalid_input");
        assert_eq!(code(patch(&desk.manager, &format!("{PATH}/0"), &body), 422), "entity.invalid_input");
    }
}

fn a_deleted_role_is_taken_from_all(server: &Server) {
    let desk = Desk::new(server);
    let (_, [scope]) = desk.resource_scopes();
    let id = desk.role(&json!({ "scopeIds": [scope] }));
    let (_, member) = desk.member("service_account");
    desk.grant(None, member, &id);
    let path = format!("{PATH}/{id}");
    empty(desk.manager.delete(&path), 204);
    assert_eq!((desk.holders(&id), desk.scopes_in(&id).len(), desk.row("scope", &scope).len()), (0, 0, 1));
    assert_eq!(code(desk.manager.delete(&path), 404), "entity.not_found");
}

/// Id of the role that the first machine client manages by.
fn bootstrap_role(desk: &Desk) -> String {
    let sql = "SELECT CAST(role_id AS TEXT) FROM role_scope WHERE scope_id = ?1";
    desk.seed.texts(sql, params![all(desk).parse::<i64>().unwrap()]).remove(0)
}

/// A machine that may manage by a role of its own: the role.
fn second_manager(desk: &Desk) -> (i64, String) {
    let role = desk.role(&json!({ "type": "MachineToMachine", "scopeIds": [all(desk)] }));
    let (_, machine) = desk.member("service_account");
    desk.grant(None, machine, &role);
    (machine, role)
}

fn the_last_manager_stays(runtime: Runtime) {
    let server = Server::start(runtime);
    let desk = Desk::new(&server);
    let (role, all) = (bootstrap_role(&desk), all(&desk));
    // A role that gives it to nobody does not help.
    let unheld = desk.role(&json!({ "type": "MachineToMachine", "scopeIds": [all] }));
    let (path, scope) = (format!("{PATH}/{role}"), format!("{PATH}/{role}/scopes/{all}"));
    desk.refuses(("role", &role), |manager| manager.delete(&path), 422, "request.invalid_input");
    desk.refuses(("role", &role), |manager| manager.delete(&scope), 422, "request.invalid_input");
    empty(desk.manager.delete(&format!("{PATH}/{unheld}")), 204);
    // Neither does one that is held in an organization, where it gives nothing here.
    let placed = desk.role(&json!({ "type": "MachineToMachine", "scopeIds": [all] }));
    let (organization, machine) = desk.member("service_account");
    desk.grant(Some(organization), machine, &placed);
    desk.refuses(("role", &role), |manager| manager.delete(&path), 422, "request.invalid_input");
    second_manager(&desk);
    empty(desk.manager.delete(&scope), 204);
    assert_eq!(code(desk.manager.get(PATH), 403), "auth.forbidden");
}

fn who_cannot_act_does_not_count(runtime: Runtime) {
    let server = Server::start(runtime);
    let desk = Desk::new(&server);
    let role = bootstrap_role(&desk);
    let path = format!("{PATH}/{role}");
    let (machine, _) = second_manager(&desk);
    desk.seed.set_state(machine, "locked");
    desk.refuses(("role", &role), |manager| manager.delete(&path), 422, "request.invalid_input");
    desk.seed.set_state(machine, "active");
    empty(desk.manager.delete(&path), 204);
}
