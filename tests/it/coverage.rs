//! Every route × every kind of bad credential: what needs a caller is never answered without one.

use iam_domain::clock::{Clock, SystemClock};
use iam_tests::native::COMPONENTS;
use iam_tests::seed::Machine;
use iam_tests::{Client, Response, Server};
use iam_wire::{Need, Route};
use serde_json::json;

use crate::wire::idah;
use crate::wire::jwt;
use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller};

crate::on_both!(
    only_the_routes_of_the_list_are_public,
    routes_with_a_caller_refuse_every_bad_credential,
    routes_with_a_permission_refuse_a_caller_without_role,
    public_routes_do_not_fail_over_a_bad_credential,
    a_wrong_method_is_refused_everywhere,
    every_answer_carries_the_common_headers,
    head_works_where_get_does,
);

/// Operations that need no caller. **This list may only get shorter.** The endpoints of OAuth authenticate a client
/// themselves; key sets, documents, pictures and whether the server is there are for everybody; who registers, or sets a password with a code from a
/// mail, has no account to log in with yet.
const PUBLIC: &[&str] = &[
    "auth.api_login",
    "auth.login",
    "auth.refresh",
    "discovery.document",
    "discovery.key_set",
    "discovery.oauth_document",
    "iam_accounts.join",
    "iam_passwords.request_reset",
    "iam_passwords.reset",
    "iam_passwords.token_valid",
    "images.show",
    "oidc.document",
    "oidc.key_set",
    "oidc.oauth_document",
    "oidc.oauth_document_below",
    "oidc.token",
    "organizations.register",
    "passwords.activate",
    "passwords.forget",
    "passwords.reset",
    "service.health",
    "service.show",
    "status.show",
    "token.introspect",
    "token.issue",
    "token.revoke",
];

/// A route, the name of its dialect, and its path with ids that nothing has.
pub struct Served {
    pub route: &'static Route,
    pub dialect: &'static str,
    pub path: String,
}

/// Every route of every component.
pub fn routes() -> Vec<Served> {
    let tables = COMPONENTS.iter().flat_map(|component| component.tables);
    let routes = tables.flat_map(|table| table.routes.iter().map(|route| (route, table.kit.name())));
    routes.map(|(route, dialect)| Served { route, dialect, path: with_unknown_ids(route.path) }).collect()
}

