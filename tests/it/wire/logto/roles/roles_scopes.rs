//! `/api/roles/{id}/scopes` and `/api/roles/{id}/scopes/{scopeId}`.

use iam_tests::Server;
use serde_json::json;

use crate::wire::jwt;
use crate::wire::logto::roles::fixtures::{Desk, ROLES, sorted};
use crate::wire::logto::{NO_IDS, code, column, empty, total};

crate::on_both!(
    scopes_are_added,
    bad_lists_add_nothing,
    scopes_are_listed_with_their_resource,
    scopes_are_taken_one_by_one,
    an_unknown_role_has_no_scopes,
    scopes_of_roles_get_into_tokens,
);

fn scopes_are_added(server: &Server) {
    let desk = Desk::new(server);
    let (_, [a, b, c]) = desk.resource_scopes();
    let role = desk.role(&json!({}));
    let path = format!("{ROLES}/{role}/scopes");
    let answer = desk.manager.post(&path, &json!({ "scopeIds": [b, a, b] })).expect(201);
    assert_eq!(
        (column(&as_list(&answer), "id"), desk.scopes_in(&role)),
        (vec![a.clone(), b.clone()], sorted([&a, &b]))
    );
    // All that it holds then.
    let answer = desk.manager.post(&path, &json!({ "scopeIds": [c] })).expect(201).json();
    let mut list = desk.manager.get(&path).json();
    for scope in list.as_array_mut().unwrap() {
        scope.as_object_mut().unwrap().remove("resource").unwrap();
    }
    assert_eq!((answer.as_array().unwrap().len(), answer), (3, list));
}

/// The same answer with the status of a list.
fn as_list(answer: &iam_tests::Response) -> iam_tests::Response {
    iam_tests::Response { status: 200, ..answer.clone() }
}

fn bad_lists_add_nothing(server: &Server) {
    let desk = Desk::new(server);
    let ((_, [a, held]), [foreign]) = (desk.resource_scopes(), desk.organization_scopes());
    let role = desk.role(&json!({ "scopeIds": [held] }));
    let path = format!("{ROLES}/{role}/scopes");
    for body in [json!({}), json!({ "scopeIds": [] }), json!({ "scopeIds": [a, ""] }), json!({ "scopeIds": a })] {
        desk.refuses(("role", &role), |manager| manager.post(&path, &body), 400, "guard.invalid_input");
    }
    for unknown in ["999999999999", "x", &foreign] {
        let body = json!({ "scopeIds": [a, unknown] });
        let wanted = "entity.relation_foreign_key_not_found";
        desk.refuses(("role", &role), |manager| manager.post(&path, &body), 422, wanted);
    }
    let body = json!({ "scopeIds": [a, held] });
    desk.refuses(("role", &role), |manager| manager.post(&path, &body), 422, "role.scope_exists");
}

fn scopes_are_listed_with_their_resource(server: &Server) {
    let desk = Desk::new(server);
    let (resource, [a, b, c]) = desk.resource_scopes();
    let role = desk.role(&json!({ "scopeIds": [c, b, a] }));
    let path = format!("{ROLES}/{role}/scopes");
    let whole = desk.manager.get(&path);
    assert_eq!(column(&whole, "id"), [a.clone(), b, c.clone()]);
    assert!(!whole.headers.contains_key("total-number"));
    let mut expected = desk.manager.get(&format!("/api/resources/{resource}/scopes")).json()[0].clone();
    expected["resource"] = desk.manager.get(&format!("/api/resources/{resource}")).json();
    assert_eq!((&whole.json()[0], &expected["id"]), (&expected, &json!(a)));
    let page = desk.manager.get(&format!("{path}?page=2&page_size=2"));
    assert_eq!((column(&page, "id"), total(&page)), (vec![c], 3));
    assert_eq!(code(desk.manager.get(&format!("{path}?page_size=101")), 400), "guard.invalid_pagination");
}

fn scopes_are_taken_one_by_one(server: &Server) {
    let desk = Desk::new(server);
    let (_, [a, b, c]) = desk.resource_scopes();
    let role = desk.role(&json!({ "scopeIds": [a, b] }));
    let path = format!("{ROLES}/{role}/scopes");
    empty(desk.manager.delete(&format!("{path}/{a}")), 204);
    assert_eq!(desk.scopes_in(&role), std::slice::from_ref(&b));
    for gone in [a.as_str(), &c, "0", "x"] {
        assert_eq!(code(desk.manager.delete(&format!("{path}/{gone}")), 404), "entity.not_found", "{gone}");
    }
    assert_eq!((desk.scopes_in(&role), desk.row("scope", &a).len()), (vec![b], 1));
}

fn an_unknown_role_has_no_scopes(server: &Server) {
    let desk = Desk::new(server);
    let (_, [a, b]) = desk.resource_scopes();
    let foreign = desk.organization_role(&json!({ "resourceScopeIds": [b] }));
    for id in NO_IDS.into_iter().chain(["100000000001", &foreign]) {
        let path = format!("{ROLES}/{id}/scopes");
        assert_eq!(code(desk.manager.get(&path), 404), "entity.not_exists_with_id", "{id}");
        let body = json!({ "scopeIds": [a] });
        assert_eq!(code(desk.manager.post(&path, &body), 404), "entity.not_exists_with_id", "{id}");
        assert_eq!(code(desk.manager.delete(&format!("{path}/{b}")), 404), "entity.not_found", "{id}");
    }
    assert_eq!((desk.scopes_in(&foreign), desk.scopes_in("100000000001")), (vec![b], vec![]));
}

fn scopes_of_roles_get_into_tokens(server: &Server) {
    let desk = Desk::new(server);
    let (resource, [a, _]) = desk.resource_scopes();
    let role = desk.role(&json!({ "type": "MachineToMachine", "scopeIds": [a] }));
    let machine = desk.seed.machine(desk.seed.organization("Home"), &[]);
    desk.grant(None, machine.id, &role);
    let indicator = desk.manager.get(&format!("/api/resources/{resource}")).json()["indicator"].clone();
    let scope = || {
        let form =
            [("grant_type", "client_credentials"), ("resource", indicator.as_str().unwrap()), ("scope", "a-00 a-01")];
        let answer = server.client().basic(&machine.id.to_string(), &machine.secret).form("/oidc/token", &form);
        jwt::claims(answer.expect(200).json()["access_token"].as_str().unwrap()).get("scope").cloned()
    };
    assert_eq!(scope(), Some(json!("a-00")));
    empty(desk.manager.delete(&format!("{ROLES}/{role}/scopes/{a}")), 204);
    assert_eq!(scope(), None);
}
