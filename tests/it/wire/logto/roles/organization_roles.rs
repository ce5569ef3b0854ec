//! `/api/organization-roles` and `/api/organization-roles/{id}`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::logto::roles::fixtures::{Desk, ORGANIZATION_ROLES as PATH};
use crate::wire::logto::{NO_IDS, code, column, empty, items, patch, total, unique};

crate::on_both!(
    a_role_is_shown_as_it_was_made,
    what_is_not_said_has_a_default,
    bad_bodies_make_nothing,
    names_are_unique_and_case_sensitive,
    a_role_begins_with_scopes,
    an_unknown_scope_leaves_no_role,
    lists_are_sorted_by_name_and_come_in_pages,
    lists_show_what_roles_hold,
    searches_look_at_id_name_and_description_in_any_case,
    what_is_no_organization_role_is_not_found,
    only_what_is_named_changes,
    a_patch_of_nothing_is_refused,
    a_bad_patch_changes_nothing,
    the_type_stays_while_somebody_holds_the_role,
    a_deleted_role_is_taken_from_all,
);

fn a_role_is_shown_as_it_was_made(server: &Server) {
    let desk = Desk::new(server);
    let name = unique(" Role ");
    let body = json!({
        "name": name, "description": "What it is for", "type": "MachineToMachine",
        "id": "x", "tenantId": "y", "unknown": 1,
    });
    let made = desk.manager.post(PATH, &body).expect(201).json();
    let id = made["id"].as_str().unwrap();
    assert!(id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
    let expected = json!({
        "tenantId": "default", "id": id, "name": name, "description": "What it is for", "type": "MachineToMachine",
    });
    assert_eq!(made, expected);
    assert_eq!(desk.manager.get(&format!("{PATH}/{id}")).expect(200).json(), expected);
}

fn what_is_not_said_has_a_default(server: &Server) {
    let desk = Desk::new(server);
    for description in [json!({}), json!({ "description": null }), json!({ "description": "" })] {
        let id = desk.organization_role(&description);
        let role = desk.manager.get(&format!("{PATH}/{id}")).json();
        assert_eq!((&role["description"], &role["type"]), (&Value::Null, &json!("User")), "{description}");
        assert_eq!(desk.scopes_in(&id), [""; 0]);
    }
}

fn bad_bodies_make_nothing(server: &Server) {
    let desk = Desk::new(server);
    let name = unique("never-");
    for body in [
        json!({}),
        json!({ "name": "" }),
        json!({ "name": null }),
        json!({ "name": 1 }),
        json!({ "name": "x".repeat(129) }),
        json!({ "name": name, "description": "x".repeat(257) }),
        json!({ "name": name, "description": 1 }),
        json!({ "name": name, "type": "Robot" }),
        json!({ "name": name, "type": null }),
        json!({ "name": name, "organizationScopeIds": "x" }),
        json!({ "name": name, "organizationScopeIds": [1] }),
        json!({ "name": name, "resourceScopeIds": null }),
    ] {
        assert_eq!(code(desk.manager.post(PATH, &body), 400), "guard.invalid_input", "{body}");
        assert!(!desk.has("role", &name), "{body}");
    }
    desk.manager.post(PATH, &json!({ "name": format!("{name}{}", "ü".repeat(128 - name.len())) })).expect(201);
}

fn names_are_unique_and_case_sensitive(server: &Server) {
    let desk = Desk::new(server);
    let name = unique("role-");
    let id = desk.make(PATH, &json!({ "name": name }));
    let again = json!({ "name": name });
    desk.refuses(("role", &id), |manager| manager.post(PATH, &again), 422, "entity.unique_integrity_violation");
    assert_eq!(desk.seed.count("SELECT count(*) FROM role WHERE name = ?1", params![&name]), 1);
    desk.make(PATH, &json!({ "name": name.to_uppercase() }));
    // Roles outside organizations have names of their own.
    desk.make("/api/roles", &json!({ "name": name, "description": "another family" }));
}

fn a_role_begins_with_scopes(server: &Server) {
    let desk = Desk::new(server);
    let ([a, b], (_, [c])) = (desk.organization_scopes(), desk.resource_scopes());
    let id = desk.organization_role(&json!({ "organizationScopeIds": [b, a, b], "resourceScopeIds": [c] }));
    assert_eq!(desk.scopes_in(&id), crate::wire::logto::roles::fixtures::sorted([&a, &b, &c]));
}

fn an_unknown_scope_leaves_no_role(server: &Server) {
    let desk = Desk::new(server);
    let ([organization], (_, [resource])) = (desk.organization_scopes(), desk.resource_scopes());
    let name = unique("never-");
    for scopes in [
        json!({ "organizationScopeIds": [organization, "999999999999"] }),
        json!({ "organizationScopeIds": ["nothing"] }),
        json!({ "resourceScopeIds": ["999999999999"] }),
        // Each of the other kind.
        json!({ "organizationScopeIds": [resource] }),
        json!({ "resourceScopeIds": [resource, organization] }),
    ] {
        let mut body = scopes.clone();
        body["name"] = json!(name);
        let answer = desk.manager.post(PATH, &body);
        assert_eq!(code(&answer, 422), "entity.relation_foreign_key_not_found", "{scopes}");
        assert!(!desk.has("role", &name), "{scopes}");
    }
}

fn lists_are_sorted_by_name_and_come_in_pages(server: &Server) {
    let desk = Desk::new(server);
    let stem = unique("page-");
    for letter in ["c", "a", "b"] {
        desk.make(PATH, &json!({ "name": format!("{stem}-{letter}") }));
    }
    let names = |range: &str| range.split_terminator(',').map(|letter| format!("{stem}-{letter}")).collect::<Vec<_>>();
    let whole = desk.manager.get(&format!("{PATH}?q={stem}"));
    assert_eq!((column(&whole, "name"), total(&whole)), (names("a,b,c"), 3));
    let second = desk.manager.get(&format!("{PATH}?q={stem}&page=2&page_size=2"));
    assert_eq!((column(&second, "name"), total(&second)), (names("c"), 3));
    assert!(second.header("link").contains("rel=\"prev\""), "{second:?}");
    let beyond = desk.manager.get(&format!("{PATH}?q={stem}&page=9"));
    assert_eq!((items(&beyond).len(), total(&beyond)), (0, 3));
    // Pages whether asked for or not.
    let plain = desk.manager.get(PATH);
    assert!(items(&plain).len() <= 20 && total(&plain) >= 3);
    for query in ["page=0", "page_size=101", "page=x"] {
        assert_eq!(code(desk.manager.get(&format!("{PATH}?{query}")), 400), "guard.invalid_pagination", "{query}");
    }
}

fn lists_show_what_roles_hold(server: &Server) {
    let desk = Desk::new(server);
    let (stem, ([scope], (resource, [held]))) = (unique("list-"), (desk.organization_scopes(), desk.resource_scopes()));
    let body = json!({ "name": format!("{stem}-a"), "organizationScopeIds": [scope], "resourceScopeIds": [held] });
    let full = desk.manager.post(PATH, &body).expect(201).json();
    let bare = desk.manager.post(PATH, &json!({ "name": format!("{stem}-b") })).expect(201).json();
    let name_of = |path: String| desk.manager.get(&path).json()["name"].clone();
    let with = |role: &Value, scopes: Value, resource_scopes: Value| {
        let mut role = role.clone();
        role["scopes"] = scopes;
        role["resourceScopes"] = resource_scopes;
        role
    };
    let expected = json!([
        with(
            &full,
            json!([{ "id": scope, "name": name_of(format!("/api/organization-scopes/{scope}")) }]),
            json!([{
                "id": held, "name": "a-00",
                "resource": { "id": resource, "name": name_of(format!("/api/resources/{resource}")) },
            }]),
        ),
        with(&bare, json!([]), json!([])),
    ]);
    assert_eq!(desk.manager.get(&format!("{PATH}?q={stem}")).json(), expected);
}

fn searches_look_at_id_name_and_description_in_any_case(server: &Server) {
    let desk = Desk::new(server);
    let stem = unique("find");
    let by_name = desk.make(PATH, &json!({ "name": format!("{stem} Ärzte") }));
    let by_text = desk.organization_role(&json!({ "description": format!("Für {} gemacht", stem.to_uppercase()) }));
    let found = |q: &str| column(&desk.manager.get(&format!("{PATH}?q={}", iam_tests::client::encode(q))), "id");
    let mut both = found(&stem.to_uppercase());
    both.sort();
    assert_eq!(both, crate::wire::logto::roles::fixtures::sorted([&by_name, &by_text]));
    assert_eq!(found(&format!("{stem} ÄRZ")), std::slice::from_ref(&by_name));
    assert_eq!(found(&format!("FÜR {stem}")), [by_text]);
    assert_eq!(found(&by_name), [by_name]);
    assert_eq!(found(&format!("{stem}%")), [""; 0]);
}

fn what_is_no_organization_role_is_not_found(server: &Server) {
    let desk = Desk::new(server);
    let tenant_role = desk.role(&json!({}));
    // The second is built in.
    let ids = NO_IDS.into_iter().chain(["100000000011", &tenant_role]);
    for id in ids {
        let path = format!("{PATH}/{id}");
        assert_eq!(code(desk.manager.get(&path), 404), "entity.not_found", "{id}");
        assert_eq!(code(patch(&desk.manager, &path, &json!({ "name": "x" })), 404), "entity.not_exists", "{id}");
        assert_eq!(code(desk.manager.delete(&path), 404), "entity.not_found", "{id}");
    }
    assert_eq!((desk.row("role", "100000000011").len(), desk.row("role", &tenant_role).len()), (1, 1));
    assert_eq!(items(&desk.manager.get(&format!("{PATH}?q=100000000011"))), [json!(null); 0]);
}

fn only_what_is_named_changes(server: &Server) {
    let desk = Desk::new(server);
    let name = unique("role-");
    let body = json!({ "name": name, "description": "old", "type": "User" });
    let mut role = desk.manager.post(PATH, &body).expect(201).json();
    let path = format!("{PATH}/{}", role["id"].as_str().unwrap());
    let renamed = unique("Renamed-");
    for (change, key, value) in [
        (json!({ "name": renamed }), "name", json!(renamed)),
        (json!({ "description": "new" }), "description", json!("new")),
        (json!({ "description": "" }), "description", json!(null)),
        (json!({ "description": "again" }), "description", json!("again")),
        (json!({ "description": null }), "description", json!(null)),
        (json!({ "type": "MachineToMachine", "tenantId": "x", "id": "y" }), "type", json!("MachineToMachine")),
        // Its own name is not taken.
        (json!({ "name": renamed, "type": "User" }), "type", json!("User")),
    ] {
        role[key] = value;
        assert_eq!(patch(&desk.manager, &path, &change).expect(200).json(), role, "{change}");
        assert_eq!(desk.manager.get(&path).json(), role, "{change}");
    }
    // It is found by its new name only.
    assert_eq!(column(&desk.manager.get(&format!("{PATH}?q={}", renamed.to_lowercase())), "name"), [renamed]);
    assert_eq!(total(&desk.manager.get(&format!("{PATH}?q={name}"))), 0);
}

fn a_patch_of_nothing_is_refused(server: &Server) {
    let desk = Desk::new(server);
    let id = desk.organization_role(&json!({}));
    for body in [json!({}), json!({ "unknown": 1, "id": "x" })] {
        let send = |id: &str| patch(&desk.manager, &format!("{PATH}/{id}"), &body);
        desk.refuses(("role", &id), |_| send(&id), 422, "entity.invalid_input");
        assert_eq!(code(send("0"), 422), "entity.invalid_input");
    }
}

fn a_bad_patch_changes_nothing(server: &Server) {
    let desk = Desk::new(server);
    let (id, other) = (desk.organization_role(&json!({})), unique("taken-"));
    desk.make(PATH, &json!({ "name": other }));
    let path = format!("{PATH}/{id}");
    for body in [
        json!({ "name": "" }),
        json!({ "name": null }),
        json!({ "description": "x".repeat(257) }),
        json!({ "type": "user" }),
        json!({ "description": "fine", "name": "x".repeat(129) }),
    ] {
        desk.refuses(("role", &id), |manager| patch(manager, &path, &body), 400, "guard.invalid_input");
    }
    let taken = json!({ "name": other, "description": "x" });
    desk.refuses(("role", &id), |manager| patch(manager, &path, &taken), 422, "entity.unique_integrity_violation");
}

fn the_type_stays_while_somebody_holds_the_role(server: &Server) {
    let desk = Desk::new(server);
    let (held, invited) = (desk.organization_role(&json!({})), desk.organization_role(&json!({})));
    let (organization, member) = desk.member("user");
    desk.grant(Some(organization), member, &held);
    let invitation = desk.seed.organization("only an id");
    desk.seed.run(
        "INSERT INTO invitation (id, organization_id, email, email_key, status, expires_at, created_at, updated_at) \
         VALUES (?1, ?2, 'a@b.co', 'a@b.co', 'pending', 0, 0, 0)",
        params![invitation, organization],
    );
    let sql = "INSERT INTO invitation_role (invitation_id, role_id) VALUES (?1, ?2)";
    desk.seed.run(sql, params![invitation, invited.parse::<i64>().unwrap()]);
    let change = json!({ "type": "MachineToMachine", "description": "x" });
    for id in [&held, &invited] {
        let path = format!("{PATH}/{id}");
        desk.refuses(("role", id), |manager| patch(manager, &path, &change), 422, "entity.db_constraint_violated");
        // To name the type that it has changes none.
        patch(&desk.manager, &path, &json!({ "type": "User", "description": "y" })).expect(200);
    }
    desk.seed.run("DELETE FROM role_grant WHERE organization_id = ?1", params![organization]);
    desk.seed.run("UPDATE invitation SET status = 'revoked' WHERE id = ?1", params![invitation]);
    for id in [&held, &invited] {
        patch(&desk.manager, &format!("{PATH}/{id}"), &change).expect(200);
    }
}

fn a_deleted_role_is_taken_from_all(server: &Server) {
    let desk = Desk::new(server);
    let [scope] = desk.organization_scopes();
    let id = desk.organization_role(&json!({ "organizationScopeIds": [scope] }));
    let kept = desk.organization_role(&json!({ "organizationScopeIds": [scope] }));
    let (organization, member) = desk.member("user");
    for role in [&id, &kept] {
        desk.grant(Some(organization), member, role);
    }
    let path = format!("{PATH}/{id}");
    empty(desk.manager.delete(&path), 204);
    assert_eq!((desk.holders(&id), desk.scopes_in(&id).len(), desk.row("role", &id).len()), (0, 0, 0));
    assert_eq!((desk.holders(&kept), desk.scopes_in(&kept)), (1, vec![scope.clone()]));
    assert_eq!(desk.row("scope", &scope).len(), 1);
    assert_eq!(code(desk.manager.delete(&path), 404), "entity.not_found");
    assert_eq!(code(desk.manager.get(&path), 404), "entity.not_found");
}