fn with_unknown_ids(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "999999999999" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

impl Served {
    /// Sends the request of this route without a body.
    pub fn send(&self, client: &Client) -> Response {
        client.send(self.route.method.as_str(), &self.path, None, b"")
    }

    /// The status for a method that the path does not have: in IDAH there is no such path then.
    fn wrong_method(&self) -> u16 {
        if self.dialect == "idah" { 404 } else { 405 }
    }

    fn is_public(&self) -> bool {
        self.route.need == Need::Public
    }

    /// An error in the shape of the dialect.
    #[track_caller]
    fn is_refusal(&self, answer: &Response, status: u16) {
        assert_eq!(answer.status, status, "{}: {answer:?}", self.route.op);
        match self.dialect {
            "eazyrent" => drop(shape::detail(answer)),
            "oauth" => drop(shape::oauth_error(answer)),
            "logto" if [404, 405].contains(&status) => {
                assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8", "{answer:?}");
            }
            "logto" => drop(shape::logto_error(answer)),
            "idah" if status == 404 => shape::idah_nothing(answer),
            "idah" => drop(idah::refusal(answer, status)),
            other => panic!("say here what a refusal of {other} looks like"),
        }
        assert_eq!(answer.headers.contains_key("www-authenticate"), status == 401, "{}", self.route.op);
    }
}

fn only_the_routes_of_the_list_are_public(_: &Server) {
    let mut public: Vec<&str> =
        routes().iter().filter(|served| served.is_public()).map(|served| served.route.op).collect();
    public.sort_unstable();
    assert_eq!(public, PUBLIC);
}

/// Clients whose credential is no good, with what is wrong; all but that would do at the Logto management API, or at the
/// others.
fn bad_clients(server: &Server, is_logto: bool) -> Vec<(&'static str, Client)> {
    let tenant = Tenant::new(server, "Bad credentials");
    let token_of = |machine: &Machine| {
        let id = machine.id.to_string();
        if is_logto {
            tenant.seed.grant_management(machine.id);
            server.management_token(&id, &machine.secret, "all")
        } else {
            server.token(&id, &machine.secret)
        }
    };
    let token = token_of(&tenant.machine);
    let (id, secret) = (tenant.machine.id.to_string(), tenant.machine.secret.as_str());
    let other_token = if is_logto { server.token(&id, secret) } else { server.management_token(&id, secret, "all") };
    let claims = serde_json::Value::Object(jwt::claims(&token));
    let expired = jwt::altered(&tenant.seed, &token, &json!({"exp": SystemClock.now_seconds() - 1}));
    let ended = tenant.seed.machine(tenant.organization, &["org:admin"]);
    let ended_key = tenant.seed.api_token(ended.id);
    tenant.seed.expire(ended.id, "api_token", 1);
    let locked = tenant.seed.machine(tenant.organization, &["org:admin"]);
    let locked_token = token_of(&locked);
    tenant.seed.set_state(locked.id, "locked");
    let bearer = |token: &str| server.client().bearer(token);
    vec![
        ("none", server.client()),
        ("garbage", bearer("garbage")),
        ("garbage in three parts", bearer("a.b.c")),
        ("an unknown key", server.client().with("authorization", "Token eit_unknown")),
        ("expired", bearer(&expired)),
        ("tampered", bearer(&jwt::tampered(&token))),
        ("signed by somebody else", bearer(&jwt::sign(jwt::rsa(0), &jwt::kid(&token), &claims))),
        ("unsigned", bearer(&jwt::compose(&json!({"alg": "none", "typ": "at+jwt"}), &claims, |_| Vec::new()))),
        ("for another server", bearer(&jwt::altered(&tenant.seed, &token, &json!({"iss": "https://other.example"})))),
        ("for another audience", bearer(&jwt::altered(&tenant.seed, &token, &json!({"aud": "https://other.example"})))),
        ("of the other APIs", bearer(&other_token)),
        ("an expired key", bearer(&ended_key)),
        ("of a locked account", bearer(&locked_token)),
        ("Basic", server.client().basic(&tenant.machine.id.to_string(), &tenant.machine.secret)),
    ]
}

/// The same for the IDAH API, where an administrator's token would do.
fn bad_accounts(server: &Server) -> Vec<(&'static str, Client)> {
    let (seed, now) = (server.seed(), SystemClock.now_seconds());
    let tenant = Tenant::new(server, "Bad accounts");
    let admin = idah::caller(server, "admin", &[]);
    let claims = |changes: serde_json::Value| {
        let mut claims = json!({"u": {"id": admin.id}, "r": "admin", "s": {}, "exp": now + 60, "iat": now, "sid": admin.session,
            "jti": format!("bad-{}", idah::number())});
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    };
    let good = claims(json!({}));
    let token = idah::sign(server, &good);
    let signed = |changes: serde_json::Value| server.client().bearer(&idah::sign(server, &claims(changes)));
    let ended = idah::caller(server, "admin", &[]);
    seed.run("DELETE FROM session WHERE id = ?1", iam_domain::params![ended.session]);
    let locked = idah::caller(server, "admin", &[]);
    seed.set_state(locked.id, "locked");
    let keys = idah::account(server, Some("api_service"), &[]).0;
    let machine = tenant.machine.id.to_string();
    vec![
        ("none", server.client()),
        ("garbage", server.client().bearer("garbage")),
        ("garbage in three parts", server.client().bearer("a.b.c")),
        ("tampered", server.client().bearer(&jwt::tampered(&token))),
        ("signed by somebody else", server.client().bearer(&jwt::sign(jwt::rsa(0), &jwt::kid(&token), &good))),
        (
            "unsigned",
            server.client().bearer(&jwt::compose(&json!({"alg": "none", "typ": "JWT"}), &good, |_| Vec::new())),
        ),
        ("expired", signed(json!({"exp": now - 1}))),
        ("of another account's session", signed(json!({"sid": ended.session}))),
        ("of no role that there is", signed(json!({"r": "emperor"}))),
        (
            "of no role that logs in",
            signed(json!({"u": {"id": keys}, "r": "api_service", "sid": idah::session(server, keys)})),
        ),
        ("of an account that there is not", signed(json!({"u": {"id": 999_999_999_999_i64}}))),
        ("of a key that there is not", signed(json!({"cid": 999_999_999_999_i64, "r": "api:account_rw_all"}))),
        ("without its session", ended.client),
        ("of a locked account", locked.client),
        ("of the EazyRent API", server.client().bearer(&server.token(&machine, &tenant.machine.secret))),
        ("of the Logto API", server.client().bearer(&server.management_token(&machine, &tenant.machine.secret, "all"))),
        ("an API token", server.client().bearer(&seed.api_token(tenant.machine.id))),
        ("Basic", server.client().basic(&machine, &tenant.machine.secret)),
        ("an empty cookie", server.client().with("cookie", "auth-token=")),
        ("a bad cookie", server.client().with("cookie", "auth-token=a.b.c")),
    ]
}

fn routes_with_a_caller_refuse_every_bad_credential(server: &Server) {
    let (plain, logto, idah) = (bad_clients(server, false), bad_clients(server, true), bad_accounts(server));
    for served in routes().iter().filter(|served| !served.is_public()) {
        let clients = match served.dialect {
            "idah" => &idah,
            _ if served.route.need == Need::Installation => &logto,
            _ => &plain,
        };
        for (what, client) in clients {
            let answer = served.send(client);
            assert_eq!(answer.status, 401, "{} with {what}: {answer:?}", served.route.op);
            served.is_refusal(&answer, 401);
        }
    }
}

fn routes_with_a_permission_refuse_a_caller_without_role(server: &Server) {
    let tenant = Tenant::new(server, "No role");
    let nobody = caller(server, &tenant.seed, tenant.organization, &[]);
    let machine = tenant.seed.machine(tenant.organization, &["org:admin"]);
    let weak = server.management_token(&machine.id.to_string(), &machine.secret, "all");
    let weak = server.client().bearer(&weak);
    for served in routes() {
        // Each its own, as some of these end the session.
        let account = idah::caller(server, "user", &[]).client;
        match served.route.need {
            Need::Public => {}
            // There the operation decides, as what is wrong with the input comes first.
            Need::Caller if served.dialect == "idah" => {
                let status = served.send(&account).status;
                assert!(status != 401 && status < 500, "{}: {status}", served.route.op);
            }
            // Not for want of a role, at least.
            Need::Caller => {
                let status = served.send(&nobody).status;
                assert!(![401, 403].contains(&status) && status < 500, "{}: {status}", served.route.op);
            }
            Need::Home(_) | Need::Platform(_) | Need::Effective(_) => served.is_refusal(&served.send(&nobody), 403),
            Need::Installation => served.is_refusal(&served.send(&weak), 403),
        }
    }
}

fn public_routes_do_not_fail_over_a_bad_credential(server: &Server) {
    let clients = bad_clients(server, false);
    for served in routes().iter().filter(|served| served.is_public()) {
        for (what, client) in &clients {
            let answer = served.send(client);
            let is_found = answer.status != 404 || served.route.path.contains('{');
            assert!(answer.status < 500 && is_found, "{} with {what}: {answer:?}", served.route.op);
        }
    }
}

fn a_wrong_method_is_refused_everywhere(server: &Server) {
    let tenant = Tenant::new(server, "Methods");
    let all = routes();
    for served in &all {
        let here: Vec<&str> =
            all.iter().filter(|other| other.path == served.path).map(|other| other.route.method.as_str()).collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"].iter().filter(|method| !here.contains(method)) {
            let answer = tenant.admin.send(method, &served.path, None, b"");
            served.is_refusal(&answer, served.wrong_method());
            let allowed: Vec<&str> = answer.header("allow").split(", ").collect();
            assert!(here.iter().all(|method| allowed.contains(method)), "{}: {allowed:?}", served.path);
        }
    }
}

