//! `/api/applications` (contracts/logto.md, "Applications in organizations, resources, tenant roles").

use iam_domain::params;
use iam_tests::server::CLIENT_ID;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use crate::wire::logto::{code, patch, unique};
use crate::wire::tenant::Tenant;

pub const PATH: &str = "/api/applications";

crate::on_both!(
    a_new_one_has_every_key_and_is_found,
    everything_that_is_sent_is_kept,
    only_machines_get_a_secret_and_tokens,
    faults_of_the_body_make_nothing,
    lists_come_in_pages_oldest_first,
    a_search_looks_at_id_name_and_description,
    types_narrow_the_list,
    only_what_is_sent_changes,
    a_change_of_nothing_is_refused,
    a_faulty_change_changes_nothing,
    unknown_ids_have_their_codes,
    deletion_takes_everything_along,
    machines_of_eazyrent_are_shown_too,
    applications_belong_to_no_organization_of_eazyrent,
    machines_of_the_operator_are_the_operators,
);

/// Makes an application and gives its answer.
#[track_caller]
pub fn make(manager: &Client, name: &str, kind: &str) -> Value {
    manager.post(PATH, &json!({"name": name, "type": kind})).expect(200).json()
}

/// A machine that acts for itself: its path and its id.
#[track_caller]
pub fn machine(manager: &Client) -> (String, String) {
    let id = text(&make(manager, &unique("machine"), "MachineToMachine"), "id");
    (format!("{PATH}/{id}"), id)
}

/// The secret that a machine began with.
#[track_caller]
pub fn first_secret(manager: &Client, path: &str) -> String {
    text(&manager.get(&format!("{path}/secrets")).expect(200).json()[0], "value")
}

/// A machine with the scope `all`: its path, and a client with its token.
#[track_caller]
pub fn deputy(server: &Server) -> (String, Client) {
    let manager = server.manager();
    let (path, id) = machine(&manager);
    server.seed().grant_management(id.parse().unwrap());
    let token = server.management_token(&id, &first_secret(&manager, &path), "all");
    (path, server.client().bearer(&token))
}

/// A text of an object.
#[track_caller]
pub fn text(object: &Value, key: &str) -> String {
    object[key].as_str().unwrap_or_else(|| panic!("no text {key} in {object}")).to_owned()
}

fn names(answer: &Response) -> Vec<String> {
    answer.json().as_array().unwrap().iter().map(|item| text(item, "name")).collect()
}

fn count(server: &Server, name: &str) -> i64 {
    server.seed().count("SELECT count(*) FROM service_account WHERE name = ?1", params![name])
}

/// What a GET by id says of an application.
fn found(application: &Value, is_admin: bool) -> Value {
    let mut found = application.clone();
    found["isAdmin"] = json!(is_admin);
    found
}

fn a_new_one_has_every_key_and_is_found(server: &Server) {
    let manager = server.manager();
    let name = unique(" Über ");
    let made = make(&manager, &name, "MachineToMachine");
    let id = text(&made, "id");
    let expected = json!({
        "tenantId": "default", "id": id, "name": name, "secret": format!("#internal:{id}"), "description": null,
        "type": "MachineToMachine", "oidcClientMetadata": {"redirectUris": [], "postLogoutRedirectUris": []},
        "customClientMetadata": {}, "protectedAppMetadata": null, "customData": {}, "isThirdParty": false,
        "createdAt": made["createdAt"],
    });
    assert_eq!(made, expected);
    assert!(id.len() == 12 && made["createdAt"].is_i64());
    assert_eq!(manager.get(&format!("{PATH}/{id}")).expect(200).json(), found(&made, false));
    // Somebody who may use this API.
    let first = manager.get(&format!("{PATH}/{CLIENT_ID}")).expect(200).json();
    assert_eq!(first["isAdmin"], json!(true));
    // What is shown as its secret is none.
    let form = [("grant_type", "client_credentials"), ("resource", "https://default.logto.app/api")];
    server.client().basic(&id, &text(&made, "secret")).form("/oidc/token", &form).expect(401);
}

