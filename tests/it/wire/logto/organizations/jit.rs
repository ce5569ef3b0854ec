//! `/api/organizations/{id}/jit/email-domains` and `…/jit/roles`.

use iam_domain::params;
use iam_tests::{Response, Server};
use serde_json::{Value, json};

use crate::wire::logto::memberships::fixtures::{Invited, unique};
use crate::wire::logto::{code, empty, put};

crate::on_both!(
    domains_are_added_and_listed,
    a_domain_is_listed_once,
    domains_are_replaced,
    what_is_no_domain_is_refused,
    domains_are_removed,
    domains_come_in_pages_when_asked,
    roles_are_added_and_listed,
    roles_are_replaced,
    what_is_no_list_of_roles_is_refused,
    roles_of_machines_do_not_come_with_joining,
    roles_are_removed,
    roles_come_in_pages_when_asked,
    the_organization_must_exist,
);

fn domains(place: &Invited) -> String {
    format!("/api/organizations/{}/jit/email-domains", place.organization)
}

fn roles(place: &Invited) -> String {
    format!("/api/organizations/{}/jit/roles", place.organization)
}

/// One field of each item.
#[track_caller]
fn column(answer: Response, field: &str) -> Vec<String> {
    let list = answer.expect(200).json();
    list.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn listed_domains(place: &Invited) -> Vec<String> {
    column(place.manager.get(&domains(place)), "emailDomain")
}

fn ids<const N: usize>(roles: [i64; N]) -> Value {
    json!({"organizationRoleIds": roles.map(|role| role.to_string()).to_vec()})
}

fn domains_are_added_and_listed(server: &Server) {
    let place = Invited::new(server, "Domains");
    let path = domains(&place);
    assert_eq!(place.manager.get(&path).expect(200).json(), json!([]));
    let view = |domain: &str| json!({"tenantId": "default", "organizationId": place.organization.to_string(), "emailDomain": domain});
    for (sent, kept) in [("Zoo.Example.ORG", "zoo.example.org"), ("ä-1.example", "ä-1.example"), ("a.co", "a.co")] {
        assert_eq!(place.manager.post(&path, &json!({"emailDomain": sent})).expect(201).json(), view(kept));
    }
    let list = place.manager.get(&path).expect(200);
    assert!(!list.headers.contains_key("total-number") && !list.headers.contains_key("link"), "{list:?}");
    assert_eq!(list.json(), json!([view("a.co"), view("zoo.example.org"), view("ä-1.example")]));
    // Others may have the same.
    let other = Invited::new(server, "Other");
    other.manager.post(&domains(&other), &json!({"emailDomain": "a.co"})).expect(201);
}

fn a_domain_is_listed_once(server: &Server) {
    let place = Invited::new(server, "Once");
    place.manager.post(&domains(&place), &json!({"emailDomain": "once.example"})).expect(201);
    for again in ["once.example", "ONCE.example"] {
        let body = json!({"emailDomain": again});
        place.refuses(|manager| manager.post(&domains(&place), &body), 422, "entity.unique_integrity_violation");
    }
}

fn domains_are_replaced(server: &Server) {
    let place = Invited::new(server, "Replaced");
    let path = domains(&place);
    for (sent, kept) in [
        (json!(["b.example", "A.example", "b.EXAMPLE"]), vec!["a.example", "b.example"]),
        (json!(["b.example", "c.example"]), vec!["b.example", "c.example"]),
        (json!(["b.example", "c.example"]), vec!["b.example", "c.example"]),
        (json!([]), vec![]),
    ] {
        empty(put(&place.manager, &path, &json!({"emailDomains": sent})), 204);
        assert_eq!(listed_domains(&place), kept, "{sent}");
    }
}

fn what_is_no_domain_is_refused(server: &Server) {
    let place = Invited::new(server, "Faults");
    let path = domains(&place);
    put(&place.manager, &path, &json!({"emailDomains": ["kept.example"]})).expect(204);
    let label = "x".repeat(63);
    let mut wrong = vec![json!(null), json!(1), json!(["a.example"]), json!({})];
    for text in [
        "",
        "example",
        "@a.example",
        "me@a.example",
        "a..example",
        ".example",
        "a.example.",
        "-a.example",
        "a b.example",
    ] {
        wrong.push(json!(text));
    }
    wrong.push(json!(format!("{label}x.example")));
    wrong.push(json!(format!("{label}.{label}.ab")));
    for text in &wrong {
        place.refuses(|manager| manager.post(&path, &json!({"emailDomain": text})), 400, "guard.invalid_input");
        let body = json!({"emailDomains": ["good.example", text]});
        place.refuses(|manager| put(manager, &path, &body), 400, "guard.invalid_input");
    }
    for body in [json!({}), json!([]), json!({"emailDomains": null}), json!({"emailDomains": "a.example"})] {
        place.refuses(|manager| put(manager, &path, &body), 400, "guard.invalid_input");
        place.refuses(|manager| manager.post(&path, &body), 400, "guard.invalid_input");
    }
    let answer = put(&place.manager, &path, &json!({"emailDomains": ["good.example", "bad"]})).expect(400).json();
    assert_eq!(answer["data"]["issues"][0]["path"], json!(["emailDomains", 1]));
    // 128 characters are not too many.
    let longest = format!("{label}.{}.a", "x".repeat(62));
    place.manager.post(&path, &json!({"emailDomain": longest})).expect(201);
}

fn domains_are_removed(server: &Server) {
    let place = Invited::new(server, "Removed");
    let path = domains(&place);
    put(&place.manager, &path, &json!({"emailDomains": ["a.example", "b.example", "ä.example"]})).expect(204);
    for gone in ["A.EXAMPLE", "%C3%A4.example"] {
        empty(place.manager.delete(&format!("{path}/{gone}")), 204);
    }
    assert_eq!(listed_domains(&place), ["b.example"]);
    for unknown in ["a.example", "example", "0", "%C3%A4.example"] {
        place.refuses(|manager| manager.delete(&format!("{path}/{unknown}")), 404, "entity.not_found");
    }
}

fn domains_come_in_pages_when_asked(server: &Server) {
    let place = Invited::new(server, "Pages");
    let path = domains(&place);
    let all: Vec<String> = (10..35).map(|number| format!("d{number}.example")).collect();
    put(&place.manager, &path, &json!({"emailDomains": all})).expect(204);
    assert_eq!(listed_domains(&place), all);
    let page = |query: &str| {
        let answer = place.manager.get(&format!("{path}?{query}")).expect(200);
        assert_eq!((answer.header("total-number"), answer.header("link").is_empty()), ("25", false));
        column(answer, "emailDomain")
    };
    assert_eq!(page("page=1"), all[..20]);
    assert_eq!(page("page=2&page_size=10"), all[10..20]);
    assert_eq!(page("page_size=30"), all);
    assert_eq!(page("page=9"), Vec::<String>::new());
    for query in ["page=0", "page_size=101", "page=x"] {
        let answer = place.manager.get(&format!("{path}?{query}"));
        assert_eq!(code(&answer, 400), "guard.invalid_pagination");
    }
}

fn roles_are_added_and_listed(server: &Server) {
    let place = Invited::new(server, "Roles");
    let path = roles(&place);
    assert_eq!(place.manager.get(&path).expect(200).json(), json!([]));
    let (last, first) = (place.role("z", "user"), place.role("a", "user"));
    empty(place.manager.post(&path, &ids([last.0, first.0, last.0])), 201);
    let view = |role: &(i64, String)| json!({"tenantId": "default", "id": role.0.to_string(), "name": role.1, "description": null, "type": "User"});
    let answer = place.manager.get(&path).expect(200);
    assert!(!answer.headers.contains_key("total-number"), "{answer:?}");
    assert_eq!(answer.json(), json!([view(&first), view(&last)]));
    // Those that are there already are no fault, as with the roles of members.
    let more = place.role("m", "user");
    empty(place.manager.post(&path, &ids([first.0, more.0])), 201);
    assert_eq!(column(place.manager.get(&path), "name"), [first.1, more.1, last.1]);
}

fn roles_are_replaced(server: &Server) {
    let place = Invited::new(server, "Replaced");
    let path = roles(&place);
    let [a, b, c] = ["a", "b", "c"].map(|stem| place.role(stem, "user"));
    for (sent, kept) in
        [(vec![&b, &a, &b], vec![&a, &b]), (vec![&b, &c], vec![&b, &c]), (vec![&c, &b], vec![&b, &c]), (vec![], vec![])]
    {
        let sent: Vec<String> = sent.iter().map(|role| role.0.to_string()).collect();
        empty(put(&place.manager, &path, &json!({"organizationRoleIds": sent})), 204);
        let kept: Vec<String> = kept.iter().map(|role| role.1.clone()).collect();
        assert_eq!(column(place.manager.get(&path), "name"), kept);
    }
}

fn what_is_no_list_of_roles_is_refused(server: &Server) {
    let place = Invited::new(server, "Faults");
    let (path, role) = (roles(&place), place.role("known", "user").0);
    place.manager.post(&path, &ids([role])).expect(201);
    for list in [json!(null), json!("x"), json!([1]), json!([""]), json!({})] {
        let body = json!({"organizationRoleIds": list});
        place.refuses(|manager| manager.post(&path, &body), 400, "guard.invalid_input");
        place.refuses(|manager| put(manager, &path, &body), 400, "guard.invalid_input");
    }
    place.refuses(|manager| manager.post(&path, &ids([])), 400, "guard.invalid_input");
    place.refuses(|manager| put(manager, &path, &json!({})), 400, "guard.invalid_input");
    let tenant_role = place.seed.count("SELECT id FROM role WHERE family = 'tenant' LIMIT 1", params![]);
    let builtin = place.seed.count("SELECT id FROM role WHERE key = 'org:admin'", params![]);
    for unknown in ["999999999999", "x", &tenant_role.to_string(), &builtin.to_string()] {
        let body = json!({"organizationRoleIds": [place.role("new", "user").0.to_string(), unknown]});
        place.refuses(|manager| manager.post(&path, &body), 422, "entity.relation_foreign_key_not_found");
        place.refuses(|manager| put(manager, &path, &body), 422, "entity.relation_foreign_key_not_found");
    }
}

fn roles_of_machines_do_not_come_with_joining(server: &Server) {
    let place = Invited::new(server, "Machines");
    let (path, machine) = (roles(&place), place.role("machine", "service_account").0.to_string());
    for list in [json!([machine]), json!([machine, "x"])] {
        let body = json!({"organizationRoleIds": list});
        place.refuses(|manager| manager.post(&path, &body), 422, "entity.db_constraint_violated");
        place.refuses(|manager| put(manager, &path, &body), 422, "entity.db_constraint_violated");
    }
}

fn roles_are_removed(server: &Server) {
    let place = Invited::new(server, "Removed");
    let (path, role, other) = (roles(&place), place.role("a", "user"), place.role("b", "user"));
    place.manager.post(&path, &ids([role.0, other.0])).expect(201);
    empty(place.manager.delete(&format!("{path}/{}", role.0)), 204);
    assert_eq!(column(place.manager.get(&path), "name"), [other.1]);
    for unknown in [role.0.to_string(), "0".to_owned(), "999999999999".to_owned()] {
        place.refuses(|manager| manager.delete(&format!("{path}/{unknown}")), 404, "entity.not_found");
    }
    // A role that ends is not on the list any more.
    place.seed.run("DELETE FROM role WHERE id = ?1", params![other.0]);
    assert_eq!(place.manager.get(&path).expect(200).json(), json!([]));
}

fn roles_come_in_pages_when_asked(server: &Server) {
    let place = Invited::new(server, "Pages");
    let path = roles(&place);
    let stem = unique("page-");
    let all: Vec<(i64, String)> = (0..22).map(|number| place.role(&format!("{stem}-{number:02}-"), "user")).collect();
    let body: Vec<String> = all.iter().map(|role| role.0.to_string()).collect();
    place.manager.post(&path, &json!({"organizationRoleIds": body})).expect(201);
    let names: Vec<String> = all.into_iter().map(|role| role.1).collect();
    assert_eq!(column(place.manager.get(&path), "name"), names);
    let page = |query: &str| {
        let answer = place.manager.get(&format!("{path}?{query}")).expect(200);
        assert_eq!(answer.header("total-number"), "22");
        column(answer, "name")
    };
    assert_eq!(page("page=1"), names[..20]);
    assert_eq!(page("page=3&page_size=10"), names[20..]);
}

fn the_organization_must_exist(server: &Server) {
    let place = Invited::new(server, "Exists");
    let role = place.role("known", "user").0;
    for id in ["0", "x", "999999999999"] {
        let path = format!("/api/organizations/{id}/jit");
        let (domains, roles) = (format!("{path}/email-domains"), format!("{path}/roles"));
        let unknown = |answer: &Response| {
            assert_eq!(code(answer, 422), "entity.relation_foreign_key_not_found", "{id}: {answer:?}");
        };
        unknown(&place.manager.post(&domains, &json!({"emailDomain": "a.example"})));
        unknown(&put(&place.manager, &domains, &json!({"emailDomains": ["a.example"]})));
        unknown(&place.manager.post(&roles, &ids([role])));
        unknown(&put(&place.manager, &roles, &ids([role])));
        for path in [&domains, &roles] {
            // As with the people of an organization that does not exist.
            assert_eq!(place.manager.get(path).expect(200).json(), json!([]));
            assert_eq!(place.manager.get(&format!("{path}?page=1")).expect(200).header("total-number"), "0");
        }
        empty(put(&place.manager, &domains, &json!({"emailDomains": []})), 204);
        empty(put(&place.manager, &roles, &ids([])), 204);
        assert_eq!(code(place.manager.delete(&format!("{domains}/a.example")), 404), "entity.not_found");
        assert_eq!(code(place.manager.delete(&format!("{roles}/{role}")), 404), "entity.not_found");
    }
    // What is in an organization goes with it.
    place.manager.post(&domains(&place), &json!({"emailDomain": "gone.example"})).expect(201);
    place.manager.post(&roles(&place), &ids([role])).expect(201);
    empty(place.manager.delete(&format!("/api/organizations/{}", place.organization)), 204);
    assert_eq!(listed_domains(&place), Vec::<String>::new());
}