fn every_answer_carries_the_common_headers(server: &Server) {
    let tenant = Tenant::new(server, "Headers");
    let mut ids = std::collections::HashSet::new();
    for served in routes() {
        let wrong = if served.route.method == http::Method::PUT { "PATCH" } else { "PUT" };
        for answer in [
            served.send(&tenant.admin),
            served.send(&server.client()),
            tenant.admin.send(wrong, &served.path, None, b""),
            tenant.admin.send(served.route.method.as_str(), &served.path, Some("application/json"), b"{"),
        ] {
            let op = served.route.op;
            match answer.headers.get("content-length") {
                Some(length) => assert_eq!(*length, answer.body.len().to_string(), "{op}: {answer:?}"),
                None => assert_eq!(answer.status, 204, "{op}: {answer:?}"),
            }
            assert!(!answer.headers.contains_key("transfer-encoding"), "{op}: {answer:?}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{op}");
            let is_document =
                served.is_public() && served.route.method == http::Method::GET && served.dialect != "idah";
            let is_cached = answer.status == 200 && is_document;
            let cache = if is_cached { "public, max-age=60" } else { "no-store" };
            assert_eq!(answer.header("cache-control"), cache, "{op}");
            let id = answer.header("x-request-id");
            assert_eq!(id.len(), 26, "a ULID: {id}");
            assert!(ids.insert(id.to_owned()), "{op}: the request id {id} was there before");
        }
    }
}

fn head_works_where_get_does(server: &Server) {
    let tenant = Tenant::new(server, "Heads");
    for served in routes().iter().filter(|served| served.route.method == http::Method::GET) {
        for client in [&tenant.admin, &server.manager(), &server.client()] {
            let (get, head) = (served.send(client), client.head(&served.path));
            let op = served.route.op;
            assert_eq!((head.status, head.body.as_str()), (get.status, ""), "{op}");
            for name in ["content-length", "content-type", "cache-control", "x-content-type-options"] {
                assert_eq!(head.headers.get(name), get.headers.get(name), "{op}: {name}");
            }
        }
    }
}