fn everything_that_is_sent_is_kept(server: &Server) {
    let manager = server.manager();
    let metadata =
        json!({"redirectUris": ["https://a.example/cb", "com.example.app://cb"], "postLogoutRedirectUris": []});
    let name = unique("n").repeat(20).chars().take(256).collect::<String>();
    let sent = json!({
        "name": name, "type": "SPA", "description": "what it is", "oidcClientMetadata": metadata,
        "customData": {"a": [1, {"b": null}]}, "id": "1", "tenantId": "x", "secret": "mine", "createdAt": 1,
        "unknown": true,
    });
    let made = manager.post(PATH, &sent).expect(200).json();
    for key in ["name", "type", "description", "oidcClientMetadata", "customData"] {
        assert_eq!(made[key], sent[key], "{key}");
    }
    for key in ["id", "tenantId", "secret", "createdAt"] {
        assert_ne!(made[key], sent[key], "{key}");
    }
    // An empty description is none; lists that are not sent are empty.
    let sent = json!({"name": "x", "type": "Native", "description": "", "oidcClientMetadata": {"redirectUris": []}});
    let made = manager.post(PATH, &sent).expect(200).json();
    let empty = json!({"redirectUris": [], "postLogoutRedirectUris": []});
    assert_eq!((&made["description"], &made["oidcClientMetadata"]), (&Value::Null, &empty));
}

fn only_machines_get_a_secret_and_tokens(server: &Server) {
    let manager = server.manager();
    for kind in ["Native", "SPA", "Traditional", "Protected", "SAML"] {
        let made = make(&manager, &unique(kind), kind);
        let (id, kept) = (text(&made, "id"), text(&made, "type"));
        assert_eq!(kept, kind);
        let secrets = format!("{PATH}/{id}/secrets");
        assert_eq!(manager.get(&secrets).expect(200).json(), json!([]), "{kind}");
        let refused = manager.post(&secrets, &json!({"name": "mine"}));
        assert_eq!(code(refused, 422), "entity.db_constraint_violated", "{kind}");
        assert_eq!(manager.get(&secrets).expect(200).json(), json!([]), "{kind}");
        for secret in ["", &text(&made, "secret")] {
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", id.as_str()),
                ("client_secret", secret),
                ("resource", "https://default.logto.app/api"),
                ("scope", "all"),
            ];
            let answer = server.client().form("/oidc/token", &form);
            assert!([400, 401].contains(&answer.status), "{kind}: {answer:?}");
        }
    }
}

fn faults_of_the_body_make_nothing(server: &Server) {
    let manager = server.manager();
    let name = unique("faulty");
    let long = "x".repeat(257);
    let good = json!({"name": name, "type": "MachineToMachine"});
    let faults = [
        ("name", Value::Null),
        ("name", json!("")),
        ("name", json!(7)),
        ("name", json!(long)),
        ("type", Value::Null),
        ("type", json!("machinetomachine")),
        ("type", json!("")),
        ("description", json!(1)),
        ("description", json!("x".repeat(2049))),
        ("customData", json!([])),
        ("customData", Value::Null),
        ("oidcClientMetadata", Value::Null),
        ("oidcClientMetadata", json!({"redirectUris": "https://a.example"})),
        ("oidcClientMetadata", json!({"redirectUris": ["not a url"]})),
        ("oidcClientMetadata", json!({"postLogoutRedirectUris": [1]})),
    ];
    for (key, value) in faults {
        let mut body = good.clone();
        body[key] = value;
        assert_eq!(code(manager.post(PATH, &body), 400), "guard.invalid_input", "{body}");
    }
    for missing in ["name", "type"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(missing);
        assert_eq!(code(manager.post(PATH, &body), 400), "guard.invalid_input", "{missing}");
    }
    assert_eq!(count(server, &name) + count(server, &long), 0);
}

