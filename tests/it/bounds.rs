//! Answers are bounded whatever is sent: no body makes a large one, or fails the component, through any API.

use std::collections::BTreeSet;

use http::Method;
use iam_tests::{Client, Response, Server};
use serde_json::{Map, Value, json};

use crate::coverage::{Served, routes};
use crate::invariants::source;
use crate::wire::idah;
use crate::wire::tenant::Tenant;

crate::on_both!(
    no_body_makes_a_large_answer,
    no_query_makes_large_headers,
    forms_have_so_many_parameters,
    wrong_values_of_a_long_list_are_told_up_to_a_hundred,
);

/// Largest body and headers of an answer to what is wrong, in bytes.
const MOST: usize = 32 << 10;
const MOST_HEADERS: usize = 3 << 10;

/// Bytes of a body. What is longer is not read where nothing is asked for one, and the connection closed.
const MOST_SENT: usize = 16 << 10;
/// Keys of an object. With the lists under them there are more faults than are told.
const KEYS: usize = 20;

/// A caller of each API who may do everything there.
struct Callers {
    eazyrent: Client,
    logto: Client,
    idah: Client,
}

impl Callers {
    fn new(server: &Server) -> Self {
        let eazyrent = server.client().bearer(&server.bootstrap_token());
        Self { eazyrent, logto: server.manager(), idah: idah::caller(server, "admin", &[]).client }
    }

    fn of(&self, served: &Served) -> &Client {
        match served.dialect {
            "idah" => &self.idah,
            "logto" => &self.logto,
            _ => &self.eazyrent,
        }
    }
}

/// Words that may be keys of bodies or queries: whatever the code has as a text of its own.
fn keys() -> Vec<String> {
    let mut found = BTreeSet::new();
    for file in source::product("components").into_iter().chain(source::product("shared/wire/src/dialect")) {
        for text in file.text.split('"').skip(1).step_by(2) {
            let is_key = text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if is_key && text.starts_with(|first: char| first.is_ascii_lowercase()) {
                found.insert(text.to_owned());
            }
        }
    }
    assert!(found.contains("role_scope") && found.contains("organizationRoleIds"), "{}", found.len());
    found.into_iter().collect()
}

#[track_caller]
fn check(served: &Served, answer: &Response, what: &str) {
    let Served { route, path, .. } = served;
    assert!(answer.status < 500, "{} {path}, {what}: {answer:?}", route.method);
    assert!(answer.body.len() <= MOST, "{} {path}, {what}: {} bytes", route.method, answer.body.len());
    let headers: usize = answer.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
    assert!(headers <= MOST_HEADERS, "{} {path}, {what}: {headers} bytes of headers", route.method);
}

fn no_body_makes_a_large_answer(server: &Server) {
    let callers = Callers::new(server);
    let list = |count: usize, value: Value| Value::from(vec![value; count]);
    let mut plain = vec![list(7_000, json!(1)), list(5_000, json!({})), json!({ "k".repeat(MOST_SENT - 100): 1 })];
    let mut documents = plain.clone();
    for keys in keys().chunks(KEYS) {
        for value in [list(280, json!(1)), list(60, json!({ "id": [] }))] {
            let object: Map<_, _> = keys.iter().map(|key| (key.clone(), value.clone())).collect();
            let kinds = ["iam:organizations", "iam:accounts", "iam:api_keys"];
            documents.extend(kinds.map(|kind| idah::document(kind, object.clone().into())));
            plain.push(object.into());
        }
    }
    let takes_a_body = |served: &Served| [Method::POST, Method::PUT, Method::PATCH].contains(&served.route.method);
    for served in routes().into_iter().filter(takes_a_body) {
        let (content_type, bodies) = match served.dialect {
            "idah" => (idah::DOCUMENT, &documents),
            _ => ("application/json", &plain),
        };
        for body in bodies {
            let body = body.to_string();
            assert!(body.len() <= MOST_SENT, "{}", body.len());
            let client = callers.of(&served);
            let answer = client.send(served.route.method.as_str(), &served.path, Some(content_type), body.as_bytes());
            check(&served, &answer, &body[..40]);
        }
    }
}

fn no_query_makes_large_headers(server: &Server) {
    let callers = Callers::new(server);
    for number in 0..3 {
        callers.logto.post("/api/organizations", &json!({ "name": format!("bounds {number}") })).expect(201);
    }
    let (long, many) = ("a".repeat(8_000), "search=%25a%25&".repeat(2_000));
    let queries = [
        format!("page_size=1&q={long}"),
        format!("page=2&page_size=1&{many}"),
        format!("filter[name]={long}&filter[name__match]={long}"),
        format!("page_size=1&search={long}"),
        format!("sort={long}&include={long}&included[]={long}&fields[{long}]=x"),
    ];
    for served in routes().into_iter().filter(|served| served.route.method == Method::GET) {
        for query in &queries {
            let answer = callers.of(&served).get(&format!("{}?{query}", served.path));
            check(&served, &answer, &query[..30]);
        }
    }
}

fn forms_have_so_many_parameters(server: &Server) {
    let names: Vec<String> = (0..20_000).map(|number| format!("n{number}")).collect();
    let pairs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    for path in ["/oauth/v2/token", "/oauth/v2/introspect", "/oauth/v2/revoke", "/oidc/token"] {
        let answer = server.client().form(path, &pairs).expect(400);
        assert!(answer.body.contains("too many parameters"), "{path}: {}", answer.body);
        let answer = server.client().form(path, &[("grant_type", "x"), ("grant_type", "y")]).expect(400);
        assert!(answer.body.contains("grant_type is sent more than once"), "{path}: {}", answer.body);
    }
}

fn wrong_values_of_a_long_list_are_told_up_to_a_hundred(server: &Server) {
    let tenant = Tenant::new(server, "Faults");
    let user = tenant.seed.user(tenant.organization, &crate::wire::tenant::unique_email("faults"), &[]);
    let client = server.client().bearer(&tenant.seed.api_token(user));
    let told = |count: usize| {
        let body = json!({ "property_rent_subscriptions": vec![1; count] });
        let answer =
            client.send("PUT", "/iam/v1/users/me/config/", Some("application/json"), body.to_string().as_bytes());
        answer.expect(422).json()["detail"].as_array().unwrap().clone()
    };
    assert_eq!(told(100).len(), 100);
    let many = told(400_000);
    assert_eq!(many.len(), 101);
    assert_eq!(many[99]["loc"], json!(["body", "property_rent_subscriptions", 99]));
    assert_eq!(many[100]["msg"], "There are more faults: the first 100 are told.");
}