fn lists_come_in_pages_oldest_first(server: &Server) {
    let manager = server.manager();
    let common = unique("page");
    let made: Vec<String> = (0..5).map(|number| format!("{common} {number}")).collect();
    for name in &made {
        make(&manager, name, "MachineToMachine");
    }
    let page = |query: &str| manager.get(&format!("{PATH}?q={common}&{query}")).expect(200);
    let all = page("");
    assert_eq!((all.header("total-number"), names(&all)), ("5", made.clone()));
    let second = page("page=2&page_size=2");
    assert_eq!((second.header("total-number"), names(&second)), ("5", made[2..4].to_vec()));
    assert!(second.header("link").contains("&page=3>; rel=\"last\""), "{second:?}");
    let past = page("page=9");
    assert_eq!((past.header("total-number"), past.json()), ("5", json!([])));
    // Pages even where none is asked for.
    let whole = manager.get(PATH).expect(200);
    assert!(whole.header("total-number").parse::<i64>().unwrap() >= 6);
    assert!(whole.json().as_array().unwrap().len() <= 20);
    for bad in ["page=0", "page_size=101", "page=x"] {
        assert_eq!(code(manager.get(&format!("{PATH}?{bad}")), 400), "guard.invalid_pagination", "{bad}");
    }
}

fn a_search_looks_at_id_name_and_description(server: &Server) {
    let manager = server.manager();
    let (name, about) = (unique("Ñame"), unique("Écrit "));
    let made = manager.post(PATH, &json!({"name": name, "type": "SPA", "description": about})).expect(200).json();
    let id = text(&made, "id");
    let found = |query: &str| {
        let answer = manager.get(&format!("{PATH}?{query}")).expect(200);
        (answer.header("total-number").to_owned(), answer.json())
    };
    let [name, about] = [name, about].map(|text| iam_tests::client::encode(&text.to_uppercase()));
    for query in [format!("q={name}"), format!("q={about}"), format!("q={id}"), format!("search=%25{name}%25")] {
        assert_eq!(found(&query), ("1".to_owned(), json!([made])), "{query}");
    }
    assert_eq!(found(&format!("q={name}x")), ("0".to_owned(), json!([])));
    // Of what was changed the new text counts.
    let other = unique("other");
    patch(&manager, &format!("{PATH}/{id}"), &json!({"name": other, "description": null})).expect(200);
    assert_eq!(found(&format!("q={other}")).0, "1");
    assert_eq!((found(&format!("q={name}")).0, found(&format!("q={about}")).0), ("0".to_owned(), "0".to_owned()));
}

fn types_narrow_the_list(server: &Server) {
    let manager = server.manager();
    let common = unique("typed");
    for kind in ["SPA", "Native", "MachineToMachine"] {
        make(&manager, &format!("{common} {kind}"), kind);
    }
    let found = |types: &str| names(&manager.get(&format!("{PATH}?q={common}{types}")).expect(200));
    let named = |kinds: &[&str]| kinds.iter().map(|kind| format!("{common} {kind}")).collect::<Vec<_>>();
    assert_eq!(found("&types=SPA"), named(&["SPA"]));
    assert_eq!(found("&types=MachineToMachine&types=SPA"), named(&["SPA", "MachineToMachine"]));
    assert_eq!(found("&types=Traditional"), named(&[]));
    assert_eq!(found("&types="), named(&["SPA", "Native", "MachineToMachine"]));
    let all = manager.get(&format!("{PATH}?types=Native&page_size=1")).expect(200);
    let native = "SELECT count(*) FROM service_account WHERE application_type = 'Native'";
    assert!(all.header("total-number").parse::<i64>().unwrap() <= server.seed().count(native, params![]));
    assert_eq!(code(manager.get(&format!("{PATH}?types=Robot")), 400), "guard.invalid_input");
}

fn only_what_is_sent_changes(server: &Server) {
    let manager = server.manager();
    let uris = |uri: &str| json!({"redirectUris": [uri], "postLogoutRedirectUris": ["https://a.example/out"]});
    let sent = json!({
        "name": unique("before"), "type": "Traditional", "description": "old", "customData": {"a": 1},
        "oidcClientMetadata": uris("https://a.example/1"),
    });
    let mut expected = manager.post(PATH, &sent).expect(200).json();
    let path = format!("{PATH}/{}", text(&expected, "id"));
    let steps = [
        (json!({"name": "after"}), "name", json!("after")),
        (json!({"description": "new"}), "description", json!("new")),
        (json!({"description": null}), "description", Value::Null),
        (json!({"description": "again"}), "description", json!("again")),
        (json!({"description": ""}), "description", Value::Null),
        // As a whole, not merged.
        (json!({"customData": {"b": 2}}), "customData", json!({"b": 2})),
        (json!({"customData": {}}), "customData", json!({})),
        (json!({"oidcClientMetadata": uris("a:b")}), "oidcClientMetadata", uris("a:b")),
        // The type stays, and so does what the server sets.
        (json!({"name": "last", "type": "SPA", "id": "1", "createdAt": 1, "secret": "x"}), "name", json!("last")),
    ];
    for (change, key, value) in steps {
        expected[key] = value;
        assert_eq!(patch(&manager, &path, &change).expect(200).json(), expected, "{change}");
        assert_eq!(manager.get(&path).expect(200).json(), found(&expected, false), "{change}");
    }
}

fn a_change_of_nothing_is_refused(server: &Server) {
    let manager = server.manager();
    let (path, _) = machine(&manager);
    for path in [path.as_str(), "/api/applications/0"] {
        for body in [json!({}), json!({"unknown": 1, "type": "SPA"})] {
            assert_eq!(code(patch(&manager, path, &body), 422), "entity.invalid_input", "{path} {body}");
        }
    }
}

fn a_faulty_change_changes_nothing(server: &Server) {
    let manager = server.manager();
    let (path, _) = machine(&manager);
    let before = manager.get(&path).expect(200).json();
    for fault in [json!({"name": ""}), json!({"name": null}), json!({"customData": 1}), json!({"description": 1})] {
        let mut body = json!({"name": "changed", "description": "changed"});
        body.as_object_mut().unwrap().extend(fault.as_object().unwrap().clone());
        assert_eq!(code(patch(&manager, &path, &body), 400), "guard.invalid_input", "{body}");
    }
    assert_eq!(manager.get(&path).expect(200).json(), before);
}

fn unknown_ids_have_their_codes(server: &Server) {
    let manager = server.manager();
    let tenant = Tenant::new(server, "People are no applications");
    let person = tenant.seed.user(tenant.organization, &format!("{}@example.org", unique("p")), &[]);
    for id in ["0", "odd%20id", "999999999999", &person.to_string(), &tenant.organization.to_string()] {
        let path = format!("{PATH}/{id}");
        assert_eq!(code(manager.get(&path), 404), "entity.not_exists_with_id", "{id}");
        assert_eq!(code(patch(&manager, &path, &json!({"name": "x"})), 404), "entity.not_exists", "{id}");
        assert_eq!(code(manager.delete(&path), 404), "entity.not_found", "{id}");
        let organizations = manager.get(&format!("{path}/organizations"));
        assert_eq!(code(organizations, 404), "entity.not_exists_with_id", "{id}");
    }
    let there = tenant.seed.count("SELECT count(*) FROM principal WHERE id = ?1", params![person]);
    assert_eq!(there, 1);
}

fn deletion_takes_everything_along(server: &Server) {
    let (path, client) = deputy(server);
    let manager = server.manager();
    let id = path.rsplit('/').next().unwrap();
    let secret = first_secret(&manager, &path);
    client.get(PATH).expect(200);
    let answer = manager.delete(&path).expect(204);
    assert_eq!(answer.body, "");
    assert_eq!(code(client.get(PATH), 401), "auth.unauthorized");
    let form = [("grant_type", "client_credentials"), ("resource", "https://default.logto.app/api")];
    let refused = server.client().basic(id, &secret).form("/oidc/token", &form).expect(400);
    assert_eq!(refused.json()["error"], "invalid_client");
    assert_eq!(code(manager.get(&path), 404), "entity.not_exists_with_id");
    assert_eq!(code(manager.delete(&path), 404), "entity.not_found");
    let id: i64 = id.parse().unwrap();
    for table in ["credential", "role_grant", "membership"] {
        let left = format!("SELECT count(*) FROM {table} WHERE principal_id = ?1");
        assert_eq!(server.seed().count(&left, params![id]), 0, "{table}");
    }
}

fn machines_of_eazyrent_are_shown_too(server: &Server) {
    let manager = server.manager();
    let tenant = Tenant::new(server, "Home");
    let name = unique("robot");
    let made = tenant.admin.post("/iam/v1/service-accounts/", &json!({"name": name})).expect(201).json();
    let found = manager.get(&format!("{PATH}?q={name}")).expect(200).json();
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(json!([found[0]["id"], found[0]["type"]]), json!([made["id"], "MachineToMachine"]));
    // And can be changed and removed.
    let path = format!("{PATH}/{}", text(&made, "id"));
    let renamed = unique("renamed");
    patch(&manager, &path, &json!({"name": renamed})).expect(200);
    let listed = tenant.admin.get("/iam/v1/service-accounts/").expect(200).body;
    assert!(listed.contains(&renamed), "{listed}");
    manager.delete(&path).expect(204);
    assert!(!tenant.admin.get("/iam/v1/service-accounts/").expect(200).body.contains(&renamed));
}

fn applications_belong_to_no_organization_of_eazyrent(server: &Server) {
    let manager = server.manager();
    let tenant = Tenant::new(server, "Not its home");
    let (path, id) = machine(&manager);
    // Not even where it is a member: the administrator there could make credentials for it.
    tenant.seed.join(tenant.organization, id.parse().unwrap(), "service_account");
    assert!(!tenant.admin.get("/iam/v1/service-accounts/").expect(200).body.contains(&id));
    tenant.admin.post(&format!("/iam/v1/service-accounts/{id}/secrets/"), &json!({})).expect(404);
    tenant.admin.delete(&format!("/iam/v1/service-accounts/{id}/")).expect(404);
    manager.get(&path).expect(200);
}

fn machines_of_the_operator_are_the_operators(server: &Server) {
    let (own, client) = deputy(server);
    let path = format!("{PATH}/{CLIENT_ID}");
    let before = server.manager().get(&path).expect(200).json();
    assert_eq!(client.get(&path).expect(200).json(), before);
    assert_eq!(code(patch(&client, &path, &json!({"name": "taken over"})), 403), "auth.forbidden");
    assert_eq!(code(client.delete(&path), 403), "auth.forbidden");
    assert_eq!(code(client.post(&format!("{path}/secrets"), &json!({"name": "mine"})), 403), "auth.forbidden");
    assert_eq!(code(client.delete(&format!("{path}/secrets/Default%20secret")), 403), "auth.forbidden");
    assert_eq!(code(client.post(&format!("{path}/roles"), &json!({"roleIds": []})), 403), "auth.forbidden");
    let role = server.seed().count("SELECT id FROM role WHERE name = 'Management API access'", params![]);
    assert_eq!(code(client.delete(&format!("{path}/roles/{role}")), 403), "auth.forbidden");
    assert_eq!(server.manager().get(&path).expect(200).json(), before);
    // Its own it can change.
    patch(&client, &own, &json!({"description": "mine"})).expect(200);
}
